package recording

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
)

const logPath = "/opt/logs/SystemOut.log"

func recordLine(n int) string {
	return fmt.Sprintf("[11/23/26 21:00:%02d:%03d UTC] 000000a3 Demo          E   message %d\n\tat a.b.C(C.java:%d)\n", n/1000%60, n%1000, n, n)
}

func recorder(t *testing.T, dir string) *Recorder {
	t.Helper()
	r, err := Create(dir, func() time.Time { return time.Unix(1790000000, 0) })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, r *Recorder, key, identity string, offset int64, data string) {
	t.Helper()
	if err := r.Write(follow.Chunk{Log: logPath, File: logPath, Key: key, Identity: identity, Offset: offset, Data: []byte(data)}); err != nil {
		t.Fatal(err)
	}
}

func replayed(t *testing.T, dir string) (texts []string, records []*logs.Record) {
	t.Helper()
	rec, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	for r, err := range rec.Records(t.Context(), logPath, logs.Options{}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, r.Text+strings.Join(r.Trace, ""))
		records = append(records, r)
	}
	return texts, records
}

func want(n int) (texts []string) {
	for i := range n {
		texts = append(texts, fmt.Sprintf("message %d\tat a.b.C(C.java:%d)", i, i))
	}
	return texts
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("record %d is %q, want %q", i, got[i], want[i])
		}
	}
}

// fill records n messages in pieces that cut lines, over several files and segments.
func fill(t *testing.T, r *Recorder, n int) {
	t.Helper()
	r.limit = 2000
	var file strings.Builder
	key := 1
	offset := int64(0)
	for i := range n {
		file.WriteString(recordLine(i))
		if file.Len() > 700 || i == n-1 {
			text := file.String()
			cut := len(text)
			if i < n-1 && i%2 == 0 {
				cut -= 20 // the rest of the line comes in the next file
			}
			for from := 0; from < cut; from += 111 {
				piece := text[from:min(from+111, cut)]
				write(t, r, fmt.Sprint(key), fmt.Sprint("id", key), offset, piece)
				offset += int64(len(piece))
			}
			key++
			offset = 0
			file.Reset()
			file.WriteString(text[cut:])
		}
	}
}

func TestWhatWasRecordedIsReadAgainAsALog(t *testing.T) {
	dir := t.TempDir()
	r := recorder(t, dir)
	fill(t, r, 300)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	texts, records := replayed(t, dir)
	same(t, texts, want(300))
	for _, rec := range records {
		if rec.Origin != logPath || !strings.HasPrefix(rec.File, dir) || rec.Line == 0 {
			t.Fatalf("evidence %+v", rec)
		}
	}
	rec, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	if err := rec.Verify(t.Context()); err != nil || len(rec.names) < 3 {
		t.Errorf("%d segments: %v", len(rec.names), err)
	}
	if l := rec.Logs(); len(l) != 1 || l[0] != logPath {
		t.Errorf("logs %v", l)
	}
}

func TestARecorderThatWasKilledAnywhereGoesOn(t *testing.T) {
	dir := t.TempDir()
	r := recorder(t, dir)
	fill(t, r, 20)
	r.Close()
	names, _ := segments(dir)
	last := names[len(names)-1]
	whole, err := os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < len(whole); cut += 7 {
		if err := os.WriteFile(last, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		r := recorder(t, dir)
		// A follower that goes on after a kill reads the files again from where it stopped: all of them, here.
		fill(t, r, 20)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		texts, _ := replayed(t, dir)
		if len(texts) != 20 {
			t.Fatalf("cut at %d of %d: %d records %q", cut, len(whole), len(texts), texts)
		}
		same(t, texts, want(20))
		if rec, err := Open(dir); err != nil {
			t.Fatal(err)
		} else if err := rec.Verify(t.Context()); err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		for _, n := range names {
			if n != last {
				continue
			}
			_ = os.Remove(n)
		}
		more, _ := segments(dir)
		for _, n := range more {
			if n > last {
				os.Remove(n)
			}
		}
	}
}

func TestAChangedByteIsFound(t *testing.T) {
	dir := t.TempDir()
	r := recorder(t, dir)
	fill(t, r, 30)
	r.Close()
	names, _ := segments(dir)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(data); at += 397 {
			changed := bytes.Clone(data)
			changed[at] ^= 0x20
			os.WriteFile(name, changed, 0o600)
			rec, err := Open(dir)
			if err == nil {
				err = rec.Verify(t.Context())
			}
			if f, ok := upgrade.AsFault(err); (!ok || f.Code != "SB-3030") && name != names[len(names)-1] {
				t.Errorf("%s: byte %d changed and nobody noticed: %v", filepath.Base(name), at, err)
			}
		}
		os.WriteFile(name, data, 0o600)
	}
	os.Remove(names[1])
	rec, err := Open(dir)
	if err == nil {
		err = rec.Verify(t.Context())
	}
	if err == nil {
		t.Error("a missing segment is not noticed")
	}
}

