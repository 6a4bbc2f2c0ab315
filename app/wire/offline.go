package wire

import (
	"context"
	"errors"
	"fmt"
	"html"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Offline takes the product offline and brings it back: serverURI, trace strings, the notice on the login page, and the maintenance page for the web server in
// front, which is its administrator's to switch. Probes tell who can reach what.
type Offline struct {
	desk   *Desk
	prefer settings.Prefer
}

// Offline gives the service.
func (d *Desk) Offline() *Offline { return &Offline{desk: d} }

// Preferring is the same service with an answer to whose value stays of a setting that somebody else changed since; empty: as the desk has it.
func (o *Offline) Preferring(p settings.Prefer) *Offline { return &Offline{desk: o.desk, prefer: p} }

// OfflineOptions say how the product is taken offline.
type OfflineOptions struct {
	Direct    string // address that reaches the server past the web server; serverURI is set to it. Empty: serverURI is commented out
	Public    string // address that users have; empty: as configured
	Notice    string // text for the login page (dailyInfo); empty: it stays as it is
	Page      offline.Page
	Recognise string    // text on a maintenance page of somebody else's making
	Until     time.Time // when the window ends; may be zero
	To, At    string    // folder for the web servers' configuration, and where the web server will find it
	Servers   []offline.WebServer
}

// The phases of being offline, as the run keeps them. An interrupted begin or end stays in its phase until it is gone on with.
const (
	isBeginning = "isBeginning"
	isOffline   = "offline"
	isEnding    = "isEnding"
	isOnline    = "online"
)

// switched is what offline begin did, kept in the run. It is written before anything is changed: whatever is interrupted, end finds it.
type switched struct {
	Phase     string       `json:"phase,omitempty"`
	Since     time.Time    `json:"since"`
	Until     time.Time    `json:"until,omitzero"`
	Public    string       `json:"public,omitempty"` // as users had it before
	Direct    string       `json:"direct,omitempty"`
	Mark      string       `json:"mark,omitempty"`
	Recognise string       `json:"recognise,omitempty"`
	Page      offline.Page `json:"page"`
	Folder    string       `json:"folder,omitempty"` // of the web servers' configuration; empty: the run's own
	At        string       `json:"at,omitempty"`
	Files     []intended   `json:"files,omitempty"`
	Records   []string     `json:"records"` // of the undo store
}

// intended is a file that begin changes, by what it is before and after.
type intended struct {
	File   string `json:"file"`
	Before string `json:"before_sha256"`
	After  string `json:"after_sha256"`
}

const offlineFile = "offline.json"

// off tells whether the product counts as offline: also while a begin or an end is not complete.
func (s switched) off() bool {
	return s.Phase == isBeginning || s.Phase == isOffline || s.Phase == isEnding
}

// Plan is what begin would change: serverURI, trace strings, the notice. Nothing is written.
func (o *Offline) Plan(ctx context.Context, opts OfflineOptions) (settings.Plan, error) {
	inst, err := o.desk.Again(ctx)
	if err != nil {
		return settings.Plan{}, err
	}
	if err := opts.check(); err != nil {
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
		case opts.Direct != "":
			edits = append(edits, upgrade.Edit{File: f.Path, Op: upgrade.EditSet, Key: leap.ServerURIKey, Value: opts.Direct})
		case len(found) > 0:
			edits = append(edits, upgrade.Edit{File: f.Path, Op: upgrade.EditComment, Key: leap.ServerURIKey})
		}
		if opts.Notice != "" {
			edits = append(edits, upgrade.Edit{File: f.Path, Op: upgrade.EditSet, Key: dailyInfoKey, Value: "<p><strong>" + html.EscapeString(oneLine(opts.Notice)) + "</strong></p>"})
		}
	}
	rep, err := o.desk.Checks().look(ctx, CheckOptions{Codes: []string{"LEAP-TRACE-001"}})
	if err != nil {
		return settings.Plan{}, err
	}
	edits = append(edits, rep.Fixes["LEAP-TRACE-001"]...)
	return o.desk.Settings().Plan(ctx, "Take the product offline", edits...)
}

// dailyInfoKey is the text on the login page; Leap reads it without a restart.
const dailyInfoKey = "ibm.nitro.InfoEntryPoint.dailyInfo"

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func (o *OfflineOptions) check() error {
	for _, address := range []*string{&o.Direct, &o.Public} {
		if *address == "" {
			continue
		}
		canonical, why := upgrade.CanonicalServerURI(*address)
		if why != "" {
			return upgrade.NewFault("SB-9035", upgrade.KindUsage, nil, "address", *address, "why", why)
		}
		*address = canonical
	}
	return o.Page.Check()
}

