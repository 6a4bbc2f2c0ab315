// Package desk gives the window's screens the engine: it implements what each screen declares with the services of app/wire. Everything that both
// programs do is done there; here is only what a window needs beside it. Its methods are called on many goroutines.
package desk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// logBytes is how much of the followed log the window holds, compressed: some gigabytes of a log. The run's recording holds all.
const logBytes = 128 << 20

// Desk is the window's view of the engine.
type Desk struct {
	mu      sync.Mutex
	opts    wire.Options
	wire    *wire.Desk
	checks  port.Checks // of a full run in this window, where no run keeps them
	since   time.Time   // when the upgrade began, as the last full reading saw it
	restart chan struct{}

	stream   *present.LogStore
	log      logWatch
	bookless logbook.Book // bookmarks while no run is open
	large    int64        // bytes from which on an opened log stays on the disk
}

// New makes a desk. Nothing is looked for and nothing is written.
func New(o wire.Options) (*Desk, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	w, err := wire.Open(o)
	if err != nil {
		return nil, err
	}
	d := &Desk{opts: o, wire: w, stream: present.NewLogStore(logBytes), restart: make(chan struct{}, 1), large: largeLog}
	d.log.init()
	return d, nil
}

// IsLab tells whether the window works on a practice server.
func (d *Desk) IsLab() bool { return d.now().IsLab() }

// Root is the absolute root that is looked at.
func (d *Desk) Root() string { return d.now().Root() }

// now is the desk in force; it changes when a person chooses another installation.
func (d *Desk) now() *wire.Desk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wire
}

// reopen works on another installation or folder from now on.
func (d *Desk) reopen(change func(*wire.Options)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	o := d.opts
	change(&o)
	w, err := wire.Open(o)
	if err != nil {
		return err
	}
	d.opts, d.wire, d.checks = o, w, port.Checks{}
	d.again()
	return nil
}

// begun gives the open run; ok is false when none was begun.
func (d *Desk) begun(ctx context.Context) (f *run.Folder, ok bool, err error) {
	f, _, err = d.now().Run(ctx, false)
	if err == nil {
		return f, true, nil
	}
	if fault, is := upgrade.AsFault(err); is && fault.Code == "SB-6023" || errors.Is(err, os.ErrNotExist) {
		return nil, false, nil
	}
	return nil, false, err
}

// Place implements shell.Engine.
func (d *Desk) Place(ctx context.Context) (port.Place, error) {
	w := d.now()
	p := port.Place{Root: w.Root(), Lab: w.IsLab(), Served: d.served()}
	in, err := w.Installation(ctx)
	if err != nil {
		if res, derr := w.Detect(ctx, false); derr == nil && len(res.Installations) > 1 {
			p.Several = res.Installations
			return p, nil
		}
		return p, err
	}
	p.Installation, p.Found = in, true
	if _, ok, err := d.begun(ctx); err != nil || !ok {
		return p, err
	}
	p.Run, err = w.RunStatus(ctx)
	p.HasRun = err == nil
	if since, _, off := w.OfflineSince(ctx); off {
		p.OfflineSince = since
	}
	return p, err
}

// served tells whether the practice server runs.
func (d *Desk) served() bool {
	l, err := lab.Open(d.now().Root())
	if err != nil {
		return false
	}
	_, ok := l.Serving()
	return ok
}

// Serve runs the practice server until it is stopped.
func (d *Desk) Serve(ctx context.Context, rep op.Reporter) error {
	l, err := lab.Open(d.now().Root())
	if err != nil {
		return err
	}
	rep.Phase("serving", 0, "")
	err = l.Serve(ctx, lab.ServeOptions{OnEvent: func(e lab.Event) { rep.Note(e.Text) }})
	if err == nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// Needs implements shell.Engine: what keeps the run from going on and needs a person.
func (d *Desk) Needs(ctx context.Context) ([]port.Need, error) {
	var needs []port.Need
	add := func(screen run.Phase, text string) {
		needs = append(needs, port.Need{Text: text, Screen: string(screen)})
	}
	checks, err := d.Findings(ctx)
	if err != nil {
		return nil, err
	}
	if n := present.SumFindings(checks.Findings).Stops(); n > 0 {
		add(run.Survey, present.Plural(int64(n), "finding stops", "findings stop")+" the upgrade")
	}
	f, ok, err := d.begun(ctx)
	if err != nil || !ok {
		return needs, err
	}
	st, err := d.now().RunStatus(ctx)
	if err != nil {
		return needs, err
	}
	for _, s := range st.Steps {
		if s.State == run.Failed {
			add(s.Phase, s.Title+" failed")
		}
	}
	if b, ok := d.keptBoard(f); ok && b.Totals[upgrade.Failed] > 0 {
		add(run.Recover, present.Plural(int64(b.Totals[upgrade.Failed]), "application", "applications")+" failed")
	}
	return needs, nil
}

// DefaultFolder implements protectview.Engine: beside a lab's own files, or beside the runs.
func (d *Desk) DefaultFolder() string {
	dir, err := d.now().RunsDir()
	if err != nil {
		return ""
	}
	return filepath.Join(filepath.Dir(dir), "backups")
}
