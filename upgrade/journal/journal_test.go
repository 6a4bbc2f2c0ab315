package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func at() time.Time { return time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC) }

func filled(t *testing.T, n int) (string, *Journal) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	j, err := Open(path, at)
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
	path, _ := filled(t, 2)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first := bytes.IndexByte(whole, '\n') + 1
	for cut := first + 1; cut < len(whole); cut++ {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := Open(path, at)
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
			j, err := Open(path, at)
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
