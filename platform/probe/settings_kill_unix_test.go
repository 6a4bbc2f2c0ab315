//go:build unix

package probe

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// mortal ends its own process with SIGKILL at the n-th call, before it or, with after, when it is done.
type mortal struct {
	SettingsFiles
	at    int
	after bool
	calls *int
}

func (m mortal) step() func() {
	*m.calls++
	die := func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }
	if *m.calls != m.at {
		return func() {}
	}
	if m.after {
		return die
	}
	die()
	return nil
}

func (m mortal) Read(path string) ([]byte, error) {
	defer m.step()()
	return m.SettingsFiles.Read(path)
}

func (m mortal) WriteAtomic(path string, data []byte) error {
	defer m.step()()
	return m.SettingsFiles.WriteAtomic(path, data)
}

func (m mortal) Remove(path string) error {
	defer m.step()()
	return m.SettingsFiles.Remove(path)
}

func (m mortal) List(dir string) ([]string, error) {
	defer m.step()()
	return m.SettingsFiles.List(dir)
}

// killed is what the child does: it edits two files, or takes that back, and dies on the way.
func killed(t *testing.T, dir string, files settings.Files) {
	t.Helper()
	s := storeIn(dir, files)
	if os.Getenv("SPRINGBOARD_TEST_KILL_UNDO") != "" {
		for _, name := range []string{"two.properties", "one.properties"} {
			if _, err := s.Undo(t.Context(), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	if _, err := s.Apply(t.Context(), planIn(t, dir, files)); err != nil {
		t.Fatal(err)
	}
}

func storeIn(dir string, files settings.Files) *settings.Store {
	return &settings.Store{Files: files, UndoDir: filepath.Join(dir, "undo"), Now: func() time.Time { return time.Unix(0, 0) }}
}

func planIn(t *testing.T, dir string, files settings.Files) settings.Plan {
	t.Helper()
	p, err := settings.MakePlan(t.Context(), files, "kill", upgrade.Edit{File: filepath.Join(dir, "one.properties"), Op: upgrade.EditSet, Key: "a", Value: "2"},
		upgrade.Edit{File: filepath.Join(dir, "two.properties"), Op: upgrade.EditSet, Key: "a", Value: "2"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// dies runs the child and tells whether it was killed; false means that it came to its end.
func dies(t *testing.T, dir string, undo bool, env string, watch func(*os.Process)) bool {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestAKillLeavesTheOldOrTheNewFileAndBothWays$")
	cmd.Env = append(os.Environ(), "SPRINGBOARD_TEST_KILL_DIR="+dir, env)
	if undo {
		cmd.Env = append(cmd.Env, "SPRINGBOARD_TEST_KILL_UNDO=1")
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if watch != nil {
		watch(cmd.Process)
	}
	err = cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return true
	}
	if err != nil {
		t.Fatalf("the child failed: %v", err)
	}
	return false
}

// arrive checks the state that a kill left, goes on or back, and checks the end.
func arrive(t *testing.T, dir string, undo bool, what string) {
	t.Helper()
	files := SettingsFiles{}
	s := storeIn(dir, files)
	for _, name := range []string{"one.properties", "two.properties"} {
		file := filepath.Join(dir, name)
		got := content(t, file)
		open, err := s.Open(file)
		if err != nil || (got != theText && got != "a = 2\nb = 2\n") {
			t.Fatalf("%s: %s holds %q, %v", what, name, got, err)
		}
		if (got != theText) != (len(open) == 1) {
			t.Fatalf("%s: %s holds %q and the records tell of %d changes", what, name, got, len(open))
		}
	}
	want := theText
	if undo { // the way forward of an undo is the undo, its way back is the edit
		for _, name := range []string{"two.properties", "one.properties"} {
			file := filepath.Join(dir, name)
			if open, _ := s.Open(file); len(open) == 0 {
				continue
			}
			if _, err := s.Undo(t.Context(), file); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}
	} else {
		if _, err := s.Apply(t.Context(), planIn(t, dir, files)); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		want = "a = 2\nb = 2\n"
	}
	for _, name := range []string{"one.properties", "two.properties"} {
		if got := content(t, filepath.Join(dir, name)); got != want {
			t.Fatalf("%s: after going on %s holds %q", what, name, got)
		}
		for want == "a = 2\nb = 2\n" && content(t, filepath.Join(dir, name)) != theText {
			if _, err := s.Undo(t.Context(), filepath.Join(dir, name)); err != nil {
				t.Fatalf("%s: the way back: %v", what, err)
			}
		}
	}
}

// twoFiles makes the files of one round; with undo the edit is made already.
func twoFiles(t *testing.T, undo bool) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "one.properties"), theText)
	write(t, filepath.Join(dir, "two.properties"), theText)
	if undo {
		if _, err := storeIn(dir, SettingsFiles{}).Apply(t.Context(), planIn(t, dir, SettingsFiles{})); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAKillLeavesTheOldOrTheNewFileAndBothWays(t *testing.T) {
	if dir := os.Getenv("SPRINGBOARD_TEST_KILL_DIR"); dir != "" {
		at, _ := strconv.Atoi(os.Getenv("SPRINGBOARD_TEST_KILL_AT"))
		calls := 0
		killed(t, dir, mortal{at: max(at, -at), after: at < 0, calls: &calls})
		return
	}
	for _, undo := range []bool{false, true} {
		for _, sign := range []int{1, -1} {
			kills := 0
			for n := 1; ; n++ {
				dir := twoFiles(t, undo)
				if !dies(t, dir, undo, fmt.Sprintf("SPRINGBOARD_TEST_KILL_AT=%d", sign*n), nil) {
					break
				}
				kills++
				arrive(t, dir, undo, fmt.Sprintf("undo %v, killed at call %d", undo, sign*n))
			}
			if kills < 10 {
				t.Errorf("undo %v: only %d kills were hit", undo, kills)
			}
		}
	}
}

// TestSoakAKillAtAnyMomentLeavesTheOldOrTheNewFile kills from outside, at moments that nobody chose: between the bytes, within a flush, about a rename.
func TestSoakAKillAtAnyMomentLeavesTheOldOrTheNewFile(t *testing.T) {
	rounds := 10
	if os.Getenv("SPRINGBOARD_SOAK") != "" {
		rounds = 1500
	}
	r := rand.New(rand.NewPCG(7, 8))
	kills := 0
	for n := range rounds {
		undo := n%2 == 1
		dir := twoFiles(t, undo)
		turns := r.IntN(40)
		if dies(t, dir, undo, "SPRINGBOARD_TEST_KILL_AT=0", func(p *os.Process) { killWhenBusy(p, dir, turns) }) {
			kills++
		}
		arrive(t, dir, undo, fmt.Sprintf("round %d, undo %v", n, undo))
	}
	t.Logf("%d of %d children were killed on the way", kills, rounds)
}

// killWhenBusy waits until the child has begun to write, looks some more times, and kills it.
func killWhenBusy(p *os.Process, dir string, turns int) {
	begun := func() int {
		n := 0
		for _, sub := range []string{"", "undo"} {
			entries, _ := os.ReadDir(filepath.Join(dir, sub))
			n += len(entries)
		}
		return n
	}
	for was := begun(); begun() == was && syscall.Kill(p.Pid, 0) == nil && !zombie(p.Pid); {
		continue
	}
	for range turns {
		begun()
	}
	_ = p.Kill()
}

// zombie tells that the child has ended and was not waited for.
func zombie(pid int) bool {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	for i := len(data) - 1; i > 0; i-- {
		if data[i] == ')' {
			return i+2 < len(data) && data[i+2] == 'Z'
		}
	}
	return false
}
