package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func replaceIn(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	re := regexp.MustCompile(args[1])
	at := re.FindIndex(data)
	if at == nil {
		ts.Fatalf("%s does not hold %s", args[0], args[1])
	}
	fresh := string(data[:at[0]]) + strings.ReplaceAll(args[2], `\n`, "\n") + string(data[at[1]:])
	ts.Check(os.WriteFile(path, []byte(fresh), 0o600))
}

// lockOf is the lock of the only installation of a lab.
func lockOf(ts *testscript.TestScript, dir string) string {
	found, err := filepath.Glob(filepath.Join(ts.MkAbs(dir), "springboard", "locks", "*.lock"))
	ts.Check(err)
	if len(found) == 0 {
		return "" // nobody has locked it yet
	}
	return found[0]
}

// another is the command line as a process of its own.
func another(ts *testscript.TestScript, args ...string) *exec.Cmd {
	path, err := exec.LookPath("springboardctl")
	ts.Check(err)
	cmd := exec.Command(path, args...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"HOME", "XDG_STATE_HOME", "PATH", "GORACE", "GOCOVERDIR"} {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	return cmd
}

func stale(ts *testscript.TestScript, _ bool, args []string) {
	data, err := json.Marshal(op.Owner{By: args[1], PID: os.Getpid(), What: "restore", Since: time.Now().Add(-time.Hour)})
	ts.Check(err)
	ts.Check(osfs.WriteFile(lockOf(ts, args[0])+".json", data, 0o600))
}

// race starts begin and end at once; either may be first. 1 is that there is nothing to do.
func race(ts *testscript.TestScript, _ bool, args []string) {
	rounds, err := strconv.Atoi(args[1])
	ts.Check(err)
	for range rounds {
		var codes [2]int
		var said [2]string
		var wg sync.WaitGroup
		for i, what := range []string{"begin", "end"} {
			cmd := another(ts, "--root", args[0], "--yes", "--json", "offline", what)
			wg.Go(func() {
				out, _ := cmd.CombinedOutput()
				codes[i], said[i] = cmd.ProcessState.ExitCode(), string(out)
			})
		}
		wg.Wait()
		for i, code := range codes {
			nothing := code == ExitFailed && (strings.Contains(said[i], "SB-9016") || strings.Contains(said[i], "SB-9017") || strings.Contains(said[i], "SB-5011"))
			if code != ExitOK && code != ExitLocked && !nothing {
				ts.Fatalf("%d: %s", code, said[i])
			}
		}
		if codes[0] != ExitOK && codes[1] != ExitOK {
			ts.Fatalf("neither won: %v\n%s\n%s", codes, said[0], said[1])
		}
	}
}

// waiveAll says of every finding that stops that it was seen to.
func waiveAll(ts *testscript.TestScript, _ bool, args []string) {
	out, _ := another(ts, "--root", args[0], "--json", "check").Output()
	var result struct {
		Findings []struct {
			Code, Severity string
			Waived         any
		}
	}
	ts.Check(json.Unmarshal(out, &result))
	for _, f := range result.Findings {
		if f.Severity != "blocker" && f.Severity != "unknown" {
			continue
		}
		if err := another(ts, "--root", args[0], "check", "waive", f.Code, "--by", "Ann", "--why", "practice").Run(); err != nil {
			ts.Check(another(ts, "--root", args[0], "check", "attest", f.Code, "--by", "Ann").Run())
		}
	}
}