func TestOnlyOneRecorderWrites(t *testing.T) {
	dir := t.TempDir()
	r := recorder(t, dir)
	defer r.Close()
	_, err := Create(dir, nil)
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-3031" || f.Kind != upgrade.KindLocked {
		t.Errorf("%v", err)
	}
}

func TestAnotherFileWithTheSameIdentityIsAnotherFile(t *testing.T) {
	dir := t.TempDir()
	r := recorder(t, dir)
	write(t, r, "1", "same", 0, recordLine(0)+recordLine(1))
	write(t, r, "2", "other", 0, recordLine(2))
	r.Close()
	r = recorder(t, dir)
	write(t, r, "1", "same", 0, recordLine(3)) // the file system used its number again
	write(t, r, "2", "other", 0, recordLine(2))
	r.Close()
	texts, _ := replayed(t, dir)
	same(t, texts, want(4))
}

// A server begins each file with the same header, deletes the oldest file when it makes a new one, and the file system gives the new one the number of the old.
func TestANewFileWithTheNumberAndTheHeaderOfADeletedOneIsRecordedWhole(t *testing.T) {
	header := "************ Start Display Current Environment ************\n" + strings.Repeat("Classpath = /opt/IBM/WebSphere/AppServer\n", 50) +
		"************* End Display Current Environment *************\n"
	for _, first := range []int{0, 2, 200} { // records in the deleted file
		dir := t.TempDir()
		r := recorder(t, dir)
		n := 0
		file := func(key, identity string, records int) {
			write(t, r, key, identity, 0, header)
			for at := len(header); records > 0; records-- {
				write(t, r, key, identity, int64(at), recordLine(n))
				at += len(recordLine(n))
				n++
			}
		}
		file("1", "number 7", first)
		file("2", "number 8", 3)
		file("3", "number 7", 40)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if got, _ := replayed(t, dir); fmt.Sprint(got) != fmt.Sprint(want(n)) {
			t.Errorf("after a file of %d records: %d of %d records were kept: %.300q", first, len(got), n, got)
		}
	}
}

func TestARecordingHoldsWhatTheServerThrewAway(t *testing.T) {
	logDir, dir := t.TempDir(), t.TempDir()
	path := filepath.Join(logDir, "SystemOut.log")
	r := recorder(t, dir)
	n := 0
	steps := 0
	wake := wakeFunc(func() error {
		if steps++; steps > 20 {
			return context.Canceled
		}
		os.Remove(filepath.Join(logDir, "SystemOut_26.11.23_21.00.00.log"))
		os.Rename(path, filepath.Join(logDir, "SystemOut_26.11.23_21.00.00.log"))
		return os.WriteFile(path, []byte(recordLine(n)+recordLine(n+1)), 0o600)
	})
	seen := 0
	err := follow.Run(t.Context(), follow.Options{Path: path, Raw: r.Write, Wake: wake, From: follow.Oldest}, func(e follow.Event) error {
		if e.Record != nil && !e.Record.Amended {
			seen++
		}
		n = max(n, seen)
		return nil
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	r.Close()
	rec, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, err := range rec.Records(t.Context(), path, logs.Options{}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	if count < 40 {
		t.Errorf("%d records in the recording, %d were followed", count, seen)
	}
}

type wakeFunc func() error

func (w wakeFunc) Wait(context.Context, time.Duration) error { return w() }
func (w wakeFunc) Close() error                              { return nil }
