package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestAPipeHasRoomUntilItIsFull(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells how much room a pipe has")
	}
	r, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer out.Close()
	w := &watching{out: &oneByOne{w: out}}
	w.kind = kindOf(w.out)
	if got := w.Room(); got != 4096 {
		t.Fatalf("an empty pipe has room for %d bytes", got)
	}
	for err == nil { // until a write has waited for a reader
		if err = out.SetWriteDeadline(time.Now().Add(time.Millisecond)); err == nil {
			_, err = out.Write(make([]byte, 4096))
		}
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	if got := w.Room(); got != 0 {
		t.Errorf("a full pipe has room for %d bytes", got)
	}
	if _, err := io.ReadFull(r, make([]byte, 4096)); err != nil {
		t.Fatal(err)
	}
	if got := w.Room(); got != 4096 {
		t.Errorf("a pipe with room for a page says %d", got)
	}
	if w.File() != nil {
		t.Error("a pipe is taken for a file")
	}
}

func TestAFileTakesEverythingAndOtherOutputsDoNotTell(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := &watching{out: &oneByOne{w: f}}
	w.kind = kindOf(w.out)
	if w.Room() < 1<<30 || w.File() != f {
		t.Errorf("a file has room for %d bytes, and is %v", w.Room(), w.File())
	}
	for name, out := range map[string]io.Writer{"memory": &oneByOne{w: &bytes.Buffer{}}, "something else": &bytes.Buffer{}} {
		w := &watching{out: out}
		w.kind = kindOf(w.out)
		if w.Room() != 0 || w.File() != nil {
			t.Errorf("%s has room for %d bytes, and is %v", name, w.Room(), w.File())
		}
	}
}
