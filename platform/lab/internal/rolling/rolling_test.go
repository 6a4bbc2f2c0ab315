package rolling

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func clockAt(at time.Time, step time.Duration) func() time.Time {
	return func() time.Time { at = at.Add(step); return at }
}

func readAll(t *testing.T, path, header string) (all []byte, pieces int, cut bool) {
	t.Helper()
	names, err := Rolled(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(names, path) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		data = bytes.TrimPrefix(data, []byte(header))
		if name != path && len(data) > 0 && data[len(data)-1] != '\n' {
			cut = true
		}
		all = append(all, data...)
		pieces++
	}
	return all, pieces, cut
}

func TestRotationCutsLinesYetTheBytesInOrderAreThoseWritten(t *testing.T) {
	const header = "*** head ***\n"
	var ledger bytes.Buffer
	path := filepath.Join(t.TempDir(), "SystemOut.log")
	now := clockAt(time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC), time.Microsecond) // every roll within one second
	w, err := Open(Options{Path: path, Limit: 1 << 16, Keep: 1000, Block: 8192, Naming: Stamped, Header: func() []byte { return []byte(header) }, Now: now, Tee: &ledger})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 9000 {
		if _, err := fmt.Fprintf(w, "[11/23/26 22:51:37:095 CET] %08x record %d %s\n", i, i, strings.Repeat("x", i%173)); err != nil {
			t.Fatal(err)
		}
		if i%1000 == 17 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	all, pieces, cut := readAll(t, path, header)
	if !bytes.Equal(all, ledger.Bytes()) {
		t.Errorf("read %d bytes, wrote %d, and they differ", len(all), ledger.Len())
	}
	if pieces < 10 || !cut {
		t.Errorf("%d files, a line was cut: %v", pieces, cut)
	}
}

func TestOnlyTheKeptNumberOfRolledFilesStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "SystemOut.log")
	w, err := Open(Options{Path: path, Limit: 1024, Keep: 5, Block: 128, Naming: Stamped, Now: clockAt(time.Unix(0, 0).UTC(), time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	for range 400 {
		if _, err := w.Write([]byte(strings.Repeat("y", 99) + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	names, err := Rolled(path)
	if err != nil || len(names) != 5 || w.Rolls() < 30 {
		t.Errorf("%d files after %d rolls: %v", len(names), w.Rolls(), err)
	}
}

func TestAReopenedLogNeverTakesTheNameOfARolledFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "SystemOut.log")
	still := func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	seen := map[string]bool{}
	for i := range 4 {
		w, err := Open(Options{Path: path, Limit: 10, Keep: 50, Block: 4, Naming: Stamped, Now: still})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(w, "run %d: more than ten bytes\n", i); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	names, err := Rolled(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		seen[n] = true
	}
	all, _, _ := readAll(t, path, "")
	if len(seen) < 8 || strings.Count(string(all), "more than ten bytes") != 4 {
		t.Errorf("%d names, text %q", len(seen), all)
	}
}

func TestWithoutBlocksARollKeepsRecordsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "messages.log")
	w, err := Open(Options{Path: path, Limit: 300, Keep: 99, Naming: Counted, Now: clockAt(time.Unix(0, 0).UTC(), time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if _, err := fmt.Fprintf(w, "record %d\n\tat frame\n", i); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, pieces, cut := readAll(t, path, ""); cut || pieces < 3 {
		t.Errorf("cut %v, %d files", cut, pieces)
	}
	names, _ := Rolled(path)
	if !strings.HasSuffix(names[0], ".0.log") {
		t.Errorf("name %s lacks Liberty's counter", names[0])
	}
}

func TestNumberedLogsShiftUp(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "error-log-0.xml")
	w, err := Open(Options{Path: path, Limit: 100, Keep: 2, Naming: Numbered, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		if _, err := fmt.Fprintf(w, "<event n='%d'>%s</event>\n", i, strings.Repeat(" ", 40)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"n='8'", "n='7'", "n='6'"} {
		data, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("error-log-%d.xml", i)))
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("error-log-%d.xml: %q, %v", i, data, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "error-log-3.xml")); err == nil {
		t.Error("a file too many is kept")
	}
}