// Begin applies a plan, journaled, each file with its undo record, and writes the maintenance page with the configuration of the web servers. An interrupted
// begin is gone on with; isBeginning twice is SB-9016.
func (o *Offline) Begin(ctx context.Context, plan settings.Plan, opts OfflineOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	inst, err := o.desk.Installation(ctx)
	if err != nil {
		return err
	}
	return o.desk.Settings().changing(ctx, "offline begin", func(f *run.Folder, store *settings.Store) error {
		s, err := kept(f)
		if err != nil {
			return err
		}
		open, err := unended(o.desk, f, run.StepOffline)
		if err != nil {
			return err
		}
		if s.Phase == isOffline && open {
			s.Phase = isBeginning // all but its record was written
		}
		if s.Phase == isOffline || s.Phase == isEnding {
			return upgrade.NewFault("SB-9016", upgrade.KindFailed, nil, "run", f.Dir)
		}
		if s.Phase != isBeginning {
			s = o.newState(f, inst, opts)
		}
		return f.Act(run.StepOffline, plan.Why, func() (string, map[string]any, error) {
			return o.begin(ctx, f, store, plan, s, inst.Product, opts)
		})
	})
}

// unended tells whether a step was begun and its end is not in the journal, or it failed: what it did may be done all the same. The caller holds the installation's lock.
func unended(d *Desk, f *run.Folder, step string) (bool, error) {
	st, err := d.StatusOf(f)
	for _, s := range st.Steps {
		if s.ID == step {
			return s.State == run.Interrupted || s.State == run.Failed || s.State == run.Stopped, err
		}
	}
	return false, err
}

func (o *Offline) newState(f *run.Folder, inst upgrade.Installation, opts OfflineOptions) switched {
	s := switched{Since: o.desk.now().UTC().Truncate(time.Second), Until: opts.Until, Recognise: opts.Recognise, Page: opts.Page, Mark: markOf(f), At: opts.At}
	if opts.To != "" {
		s.Folder = abs(opts.To)
	}
	s.Public, s.Direct = o.publicOf(inst, opts.Public), o.directOf(inst, opts.Direct)
	s.Page.Mark = s.Mark
	if s.Page.Until.IsZero() {
		s.Page.Until = opts.Until
	}
	return s
}

func (o *Offline) begin(ctx context.Context, f *run.Folder, store *settings.Store, plan settings.Plan, s switched, product upgrade.Product, opts OfflineOptions) (string, map[string]any, error) {
	files, err := o.desk.writePage(f, s, product, opts.Servers)
	if err != nil {
		return "", nil, err
	}
	if product == upgrade.DominoLeap {
		if err := o.beginNotes(f, s, opts); err != nil {
			return "", nil, err
		}
	}
	s.Phase = isBeginning
	for _, p := range plan.Files {
		if i := (intended{p.File, p.BeforeSHA256, p.AfterSHA256}); p.Changed() && !slices.Contains(s.Files, i) {
			s.Files = append(s.Files, i)
		}
	}
	if err := f.WriteJSON(offlineFile, s); err != nil {
		return "", nil, err
	}
	done, err := store.Apply(ctx, plan)
	s.Records = append(s.Records, recordIDs(done)...)
	data := map[string]any{"records": recordIDs(done), "diff": plan.Diff(), "page": files}
	if err != nil {
		return describeRecords(done), data, errors.Join(err, f.WriteJSON(offlineFile, s))
	}
	s.Phase = isOffline
	text := "Nothing in the settings had to be changed"
	if len(done) > 0 {
		text = describeRecords(done)
	}
	return text, data, f.WriteJSON(offlineFile, s)
}

// End puts back exactly what begin changed, the last change first, proves it, and gives what was put back. Of a file that somebody else changed since, begin's own keys are
// put back and the other edits stay; where both changed one key it is SB-5016 with both sides, unless Options.Prefer says whose stays. An interrupted begin or end ends here too.
func (o *Offline) End(ctx context.Context) (back []settings.Record, err error) {
	err = o.desk.Settings().Preferring(o.prefer).changing(ctx, "offline end", func(f *run.Folder, store *settings.Store) error {
		s, err := kept(f)
		if err != nil {
			return err
		}
		open, err := o.open(f, store, s)
		if err != nil {
			return err
		}
		st, err := o.desk.StatusOf(f)
		if err != nil {
			return err
		}
		step, kind := run.StepOffline, journal.Undone
		if st.PastNoReturn {
			step, kind = run.StepReopen, journal.Effect
		}
		if len(open) == 0 && !s.off() {
			if unended, err := unended(o.desk, f, step); err != nil || !unended || len(s.Files) == 0 {
				return errors.Join(err, upgrade.NewFault("SB-9017", upgrade.KindFailed, nil, "run", f.Dir))
			}
		}
		return f.ActAs(kind, step, "Bring the product back", func() (text string, data map[string]any, err error) {
			back, text, err = o.putBack(ctx, f, store, s, open)
			return text, map[string]any{"records": recordIDs(back)}, err
		})
	})
	return back, err
}

