package wire

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/platform/proc"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// quiet tells the backup whether the installation rests.
type quiet struct{ desk *Desk }

// Running implements backup.Quiescence. The server of a lab is named as practice: it refuses nothing.
func (q quiet) Running(ctx context.Context, inst upgrade.Installation) ([]backup.Process, bool, error) {
	running, err := proc.New(nil).Running(ctx, inst)
	if err != nil {
		return nil, false, err
	}
	var list []backup.Process
	for _, r := range running {
		list = append(list, backup.Process{PID: r.PID, Name: r.Server, How: r.Evidence.String(), File: r.Evidence.File, Practice: q.practice(r.PID)})
	}
	return list, q.desk.seesProcesses(), nil
}

// seesProcesses tells whether a server that runs would be seen: on this machine, and in a lab, whose server says where it is. A server whose file system is
// only mounted here may run on its own machine.
func (d *Desk) seesProcesses() bool { return d.lab != nil || d.opts.Root == string(filepath.Separator) }

// OpenFiles implements backup.Quiescence.
func (q quiet) OpenFiles(ctx context.Context, roots []string) ([]backup.Process, bool, error) {
	open, complete, err := proc.OpenFiles(ctx, roots, 0)
	var list []backup.Process
	for _, o := range open {
		if o.Writing {
			list = append(list, backup.Process{PID: o.PID, Name: o.Process, How: "open file", File: o.Path, Practice: q.practice(o.PID)})
		}
	}
	return list, complete, err
}

// Services implements backup.Services: of this machine only, and not for a lab, whose server is none of its services.
func (q quiet) Services(ctx context.Context, inst upgrade.Installation) ([]backup.Service, error) {
	if q.desk.lab != nil {
		return nil, backup.ErrUnsupported
	}
	if !q.desk.seesProcesses() {
		return nil, errors.New("the server's file system is looked at from another machine")
	}
	found, err := proc.Services(ctx, inst)
	var list []backup.Service
	for _, s := range found {
		list = append(list, backup.Service(s))
	}
	return list, err
}

func (q quiet) practice(pid int) bool {
	if q.desk.lab == nil || !lab.IsLab(q.desk.opts.Root) {
		return false
	}
	serving, ok := q.desk.lab.Serving()
	return ok && serving.PID == pid
}

// processPort tells the checks which servers run and which files are held open.
type processPort struct{ desk *Desk }

// Running implements preflight.Processes.
func (p processPort) Running(ctx context.Context, inst upgrade.Installation) ([]preflight.Process, error) {
	running, err := proc.New(nil).Running(ctx, inst)
	if err != nil {
		return nil, err
	}
	if len(running) == 0 && !p.desk.seesProcesses() {
		return nil, errors.New("the server's file system is looked at from another machine: whether it runs there cannot be seen")
	}
	var list []preflight.Process
	for _, r := range running {
		list = append(list, preflight.Process{PID: r.PID, Server: r.Server, Evidence: r.Evidence})
	}
	return list, nil
}

// OpenFiles implements preflight.Processes.
func (p processPort) OpenFiles(ctx context.Context, dirs []string, limit int) ([]preflight.OpenFile, error) {
	open, complete, err := proc.OpenFiles(ctx, dirs, limit)
	if err == nil && !complete && len(open) == 0 {
		return nil, errors.New("the open files of other users' processes cannot be seen: an all-clear would be a guess")
	}
	var list []preflight.OpenFile
	for _, o := range open {
		list = append(list, preflight.OpenFile{PID: o.PID, Process: o.Process, Path: o.Path})
	}
	return list, err
}

// Gentle makes this program give way to the others of the machine, for processor and disk.
func Gentle() error { return proc.Gentle() }
