//go:build unix

// Bench measures what Springboard promises to be: each figure is a ratio against a peer in the same run, because machines are noisy. The absolute times are
// printed for the curious. It exits with 1 when a figure is missed.
//
// One file an area: command.go runs and measures, the others hold the figures of what they are named for.
//
//	go run ./app/bench [--only start,logs,follow,backup,window,logscreen] [--mb 1024] [--match TEXT]
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// figure is one promise: ours takes at most limit times as long as the peer, and at most memory bytes (0: not limited).
type figure struct {
	area, name, peer string
	limit            float64
	memory           int64
	needs            string // the peer's program, where not every machine has it
	measure          func(b *bench) (ours, peer sample, err error)
}

// figures are all promises, in the order in which they are measured.
func figures() []figure {
	return slices.Concat(startFigures(), logFigures(), followFigures(), backupFigures(), windowFigures(), logscreenFigures())
}

// sample is what one command took.
type sample struct {
	took time.Duration
	peak int64 // bytes of memory, 0 where it was not measured
}

type bench struct {
	out  io.Writer
	ctl  string // springboardctl
	mb   int
	work string
}

func main() {
	os.Exit(run(os.Stdout))
}

func run(out io.Writer) int {
	only := flag.String("only", "start,logs,follow,backup,window,logscreen", "which figures")
	mb := flag.Int("mb", 1024, "size of the log in MB")
	match := flag.String("match", "", "only figures whose name or peer holds this text")
	flag.Parse()
	work, err := os.MkdirTemp("", "springboard-bench")
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(work) }()
	ctl, err := filepath.Abs("bin/springboardctl")
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	b := &bench{out: out, ctl: ctl, mb: *mb, work: work}
	missed := 0
	wanted := strings.Split(*only, ",")
	for _, f := range figures() {
		if slices.Contains(wanted, f.area) && strings.Contains(f.name+" "+f.peer, *match) && !b.report(f) {
			missed++
		}
	}
	if missed > 0 {
		return 1
	}
	return 0
}

// report measures a figure and prints it. It tells whether the promise was kept.
func (b *bench) report(f figure) bool {
	name := f.area + ": " + f.name
	if f.needs != "" {
		if _, err := exec.LookPath(f.needs); err != nil {
			fmt.Fprintf(b.out, "%-34s not measured against %s: %s is not installed\n", name, f.peer, f.needs)
			return false // a promise that was not tried was not kept
		}
	}
	ours, peer, err := f.measure(b)
	if err != nil {
		fmt.Fprintf(b.out, "%-34s %v\n", name, err)
		return false
	}
	ratio := ours.took.Seconds() / peer.took.Seconds()
	kept := ratio <= f.limit && (f.memory == 0 || ours.peak <= f.memory)
	verdict := "met"
	if !kept {
		verdict = "MISSED"
	}
	memory := ""
	if f.memory > 0 {
		memory = fmt.Sprintf(", %d MB of memory (limit %d)", ours.peak>>20, f.memory>>20)
	}
	fmt.Fprintf(b.out, "%-34s %.2f times %s (limit %.2f): %s   %v against %v%s\n", name, ratio, f.peer, f.limit, verdict,
		ours.took.Round(100*time.Microsecond), peer.took.Round(100*time.Microsecond), memory)
	return kept
}
