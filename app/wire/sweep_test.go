package wire_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// play is something that is done to a world and broken off on the way.
type play struct {
	name   string
	before []deed // that were done
	do     string // one of deeds
	ways   []way
	least  int // calls to the disk that it makes at least
}

// way is how a person goes on after it was broken off. The bytes that it arrives at are those of the same way from where want names.
type way struct {
	name  string
	deeds []string
	want  want
	// idle are the faults that say that there is nothing to be done: right when the files are there already.
	idle []string
}

// want names the bytes that a way arrives at.
type want int

const (
	asBefore want = iota // as before everything
	asDone               // as if nothing had broken it off, and the rest of the way was gone
)

// deeds by name, so that another process can be told which.
var deeds = map[string]deed{"begin": begin, "end": end, "undo": undo, "undo through": undoThrough, "resume": resume, "reapply": reapply, "edit": edit("a.key", "of this run"),
	"upgrade": nil}

func plays() []play {
	return []play{
		{name: "offline begin", do: "begin", least: 100, ways: []way{
			{"begin again", []string{"resume", "begin"}, asDone, []string{"SB-9016"}},
			{"end", []string{"end"}, asBefore, []string{"SB-9017"}},
			{"run undo", []string{"undo"}, asBefore, []string{"SB-6026"}}}},
		{name: "offline end", before: []deed{begin}, do: "end", least: 60, ways: []way{
			{"end again", []string{"resume", "end"}, asBefore, []string{"SB-9017"}},
			{"run undo", []string{"undo"}, asBefore, []string{"SB-6026"}}}},
		{name: "run undo", before: []deed{deeds["edit"], begin}, do: "undo", least: 80, ways: []way{
			{"undo again", []string{"resume", "undo"}, asBefore, []string{"SB-6026"}},
			{"end and undo", []string{"end", "undo"}, asBefore, []string{"SB-9017", "SB-6026"}}}},
		{name: "settings reapply", before: []deed{begin, nil}, do: "reapply", least: 30, ways: []way{
			{"reapply again", []string{"resume", "reapply"}, asDone, nil},
			{"reapply and end", []string{"reapply", "end"}, asDone, nil}}},
		{name: "run resume", before: []deed{begin, nil}, do: "resume", least: 10, ways: []way{
			{"resume again", []string{"resume"}, asDone, nil},
			{"end", []string{"end"}, asDone, nil}}},
	}
}

// stage is a play with everything that is known of it before it is broken off.
type stage struct {
	play
	world
	from    string              // the snapshot where it begins
	allowed []map[string]string // what the files may hold at any moment
	first   map[string]string
	after   map[string]string
	wants   []map[string]string // of each way
	rounds  int
}

func (p play) set(t *testing.T) *stage {
	t.Helper()
	s := &stage{play: p, world: fresh(t)}
	s.first = s.files(t)
	s.allowed = append(s.allowed, s.first)
	for _, do := range p.before {
		if do == nil {
			if _, err := lab.Upgrade(t.Context(), s.root, nil); err != nil {
				t.Fatal(err)
			}
			s.allowed = nil // what the upgrade brought is where it begins
		} else {
			s.must(t, "before", do)
		}
		s.allowed = append(s.allowed, s.files(t))
	}
	s.from = s.snapshot(t)
	s.must(t, p.do, deeds[p.do])
	s.after = s.files(t)
	s.allowed = append(s.allowed, s.after)
	for _, y := range s.ways {
		s.wants = append(s.wants, s.wanted(t, y))
	}
	return s
}

// files that a way arrives at.
func (s *stage) wanted(t *testing.T, y way) map[string]string {
	t.Helper()
	if y.want == asBefore {
		return s.first
	}
	s.back(t, s.from)
	s.must(t, s.do, deeds[s.do])
	for _, d := range y.deeds {
		if d != s.do {
			s.must(t, d, deeds[d])
		}
	}
	return s.files(t)
}

// broken looks at what was left: each file whole and of a state that is known, a journal that reads, no step at work.
func (s *stage) broken(t *testing.T, at string) {
	t.Helper()
	now := s.files(t)
	for name, content := range now {
		if !slices.ContainsFunc(s.allowed, func(m map[string]string) bool { return m[name] == content }) {
			t.Fatalf("%s: %s holds what it never should", at, name)
		}
	}
	st, err := s.desk(t).RunStatus(t.Context())
	if err != nil {
		t.Fatalf("%s: run status: %v", at, err)
	}
	for _, step := range st.Steps {
		if step.State == run.Running {
			t.Errorf("%s: %s seems to be at work", at, step.ID)
		}
	}
	entries, err := journal.Read(filepath.Join(st.Run, "journal.jsonl"))
	if err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	if !maps.Equal(now, s.allowed[len(s.allowed)-2]) && !begun(entries) {
		t.Errorf("%s: files were changed, and the journal has no intent", at)
	}
}

