package proc

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// OpenFile is a file that a process holds open.
type OpenFile struct {
	PID     int
	Process string
	Path    string
	Write   bool
}

// ErrCannotTell means that this system does not tell which files are open.
var ErrCannotTell = errors.New("this system does not tell which files are open")

// OpenFiles lists files below dirs that other processes hold open, at most limit (0: all). complete is false when some processes may not be
// looked into. It fails with ErrCannotTell where the system does not tell.
func OpenFiles(ctx context.Context, dirs []string, limit int) (list []OpenFile, complete bool, err error) {
	return openFiles(ctx, dirs, limit)
}

// NewQuiescence gives backups their view of the machine's processes.
func NewQuiescence() backup.Quiescence { return quiescence{New(nil)} }

type quiescence struct{ *Watcher }

// Running implements backup.Quiescence.
func (q quiescence) Running(ctx context.Context, inst upgrade.Installation) ([]backup.Process, bool, error) {
	found, err := q.Watcher.Running(ctx, inst)
	var list []backup.Process
	for _, r := range found {
		how := "command line"
		if r.Evidence.File != "" {
			how = "pid file"
		}
		list = append(list, backup.Process{PID: r.PID, Name: r.Server, How: how, File: r.Evidence.File, Practice: inLab(inst.Root)})
	}
	return list, err == nil && (!isHost(inst.Root) || seesOthers()), err
}

// OpenFiles implements backup.Quiescence: those that are open for writing.
func (q quiescence) OpenFiles(ctx context.Context, roots []string) ([]backup.Process, bool, error) {
	open, complete, err := OpenFiles(ctx, roots, 0)
	if errors.Is(err, ErrCannotTell) {
		return nil, false, nil
	}
	var list []backup.Process
	for _, f := range open {
		if f.Write {
			list = append(list, backup.Process{PID: f.PID, Name: f.Process, How: "open file", File: f.Path, Practice: labAbove(f.Path)})
		}
	}
	return list, complete, err
}

// NewProcesses gives checks their view of the machine's processes.
func NewProcesses() preflight.Processes { return processes{New(nil)} }

type processes struct{ *Watcher }

// Running implements preflight.Processes.
func (p processes) Running(ctx context.Context, in upgrade.Installation) ([]preflight.Process, error) {
	found, err := p.Watcher.Running(ctx, in)
	var list []preflight.Process
	for _, r := range found {
		list = append(list, preflight.Process{PID: r.PID, Server: r.Server, Command: r.Evidence.Output, Evidence: r.Evidence})
	}
	return list, err
}

// OpenFiles implements preflight.Processes.
func (p processes) OpenFiles(ctx context.Context, dirs []string, limit int) ([]preflight.OpenFile, error) {
	open, _, err := OpenFiles(ctx, dirs, limit)
	var list []preflight.OpenFile
	for _, f := range open {
		list = append(list, preflight.OpenFile{PID: f.PID, Process: f.Process, Path: f.Path})
	}
	return list, err
}

func isHost(root string) bool { return root == "" || root == "/" || root == string(os.PathSeparator) }

// labMarker is the file that makes a folder the root of a practice installation.
const labMarker = "springboard-lab.json"

func inLab(root string) bool {
	if isHost(root) {
		return false
	}
	_, err := os.Stat(filepath.Join(root, labMarker))
	return err == nil
}

// labAbove tells whether a path lies in a practice installation.
func labAbove(path string) bool {
	for dir := filepath.Dir(path); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if inLab(dir) {
			return true
		}
	}
	return false
}
