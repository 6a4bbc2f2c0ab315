// Package proc tells whether a server of an installation is running: by the machine's processes, and by the process id files that servers write
// while they run. It looks only; it never stops anything.
package proc

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// Info is one process of the machine. What may not be seen is empty.
type Info struct {
	PID  int
	Exe  string
	Args []string
	Dir  string // its working directory
}

// Source gives the machine's processes; tests bring their own.
type Source interface {
	// List gives all processes. It fails when they cannot be listed at all.
	List(ctx context.Context) ([]Info, error)
	// Alive tells whether a process of that id exists and is not a zombie.
	Alive(ctx context.Context, pid int) (bool, error)
}

// Running is a server that runs.
type Running struct {
	Node     string           `json:"node,omitempty"`
	Server   string           `json:"server"`
	PID      int              `json:"pid"`
	Evidence upgrade.Evidence `json:"evidence"`
}

// Watcher looks for running servers. The zero value is not usable; see New.
type Watcher struct{ source Source }

// New gives a Watcher on this machine's processes; a nil source means the real ones.
func New(source Source) *Watcher {
	if source == nil {
		source = system{}
	}
	return &Watcher{source: source}
}

// Running lists the running servers of an installation: with Leap or without, for a manager or node agent changes the configuration too. On the
// machine itself the processes count, and id files that name one of them. Below another root only the id files there count: an id that is alive
// means running. It fails with SB-1010 when it cannot be told.
func (w *Watcher) Running(ctx context.Context, in upgrade.Installation) ([]Running, error) {
	host := in.Root == "" || in.Root == "/" || in.Root == string(os.PathSeparator)
	var all []Info
	if host {
		var err error
		if all, err = w.source.List(ctx); err != nil {
			return nil, upgrade.NewFault("SB-1010", upgrade.KindFailed, err, "server", in.ID, "detail", err.Error())
		}
	}
	var running []Running
	for _, n := range in.Nodes {
		for _, sv := range n.Servers {
			found := w.byProcess(all, in, n, sv)
			byFile, err := w.byFile(ctx, all, host, n, sv)
			if err != nil {
				return nil, upgrade.NewFault("SB-1010", upgrade.KindFailed, err, "server", sv.Name, "detail", err.Error())
			}
			running = append(running, unite(found, byFile)...)
		}
	}
	return running, nil
}

// unite leaves out processes that were found both ways.
func unite(a, b []Running) []Running {
	for _, r := range b {
		known := false
		for _, have := range a {
			known = known || have.PID == r.PID
		}
		if !known {
			a = append(a, r)
		}
	}
	return a
}

func (w *Watcher) byProcess(all []Info, in upgrade.Installation, n upgrade.Node, sv upgrade.Server) []Running {
	var found []Running
	for _, p := range all {
		if !belongs(p, in, n, sv) {
			continue
		}
		line := survey.Mask(strings.Join(p.Args, " "))
		if len(line) > 300 {
			line = line[:150] + " … " + line[len(line)-150:] // cell, node and server stand at the end
		}
		found = append(found, Running{Node: n.Name, Server: sv.Name, PID: p.PID,
			Evidence: upgrade.Evidence{Command: fmt.Sprintf("ps -p %d -o args=", p.PID), Output: strings.ToValidUTF8(line, "")}})
	}
	return found
}

var digits = lazyregexp.New(`\b\d{1,10}\b`)

// maxPIDFile is far larger than any process id file.
const maxPIDFile = 64 << 10

// byFile reads the server's process id file; Domino's has an id for each of its tasks.
func (w *Watcher) byFile(ctx context.Context, all []Info, host bool, n upgrade.Node, sv upgrade.Server) ([]Running, error) {
	if sv.PIDFile == "" {
		return nil, nil
	}
	info, err := os.Stat(sv.PIDFile)
	if errors.Is(err, fs.ErrNotExist) || (err == nil && (!info.Mode().IsRegular() || info.Size() > maxPIDFile)) {
		return nil, nil
	}
	data, err := os.ReadFile(sv.PIDFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // the server ended since
	}
	if err != nil {
		return nil, err
	}
	for _, text := range digits.FindAllString(string(data), 64) {
		pid, err := strconv.Atoi(text)
		if err != nil || pid <= 1 {
			continue
		}
		if host && stale(all, pid, sv) {
			continue
		}
		alive, err := w.source.Alive(ctx, pid)
		if err != nil {
			return nil, err
		}
		if alive {
			return []Running{{Node: n.Name, Server: sv.Name, PID: pid,
				Evidence: upgrade.FileEvidence(sv.PIDFile, 1, fmt.Sprintf("process %d is alive", pid))}}, nil
		}
	}
	return nil, nil
}

// stale tells whether a process id now belongs to something else: ids are used again.
func stale(all []Info, pid int, sv upgrade.Server) bool {
	for _, p := range all {
		if p.PID == pid {
			return len(p.Args) > 0 && !looksLikeServer(p, sv) // what may not be seen is taken for the server: the careful answer
		}
	}
	return true
}

// system are the machine's own processes.
type system struct{}

func (system) List(ctx context.Context) ([]Info, error) {
	processes, err := process.ProcessesWithContext(ctx)
	if err != nil {
		return nil, err
	}
	var all []Info
	for _, p := range processes {
		info := Info{PID: int(p.Pid)}
		info.Exe, _ = p.ExeWithContext(ctx)
		info.Args, _ = p.CmdlineSliceWithContext(ctx)
		if looksInteresting(info) {
			info.Dir, _ = p.CwdWithContext(ctx)
		}
		if zombie, err := isZombie(ctx, p); err != nil || !zombie {
			all = append(all, info)
		}
	}
	return all, ctx.Err()
}

func (system) Alive(ctx context.Context, pid int) (bool, error) {
	there, err := process.PidExistsWithContext(ctx, int32(pid))
	if err != nil || !there {
		return false, err
	}
	p, err := process.NewProcessWithContext(ctx, int32(pid))
	if err != nil {
		return false, nil //nolint:nilerr // it has ended since
	}
	zombie, err := isZombie(ctx, p)
	return !zombie || err != nil, nil
}

func isZombie(ctx context.Context, p *process.Process) (bool, error) {
	states, err := p.StatusWithContext(ctx)
	if err != nil {
		return false, err
	}
	for _, s := range states {
		if s == process.Zombie {
			return true, nil
		}
	}
	return false, nil
}
