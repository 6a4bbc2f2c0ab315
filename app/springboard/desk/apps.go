package desk

import (
	"context"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/rehearseview"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
)

func store(f *run.Folder) *apps.Store { return apps.OpenStore(f.Path("apps"), osfs.WriteFile) }

// Ledger implements appsview.Engine. Without a census nothing is asked and nothing is written.
func (d *Desk) Ledger(ctx context.Context, fresh bool) (port.Ledger, error) {
	f, ok, err := d.begun(ctx)
	if err != nil || !ok {
		return port.Ledger{}, err
	}
	census, ok, err := store(f).Census()
	if err != nil || !ok {
		return port.Ledger{}, err
	}
	l := port.Ledger{Taken: true, Source: census.Source, At: census.At, Read: d.opts.Now()}
	if !fresh {
		b, ok := d.keptBoard(f)
		if !ok {
			return port.Ledger{}, nil
		}
		d.mu.Lock()
		l.Since = d.since
		d.mu.Unlock()
		l.Board, l.Clusters = b, apps.Clusters(b)
		return l, nil
	}
	if err := d.now().Observe(ctx, f); err != nil {
		return port.Ledger{}, err
	}
	st, err := d.now().Apps().Status(ctx)
	if err != nil {
		return port.Ledger{}, err
	}
	d.mu.Lock()
	d.since = st.Since
	d.mu.Unlock()
	l.Board, l.Clusters, l.Since, l.Warnings = st.Board, apps.Clusters(st.Board), st.Since, st.Warnings
	return l, nil
}

// keptBoard builds the ledger from what the run holds, without asking server, database or logs.
func (d *Desk) keptBoard(f *run.Folder) (apps.Board, bool) {
	d.mu.Lock()
	since := d.since
	d.mu.Unlock()
	in, err := store(f).Gather(apps.Sources{Since: since})
	if err != nil || !in.HasCensus {
		return apps.Board{}, false
	}
	if since.IsZero() {
		for i := range in.Facts {
			in.Facts[i].Old = true // no upgrade was seen: what answers has not come through one
		}
	}
	return apps.Build(in), true
}

// Census implements appsview.Engine.
func (d *Desk) Census(ctx context.Context, rep op.Reporter) error {
	rep.Phase("asking for the list of applications", 0, op.Items)
	_, err := d.now().Apps().Census(ctx)
	return err
}

// Sweep implements appsview.Engine.
func (d *Desk) Sweep(ctx context.Context, rep op.Reporter) error {
	_, err := d.now().Apps().Sweep(ctx, rep, apps.SweepOptions{}, false)
	return err
}

// Import implements appsview.Engine.
func (d *Desk) Import(ctx context.Context, file string) (int, error) {
	return d.now().Apps().Import(ctx, file)
}

// Estimate implements rehearseview.Engine. Without a census nothing is asked.
func (d *Desk) Estimate(ctx context.Context, from string) (rehearseview.Basis, error) {
	f, ok, err := d.begun(ctx)
	if err != nil || !ok {
		return rehearseview.Basis{}, err
	}
	census, ok, err := store(f).Census()
	if err != nil || !ok {
		return rehearseview.Basis{}, err
	}
	b := rehearseview.Basis{Begun: true}
	if b.Estimate, err = d.now().Apps().Estimate(ctx, from, apps.SweepOptions{}.Workers); err != nil {
		return b, err
	}
	measured := f
	if from != "" {
		if measured, err = (run.Store{Disk: osfs.Disk{}, Now: d.opts.Now}).Open(from); err != nil {
			return b, err
		}
	}
	accesses, err := store(measured).Accesses()
	if err != nil {
		return b, err
	}
	names := map[string]string{}
	for _, e := range census.Entries {
		names[e.UID] = e.Name
	}
	b.Measured, b.Failed = measuredApps(accesses, names)
	return b, nil
}

// measuredApps gives what a sweep measured, slowest first, and apart what failed in it.
func measuredApps(accesses []apps.Access, names map[string]string) (slow, failed []upgrade.App) {
	last := map[string]apps.Access{}
	for _, a := range accesses {
		if was, ok := last[a.UID]; !ok || a.Seconds > was.Seconds || a.Says == upgrade.Failed {
			last[a.UID] = a
		}
	}
	for uid, a := range last {
		app := upgrade.App{UID: uid, Name: names[uid], State: a.Says, Seconds: a.Seconds}
		if app.Name == "" {
			app.Name = uid
		}
		if a.Says == upgrade.Failed {
			failed = append(failed, app)
		} else {
			slow = append(slow, app)
		}
	}
	bySeconds(slow)
	bySeconds(failed)
	return slow, failed
}

// Runs implements rehearseview.Engine: all runs but the one that is open here.
func (d *Desk) Runs(ctx context.Context) ([]run.Listed, error) {
	all, err := d.now().ListRuns()
	if err != nil {
		return nil, err
	}
	f, ok, err := d.begun(ctx)
	if err != nil || !ok {
		return all, err
	}
	var others []run.Listed
	for _, r := range all {
		if r.Dir != f.Dir {
			others = append(others, r)
		}
	}
	return others, nil
}
