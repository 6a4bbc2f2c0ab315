package wire

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// RunsDir is where runs stand: named by SPRINGBOARD_RUNS, beside a lab's own files, or in the user's state folder.
func (d *Desk) RunsDir() (string, error) {
	if dir := os.Getenv("SPRINGBOARD_RUNS"); dir != "" {
		return filepath.Abs(dir)
	}
	if d.lab != nil {
		return filepath.Join(d.opts.Root, "springboard", "runs"), nil
	}
	return stateDir("runs")
}

// stateDir is the place of the system for what programs keep for their user.
func stateDir(name string) (string, error) {
	if runtime.GOOS == "windows" {
		if dir := os.Getenv("ProgramData"); dir != "" {
			return filepath.Join(dir, "Springboard", name), nil
		}
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "springboard", name), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", upgrade.NewFault("SB-6020", upgrade.KindFailed, err, "dir", "~/.local/state/springboard")
	}
	return filepath.Join(home, ".local", "state", "springboard", name), nil
}

func (d *Desk) runs() (run.Store, error) {
	dir, err := d.RunsDir()
	return run.Store{Dir: dir, Disk: d.opts.Disk, Now: d.now}, err
}

// NewRun begins a run for the installation.
func (d *Desk) NewRun(ctx context.Context) (*run.Folder, error) {
	inst, err := d.Installation(ctx)
	if err != nil {
		return nil, err
	}
	store, err := d.runs()
	if err != nil {
		return nil, err
	}
	var f *run.Folder
	if d.opts.RunDir != "" {
		f, err = store.CreateAt(d.opts.RunDir, inst, d.IsLab())
	} else {
		f, err = store.Create(inst, d.IsLab())
	}
	if err != nil {
		return nil, err
	}
	if err := f.WriteJSON("installation.json", inst); err != nil {
		return nil, err
	}
	d.keep(ctx, f)
	text := inst.Product.Title() + " " + inst.Version + " on " + inst.Runtime.Title() + " in " + inst.Home
	_, err = f.Journal.Append(journal.Verified, run.StepDetect, text, map[string]any{"installation": inst.ID, "version": inst.Version})
	return f, err
}

// Run is the run that was named, or the newest open one of the installation. With begin a run is begun when there is none; begun tells so.
func (d *Desk) Run(ctx context.Context, begin bool) (f *run.Folder, begun bool, err error) {
	defer func() {
		if err != nil {
			return
		}
		d.tag.name.Store(&f.Meta.Name)
		if err := d.endRestore(ctx, f); err != nil {
			d.log.WithError(err).Warn("which changes of settings a restore that was broken off had replaced is not noted yet")
		}
	}()
	store, err := d.runs()
	if err != nil {
		return nil, false, err
	}
	if d.opts.RunDir != "" {
		f, err = store.Open(d.opts.RunDir)
		if begin && errors.Is(err, os.ErrNotExist) {
			return d.begin(ctx)
		}
		return f, false, err
	}
	inst, err := d.Installation(ctx)
	if err != nil {
		return nil, false, err
	}
	f, err = store.Newest(inst.ID)
	if fault, ok := upgrade.AsFault(err); ok && fault.Code == "SB-6023" && begin {
		return d.begin(ctx)
	}
	return f, false, err
}

// begin begins a run for a command that needs one, and says so.
func (d *Desk) begin(ctx context.Context) (*run.Folder, bool, error) {
	if d.opts.DryRun {
		return nil, false, upgrade.NewFault("SB-9014", upgrade.KindFailed, nil, "root", d.opts.Root)
	}
	f, err := d.NewRun(ctx)
	if err == nil && d.opts.Begun != nil {
		d.opts.Begun(f.Dir)
	}
	return f, err == nil, err
}

// ListRuns lists all runs, newest first.
func (d *Desk) ListRuns() ([]run.Listed, error) {
	store, err := d.runs()
	if err != nil {
		return nil, err
	}
	return store.List()
}

