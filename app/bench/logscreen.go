//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The log screen is measured in a real window: a log of five million records against the first five thousand of it, and against 20 ms a frame.
const (
	manyRecords = 5_000_000
	fewRecords  = 5_000
	frameLimit  = 20 * time.Millisecond
)

// frames is what logframes tells of one log.
type frames struct {
	Records int64   `json:"records"`
	CPU     float64 `json:"cpu_ms"`
	RSS     int64   `json:"rss"`
	Lines   spans   `json:"lines"`
	Pages   spans   `json:"pages"`
	Jumps   spans   `json:"jumps"`
}

type spans struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
}

func logscreenFigures() []figure {
	var all []figure
	screen := &logscreen{}
	for _, k := range []struct {
		name string
		of   func(frames) float64
	}{
		{"by lines, p50", func(f frames) float64 { return f.Lines.P50 }}, {"by lines, p95", func(f frames) float64 { return f.Lines.P95 }},
		{"by pages, p50", func(f frames) float64 { return f.Pages.P50 }}, {"by pages, p95", func(f frames) float64 { return f.Pages.P95 }},
	} {
		all = append(all,
			figure{area: "logscreen", name: "5 M records " + k.name, peer: "5 k records", limit: 1.2, memory: 400 << 20,
				measure: func(b *bench) (ours, peer sample, err error) {
					err = screen.measure(b)
					return sample{millis(k.of(screen.many)), screen.many.RSS}, sample{took: millis(k.of(screen.few))}, err
				}},
			figure{area: "logscreen", name: "5 M records " + k.name, peer: "20 ms", limit: 1,
				measure: func(b *bench) (ours, peer sample, err error) {
					err = screen.measure(b)
					return sample{took: millis(k.of(screen.many))}, sample{took: frameLimit}, err
				}})
	}
	return append(all,
		figure{area: "logscreen", name: "5 M records, processor", peer: "5 k records", limit: 1.2,
			measure: func(b *bench) (ours, peer sample, err error) {
				err = screen.measure(b)
				return sample{took: millis(screen.many.CPU)}, sample{took: millis(screen.few.CPU)}, err
			}},
		figure{area: "logscreen", name: "idle, a log followed", peer: "one processor", limit: 0.05, memory: 400 << 20, measure: (*bench).idleWindow})
}

func millis(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// logscreen measures once for all figures.
type logscreen struct {
	done      bool
	many, few frames
}

// measure takes each size three times in turn and keeps the best of each figure: what disturbs a frame is another program.
func (s *logscreen) measure(b *bench) error {
	if s.done {
		return nil
	}
	program := filepath.Join(b.work, "logframes")
	if _, err := command("go", "build", "-o", program, "./app/springboard/internal/logframes"); err != nil {
		return err
	}
	root, many, few, err := b.recordLogs()
	if err != nil {
		return err
	}
	for range 3 {
		for _, x := range []struct {
			path string
			best *frames
		}{{few, &s.few}, {many, &s.many}} {
			f, err := framesOf(program, root, x.path)
			if err != nil {
				return err
			}
			fmt.Fprintf(b.out, "  %d records: lines %.1f / %.1f ms, pages %.1f / %.1f ms, jumps %.1f / %.1f ms (p50 / p95), %.1f ms of processor a frame, %d MB\n",
				f.Records, f.Lines.P50, f.Lines.P95, f.Pages.P50, f.Pages.P95, f.Jumps.P50, f.Jumps.P95, f.CPU, f.RSS>>20)
			x.best.take(f)
		}
	}
	if s.many.Records < manyRecords || s.few.Records > 2*fewRecords {
		return fmt.Errorf("the logs have %d and %d records", s.many.Records, s.few.Records)
	}
	s.done = true
	return nil
}

func (f *frames) take(o frames) {
	if f.Records == 0 {
		*f = o
		return
	}
	least := func(a, b spans) spans { return spans{min(a.P50, b.P50), min(a.P95, b.P95)} }
	f.Lines, f.Pages, f.Jumps = least(f.Lines, o.Lines), least(f.Pages, o.Pages), least(f.Jumps, o.Jumps)
	f.CPU, f.RSS = min(f.CPU, o.CPU), max(f.RSS, o.RSS)
}

func framesOf(program, root, path string) (f frames, err error) {
	cmd := exec.Command(program, root, path)
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &f)
	}
	if err != nil {
		return f, fmt.Errorf("%s %s: %w", program, path, err)
	}
	return f, nil
}