// putBack takes the changes back, proves it and leaves the phase, under the lock. same tells what was proven.
func (o *Offline) putBack(ctx context.Context, f *run.Folder, store *settings.Store, s switched, open []settings.Record) (back []settings.Record, same string, err error) {
	s.Phase = isEnding
	if err := f.WriteJSON(offlineFile, s); err != nil {
		return nil, "", err
	}
	for i := len(open) - 1; i >= 0; i-- {
		rec, err := store.UndoRecord(ctx, open[i])
		if err != nil {
			return back, "", err
		}
		back = append(back, rec)
	}
	files, other, err := compare(store, s.Files)
	if err != nil {
		return back, "", err
	}
	if err := o.endNotes(f); err != nil {
		return back, "", err
	}
	s.Phase = isOnline
	same = fmt.Sprintf("%d files are byte for byte as they were before offline begin", len(files))
	for _, rec := range back {
		if rec.TakenBack != nil {
			same += ". " + takenBack(rec)
			other = slices.DeleteFunc(other, func(file string) bool { return file == rec.File })
		}
	}
	if len(other) > 0 {
		same += "; changed by others since: " + strings.Join(other, ", ")
	}
	return back, same, f.WriteJSON(offlineFile, s)
}

// compare tells which of begin's files are again what they were before it.
func compare(store *settings.Store, files []intended) (same, other []string, err error) {
	first := map[string]string{} // what stood there before the first change of this begin
	for _, i := range files {
		if _, known := first[i.File]; !known {
			first[i.File] = i.Before
		}
	}
	for _, i := range files {
		before, due := first[i.File]
		if !due {
			continue
		}
		delete(first, i.File)
		now, err := store.Hash(i.File)
		if err != nil {
			return nil, nil, err
		}
		if now == before {
			same = append(same, i.File)
		} else {
			other = append(other, i.File)
		}
	}
	return same, other, nil
}

func kept(f *run.Folder) (switched, error) {
	var s switched
	_, err := f.ReadJSON(offlineFile, "springboardctl offline status", &s)
	if s.Phase == "" && len(s.Records) > 0 {
		s.Phase = isOffline // written by an earlier version
	}
	return s, err
}

// inForce gives what begin changed and nobody took back yet, oldest first; nothing when there is no run.
func (o *Offline) inForce(ctx context.Context) (s switched, open []settings.Record, f *run.Folder, err error) {
	f, _, err = o.desk.Run(ctx, false)
	if fault, ok := upgrade.AsFault(err); ok && fault.Code == "SB-6023" || errors.Is(err, os.ErrNotExist) {
		return s, nil, nil, nil // no run: nothing was switched
	}
	if err != nil {
		return s, nil, nil, err
	}
	if s, err = kept(f); err != nil {
		return s, nil, f, err
	}
	open, err = o.open(f, o.desk.Settings().store(f), s)
	return s, open, f, err
}

// open lists the records of this begin that are in force: by their number, or, when begin was killed before it knew that, by what it meant to do.
func (o *Offline) open(_ *run.Folder, store *settings.Store, s switched) ([]settings.Record, error) {
	all, err := o.desk.Settings().open(store)
	if err != nil {
		return nil, err
	}
	var open []settings.Record
	for _, r := range all {
		if slices.Contains(s.Records, r.ID) || slices.Contains(s.Files, intended{r.File, r.BeforeSHA256, r.AfterSHA256}) && !r.At.Before(s.Since) {
			open = append(open, r)
		}
	}
	return open, nil
}

// OfflineSince tells since when the product is offline by this run, as far as that is known without looking for anything; for reminders.
func (d *Desk) OfflineSince(ctx context.Context) (since time.Time, dir string, ok bool) {
	d.detect.Lock()
	known := d.known != nil || d.opts.RunDir != ""
	d.detect.Unlock()
	if !known {
		return since, "", false
	}
	f, _, err := d.Run(ctx, false)
	if err != nil {
		return since, "", false
	}
	s, err := kept(f)
	return s.Since, f.Dir, err == nil && s.off()
}
