package journal

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
)

func at() time.Time { return time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC) }

// unsynced is a disk that is not waited for: thousands of cuts need no flush.
type unsynced struct{ osfs.Disk }

func (unsynced) Append(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func (unsynced) Truncate(path string, size int64) error { return os.Truncate(path, size) }

func (unsynced) WriteFile(path string, data []byte, perm fs.FileMode) error {
	return os.WriteFile(path, data, perm)
}

func filled(t *testing.T, n int) (string, *Journal) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	j, err := Open(path, osfs.Disk{}, at)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		if _, err := j.Append(Effect, "protect.backup", "copied", map[string]any{"files": 3.0, "path": "a\u2028<b>"}); err != nil {
			t.Fatal(err)
		}
	}
	return path, j
}

func TestEntriesComeBackChained(t *testing.T) {
	_, j := filled(t, 3)
	entries, err := j.Entries()
	if err != nil || len(entries) != 3 {
		t.Fatalf("got %d entries, %v", len(entries), err)
	}
	if entries[2].Prev != entries[1].Hash || entries[2].Seq != 3 || !entries[0].Time.Equal(at()) {
		t.Errorf("not chained: %+v", entries)
	}
}

func TestTornLastLineAtEveryByteIsCutOffAndKeptAside(t *testing.T) {
	path, j := filled(t, 1)
	before := content(t, HeadPath(path)) // a line that a crash tore was not told of yet
	if _, err := j.Append(Effect, "protect.backup", "copied", nil); err != nil {
		t.Fatal(err)
	}
	whole := content(t, path)
	first := bytes.IndexByte(whole, '\n') + 1
	for cut := first + 1; cut < len(whole); cut++ {
		put(t, path, whole[:cut])
		put(t, HeadPath(path), before)
		j, err := Open(path, unsynced{}, at)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if _, err := j.Append(Note, "", "after", nil); err != nil {
			t.Fatal(err)
		}
		entries, err := j.Entries()
		if err != nil || len(entries) != 2 || entries[1].Text != "after" {
			t.Fatalf("cut at %d: %d entries, %v", cut, len(entries), err)
		}
		torn, err := os.ReadFile(path + ".torn")
		if err != nil || !bytes.Equal(torn, whole[first:cut]) {
			t.Fatalf("cut at %d: the torn bytes were not kept: %v", cut, err)
		}
	}
}

func TestAnyChangedByteBreaksTheChain(t *testing.T) {
	path, _ := filled(t, 3)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for at := range last {
		bad := bytes.Clone(whole)
		bad[at] ^= 1
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); upgrade.KindOf(err) != upgrade.KindVerify {
			t.Fatalf("a change at byte %d (%q) went unseen: %v", at, whole[at], err)
		}
	}
}