// RunStatus is how far the run is.
func (d *Desk) RunStatus(ctx context.Context) (run.Status, error) {
	f, _, err := d.Run(ctx, false)
	if err != nil {
		return run.Status{}, err
	}
	if err := d.Observe(ctx, f); err != nil {
		d.log.WithError(err).Info("what others did to the installation was not looked at")
	}
	return d.statusOf(ctx, f)
}

// statusOf is the status with who changes the installation right now.
func (d *Desk) statusOf(ctx context.Context, f *run.Folder) (run.Status, error) {
	st, err := f.Status(StepTexts)
	if err != nil {
		return st, err
	}
	if inst, err := d.Installation(ctx); err == nil {
		if path, err := d.lockPath(inst); err == nil {
			if owner, held := op.Holder(path); held {
				st.Holder = owner.String()
			}
		}
	}
	return st, nil
}

// StatusOf is how far a run is that was opened before.
func (d *Desk) StatusOf(f *run.Folder) (run.Status, error) { return f.Status(StepTexts) }

// Resume looks at what really stands, not only at the journal: the installation is detected anew, the version and Setup are read from disk and log.
func (d *Desk) Resume(ctx context.Context) (run.Status, error) {
	f, _, err := d.Run(ctx, false)
	if err != nil {
		return run.Status{}, err
	}
	if err := d.Observe(ctx, f); err != nil {
		return run.Status{}, err
	}
	return f.Status(StepTexts)
}

// Observe journals what others did to the installation since the run began: a new version on the disk, a Setup that has finished.
func (d *Desk) Observe(ctx context.Context, f *run.Folder) error {
	if _, err := d.Again(ctx); err != nil {
		return err
	}
	facts, err := d.Apps().logFacts(ctx, f)
	if err != nil {
		return err
	}
	return d.observed(ctx, f, facts)
}

// observed journals what the disk and the logs tell.
func (d *Desk) observed(ctx context.Context, f *run.Folder, facts logFacts) error {
	inst, err := d.Installation(ctx)
	if err != nil {
		return err
	}
	if inst.Version != "" && inst.Version != f.Meta.Version {
		if st, err := d.StatusOf(f); err == nil && !st.GatePassed && !st.PastNoReturn {
			if err := f.SawAs(journal.Note, run.StepGate, "The new version was installed before anybody confirmed that the upgrade may begin", nil); err != nil {
				return err
			}
		}
		if err := f.Saw(run.StepInstall, "Version "+inst.Version+" stands where "+f.Meta.Version+" was", map[string]any{"version": inst.Version}); err != nil {
			return err
		}
	}
	if facts.setupDone == nil {
		return nil
	}
	e := facts.setupDone.Evidence
	return f.Saw(run.StepSetup, "Setup has finished", map[string]any{"file": e.File, "line": e.Line, "text": e.Text})
}

// lockPath is the lock of an installation, shared by all runs, windows and command lines of a machine.
func (d *Desk) lockPath(inst upgrade.Installation) (string, error) {
	dir, err := d.RunsDir()
	return filepath.Join(filepath.Dir(dir), "locks", inst.ID+".lock"), err
}

// locked does work that changes the installation or its run while nobody else does: the second comer is told who holds the lock (KindLocked).
func (d *Desk) locked(inst upgrade.Installation, f *run.Folder, what string, work func() error) (err error) {
	path, err := d.lockPath(inst)
	if err != nil {
		return err
	}
	l, err := op.Acquire(path, op.Owner{By: journal.Who(), PID: os.Getpid(), What: what, Since: d.now()}, d.opts.Disk.WriteFile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Release()) }()
	if stale := l.Stale(); stale != nil && f != nil {
		if _, err := f.Journal.Append(journal.Note, "", "Took over the lock of a program that ended without letting go: "+stale.String(), nil); err != nil {
			return err
		}
	}
	return work()
}
