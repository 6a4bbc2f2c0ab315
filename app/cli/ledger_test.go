package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ledgerLine is what the ledger reads of a line of watch or of logs show.
type ledgerLine struct {
	Event   string `json:"event"`
	Text    string `json:"text"`
	Amended bool   `json:"amended"`
	State   string `json:"state"`
	Mark    *struct {
		Kind string `json:"kind"`
	} `json:"mark"`
}

// ledgerOf reads the numbers of the lines, and where gaps stand (the number of lines before).
func ledgerOf(t *testing.T, in io.Reader) (numbers, gaps []int) {
	t.Helper()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l ledgerLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatalf("%v in %q", err, lines.Text())
		}
		if l.Mark != nil && l.Mark.Kind == "gap" {
			gaps = append(gaps, len(numbers))
		}
		var n int
		if _, err := fmt.Sscanf(l.Text, "line %d", &n); err != nil {
			continue
		}
		if l.Amended {
			t.Fatalf("a line that is whole was given twice: %s", lines.Text())
		}
		numbers = append(numbers, n)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return numbers, gaps
}

// watcher runs the real watch and kills it, again and again.
type watcher struct {
	t   *testing.T
	lab string
	log string
	out string
}

func (w *watcher) command(args ...string) *exec.Cmd {
	return exec.CommandContext(w.t.Context(), "springboardctl", append([]string{"--root", w.lab, "--json"}, args...)...)
}

// run watches until the time is over and kills the process then, or until nothing comes any more when idle is set.
func (w *watcher) run(alive time.Duration, args ...string) {
	w.t.Helper()
	out, err := os.OpenFile(w.out, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		w.t.Fatal(err)
	}
	defer out.Close()
	var said bytes.Buffer
	cmd := w.command(append(append([]string{"watch", "--oldest"}, args...), w.log)...)
	cmd.Stdout, cmd.Stderr = out, &said
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	if alive > 0 {
		timer := time.AfterFunc(alive, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	if err := cmd.Wait(); err != nil && (alive == 0 || cmd.ProcessState.ExitCode() != -1) {
		w.t.Fatalf("%v: %s", err, said.String())
	}
}

// TestSoakEveryLineIsRecordedAndPrintedOnceThroughKills: a server process rotates at random at 50,000 lines a second while watch follows and is killed with
// SIGKILL again and again. At the end the ledger of the lines that were written equals what is recorded and what was printed.
func TestSoakEveryLineIsRecordedAndPrintedOnceThroughKills(t *testing.T) {
	t.Parallel()
	lines, every, alive := 15000, 6, 300
	kinds := []string{"copy", "truncate", "delete", "vanish"}
	if os.Getenv("SPRINGBOARD_SOAK") != "" {
		lines, every, alive = 50000*60, 60, 3000
		kinds = append(kinds, "rename", "renumber", "wrap") // a round must last longer than a program needs to start: wrap has no short run
	}
	for i, how := range kinds {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			w := &watcher{t: t, lab: filepath.Join(dir, "L"), log: filepath.Join(dir, "logs", "SystemOut.log"), out: filepath.Join(dir, "printed.jsonl")}
			if err := os.Mkdir(filepath.Dir(w.log), 0o700); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), "springboardctl", "lab", "create", w.lab, "--apps", "1", "--fail", "0").CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			w.keepRun()
			server := exec.CommandContext(t.Context(), "logserver", "-how", how, "-lines", fmt.Sprint(lines), "-seed", fmt.Sprint(i), "-every", fmt.Sprint(every), w.log)
			server.Stderr = os.Stderr
			if err := server.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- server.Wait() }()
			rnd := rand.New(rand.NewPCG(uint64(i), 1))
			kills := 0
			for running := true; running; kills++ {
				w.run(time.Duration(50+rnd.IntN(alive)) * time.Millisecond)
				select {
				case err := <-ended:
					if err != nil {
						t.Fatal(err)
					}
					running = false
				default:
				}
			}
			w.run(0, "--until-idle", "700ms")
			t.Logf("%d lines, %d kills", lines, kills)
			w.check(how, lines)
		})
	}
}