func TestSeveralWritersNeverTearOrForkTheChain(t *testing.T) {
	path, _ := filled(t, 0)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			j, err := Open(path, osfs.Disk{}, at)
			if err != nil {
				t.Error(err)
				return
			}
			for range 10 {
				if _, err := j.Append(Note, "", strings.Repeat("x", 200), nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	entries, err := Read(path)
	if err != nil || len(entries) != 40 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func code(err error) string {
	if f, ok := upgrade.AsFault(err); ok {
		return f.Code
	}
	return ""
}

func TestAJournalThatLostItsEndIsNotGoneOnWith(t *testing.T) {
	path, j := filled(t, 3)
	whole := content(t, path)
	for cut := range len(whole) {
		put(t, path, whole[:cut])
		if _, err := Read(path); code(err) != "SB-6004" {
			t.Fatalf("cut at %d of %d: read says %v", cut, len(whole), err)
		}
		if _, err := Open(path, osfs.Disk{}, at); code(err) != "SB-6004" {
			t.Fatalf("cut at %d of %d: open says %v", cut, len(whole), err)
		}
		if _, err := j.Append(Note, "", "after", nil); code(err) != "SB-6004" {
			t.Fatalf("cut at %d of %d: append says %v", cut, len(whole), err)
		}
		if got := content(t, path); !bytes.Equal(got, whole[:cut]) {
			t.Fatalf("cut at %d: the file was changed", cut)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); code(err) != "SB-6004" {
		t.Errorf("all of it is gone, and read says %v", err)
	}
}

func TestAJournalOfAnotherHistoryIsNotGoneOnWith(t *testing.T) {
	path, _ := filled(t, 3)
	other, j := filled(t, 2)
	if _, err := j.Append(Note, "", "something else", nil); err != nil {
		t.Fatal(err)
	}
	put(t, path, content(t, other))
	if _, err := Read(path); code(err) != "SB-6004" {
		t.Errorf("its last line is another's, and read says %v", err)
	}
}

func TestAHeadThatCannotBeReadIsSaid(t *testing.T) {
	path, _ := filled(t, 1)
	for bad, want := range map[string]string{"": "SB-6004", "{": "SB-6004", `{"format":1,"entries":0,"hash":"x"}`: "SB-6004", `{"format":2,"entries":1,"hash":"x"}`: "SB-6022"} {
		put(t, HeadPath(path), []byte(bad))
		if _, err := Read(path); code(err) != want {
			t.Errorf("%q: %v, want %s", bad, err, want)
		}
	}
}

func TestAJournalWithoutAHeadIsAnOlderOneAndGetsOne(t *testing.T) {
	path, j := filled(t, 2)
	if err := os.Remove(HeadPath(path)); err != nil {
		t.Fatal(err)
	}
	if entries, err := Read(path); err != nil || len(entries) != 2 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	if _, err := j.Append(Note, "", "third", nil); err != nil {
		t.Fatal(err)
	}
	if h, ok, err := readHead(path); err != nil || !ok || h.Entries != 3 {
		t.Errorf("%+v %v %v", h, ok, err)
	}
}

// TestAFaultAtAnyCallLeavesAJournalThatGoesOn lets each call to the disk fail once, as a volume does, and appends again.
func TestAFaultAtAnyCallLeavesAJournalThatGoesOn(t *testing.T) {
	faults := []error{syscall.EIO, syscall.ENOSPC, syscall.EACCES}
	for n := 1; ; n++ {
		calls, fault := 0, faults[n%3]
		disk := osfs.Disk{Before: func(op osfs.Op, _ string) error {
			if calls++; calls != n {
				return nil
			}
			if op == osfs.OpWrite && n%2 == 0 {
				fault = io.ErrShortWrite
			}
			return fault
		}}
		path := filepath.Join(t.TempDir(), "journal.jsonl")
		j, err := Open(path, disk, at)
		if err != nil {
			t.Fatal(err)
		}
		failed, sure := 0, 0
		for i := range 3 {
			_, err := j.Append(Note, "", strconv.Itoa(i), nil)
			if err == nil {
				sure++
				continue
			}
			if failed++; code(err) != "SB-6001" || !errors.Is(err, fault) {
				t.Fatalf("%v at call %d: %v", fault, n, err)
			}
		}
		entries, err := Read(path)
		if err != nil || len(entries) < sure || len(entries) > sure+failed {
			t.Fatalf("%v at call %d: %d entries, %d of them sure, %v", fault, n, len(entries), sure, err)
		}
		if calls < n {
			if n < 20 {
				t.Errorf("only %d calls were reached", n-1)
			}
			return
		}
		if failed != 1 {
			t.Errorf("%v at call %d was not told", fault, n)
		}
	}
}

func FuzzReadNeverPanics(f *testing.F) {
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"seq":1,"hash":"x"}` + "\n{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, good, err := parse("j", data)
		if err == nil && good > len(data) {
			t.Fatal("more is good than there is")
		}
	})
}

func TestAProgramThatStandsInTheMiddleOfAnEntryKeepsNobodyWaitingForEver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	j, err := Open(path, unsynced{}, at)
	if err != nil {
		t.Fatal(err)
	}
	j.patience = 20 * time.Millisecond
	standing := flock.New(LockPath(path))
	if err := standing.Lock(); err != nil {
		t.Fatal(err)
	}
	_, err = j.Append(Note, "", "while another writes", nil)
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-6005" || f.Kind != upgrade.KindLocked {
		t.Errorf("an append beside one that stands says %v", err)
	}
	if err := standing.Close(); err != nil {
		t.Fatal(err)
	}
	if e, err := j.Append(Note, "", "afterwards", nil); err != nil || e.Seq != 1 {
		t.Errorf("afterwards: entry %d, %v", e.Seq, err)
	}
}