// recordLogs makes the two logs of the rotated files of a lab.
func (b *bench) recordLogs() (root, many, few string, err error) {
	root, one := filepath.Join(b.work, "framelab"), filepath.Join(b.work, "one.log")
	if _, err := command(b.ctl, "lab", "create", root); err != nil {
		return "", "", "", err
	}
	parts, err := filepath.Glob(filepath.Join(root, "opt/IBM/WebSphere/AppServer/profiles/*/logs/*/SystemOut*.log"))
	if err != nil || len(parts) == 0 {
		return "", "", "", fmt.Errorf("the lab has no logs: %w", err)
	}
	var data []byte
	for _, p := range parts {
		text, err := os.ReadFile(p)
		if err != nil {
			return "", "", "", err
		}
		data = append(data, text...)
	}
	if err := os.WriteFile(one, data, 0o600); err != nil {
		return "", "", "", err
	}
	out, err := exec.Command(b.ctl, "--json", "logs", "stats", one).Output()
	if err != nil {
		return "", "", "", err
	}
	var st struct{ Records, Bytes int64 }
	if err := json.Unmarshal(out, &st); err != nil || st.Records == 0 {
		return "", "", "", fmt.Errorf("the log has %d records: %w", st.Records, err)
	}
	many, few = filepath.Join(b.work, "many.log"), filepath.Join(b.work, "few.log")
	if err := os.WriteFile(few, data[:st.Bytes*fewRecords/st.Records], 0o600); err != nil {
		return "", "", "", err
	}
	f, err := os.Create(many)
	if err != nil {
		return "", "", "", err
	}
	for range manyRecords/st.Records + 2 {
		if _, err := f.Write(data); err != nil {
			return "", "", "", err
		}
	}
	return root, many, few, f.Close()
}

// idleFor is how long an idle window is watched.
const idleFor = 10 * time.Second

// idleWindow looks at a window in which nothing happens: on the log screen, following a log that is silent.
func (b *bench) idleWindow() (ours, peer sample, err error) {
	dir := filepath.Join(b.work, "idlelab")
	if _, err := command(b.ctl, "lab", "create", dir); err != nil {
		return ours, peer, err
	}
	ours, err = idleCPU("bin/springboard", "--root", dir, "--screen", "log")
	return ours, sample{took: idleFor}, err
}

// idleCPU gives the processor time that a window uses in that time, after it has come to rest.
func idleCPU(name string, args ...string) (s sample, err error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = io.Discard
	if err := cmd.Start(); err != nil {
		return s, err
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	pause := func(d time.Duration) { <-time.NewTimer(d).C }
	pause(12 * time.Second)
	before, err := cpuOf(cmd.Process.Pid)
	if err != nil {
		return s, err
	}
	pause(idleFor)
	after, err := cpuOf(cmd.Process.Pid)
	s.took = after - before
	if data, rerr := os.ReadFile(fmt.Sprintf("/proc/%d/statm", cmd.Process.Pid)); rerr == nil {
		if fields := strings.Fields(string(data)); len(fields) > 1 {
			pages, _ := strconv.ParseInt(fields[1], 10, 64)
			s.peak = pages * int64(os.Getpagesize())
		}
	}
	return s, err
}

// cpuOf reads the time in user and system mode from /proc, in ticks of 10 ms.
func cpuOf(pid int) (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}
