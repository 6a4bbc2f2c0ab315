package desk

import (
	"context"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/ui/offlineview"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

const serverURI = "ibm.nitro.NitroConfig.serverURI"

// Situation implements offlineview.Engine.
func (d *Desk) Situation(ctx context.Context) (offlineview.Situation, error) {
	return d.situation(ctx, wire.OfflineLook{NoProbes: true})
}

// Probe implements offlineview.Engine.
func (d *Desk) Probe(ctx context.Context) (offlineview.Situation, error) {
	return d.situation(ctx, wire.OfflineLook{})
}

func (d *Desk) situation(ctx context.Context, look wire.OfflineLook) (offlineview.Situation, error) {
	st, err := d.now().Offline().Status(ctx, look)
	if err != nil {
		return offlineview.Situation{}, err
	}
	in, err := d.now().Installation(ctx)
	if err != nil {
		return offlineview.Situation{}, err
	}
	s := offlineview.Situation{Offline: st.State == "offline", Interrupted: st.Interrupted, Since: st.Since, Until: st.Until, Public: st.Public, Direct: st.Direct, Trace: in.Trace,
		Ways: st.Trace.Ways, Changes: st.Changes, Probes: st.Probes, Proven: st.Proven, Timers: st.Timers, Remind: st.Remind, Notes: shownNotes(st.Notes)}
	for _, p := range st.Page {
		s.Pages = append(s.Pages, offlineview.Page{Title: p.Title, File: p.File, Enable: p.Enable, Back: p.Back})
	}
	for _, f := range in.SettingsFiles {
		if f.Kind != "leap-config" || !f.Exists {
			continue
		}
		found, err := d.now().Settings().Find(ctx, f.Path, serverURI)
		if err != nil {
			return s, err
		}
		for _, one := range found {
			if !one.Overridden {
				s.ServerURI = one
			}
		}
	}
	return s, nil
}

func options(w offlineview.Wish) wire.OfflineOptions {
	return wire.OfflineOptions{Direct: w.Direct, Notice: w.Notice, Page: offline.Page{Text: w.Text}}
}

// PlanOffline implements offlineview.Engine.
func (d *Desk) PlanOffline(ctx context.Context, w offlineview.Wish) (string, error) {
	plan, err := d.now().Offline().Plan(ctx, options(w))
	return plan.Diff(), err
}

// GoOffline implements offlineview.Engine.
func (d *Desk) GoOffline(ctx context.Context, w offlineview.Wish) error {
	plan, err := d.now().Offline().Plan(ctx, options(w))
	if err != nil {
		return err
	}
	return d.now().Offline().Begin(ctx, plan, options(w))
}

// ComeBack implements offlineview.Engine.
func (d *Desk) ComeBack(ctx context.Context, prefer settings.Prefer) (int, error) {
	back, err := d.now().Offline().Preferring(prefer).End(ctx)
	return len(back), err
}

// ServePage implements offlineview.Engine.
func (d *Desk) ServePage(ctx context.Context, rep op.Reporter, listen string) error {
	rep.Phase("serving", 0, "")
	_, err := d.now().Offline().Serve(ctx, wire.ServeOptions{Listen: listen, Ready: func(base string) { rep.Note("The maintenance page is served at " + base) }})
	if err == nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
