package wire

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/springboard-leap/springboard/upgrade/logs/recording"
)

// TestWhatWasDeliveredIsKnownAfterAKillAtAnyByte: the last whole line of the file counts, wherever a kill cut it, also when the next process writes on.
func TestWhatWasDeliveredIsKnownAfterAKillAtAnyByte(t *testing.T) {
	path := filepath.Join(t.TempDir(), deliveredFile)
	d := openDelivered(path)
	var ends []int64
	for n := range 5 {
		d.keep(map[string]recording.Place{"SystemOut.log": {File: n, Offset: 7}})
		ends = append(ends, d.size)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range whole {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		want := 0 // lines that are whole; a line is whole without its end, too
		for want < len(ends) && ends[want]-1 <= int64(cut) {
			want++
		}
		d := openDelivered(path)
		if p, ok := d.places["SystemOut.log"]; ok != (want > 0) || ok && p.File != want-1 {
			t.Fatalf("cut at byte %d of %d: %v is known, %d lines are whole", cut, len(whole), d.places, want)
		}
		d.keep(map[string]recording.Place{"SystemOut.log": {File: 99}})
		if err := d.close(); err != nil {
			t.Fatal(err)
		}
		if p := openDelivered(path).places["SystemOut.log"]; p.File != 99 {
			t.Fatalf("cut at byte %d: what came after it is not known: %v", cut, p)
		}
	}
}

func TestTheFileOfWhatWasDeliveredStaysShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), deliveredFile)
	d := openDelivered(path)
	text := bytes.Repeat([]byte("a line of a log\n"), 10000)
	for n := range 50 {
		if err := d.save(&batch{Places: map[string]recording.Place{"SystemOut.log": {File: n}}, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() > deliveredSize+2*int64(len(text)) {
		t.Errorf("%v: %d bytes", err, info.Size())
	}
	if b := openDelivered(path).batch; b == nil || fmt.Sprint(b.Places) != "map[SystemOut.log:{49 0 0 0}]" || !bytes.Equal(b.Text, text) {
		t.Error("the last batch is not known")
	}
}
