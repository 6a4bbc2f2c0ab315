//go:build unix

package cli

import (
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

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
				if _, still := op.Holder(lock); still {
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