func begun(entries []journal.Entry) bool {
	return slices.ContainsFunc(entries, func(e journal.Entry) bool { return e.Kind == journal.Intent })
}

// goOn goes one way to its end.
func (s *stage) goOn(t *testing.T, y way, want map[string]string, at string) {
	t.Helper()
	idle := false
	for _, d := range y.deeds {
		err := deeds[d](t.Context(), s.desk(t))
		if f, ok := upgrade.AsFault(err); ok && slices.Contains(y.idle, f.Code) {
			idle = true
			continue
		}
		if err != nil {
			t.Fatalf("%s, going on with %s: %v", at, d, err)
		}
	}
	if !idle { // what failed before it did anything stays failed
		s.settled(t, at+", "+y.name)
	}
	for name, content := range s.files(t) {
		if want[name] != content {
			t.Fatalf("%s, %s: %s is not what it should be:\n%s", at, y.name, name, settings.Diff(name, []byte(want[name]), []byte(content)))
		}
	}
}

// settled fails when a step of the journal has no end.
func (s *stage) settled(t *testing.T, at string) {
	t.Helper()
	st, err := s.desk(t).RunStatus(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	for _, step := range st.Steps {
		if step.State == run.Interrupted || step.State == run.Failed {
			t.Errorf("%s: %s is %s: %s", at, step.ID, step.State, step.Text)
		}
	}
}

// arrives looks at what was left and goes on: every way in a soak, else one after the other.
func (s *stage) arrives(t *testing.T, at string) {
	t.Helper()
	s.broken(t, at)
	left := s.snapshot(t)
	for i, y := range s.ways {
		if soak() || i == s.rounds%len(s.ways) {
			s.back(t, left)
			s.goOn(t, y, s.wants[i], at)
		}
	}
	s.rounds++
	_ = os.RemoveAll(left)
}

// stride is how many points of a sweep are passed over at a time: none in a soak.
func stride(n int) int {
	if soak() {
		return 1
	}
	return n
}

// soak tells that everything is to be played, not every so many.
func soak() bool { return os.Getenv("SPRINGBOARD_SOAK") != "" }

// faultAt is the error that the call of this number fails with, as a volume could.
func faultAt(n int, op osfs.Op) error {
	switch {
	case op == osfs.OpRename:
		return syscall.EACCES
	case op == osfs.OpWrite && n%2 == 0:
		return io.ErrShortWrite
	}
	return []error{syscall.EIO, syscall.ENOSPC, syscall.EACCES}[n%3]
}

// TestAFaultAtAnyCallToTheDiskIsGoneOnWith lets every call of offline begin and end, settings reapply, run undo and run resume fail once.
func TestAFaultAtAnyCallToTheDiskIsGoneOnWith(t *testing.T) {
	for _, p := range plays() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := p.set(t)
			for n := 1; ; n += stride(16) {
				s.back(t, s.from)
				calls, what := 0, ""
				s.disk.Before = func(op osfs.Op, path string) error {
					if calls++; calls != n {
						return nil
					}
					fault := faultAt(n, op)
					what = fmt.Sprintf("call %d, %s of %s fails: %v", n, op, strings.TrimPrefix(path, s.root), fault)
					return fault
				}
				err := deeds[s.do](t.Context(), s.desk(t))
				s.disk.Before = nil
				if calls < n {
					if n <= s.least {
						t.Errorf("only %d calls were reached", calls)
					}
					return
				}
				s.told(t, err, what)
				s.arrives(t, what)
			}
		})
	}
}

// told: a fault is an error with a code, or what was to be done is done: what is only kept aside may be missing.
func (s *stage) told(t *testing.T, err error, at string) {
	t.Helper()
	if err == nil {
		if !maps.Equal(s.files(t), s.after) {
			t.Errorf("%s: no error, and it is not done", at)
		}
		return
	}
	var f *upgrade.Fault
	if !errors.As(err, &f) || f.Code == "" {
		t.Errorf("%s: an error without a code: %v", at, err)
	}
}
