package wire

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/preflight"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// StepTexts are the texts of phases and steps in the run's own terms.
func StepTexts(id string) run.Text { return run.Text(assets.Step(id)) }

// UndoOptions say how far run undo goes.
type UndoOptions struct {
	Through bool // past what cannot be taken back, leaving it as it is
	Dry     bool
	Prefer  settings.Prefer // whose value stays of a setting that somebody else changed since; empty: as the desk has it
}

// Undone is what run undo did.
type Undone struct {
	Went    []run.WentBack
	Records []settings.Record // of settings, that were put back
}

// Undo goes back step by step, the newest first, each proven before the next: settings, being offline, a restore that was swapped in, waivers, ticks, the gate. What it
// finds to take back is read from the real state, so that it goes on where a kill ended it. With nothing to take back it is SB-6026.
func (d *Desk) Undo(ctx context.Context, o UndoOptions) (out Undone, err error) {
	out.Went, out.Records = []run.WentBack{}, []settings.Record{}
	inst, f, err := d.Settings().folder(ctx, false)
	if err != nil {
		return out, err
	}
	if err := d.endRestore(ctx, f); err != nil {
		return out, err
	}
	work := func() error {
		u := undoing{desk: d, run: f, store: d.Settings().Preferring(o.Prefer).store(f), inst: inst, out: &out}
		all, err := u.doings()
		if err != nil {
			return err
		}
		due := slices.ContainsFunc(all, func(d run.Doing) bool { return d.Do != nil || d.Stop != "" })
		if !due {
			return upgrade.NewFault("SB-6026", upgrade.KindFailed, nil, "run", f.Dir)
		}
		out.Went, err = f.GoBack(ctx, all, o.Through, o.Dry)
		return err
	}
	if o.Dry {
		return out, work()
	}
	return out, d.locked(inst, f, "run undo", work)
}

// undoing gathers what can be taken back.
type undoing struct {
	desk    *Desk
	run     *run.Folder
	store   *settings.Store
	inst    upgrade.Installation
	out     *Undone
	entries []journal.Entry
	all     []run.Doing
}

func (u *undoing) doings() ([]run.Doing, error) {
	var err error
	if u.entries, err = u.run.Journal.Entries(); err != nil {
		return nil, err
	}
	for _, gather := range []func() error{u.settings, u.decisions, u.ticks, u.restores, u.kept} {
		if err := gather(); err != nil {
			return nil, err
		}
	}
	u.unended()
	return u.all, nil
}

// unended are steps whose taking back is in the journal without its end while nothing of them is left to be taken back: only the record is due.
func (u *undoing) unended() {
	last, begun := map[string]journal.Entry{}, map[string]journal.Entry{}
	for _, e := range u.entries {
		switch e.Kind {
		case journal.Intent:
			begun[e.Step], last[e.Step] = e, e
		case journal.Effect, journal.Verified, journal.Failed, journal.Stopped, journal.Undone:
			last[e.Step] = e
		}
	}
	for step, e := range last {
		what, back := strings.CutPrefix(begun[step].Text, run.TakeBack)
		ended := e.Kind == journal.Effect || e.Kind == journal.Verified || e.Kind == journal.Undone
		if ended || !back || slices.ContainsFunc(u.all, func(d run.Doing) bool { return d.Step == step && d.Do != nil }) {
			continue
		}
		u.add(run.Doing{Step: step, What: what, At: begun[step].Time, Do: func(context.Context) (string, error) {
			return "It was back as before already; only its record was missing", nil
		}})
	}
}

func (u *undoing) add(d run.Doing) { u.all = append(u.all, d) }

