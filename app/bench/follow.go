//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The figures for following: from a line written to the line printed against tail -F, idle with ten logs, and how much a second is followed without a loss.
func followFigures() []figure {
	return []figure{
		{area: "follow", name: "line written to printed", peer: "tail -F", limit: 3, measure: (*bench).latency},
		{area: "follow", name: "processor idle, 10 logs, 20 s", peer: "1 % of a core", limit: 1, measure: (*bench).idle},
		{area: "follow", name: "200,000 lines/s, 60 s, text", peer: "the writer", limit: 1.1, memory: 150 << 20, measure: (*bench).sustained},
		{area: "follow", name: "200,000 lines/s, 60 s, --json", peer: "the writer", limit: 1.5, memory: 150 << 20, measure: (*bench).sustainedJSON},
	}
}

const followLine = "[11/23/26 21:00:00:000 UTC] 000000a3 Demo          I   message number %d that is about as long as most lines are in a log\n"

// printer is a program that prints the lines of a log as they come.
type printer struct {
	cmd   *exec.Cmd
	lines *bufio.Reader
	log   *os.File
}

func (b *bench) printer(name string, args ...string) (*printer, error) {
	path := filepath.Join(b.work, name, "SystemOut.log")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p := &printer{cmd: exec.Command(args[0], append(args[1:], path)...), log: log}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.lines = bufio.NewReaderSize(out, 1<<20)
	return p, p.cmd.Start()
}

func (p *printer) end() error {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, p.lines)
	_ = p.cmd.Wait() // tail ends with the signal
	return p.log.Close()
}

// once tells how long a line takes.
func (p *printer) once(n int) (time.Duration, error) {
	want := fmt.Sprintf("message number %d ", n)
	began := time.Now()
	if _, err := fmt.Fprintf(p.log, followLine, n); err != nil {
		return 0, err
	}
	for {
		line, err := p.lines.ReadString('\n')
		if err != nil {
			return 0, err
		}
		if strings.Contains(line, want) {
			return time.Since(began), nil
		}
	}
}

// latency measures line after line, one with each program in turn.
func (b *bench) latency() (ours, peer sample, err error) {
	lab := filepath.Join(b.work, "followlab")
	if _, err := command(b.ctl, "lab", "create", lab, "--apps", "1", "--fail", "0"); err != nil {
		return ours, peer, err
	}
	watch, err := b.printer("ours", b.ctl, "--root", lab, "--quiet", "watch") // with its recording
	if err != nil {
		return ours, peer, err
	}
	tail, err := b.printer("peer", "tail", "-n", "+1", "-F")
	if err != nil {
		return ours, peer, err
	}
	var took [2][]sample
	for n := range 520 {
		for i, p := range []*printer{watch, tail} {
			d, err := p.once(n)
			if err != nil {
				return ours, peer, err
			}
			if n >= 20 {
				took[i] = append(took[i], sample{took: d})
			}
			<-time.NewTimer(3 * time.Millisecond).C
		}
	}
	return median(took[0]), median(took[1]), errors.Join(watch.end(), tail.end())
}

// idle measures the processor time of a watch with ten logs in which nothing happens.
func (b *bench) idle() (ours, peer sample, err error) {
	const span = 20 * time.Second
	var files []string
	for i := range 10 {
		name := filepath.Join(b.work, "idle", fmt.Sprint(i), "SystemOut.log")
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return ours, peer, err
		}
		if err := os.WriteFile(name, fmt.Appendf(nil, followLine, i), 0o600); err != nil {
			return ours, peer, err
		}
		files = append(files, name)
	}
	cmd := exec.Command(b.ctl, slices.Concat([]string{"watch", "--no-record"}, files)...)
	if err := cmd.Start(); err != nil {
		return ours, peer, err
	}
	<-time.NewTimer(2 * time.Second).C // it starts
	before, err := ticks(cmd.Process.Pid)
	if err != nil {
		return ours, peer, err
	}
	<-time.NewTimer(span).C
	after, err := ticks(cmd.Process.Pid)
	if err != nil {
		return ours, peer, err
	}
	err = errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait())
	return sample{took: after - before}, sample{took: span / 100}, err
}

// ticks is the processor time of a process.
func ticks(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat is too short", pid)
	}
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond, err
}

func (b *bench) sustained() (ours, peer sample, err error) { return b.flood("text") }

func (b *bench) sustainedJSON() (ours, peer sample, err error) { return b.flood("json", "--json") }

// flood writes 200,000 lines a second into a log that rolls at 20 MB, while watch follows and records it. The time is that from the first line written to the
// last one counted; every line must have come.
func (b *bench) flood(how string, flags ...string) (ours, peer sample, err error) {
	const rate, seconds, limit = 200000, 60, 20 << 20
	lab := filepath.Join(b.work, "flooded-"+how)
	if _, err := command(b.ctl, "lab", "create", lab, "--apps", "1", "--fail", "0"); err != nil {
		return ours, peer, err
	}
	watch, err := b.printer("flood-"+how, slices.Concat([]string{b.ctl, "--root", lab, "--quiet"}, flags, []string{"watch"})...)
	if err != nil {
		return ours, peer, err
	}
	type count struct {
		lines int
		err   error
		at    time.Time
	}
	counted := make(chan count, 1)
	go func() {
		c := count{}
		for c.err == nil && c.lines < rate*seconds {
			var line []byte
			if line, c.err = watch.lines.ReadSlice('\n'); c.err == nil && strings.Contains(string(line), "message number ") {
				if want := " " + strconv.Itoa(c.lines) + " that"; !strings.Contains(string(line), want) {
					c.err = fmt.Errorf("line %d is missing: %.200s", c.lines, line)
				}
				c.lines++
			}
		}
		c.at = time.Now()
		counted <- c
	}()
	began := time.Now()
	if err := writeAtRate(watch.log, rate, seconds, limit); err != nil {
		return ours, peer, err
	}
	peer.took = time.Since(began)
	c := <-counted
	ours.took = c.at.Sub(began)
	if c.err != nil {
		return ours, peer, c.err
	}
	err = watch.end()
	if usage, ok := watch.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		ours.peak = usage.Maxrss << 10
	}
	return ours, peer, err
}

// writeAtRate writes numbered lines and rolls the file by rename, as a server does. It keeps 5 old files.
func writeAtRate(f *os.File, rate, seconds, limit int) error {
	path := f.Name()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	size, rolls, n := 0, 0, 0
	began := time.Now()
	var text []byte
	for n < rate*seconds {
		<-tick.C
		due := min(int(time.Since(began).Seconds()*float64(rate)), rate*seconds)
		text = text[:0]
		for ; n < due; n++ {
			text = fmt.Appendf(text, followLine, n)
		}
		if _, err := f.Write(text); err != nil {
			return err
		}
		if size += len(text); size < limit {
			continue
		}
		rolls++
		name := func(n int) string {
			return filepath.Join(filepath.Dir(path), time.Date(2026, 11, 23, 0, 0, n, 0, time.UTC).Format("SystemOut_06.01.02_15.04.05.log"))
		}
		if err := os.Rename(path, name(rolls)); err != nil {
			return err
		}
		_ = os.Remove(name(rolls - 5))
		next, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		if rolls > 1 {
			if err := f.Close(); err != nil {
				return err
			}
		}
		f, size = next, 0
	}
	return f.Close()
}
