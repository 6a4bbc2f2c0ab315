//go:build unix

// Bench measures what Springboard promises to be: each figure is a ratio against a peer in the same run, because machines are noisy. The absolute times are
// printed for the curious. It exits with 1 when a figure is missed.
//
//	go run ./app/bench [--only start,logs,backup,window] [--mb 1024]
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// figure is one promise: ours takes at most limit times as long as the peer.
type figure struct {
	name, peer string
	limit      float64
	measure    func(b *bench) (ours, peer sample, err error)
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
	only := flag.String("only", "start,logs,backup,window", "which figures")
	mb := flag.Int("mb", 1024, "size of the log in MB")
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
	for _, f := range []figure{
		{"start: springboardctl --version", "git --version", 3, (*bench).start},
		{"logs: springboardctl logs stats", "wc -l", 8, (*bench).logs},
		{"window: first frame", "first frame of an empty Fyne window", 2, (*bench).window},
	} {
		if !strings.Contains(*only, strings.SplitN(f.name, ":", 2)[0]) {
			continue
		}
		ours, peer, err := f.measure(b)
		if err != nil {
			fmt.Fprintf(out, "%-34s %v\n", f.name, err)
			missed++
			continue
		}
		ratio := ours.took.Seconds() / peer.took.Seconds()
		verdict := "met"
		if ratio > f.limit || ours.peak > 100<<20 && strings.HasPrefix(f.name, "logs") {
			verdict = "MISSED"
			missed++
		}
		memory := ""
		if ours.peak > 0 {
			memory = fmt.Sprintf(", %d MB of memory", ours.peak>>20)
		}
		fmt.Fprintf(out, "%-34s %.2f times %s (limit %.1f): %s   %v against %v%s\n", f.name, ratio, f.peer, f.limit, verdict,
			ours.took.Round(100*time.Microsecond), peer.took.Round(100*time.Microsecond), memory)
	}
	if strings.Contains(*only, "backup") && b.backup() != nil {
		missed++
	}
	if missed > 0 {
		return 1
	}
	return 0
}

// command runs a command and tells what it took.
func command(name string, args ...string) (sample, error) {
	cmd := exec.Command(name, args...)
	began := time.Now()
	said, err := cmd.CombinedOutput()
	s := sample{took: time.Since(began)}
	if err != nil {
		return s, fmt.Errorf("%s: %w\n%.500s", name, err, said)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.peak = usage.Maxrss << 10 // kilobytes on Linux
	}
	return s, nil
}

// alternate measures two commands in turn and gives the median of each: what disturbs one disturbs the other.
func alternate(times int, ours, peer func() (sample, error)) (a, b sample, err error) {
	var as, bs []sample
	for range times {
		for _, x := range []struct {
			run  func() (sample, error)
			into *[]sample
		}{{ours, &as}, {peer, &bs}} {
			s, err := x.run()
			if err != nil {
				return a, b, err
			}
			*x.into = append(*x.into, s)
		}
	}
	return median(as), median(bs), nil
}

func median(all []sample) sample {
	slices.SortFunc(all, func(a, b sample) int { return int(a.took - b.took) })
	m := all[len(all)/2]
	for _, s := range all {
		m.peak = max(m.peak, s.peak)
	}
	return m
}

func (b *bench) start() (ours, peer sample, err error) {
	ours, peer, err = alternate(100, func() (sample, error) { return command(b.ctl, "--version") }, func() (sample, error) { return command("git", "--version") })
	ours.peak = 0
	return ours, peer, err
}

func (b *bench) logs() (ours, peer sample, err error) {
	path := filepath.Join(b.work, "SystemOut.log")
	if err := b.bigLog(path); err != nil {
		return ours, peer, err
	}
	return alternate(5, func() (sample, error) { return command(b.ctl, "logs", "stats", path) }, func() (sample, error) { return command("wc", "-l", path) })
}

// bigLog makes a log of the wanted size of the rotated files of a lab, which are written as WebSphere writes.
func (b *bench) bigLog(path string) (err error) {
	dir := filepath.Join(b.work, "lab")
	if _, err := command(b.ctl, "lab", "create", dir); err != nil {
		return err
	}
	parts, err := filepath.Glob(filepath.Join(dir, "opt/IBM/WebSphere/AppServer/profiles/*/logs/*/SystemOut*.log"))
	if err != nil || len(parts) == 0 {
		return fmt.Errorf("the lab has no logs: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for written := int64(0); written < int64(b.mb)<<20; {
		for _, p := range parts {
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			n, err := w.Write(data)
			if err != nil {
				return err
			}
			written += int64(n)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func (b *bench) window() (ours, peer sample, err error) {
	empty := filepath.Join(b.work, "emptywindow")
	if _, err := command("go", "build", "-o", empty, "./app/springboard/internal/emptywindow"); err != nil {
		return ours, peer, err
	}
	dir := filepath.Join(b.work, "windowlab")
	if _, err := command(b.ctl, "lab", "create", dir); err != nil {
		return ours, peer, err
	}
	display := func(args ...string) func() (sample, error) {
		return func() (sample, error) { return firstFrame(args[0], args[1:]...) }
	}
	ours, peer, err = alternate(9, display("bin/springboard", "--root", dir, "--first-frame"), display(empty))
	ours.peak = 0
	return ours, peer, err
}

// firstFrame tells how long it takes until a program says that its first frame is drawn; what its end takes does not count.
func firstFrame(name string, args ...string) (s sample, err error) {
	cmd := exec.Command(name, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return s, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return s, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if s.took == 0 && lines.Text() == "first frame" {
			s.took = time.Since(began)
		}
	}
	if err := cmd.Wait(); err != nil {
		return s, err
	}
	if s.took == 0 {
		return s, fmt.Errorf("%s never said that its first frame was drawn", name)
	}
	return s, nil
}

// backup runs the benchmark of the backup package, which measures against cp -a and sync, and prints its lines.
func (b *bench) backup() error {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", "CreateAgainstCp", "-benchtime", "1x", "-timeout", "30m", "./upgrade/backup")
	said, err := cmd.CombinedOutput()
	for _, line := range strings.Split(string(said), "\n") {
		if strings.Contains(line, "cp") {
			fmt.Fprintln(b.out, "backup:", strings.TrimSpace(line))
		}
	}
	return err
}