// settings are the changes that are in force, those of offline begin as one.
func (u *undoing) settings() error {
	s, err := kept(u.run)
	if err != nil {
		return err
	}
	offline := u.desk.Offline()
	ours, err := offline.open(u.run, u.store, s)
	if err != nil {
		return err
	}
	at := s.Since
	if n := len(ours); n > 0 {
		at = ours[n-1].At
	}
	if s.off() || len(ours) > 0 {
		u.add(run.Doing{Step: run.StepOffline, What: "the product was taken offline", At: at, Do: func(ctx context.Context) (string, error) {
			ours, err := offline.open(u.run, u.store, s) // those of a restore that was just taken back are in force again
			if err != nil {
				return "", err
			}
			back, same, err := offline.putBack(ctx, u.run, u.store, s, ours)
			u.out.Records = append(u.out.Records, back...)
			return same, err
		}})
	}
	open, err := u.desk.Settings().open(u.store)
	if err != nil {
		return err
	}
	for _, r := range open {
		if slices.ContainsFunc(ours, func(o settings.Record) bool { return o.ID == r.ID }) {
			continue
		}
		u.change(r)
	}
	return nil
}

// change is one change of a settings file.
func (u *undoing) change(r settings.Record) {
	u.add(run.Doing{Step: run.StepFix, What: r.File + ": " + r.Why, At: r.At, Do: func(ctx context.Context) (string, error) {
		rec, err := u.store.UndoRecord(ctx, r)
		if err != nil {
			return "", err
		}
		u.out.Records = append(u.out.Records, rec)
		if rec.TakenBack != nil {
			return takenBack(rec), nil
		}
		if r.BeforeSHA256 == "" {
			return r.File + " is gone again, as before", nil
		}
		return fmt.Sprintf("%s is byte for byte as before (sha256 %.12s)", r.File, r.BeforeSHA256), nil
	}})
}

// decisions are waivers and ticks of checks.
func (u *undoing) decisions() error {
	var d preflight.Decisions
	if _, err := u.run.ReadJSON(decisionsFile, "springboardctl check waive", &d); err != nil {
		return err
	}
	for code, w := range d.Waivers {
		u.decision(code, w, "waived", func(d *preflight.Decisions) { delete(d.Waivers, code) })
	}
	for code, w := range d.Attestations {
		u.decision(code, w, "ticked", func(d *preflight.Decisions) { delete(d.Attestations, code) })
	}
	return nil
}

func (u *undoing) decision(code string, w upgrade.Waiver, what string, revoke func(*preflight.Decisions)) {
	at, err := time.Parse(time.RFC3339, w.At)
	if err != nil {
		at = u.run.Meta.Created
	}
	for _, e := range u.entries { // finer than the decision's own whole second
		if e.Kind == journal.Decision && strings.Contains(e.Text, code) {
			at = e.Time
		}
	}
	u.add(run.Doing{Step: run.StepCheck, What: w.By + " " + what + " " + code, At: at, Do: func(context.Context) (string, error) {
		var now preflight.Decisions
		if _, err := u.run.ReadJSON(decisionsFile, "springboardctl check waive", &now); err != nil {
			return "", err
		}
		revoke(&now)
		return code + " is no longer " + what + "; the checks have to be run again", u.run.WriteJSON(decisionsFile, now)
	}})
}

// ticks are steps that a person said to be done, and the gate.
func (u *undoing) ticks() error {
	last := map[string]journal.Entry{}
	for _, e := range u.entries {
		if e.Step != "" {
			last[e.Step] = e
		}
	}
	for id, e := range last {
		if ticked, _ := e.Data["ticked"].(bool); ticked {
			u.add(run.Doing{Step: id, What: e.Text, At: e.Time, Do: func(context.Context) (string, error) {
				return "It no longer counts as done. What was done outside Springboard is taken back there.", nil
			}})
		}
	}
	return nil
}

