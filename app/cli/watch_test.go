//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestWatchFollowsOnWhenTheRecordingCannotBeWritten limits the size of files that watch may write, as a full disk does: it says so, prints every line all the same, and
// the next watch records what is missing, for it is still in the log.
func TestWatchFollowsOnWhenTheRecordingCannotBeWritten(t *testing.T) {
	t.Parallel()
	const lines = 3000
	dir := t.TempDir()
	w := &watcher{t: t, lab: filepath.Join(dir, "L"), log: filepath.Join(dir, "SystemOut.log")}
	if out, err := exec.CommandContext(t.Context(), "springboardctl", "lab", "create", w.lab, "--apps", "1", "--fail", "0").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	w.keepRun()
	rnd := rand.New(rand.NewPCG(1, 2))
	var text bytes.Buffer
	for i := range lines { // of random numbers, so that they do not shrink
		fmt.Fprintf(&text, "[11/23/26 21:00:00:000 CET] 000000a3 Demo          I   line %d %x %x %x\n", i, rnd.Uint64(), rnd.Uint64(), rnd.Uint64())
	}
	if err := os.WriteFile(w.log, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var words bytes.Buffer
	full := exec.CommandContext(t.Context(), "sh", "-c", `ulimit -f 64; exec springboardctl "$@"`, "sh", "--root", w.lab, "watch", "--until-idle", "500ms", w.log)
	full.Stderr = &words
	out, err := full.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, words.String())
	}
	if n := strings.Count(string(out), " line "); n != lines {
		t.Errorf("%d of %d lines are printed", n, lines)
	}
	if !strings.Contains(words.String(), "NOT RECORDED") {
		t.Errorf("nobody said that nothing is recorded: %s", words.String())
	}
	if out, err := w.command("watch", "--until-idle", "500ms", w.log).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err = w.command("logs", "show", "--recorded").Output()
	if err != nil {
		t.Fatal(err)
	}
	if recorded, _ := ledgerOf(t, bytes.NewReader(out)); len(recorded) != lines {
		t.Errorf("%d of %d lines are recorded", len(recorded), lines)
	}
	if out, err := w.command("watch", "verify").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestAnotherWatchTakesTheRecordingOver: the watch that records is killed while another one follows; that one records from then on, and nothing is missing.
func TestAnotherWatchTakesTheRecordingOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := &watcher{t: t, lab: filepath.Join(dir, "L"), log: filepath.Join(dir, "SystemOut.log")}
	if out, err := exec.CommandContext(t.Context(), "springboardctl", "lab", "create", w.lab, "--apps", "1", "--fail", "0").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	w.keepRun()
	n := 0
	write := func() string {
		f, err := os.OpenFile(w.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for range 10 {
			fmt.Fprintf(f, "[11/23/26 21:00:00:000 CET] 000000a3 Demo          I   line %d\n", n)
			n++
		}
		return fmt.Sprintf("line %d\"", n-1)
	}
	watch := func() (*exec.Cmd, func(until string)) {
		cmd := w.command("watch", w.log)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		return cmd, func(until string) {
			t.Helper()
			for lines.Scan() {
				if strings.Contains(lines.Text(), until) {
					return
				}
			}
			t.Fatalf("it ended without %s", until)
		}
	}
	last := write()
	first, firstSays := watch()
	firstSays(last)
	second, secondSays := watch()
	secondSays(`"state":"elsewhere"`)
	secondSays(last)
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // it was killed
	write()
	secondSays(`"state":"taken over"`)
	secondSays(write())
	if err := second.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	secondSays(`"event":"result"`)
	if err := second.Wait(); err != nil {
		t.Fatal(err)
	}
	out, err := w.command("logs", "show", "--recorded").Output()
	if err != nil {
		t.Fatal(err)
	}
	recorded, _ := ledgerOf(t, bytes.NewReader(out))
	compareLedger(t, "recorded", recorded, nil, n, losses{lines: make([]bool, n)})
}
