package logbook_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
)

var at = time.Date(2026, 11, 22, 22, 14, 5, 0, time.UTC)

func mark(stamp, note string) logbook.Bookmark {
	return logbook.Mark(&logs.Record{File: "/now/SystemOut.log", Origin: "/was/SystemOut.log", Line: 7, Stamp: stamp, Text: "text " + stamp}, note, "kim", at)
}

func TestWhatIsNotedIsThereAfterwards(t *testing.T) {
	path := filepath.Join(t.TempDir(), logbook.FileName)
	s := logbook.Open(path, osfs.WriteFile)
	if b, err := s.Load(); err != nil || len(b.Bookmarks) != 0 {
		t.Fatalf("a book that was never written: %v %v", b, err)
	}
	first := mark("a", "")
	_, err := s.Change(func(b *logbook.Book) error {
		b.Put(first)
		b.Put(mark("b", "look here"))
		first.Note = "now with a note"
		b.Put(first)
		b.PutFilter(logbook.Filter{Name: "upgrade", Levels: []string{"error"}, Terms: []logbook.Term{{Kind: "text", Value: "x", Not: true}}})
		b.PutFilter(logbook.Filter{Name: "All", Failures: true})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := logbook.Open(path, osfs.WriteFile).Load()
	if err != nil || len(b.Bookmarks) != 2 || len(b.Filters) != 2 || b.Filters[0].Name != "All" {
		t.Fatalf("%+v %v", b, err)
	}
	if got, ok := b.Find(first.Key); !ok || cmp.Diff(first, got) != "" || got.File != "/was/SystemOut.log" {
		t.Errorf("%+v", got)
	}
	if b, err = s.Change(func(b *logbook.Book) error { b.Remove(first.Key); b.RemoveFilter("All"); return nil }); err != nil || len(b.Bookmarks) != 1 ||
		len(b.Filters) != 1 {
		t.Errorf("%+v %v", b, err)
	}
}

func TestAFailedWriteLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), logbook.FileName)
	s := logbook.Open(path, osfs.WriteFile)
	if _, err := s.Change(func(b *logbook.Book) error { b.Put(mark("a", "kept")); return nil }); err != nil {
		t.Fatal(err)
	}
	hit := false
	broken := logbook.Open(path, func(string, []byte, os.FileMode) error { hit = true; return errors.New("no space left") })
	_, err := broken.Change(func(b *logbook.Book) error { b.Put(mark("b", "")); return nil })
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-3042" || !hit {
		t.Errorf("error %v, the fault was hit: %v", err, hit)
	}
	if b, err := s.Load(); err != nil || len(b.Bookmarks) != 1 || b.Bookmarks[0].Note != "kept" {
		t.Errorf("%+v %v", b, err)
	}
	refused := errors.New("refused")
	if _, err := s.Change(func(*logbook.Book) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("a refused change: %v", err)
	}
}

func TestABookThatCannotBeReadIsNotReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), logbook.FileName)
	for text, code := range map[string]string{"{": "SB-3040", `{"format": 99}`: "SB-3041"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := logbook.Open(path, osfs.WriteFile).Change(func(b *logbook.Book) error { b.Put(mark("a", "")); return nil })
		if f, ok := upgrade.AsFault(err); !ok || f.Code != code {
			t.Errorf("%q: %v", text, err)
		}
		if data, _ := os.ReadFile(path); string(data) != text {
			t.Errorf("%q was replaced by %q", text, data)
		}
	}
}

func TestARecordKeepsItsKeyWhereverItStands(t *testing.T) {
	r := logs.Record{File: "a", Line: 1, Stamp: "s", Thread: "t", Level: "E", Logger: "l", Text: "x"}
	moved := r
	moved.File, moved.Line, moved.Offset = "b", 99, 12345
	other := r
	other.Text = "y"
	if logbook.Key(&r) != logbook.Key(&moved) || logbook.Key(&r) == logbook.Key(&other) {
		t.Error("the key does not tell records apart by what they say")
	}
}