// restores are backups that were swapped in; the state before each stands beside it. What stands on a database server is not swapped from here.
func (u *undoing) restores() error {
	for i, e := range u.entries {
		list, _ := e.Data["kept"].([]any)
		if e.Step != "restore" || e.Kind != journal.Effect || slices.ContainsFunc(u.entries[i:], func(n journal.Entry) bool { return n.Step == "restore" && n.Kind == journal.Undone }) {
			continue
		}
		var paths []string
		database := false
		for _, one := range list {
			path, _ := one.(string)
			if strings.HasPrefix(path, "database ") {
				database = true
			} else if path != "" {
				paths = append(paths, path)
			}
		}
		d := run.Doing{Step: "restore", What: e.Text, At: e.Time}
		switch {
		case u.wayBack(i):
			d.Keep = "It is the way back from the upgrade, and stays."
		case database:
			d.Stop = "The database was restored too; the former one stands on its server under the name in the journal (entry " + fmt.Sprint(e.Seq) + "), and only its administrator swaps them."
		case len(paths) == 0:
			d.Keep = "Nothing stood there before; the restored files stay."
		default:
			replaced, err := u.revived(e)
			if err != nil {
				return err
			}
			d.Do = func(context.Context) (string, error) {
				proof, err := backup.SwapBack(osfs.FS{}, paths)
				if err != nil {
					return "", err
				}
				return proof, u.store.Revive(replaced)
			}
		}
		u.add(d)
	}
	return nil
}

