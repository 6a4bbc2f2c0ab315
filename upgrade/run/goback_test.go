package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
)

// world is what steps change: files that hold "done" while they are done.
type world struct {
	dir string
	n   int
}

func (w world) file(i int) string { return filepath.Join(w.dir, strconv.Itoa(i)) }

// doings are those that are still done, by the world itself.
func (w world) doings(fail func(i int) error) []Doing {
	var all []Doing
	for i := range w.n {
		if _, err := os.Stat(w.file(i)); err != nil {
			continue
		}
		all = append(all, Doing{Step: StepFix, What: fmt.Sprint("thing ", i), At: time.Unix(int64(i), 0), Do: func(context.Context) (string, error) {
			if err := fail(i); err != nil {
				return "", err
			}
			return "gone", os.Remove(w.file(i))
		}})
	}
	return all
}

func newWorld(t *testing.T, dir string, n int) world {
	t.Helper()
	w := world{dir, n}
	for i := range n {
		if err := os.WriteFile(w.file(i), []byte("done"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func TestGoingBackIsNewestFirstAndEndsWhereItFails(t *testing.T) {
	const n = 5
	for failAt := range n {
		f, err := store(t).Create(inst(), false)
		if err != nil {
			t.Fatal(err)
		}
		w, boom, hit := newWorld(t, t.TempDir(), n), errors.New("boom"), false
		_, err = f.GoBack(t.Context(), w.doings(func(i int) error {
			if i == failAt {
				hit = true
				return boom
			}
			return nil
		}), false, false)
		if !errors.Is(err, boom) || !hit {
			t.Fatalf("%d: %v", failAt, err)
		}
		if left := len(w.doings(nil)); left != failAt+1 {
			t.Errorf("failed at %d and %d are left: not the newest first", failAt, left)
		}
		if _, err := f.GoBack(t.Context(), w.doings(func(int) error { return nil }), false, false); err != nil || len(w.doings(nil)) != 0 {
			t.Errorf("the second time: %v, %d left", err, len(w.doings(nil)))
		}
	}
}

func TestGoingBackStopsAtWhatOnlyARestoreTakesBack(t *testing.T) {
	f, err := store(t).Create(inst(), false)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, t.TempDir(), 3)
	all := append(w.doings(func(int) error { return nil }), Doing{Step: StepInstall, What: "installed", At: time.Unix(1, 5), Stop: "restore"}, Doing{Step: StepBackup, At: time.Unix(9, 0), Keep: "stays"})
	went, err := f.GoBack(t.Context(), all, false, false)
	if upgrade.KindOf(err) != upgrade.KindPartial || len(went) != 3 || went[0].Outcome != Kept || went[1].Outcome != TakenBack || went[2].Outcome != StoppedAt || len(w.doings(nil)) != 2 {
		t.Errorf("%v %+v", err, went)
	}
	if went, err = f.GoBack(t.Context(), all[:2], true, true); err != nil || went[0].Outcome != WouldUndo || len(w.doings(nil)) != 2 {
		t.Errorf("dry: %v %+v", err, went)
	}
	if _, err = f.GoBack(t.Context(), append(w.doings(func(int) error { return nil }), all[3]), true, false); err != nil || len(w.doings(nil)) != 0 {
		t.Errorf("through: %v", err)
	}
}

func TestAStepThatIsAtWorkCannotBeBegunASecondTime(t *testing.T) {
	f, err := store(t).Create(inst(), false)
	if err != nil {
		t.Fatal(err)
	}
	err = f.Act(StepBackup, "first", func() (string, map[string]any, error) {
		again := f.Act(StepBackup, "second", func() (string, map[string]any, error) { t.Error("it ran twice"); return "", nil, nil })
		if fault, ok := upgrade.AsFault(again); !ok || fault.Code != "SB-6027" || !strings.Contains(fault.Args["holder"], "first") {
			t.Errorf("%v", again)
		}
		return "", nil, f.Act(StepReport, "another step", func() (string, map[string]any, error) { return "", nil, nil })
	})
	if err != nil || stateIn(t, f, StepBackup) != Done {
		t.Error(err)
	}
}

// killed names the folder for the process that TestAKill... starts of itself and kills.
const killed = "SPRINGBOARD_TEST_KILLED"

// failedItself is the exit code of a process that was not killed; Windows gives 1 to one that was.
const failedItself = 7

func TestMain(m *testing.M) {
	if dir := os.Getenv(killed); dir != "" {
		dies(dir)
	}
	os.Exit(m.Run())
}

// dies goes back over its world and kills itself, as kill -9 does, at the named call.
func dies(dir string) {
	at, _ := strconv.Atoi(os.Getenv(killed + "_AT"))
	calls := 0
	die := func() {
		if calls++; calls == at {
			p, _ := os.FindProcess(os.Getpid())
			_ = p.Kill()
			select {}
		}
	}
	s := Store{Now: func() time.Time { die(); return time.Unix(int64(calls), 0) }, Disk: osfs.Disk{}}
	f, err := s.Open(filepath.Join(dir, "run"))
	if err == nil {
		_, err = f.GoBack(context.Background(), world{filepath.Join(dir, "world"), 3}.doings(func(int) error { die(); return nil }), false, false)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(failedItself)
	}
	os.Exit(0)
}

// TestAKillAtAnyPointIsGoneOnWith kills a real process with SIGKILL at each look at the clock (before each line of the journal) and before each thing it takes back.
func TestAKillAtAnyPointIsGoneOnWith(t *testing.T) {
	deaths := 0
	for at := 1; ; at++ {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "world"), 0o700); err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, filepath.Join(dir, "world"), 3)
		s := store(t)
		f, err := s.CreateAt(filepath.Join(dir, "run"), inst(), false)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killed+"="+dir, fmt.Sprintf("%s_AT=%d", killed, at))
		var said bytes.Buffer
		cmd.Stderr = &said
		err = cmd.Run()
		if err == nil {
			break // it got through before the call came
		}
		if cmd.ProcessState.ExitCode() == failedItself {
			t.Fatalf("it failed by itself: %s", said.String())
		}
		deaths++
		if st := stateIn(t, f, StepFix); st == Running {
			t.Errorf("killed at %d, and the step seems to be at work", at)
		}
		if _, err := f.GoBack(t.Context(), w.doings(func(int) error { return nil }), false, false); err != nil || len(w.doings(nil)) != 0 {
			t.Errorf("killed at %d: %v, %d left", at, err, len(w.doings(nil)))
		}
		if _, err := journal.Read(f.Journal.Path()); err != nil {
			t.Errorf("killed at %d: %v", at, err)
		}
	}
	if deaths < 9 {
		t.Errorf("only %d deaths: the sweep did not reach every point", deaths)
	}
}