// keepRun begins a run of its own.
func (w *watcher) keepRun() {
	w.t.Helper()
	if out, err := w.command("run", "new").CombinedOutput(); err != nil {
		w.t.Fatalf("%v: %s", err, out)
	}
}

func (w *watcher) check(how string, lines int) {
	t := w.t
	t.Helper()
	printed, err := os.Open(w.out)
	if err != nil {
		t.Fatal(err)
	}
	defer printed.Close()
	numbers, gaps := ledgerOf(t, printed)
	lost := w.destroyed(lines)

	out, err := w.command("logs", "show", "--recorded").Output()
	if err != nil {
		t.Fatal(err)
	}
	recorded, _ := ledgerOf(t, bytes.NewReader(out))
	if how == "wrap" && len(gaps) > 0 { // a round was missed: from there on nobody can tell what is new
		t.Logf("%d gaps, the first after line %d", len(gaps), gaps[0])
		wantAll(t, "recorded", recorded, lines, lost)
		wantAll(t, "printed", numbers, lines, lost)
		if gaps[0] == 0 {
			return
		}
		numbers, recorded, lines, gaps = numbers[:gaps[0]], recorded[:min(gaps[0], len(recorded))], numbers[gaps[0]-1]+1, nil
	}
	compareLedger(t, "recorded", recorded, nil, lines, lost)
	if gaps == nil {
		gaps = []int{} // none is told, so nothing may be missing
	}
	compareLedger(t, "printed", numbers, gaps, lines, lost)
	if len(recorded) != len(numbers) {
		t.Errorf("%d lines are recorded, %d were printed", len(recorded), len(numbers))
	}
	if lost.none && len(gaps) > 0 {
		t.Errorf("gaps at %v, and nothing was lost", gaps)
	}
	if out, err := w.command("watch", "verify").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// losses are the lines that the server destroyed.
type losses struct {
	lines []bool
	first map[int]bool // the first line of a file, or of a round in it
	none  bool
}

func (w *watcher) destroyed(lines int) losses {
	l := losses{lines: make([]bool, lines), first: map[int]bool{}, none: true}
	data, err := os.ReadFile(destroyedBeside(w.log))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var from, to int
		if _, err := fmt.Sscanf(line, "%d %d", &from, &to); err == nil {
			l.none = false
			l.first[from] = true
			for i := from; i < to; i++ {
				l.lines[i] = true
			}
		}
	}
	return l
}

// wantAll wants each line that was not destroyed.
func wantAll(t *testing.T, what string, numbers []int, lines int, lost losses) {
	t.Helper()
	have := make([]bool, lines)
	for _, n := range numbers {
		have[n] = true
	}
	for n := range lines {
		if !have[n] && !lost.lines[n] {
			t.Fatalf("%s: line %d is missing, and nobody destroyed it", what, n)
		}
	}
}

// compareLedger wants each line once and in order. One that is missing was destroyed by the server. Where gaps are told (they are not nil) a gap stands where lines are missing, unless they are
// a file of their own: one that comes and goes while nobody looks leaves no trace.
func compareLedger(t *testing.T, what string, numbers, gaps []int, lines int, lost losses) {
	t.Helper()
	next, missing, silent := 0, 0, 0
	told := map[int]bool{}
	for _, g := range gaps {
		told[g] = true
	}
	for i, n := range numbers {
		if n < next {
			t.Fatalf("%s: line %d comes after line %d", what, n, next-1)
		}
		if next < n && gaps != nil && !told[i] {
			if silent += n - next; !lost.first[next] {
				t.Errorf("%s: lines %d to %d are missing, and nobody said so", what, next, n-1)
			}
		}
		for ; next < n; next++ {
			if missing++; !lost.lines[next] {
				t.Fatalf("%s: line %d is missing, and nobody destroyed it (before line %d)", what, next, n)
			}
		}
		next++
	}
	for ; next < lines; next++ {
		if !lost.lines[next] {
			t.Fatalf("%s: line %d of %d is missing at the end", what, next, lines)
		}
	}
	t.Logf("%s: %d lines, %d destroyed before they were read, %d of them in files that nobody saw; %d gaps", what, len(numbers), missing, silent, len(gaps))
}
