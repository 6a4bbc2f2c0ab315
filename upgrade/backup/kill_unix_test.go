//go:build unix

package backup_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// victim is what a child process does until it is killed.
type victim struct {
	Action     string // create, prove, restore, take back
	Root       string // of the installation of small
	To, Backup string
	Kept       []string // to take back
	// Operation is the one before which the process kills itself with SIGKILL; 0: it is killed from outside, after a line that it prints.
	Operation int
}

const victimEnv = "SPRINGBOARD_TEST_VICTIM"

// lines prints a line at each report, so that a parent can choose a moment.
type lines struct {
	op.Silent
	mu sync.Mutex
}

func (l *lines) line() {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Println("on")
}

func (l *lines) Add(int64)                    { l.line() }
func (l *lines) Item(string)                  { l.line() }
func (l *lines) Phase(string, int64, op.Unit) { l.line() }
func (l *lines) Commit(f func() error) error  { l.line(); defer l.line(); return f() }

// beVictim is the main function of the child.
func beVictim() int {
	var v victim
	if err := json.Unmarshal([]byte(os.Getenv(victimEnv)), &v); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	p := ports()
	f := newFaulty(osfs.FS{}, "", v.Operation, nil)
	f.onHit = func(string) {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal is on its way
	}
	p.FS = f
	inst := installationAt(v.Root)
	ctx, rep := contextOf(), &lines{}
	var err error
	switch v.Action {
	case "create":
		o := backup.Options{To: v.To}
		var plan backup.Plan
		if plan, err = backup.PlanFor(ctx, p, inst, o); err == nil {
			_, err = backup.Create(ctx, rep, p, plan, o)
		}
	case "prove":
		_, err = backup.Prove(ctx, rep, p, v.Backup, v.To)
	case "restore":
		_, err = backup.Restore(ctx, rep, p, v.Backup, backup.RestoreOptions{InPlace: true, Installation: inst})
	}
	if v.Action == "take back" {
		_, err = backup.SwapBack(f, v.Kept)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// kill starts a victim and gives whether it was killed; false is that it came to its end. after is the line after which it is killed from outside.
func kill(t *testing.T, v victim, after int) bool {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	scan := bufio.NewScanner(out)
	for n := 1; scan.Scan(); n++ {
		if v.Operation == 0 && n == after {
			_ = cmd.Process.Kill()
		}
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if err == nil {
		return false
	}
	if !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("%+v: %v", v, err)
	}
	return true
}

// moments gives the moments to kill at: before every operation in a soak, else some; and after random lines of the report.
func moments(t *testing.T, try func(operation, after int) bool) {
	t.Helper()
	step, random := 37, 3
	if os.Getenv("SPRINGBOARD_SOAK") == "1" {
		step, random = 1, 60
	}
	killed := 0
	for n := 1; try(n, 0); n += step {
		killed++
	}
	r := rand.New(rand.NewPCG(4, uint64(step)))
	for range random {
		if try(0, 1+r.IntN(12)) {
			killed++
		}
	}
	if killed < 5 {
		t.Errorf("only %d processes were killed", killed)
	}
}

func TestSoakABackupThatIsKilledAtAnyMomentContinuesToTheSameBytes(t *testing.T) {
	inst := small(t)
	before := snapshot(t, inst.Root)
	moments(t, func(operation, after int) bool {
		to := filepath.Join(fastDir(t), "b")
		defer os.RemoveAll(to)
		killed := kill(t, victim{Action: "create", Root: inst.Root, To: to, Operation: operation}, after)
		if killed {
			judgeFailed(t, "kill", operation, "SIGKILL", to, backup.Result{}, upgrade.NewFault("SB-2013", upgrade.KindCancelled, nil))
		}
		again := made(t, ports(), inst, backup.Options{To: to})
		verifyOK(t, ports(), again.Backup)
		sameTree(t, inst.AppData, filepath.Join(again.Backup, voltDir))
		return killed
	})
	sameSnapshot(t, "the source", before, snapshot(t, inst.Root))
}

func TestSoakAProofThatIsKilledAtAnyMomentProvesNothingAndTheNextOneDoes(t *testing.T) {
	inst := small(t)
	p := ports()
	sealed := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	before := snapshot(t, filepath.Join(sealed, "data"))
	moments(t, func(operation, after int) bool {
		scratch := fastDir(t)
		killed := kill(t, victim{Action: "prove", Root: inst.Root, To: scratch, Backup: sealed, Operation: operation}, after)
		verifyOK(t, p, sealed)
		report, err := backup.Prove(t.Context(), op.Silent{}, p, sealed, scratch)
		if err != nil || report.State != backup.Proven {
			t.Fatalf("after a kill at %d: %v %+v", operation, err, report)
		}
		left, _ := filepath.Glob(filepath.Join(scratch, "springboard-prove-*"))
		for _, place := range left {
			if !strings.Contains(strings.Join(report.Warnings, "\n"), place) {
				t.Errorf("left %s, told %v", place, report.Warnings)
			}
		}
		return killed
	})
	sameSnapshot(t, "the backup", before, snapshot(t, filepath.Join(sealed, "data")))
}

func TestSoakARestoreThatIsKilledAtAnyMomentLeavesOneStateWhole(t *testing.T) {
	s := newStates(t)
	moments(t, func(operation, after int) bool {
		killed := kill(t, victim{Action: "restore", Root: s.inst.Root, Backup: s.dir, Operation: operation}, after)
		s.eachWhole(fmt.Sprint("killed before operation ", operation))
		if _, err := s.restore(ports()); err != nil {
			t.Fatalf("the restore after a kill at %d: %v", operation, err)
		}
		s.wantFormer("after it")
		s.reset()
		return killed
	})
}

func TestSoakATakingBackThatIsKilledAtAnyMomentIsFinishedByTheNextOne(t *testing.T) {
	s := newStates(t)
	report, err := s.restore(ports())
	if err != nil {
		t.Fatal(err)
	}
	s.rest()
	killed := 0
	for n := 1; ; n++ {
		if !kill(t, victim{Action: "take back", Root: s.inst.Root, Kept: report.Kept, Operation: n}, 0) {
			break
		}
		killed++
		s.eachWhole(fmt.Sprint("killed before operation ", n))
		if _, err := backup.SwapBack(osfs.FS{}, report.Kept); err != nil {
			t.Fatalf("the taking back after a kill at %d: %v", n, err)
		}
		s.wantUpgraded(fmt.Sprint("after a kill at ", n))
		s.reset()
	}
	if killed < 8 {
		t.Errorf("only %d processes were killed", killed)
	}
}
