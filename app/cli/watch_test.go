//go:build unix

package cli

import (
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
