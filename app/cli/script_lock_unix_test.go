//go:build unix

package cli

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"github.com/rogpeppe/go-internal/testscript"
	ps "github.com/shirou/gopsutil/v4/process"

	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// stopCmds are the commands of a scenario that need a system on which a process can be stopped.
func stopCmds() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){"stopped": stopped, "goeson": goesOn, "killed": killedNow}
}

// paused is the process that stopped stopped, by scenario.
var paused sync.Map

// stopped tries again when the process was through before it could be stopped.
func stopped(ts *testscript.TestScript, _ bool, args []string) {
	what := args[1]
	for range 5 {
		cmd := another(ts, args[2:]...)
		ts.Check(cmd.Start())
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for done := false; !done; {
			lock := lockOf(ts, args[0])
			if owner, held := op.Holder(lock); held && owner.What == what && owner.PID == cmd.Process.Pid {
				ts.Check(cmd.Process.Signal(syscall.SIGSTOP))
				if stands(cmd.Process.Pid) && !writing(ts, args[0]) && holds(lock) {
					paused.Store(ts.MkAbs("."), &pausedProcess{cmd, ended})
					return
				}
				ts.Check(cmd.Process.Signal(syscall.SIGCONT))
			}
			select {
			case <-ended:
				done = true
			case <-time.After(time.Millisecond): // another process: it tells nobody when it has the lock
			}
		}
	}
	ts.Fatalf("%s was never seen to hold the lock", what)
}

// stands waits until the system has stopped every thread of the process. It is false when the process ended before.
func stands(pid int) bool {
	for {
		p, err := ps.NewProcess(int32(pid)) //nolint:gosec // a process's number
		if err != nil {
			return false
		}
		states, err := p.Status()
		if err != nil {
			return false
		}
		switch states[0] {
		case ps.Stop:
			return true
		case ps.Zombie:
			return false
		}
		runtime.Gosched()
	}
}

// writing tells whether a program is in the middle of an entry of a journal: one that is stopped there keeps everybody waiting, which is not what is asked here.
func writing(ts *testscript.TestScript, dir string) bool {
	found, err := filepath.Glob(filepath.Join(ts.MkAbs(dir), "springboard", "runs", "*", "journal.jsonl"))
	ts.Check(err)
	for _, path := range found {
		lock := flock.New(journal.LockPath(path))
		free, err := lock.TryLock()
		ts.Check(err)
		ts.Check(lock.Close())
		if !free {
			return true
		}
	}
	return false
}

func holds(lock string) bool {
	_, still := op.Holder(lock)
	return still
}

type pausedProcess struct {
	cmd   *exec.Cmd
	ended chan error
}

func pausedOf(ts *testscript.TestScript) *pausedProcess {
	p, ok := paused.LoadAndDelete(ts.MkAbs("."))
	if !ok {
		ts.Fatalf("nothing is stopped")
	}
	return p.(*pausedProcess) //nolint:errcheck // stopped stores nothing else
}

func goesOn(ts *testscript.TestScript, _ bool, _ []string) {
	p := pausedOf(ts)
	ts.Check(p.cmd.Process.Signal(syscall.SIGCONT))
	ts.Check(<-p.ended)
}

func killedNow(ts *testscript.TestScript, _ bool, _ []string) {
	p := pausedOf(ts)
	ts.Check(p.cmd.Process.Kill())
	<-p.ended
}
