package desk

import (
	"context"
	"os"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Installations implements surveyview.Engine.
func (d *Desk) Installations(ctx context.Context, again bool) ([]upgrade.Installation, error) {
	w := d.now()
	res, err := w.Detect(ctx, again)
	if err != nil {
		return nil, err
	}
	if in, err := w.Installation(ctx); err == nil {
		return []upgrade.Installation{in}, nil
	}
	return res.Installations, nil
}

// LookIn implements surveyview.Engine.
func (d *Desk) LookIn(ctx context.Context, dir string) ([]upgrade.Installation, error) {
	if err := d.reopen(func(o *wire.Options) { o.Paths, o.Installation = []string{dir}, "" }); err != nil {
		return nil, err
	}
	return d.Installations(ctx, true)
}

// Choose implements surveyview.Engine.
func (d *Desk) Choose(_ context.Context, id string) error {
	return d.reopen(func(o *wire.Options) { o.Installation = id })
}

// Findings implements surveyview.Engine: those that the run keeps, or those of this window.
func (d *Desk) Findings(ctx context.Context) (port.Checks, error) {
	if _, err := d.now().Installation(ctx); err != nil {
		return port.Checks{}, nil //nolint:nilerr // without an installation nothing was checked; the survey says why there is none
	}
	f, ok, err := d.begun(ctx)
	if err != nil {
		return port.Checks{}, err
	}
	if ok {
		kept, has, err := d.now().Checks().Kept(f)
		if err != nil {
			return port.Checks{}, err
		}
		if has {
			c := port.Checks{Findings: kept}
			if info, err := os.Stat(f.Path("findings.json")); err == nil {
				c.At = info.ModTime()
			}
			return c, nil
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.checks, nil
}

// Check implements surveyview.Engine. It begins a run when there is none: what was found, waived and ticked belongs to it.
func (d *Desk) Check(ctx context.Context, rep op.Reporter) error {
	if _, _, err := d.now().Run(ctx, true); err != nil {
		return err
	}
	return d.check(ctx, rep)
}

func (d *Desk) check(ctx context.Context, rep op.Reporter) error {
	last := 0
	found, err := d.now().Checks().Run(ctx, wire.CheckOptions{Observe: func(f upgrade.Finding, done, total int) {
		if last == 0 {
			rep.Phase("checks", int64(total), op.Items)
		}
		rep.Item(f.Title)
		rep.Add(int64(done - last))
		last = done
	}})
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.checks = port.Checks{Findings: found, At: d.opts.Now()}
	d.mu.Unlock()
	return nil
}

// PreviewFix implements surveyview.Engine.
func (d *Desk) PreviewFix(ctx context.Context, code string) (string, error) {
	plan, err := d.now().Checks().Fix(ctx, wire.CheckOptions{}, code)
	return plan.Diff(), err
}

// Fix implements surveyview.Engine: it is worked out anew, written, and checked again.
func (d *Desk) Fix(ctx context.Context, code string) error {
	plan, err := d.now().Checks().Fix(ctx, wire.CheckOptions{}, code)
	if err != nil {
		return err
	}
	if _, err := d.now().Settings().Apply(ctx, plan); err != nil {
		return err
	}
	return d.check(ctx, op.Silent{})
}

// Waive implements surveyview.Engine.
func (d *Desk) Waive(ctx context.Context, code, by, why string) error {
	return d.now().Checks().Waive(ctx, code, by, why)
}

// Attest implements surveyview.Engine.
func (d *Desk) Attest(ctx context.Context, code, by string) error {
	return d.now().Checks().Attest(ctx, code, by)
}