// revived gives the changes of settings that a restore replaced, which are in force again when it is taken back, and adds the taking back of those that are not of offline
// begin: that takes its own back.
func (u *undoing) revived(e journal.Entry) (ids []string, err error) {
	list, _ := e.Data["replaced"].([]any)
	for _, one := range list {
		if id, ok := one.(string); ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	s, err := kept(u.run)
	if err != nil {
		return nil, err
	}
	all, err := u.store.Records()
	for _, r := range all {
		if r.UndoneAt != nil && slices.Contains(ids, r.ID) && !slices.Contains(s.Records, r.ID) {
			u.change(r)
		}
	}
	return ids, err
}

// wayBack tells whether the restore of this entry came after something that only a restore takes back.
func (u *undoing) wayBack(restore int) bool {
	return slices.ContainsFunc(u.entries[:restore], func(e journal.Entry) bool {
		step, known := run.Find(e.Step)
		return known && !step.Reversible && (e.Kind == journal.Effect || e.Kind == journal.Verified)
	})
}

// kept is why a step that was done stays, or why nothing older can be taken back.
func (u *undoing) kept() error {
	restored := time.Time{}
	for _, e := range u.entries {
		if e.Step == "restore" && e.Kind == journal.Effect {
			restored = e.Time
		}
	}
	last := map[string]journal.Entry{}
	for _, e := range u.entries {
		if e.Kind == journal.Effect || e.Kind == journal.Verified {
			last[e.Step] = e
		}
	}
	for id, e := range last {
		step, known := run.Find(id)
		switch {
		case !known:
		case !step.Reversible && e.Time.After(restored):
			u.add(run.Doing{Step: id, What: e.Text, At: e.Time, Stop: StepTexts(id).WayBack})
		case !step.Reversible:
			u.add(run.Doing{Step: id, What: e.Text, At: e.Time, Keep: "The backup that was restored afterwards took it back."})
		case id == run.StepBackup || id == run.StepReport:
			u.add(run.Doing{Step: id, What: e.Text, At: e.Time, Keep: StepTexts(id).WayBack})
		}
	}
	return nil
}

// Tick records by name that a step was done that only a person can do.
func (d *Desk) Tick(ctx context.Context, step, by, note string) (run.Status, error) {
	s, ok := run.Find(step)
	switch {
	case !ok:
		return run.Status{}, upgrade.NewFault("SB-6029", upgrade.KindUsage, nil, "step", step)
	case s.Gate:
		return run.Status{}, upgrade.NewFault("SB-6031", upgrade.KindUsage, nil, "word", GateWord)
	case !s.Person:
		return run.Status{}, upgrade.NewFault("SB-6032", upgrade.KindUsage, nil, "step", step)
	}
	return d.say(ctx, "run tick", step, by, func(string) (string, map[string]any, error) {
		text := by + " did it"
		if note != "" {
			text += ": " + oneLine(note)
		}
		return text, map[string]any{"ticked": true, "by": by}, nil
	})
}

// GateWord is what a person types to let the upgrade begin.
const GateWord = "UPGRADE"

// Confirm passes the gate before the point of no return: by name, with the word typed, and only with a proven backup that holds the data and no check that stops.
func (d *Desk) Confirm(ctx context.Context, word, by string) (run.Status, error) {
	if word != GateWord {
		return run.Status{}, upgrade.NewFault("SB-6031", upgrade.KindWaiting, nil, "word", GateWord)
	}
	return d.say(ctx, "run confirm", run.StepGate, by, func(string) (string, map[string]any, error) {
		proven, err := d.gate(ctx)
		if err != nil {
			return "", nil, err
		}
		text := fmt.Sprintf("%s confirmed that the upgrade may begin; from then on the way back is the restore of %s", by, proven.Backup)
		return text, map[string]any{"ticked": true, "by": by, "backup": proven.Backup, "manifest_sha256": proven.ManifestSHA256}, nil
	})
}

// gate looks whether the gate may be passed, and gives the proven backup.
func (d *Desk) gate(ctx context.Context) (backup.Summary, error) {
	inst, err := d.Installation(ctx)
	if err != nil {
		return backup.Summary{}, err
	}
	f, _, err := d.Run(ctx, false)
	if err != nil {
		return backup.Summary{}, err
	}
	closed := func(why, next string) error {
		return upgrade.NewFault("SB-6030", upgrade.KindBlocked, nil, "why", why, "next", next)
	}
	findings, ok, err := d.Checks().Kept(f)
	if err != nil {
		return backup.Summary{}, err
	}
	if !ok {
		return backup.Summary{}, closed("the checks were not run", "springboardctl check")
	}
	if stops := preflight.Stopping(findings); len(stops) > 0 {
		return backup.Summary{}, closed(fmt.Sprintf("%d findings stop the upgrade, the first is %s", len(stops), stops[0].Code), "springboardctl check; fix, waive or tick each by name")
	}
	all, err := d.Backups().List(ctx)
	if err != nil {
		return backup.Summary{}, err
	}
	part := backup.PartDatabase
	if inst.Product == upgrade.DominoLeap {
		part = backup.PartVolt
	}
	for _, b := range all {
		if b.State == backup.Proven && !b.Incomplete && b.Problem == "" && slices.Contains(b.Parts, part) {
			return b, nil
		}
	}
	return backup.Summary{}, closed("no backup that holds the "+part+" is proven by a test restore", "springboardctl backup create --to DIR, then springboardctl backup prove DIR")
}

// say journals what a person said of a step, by name.
func (d *Desk) say(ctx context.Context, what, step, by string, look func(by string) (string, map[string]any, error)) (run.Status, error) {
	if strings.TrimSpace(by) == "" {
		return run.Status{}, upgrade.NewFault("SB-6033", upgrade.KindUsage, nil, "step", step)
	}
	inst, err := d.Installation(ctx)
	if err != nil {
		return run.Status{}, err
	}
	f, _, err := d.Run(ctx, true)
	if err != nil {
		return run.Status{}, err
	}
	err = d.locked(inst, f, what, func() error {
		text, data, err := look(by)
		if err != nil {
			return err
		}
		_, err = f.Journal.Append(journal.Verified, step, text, data)
		return err
	})
	if err != nil {
		return run.Status{}, err
	}
	return d.StatusOf(f)
}

// VerifyRun checks that the run's journal is what Springboard wrote, and gives how many entries it has and the hash of the last.
func (d *Desk) VerifyRun(ctx context.Context) (dir string, n int, hash string, err error) {
	dir = d.opts.RunDir
	if dir == "" {
		f, _, err := d.Run(ctx, false)
		if err != nil {
			return "", 0, "", err
		}
		dir = f.Dir
	}
	entries, err := journal.Read(filepath.Join(dir, "journal.jsonl"))
	if err != nil {
		return dir, len(entries), "", err
	}
	if len(entries) == 0 {
		return dir, 0, "", upgrade.NewFault("SB-6021", upgrade.KindFailed, errors.Join(os.ErrNotExist), "dir", dir, "why", "it has no journal")
	}
	return dir, len(entries), entries[len(entries)-1].Hash, nil
}
