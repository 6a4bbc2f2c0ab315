package wire

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/probe"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Offline takes the settings part of the product offline and brings it back: serverURI, trace strings. The web server or load balancer in front of it is
// not Springboard's to switch: the probes tell who can reach what.
type Offline struct{ desk *Desk }

// Offline gives the service.
func (d *Desk) Offline() *Offline { return &Offline{d} }

// Probe is one look from here at an address, as a user or the administrator would take it.
type Probe struct {
	From     string           `json:"from"` // users, administrator
	To       string           `json:"to"`   // web server, Leap
	URL      string           `json:"url"`
	Reached  bool             `json:"reached"` // something answered below HTTP 500
	At       time.Time        `json:"at"`
	Evidence upgrade.Evidence `json:"evidence"`
}

// OfflineStatus is who can reach what, and what was switched.
type OfflineStatus struct {
	State   string            `json:"state"` // online, offline (as far as settings go)
	Since   time.Time         `json:"since,omitzero"`
	Changes []settings.Record `json:"changes"` // in force, of offline begin
	Probes  []Probe           `json:"probes"`
	Remind  []string          `json:"remind"` // what a person has to see to
}

// switched is what offline begin did, kept in the run.
type switched struct {
	Since   time.Time `json:"since"`
	Records []string  `json:"records"`
}

const offlineFile = "offline.json"

// Status probes the addresses now. Nothing is written.
func (o *Offline) Status(ctx context.Context) (OfflineStatus, error) {
	inst, err := o.desk.Again(ctx)
	if err != nil {
		return OfflineStatus{}, err
	}
	st := OfflineStatus{State: "online", Changes: []settings.Record{}, Probes: o.probes(ctx, inst), Remind: reminders(inst)}
	kept, open, err := o.inForce(ctx)
	if err != nil {
		return OfflineStatus{}, err
	}
	if len(open) > 0 {
		st.State, st.Since, st.Changes = "offline", kept.Since, open
	}
	return st, nil
}

// probes looks at each address once.
func (o *Offline) probes(ctx context.Context, inst upgrade.Installation) []Probe {
	path := "/apps/"
	if inst.Product == upgrade.DominoLeap {
		path = "/volt-apps/"
	}
	net := probe.NewNet(o.desk.opts.CAFile)
	out := []Probe{}
	for i, base := range addresses(inst) {
		if base == "" {
			continue
		}
		p := Probe{From: "administrator", To: "Leap", URL: strings.TrimSuffix(base, "/") + path, At: o.desk.now().UTC().Truncate(time.Second)}
		if i == 0 {
			p.From, p.To = "users", "web server"
		}
		p.Evidence.URL = p.URL
		answer, err := net.Get(ctx, p.URL)
		if err != nil {
			p.Evidence.Text = err.Error()
		} else {
			p.Reached, p.Evidence.Status = answer.Status < 500, answer.Status
		}
		out = append(out, p)
	}
	return out
}

// reminders are what the vendor asks for and no setting of Leap does.
func reminders(inst upgrade.Installation) []string {
	list := []string{"Switch the web server or load balancer off, or send it to a maintenance page."}
	if inst.Product == upgrade.Leap {
		list = append(list, "Switch SAML filtering off until the upgrade is through.")
	}
	return list
}

// Plan is what begin would change: serverURI commented out (or set to the direct address), trace strings off. Nothing is written.
func (o *Offline) Plan(ctx context.Context, direct string) (settings.Plan, error) {
	inst, err := o.desk.Again(ctx)
	if err != nil {
		return settings.Plan{}, err
	}
	var edits []upgrade.Edit
	for _, f := range inst.SettingsFiles {
		if f.Kind != "leap-config" || !f.Exists {
			continue
		}
		found, err := o.desk.Settings().Find(ctx, f.Path, leap.ServerURIKey)
		if err != nil {
			return settings.Plan{}, err
		}
		switch {
		case direct != "":
			edits = append(edits, upgrade.Edit{File: f.Path, Op: upgrade.EditSet, Key: leap.ServerURIKey, Value: direct})
		case len(found) > 0:
			edits = append(edits, upgrade.Edit{File: f.Path, Op: upgrade.EditComment, Key: leap.ServerURIKey})
		}
	}
	rep, err := o.desk.Checks().look(ctx, CheckOptions{Codes: []string{"LEAP-TRACE-001"}})
	if err != nil {
		return settings.Plan{}, err
	}
	edits = append(edits, rep.Fixes["LEAP-TRACE-001"]...)
	return o.desk.Settings().Plan(ctx, "Take the product offline", edits...)
}

// Begin applies a plan, journaled, each file with its undo record. Beginning twice is SB-9016.
func (o *Offline) Begin(ctx context.Context, plan settings.Plan) error {
	return o.desk.Settings().changing(ctx, "offline begin", func(f *run.Folder, store *settings.Store) error {
		if _, open, err := o.inForce(ctx); err != nil || len(open) > 0 {
			if err == nil {
				err = upgrade.NewFault("SB-9016", upgrade.KindFailed, nil, "run", f.Dir)
			}
			return err
		}
		return f.Act(run.StepOffline, plan.Why, func() (string, map[string]any, error) {
			done, err := store.Apply(ctx, plan)
			// Kept also when only some files could be changed: end must find them.
			if werr := f.WriteJSON(offlineFile, switched{Since: o.desk.now().UTC().Truncate(time.Second), Records: recordIDs(done)}); err == nil {
				err = werr
			}
			return describeRecords(done), map[string]any{"records": recordIDs(done), "diff": plan.Diff()}, err
		})
	})
}

// End puts back exactly what begin changed, the last change first, and gives what was put back. A file that somebody else changed since is not overwritten.
func (o *Offline) End(ctx context.Context) (back []settings.Record, err error) {
	err = o.desk.Settings().changing(ctx, "offline end", func(f *run.Folder, store *settings.Store) error {
		_, open, err := o.inForce(ctx)
		if err != nil {
			return err
		}
		if len(open) == 0 {
			return upgrade.NewFault("SB-9017", upgrade.KindFailed, nil, "run", f.Dir)
		}
		for i := len(open) - 1; i >= 0; i-- {
			rec, err := store.UndoRecord(ctx, open[i])
			if err := o.desk.Settings().undone(f, rec, err); err != nil {
				return err
			}
			back = append(back, rec)
		}
		_, err = f.Journal.Append(journal.Verified, run.StepReopen, fmt.Sprintf("%d files are byte for byte as they were before offline begin", len(back)), nil)
		return err
	})
	return back, err
}

// inForce gives what begin changed and nobody took back yet, oldest first; nothing when there is no run.
func (o *Offline) inForce(ctx context.Context) (kept switched, open []settings.Record, err error) {
	f, _, err := o.desk.Run(ctx, false)
	if err != nil {
		return kept, nil, nil //nolint:nilerr // no run: nothing was switched
	}
	if ok, err := f.ReadJSON(offlineFile, "springboardctl offline status", &kept); err != nil || !ok {
		return kept, nil, err
	}
	all, err := o.desk.Settings().open(o.desk.Settings().store(f))
	if err != nil {
		return kept, nil, err
	}
	ours := map[string]bool{}
	for _, id := range kept.Records {
		ours[id] = true
	}
	for _, r := range all {
		if ours[r.ID] {
			open = append(open, r)
		}
	}
	return kept, open, nil
}
