package wire

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/springboard-leap/springboard/platform/db"
	"github.com/springboard-leap/springboard/platform/leaprest"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// Apps accounts for the applications: census, access, and the state of each from every source there is.
type Apps struct{ desk *Desk }

// Apps gives the service.
func (d *Desk) Apps() *Apps { return &Apps{d} }

// Status is the ledger with where it is from.
type Status struct {
	Board    apps.Board
	Since    time.Time // when the upgrade began, as far as it was seen; zero when none was
	Source   string    // of the census
	At       time.Time // of the census
	Warnings []error   // sources that could not be used, and a census that came late
	Late     bool      // the census was taken when the upgrade had begun: an application that was lost before is not in it
	Failures []upgrade.Failure
}

func (a *Apps) store(f *run.Folder) *apps.Store {
	return apps.OpenStore(f.Path("apps"), osfs.WriteFile)
}

// client speaks to the server at the address that the installation has right now. Where several are configured (serverURI may be gone after an upgrade,
// a port may be closed), it is the first at which a server of this product answers the list of applications.
func (a *Apps) client(ctx context.Context) (*leaprest.Client, error) {
	client, _, err := a.listed(ctx)
	return client, err
}

// listed gives the client with the list of applications that chose it.
func (a *Apps) listed(ctx context.Context) (*leaprest.Client, []apps.Entry, error) {
	inst, err := a.desk.Again(ctx)
	if err != nil {
		return nil, nil, err
	}
	if l := a.desk.lab; l != nil {
		if _, served := l.Serving(); !served {
			return nil, nil, upgrade.NewFault("SB-9015", upgrade.KindFailed, nil, "dir", l.Dir())
		}
	}
	creds, err := a.desk.leapCredentials(ctx)
	if err != nil {
		return nil, nil, err
	}
	var first error
	for _, base := range addresses(inst) {
		client, err := leaprest.New(leaprest.Options{BaseURL: base, Product: inst.Product, Credentials: creds, CAFile: a.desk.opts.CAFile, Retries: 1})
		if err != nil {
			return nil, nil, err
		}
		entries, err := client.List(ctx)
		if err == nil {
			return client, entries, nil
		}
		client.Close()
		if first == nil {
			first = err
		}
		if ctx.Err() != nil || !unreachable(err) {
			return nil, nil, err
		}
	}
	return nil, nil, first
}

// addresses are the base URLs to try, the one in force first.
func addresses(inst upgrade.Installation) []string {
	if len(inst.Addresses) == 0 {
		return []string{inst.BaseURL}
	}
	return inst.Addresses
}

// unreachable tells that nobody answered at an address; any answer, also a refusal, is final.
func unreachable(err error) bool {
	f, ok := upgrade.AsFault(err)
	return ok && (f.Code == "SB-4001" || f.Code == "SB-4011" || f.Code == "SB-4012")
}

// table reads APP_UPGRADE. nil without an error: the product has none.
func (a *Apps) table(ctx context.Context) (*apps.Table, error) {
	inst, err := a.desk.Installation(ctx)
	if err != nil {
		return nil, err
	}
	if inst.Product != upgrade.Leap {
		return nil, nil
	}
	creds, err := a.desk.databaseCredentials(ctx, inst)
	if err != nil {
		return nil, err
	}
	source, err := db.Open(ctx, inst.DataSource, creds)
	if err != nil {
		return nil, err
	}
	rows, err := source.Rows(ctx)
	if cerr := source.Close(); err == nil && cerr != nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	return &rows, nil
}

// Census lists all applications and keeps the list in the run, with APP_UPGRADE as it was before the upgrade. A run is begun when there is none.
func (a *Apps) Census(ctx context.Context) (apps.Snapshot, error) {
	f, _, err := a.desk.Run(ctx, true)
	if err != nil {
		return apps.Snapshot{}, err
	}
	return a.census(ctx, f)
}

func (a *Apps) census(ctx context.Context, f *run.Folder) (snap apps.Snapshot, err error) {
	err = f.Act(run.StepCensus, "Take the census of applications", func() (string, map[string]any, error) {
		if snap, err = a.take(ctx, f); err != nil {
			return "", nil, err
		}
		return fmt.Sprintf("%d applications", len(snap.Entries)), map[string]any{"applications": len(snap.Entries), "source": snap.Source}, a.store(f).SaveCensus(snap)
	})
	return snap, err
}

// censusOnce takes the census when the run has none and no upgrade has begun: an application that is lost in the upgrade can be missed only in a list from
// before it. It is not what was asked for, so a server that does not answer is only logged.
func (a *Apps) censusOnce(ctx context.Context, f *run.Folder) {
	_, has, err := a.store(f).Census()
	if err != nil || has {
		return
	}
	if _, err := a.census(ctx, f); err != nil {
		a.desk.log.WithError(err).Info("the census was not taken")
	}
}

func (a *Apps) take(ctx context.Context, f *run.Folder) (apps.Snapshot, error) {
	client, entries, err := a.listed(ctx)
	if err != nil {
		return apps.Snapshot{}, err
	}
	defer client.Close()
	snap := apps.Snapshot{At: a.desk.now(), Source: client.BaseURL(), Entries: entries}
	// Rows that this very upgrade wrote must not count as old ones.
	facts, err := a.logFacts(ctx, f)
	if err != nil {
		return apps.Snapshot{}, err
	}
	if !facts.since.IsZero() {
		snap.Began, snap.BaselineProblem = facts.since, "the upgrade had begun when the census was taken"
		return snap, nil
	}
	table, err := a.table(ctx)
	switch {
	case err != nil:
		snap.BaselineProblem = err.Error()
	case table != nil:
		snap.Baseline = apps.BaselineOf(*table)
	}
	return snap, nil
}

// Status reads every source anew and builds the ledger. Without a census in the run it lists the applications now, and a run is begun when there is none.
func (a *Apps) Status(ctx context.Context) (Status, error) {
	f, _, err := a.desk.Run(ctx, true)
	if err != nil {
		return Status{}, err
	}
	store := a.store(f)
	if _, ok, err := store.Census(); err != nil {
		return Status{}, err
	} else if !ok {
		if _, err := a.census(ctx, f); err != nil {
			return Status{}, err
		}
	}
	return a.status(ctx, f, store)
}

func (a *Apps) status(ctx context.Context, f *run.Folder, store *apps.Store) (Status, error) {
	facts, err := a.logFacts(ctx, f)
	if err != nil {
		return Status{}, err
	}
	if _, err := store.AppendFacts(facts.apps...); err != nil {
		return Status{}, err
	}
	if err := a.desk.observed(ctx, f, facts); err != nil {
		return Status{}, err
	}
	st := Status{Since: facts.since, Failures: facts.failures}
	table, terr := a.table(ctx)
	if terr != nil {
		st.Warnings = append(st.Warnings, terr)
	}
	if err := a.listAfter(ctx, store, facts.since); err != nil {
		st.Warnings = append(st.Warnings, err)
	}
	in, err := store.Gather(apps.Sources{Table: table, LogFacts: facts.apps, Since: facts.since})
	if err != nil {
		return Status{}, err
	}
	if facts.since.IsZero() {
		in.BeforeUpgrade() // an application that answers has not come through an upgrade that nobody has seen
	}
	st.Warnings = append(st.Warnings, in.Warnings...)
	if facts.problem != nil {
		st.Warnings = append(st.Warnings, facts.problem)
	}
	st.Board = apps.Build(in)
	census, _, err := store.Census()
	if err != nil {
		return Status{}, err
	}
	st.Source, st.At = census.Source, census.At
	if st.Late = !st.Since.IsZero() && census.Began.Equal(st.Since); st.Late {
		st.Warnings = append(st.Warnings, upgrade.NewFault("SB-4803", upgrade.KindPartial, nil, "at", census.At.UTC().Format(time.RFC3339), "began", st.Since.UTC().Format(time.RFC3339)))
	}
	return st, a.journal(f, st)
}

// listAfter asks the server for its list after the upgrade: it tells which applications are missing.
func (a *Apps) listAfter(ctx context.Context, store *apps.Store, since time.Time) error {
	if since.IsZero() {
		return nil
	}
	client, entries, err := a.listed(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	census, _, err := store.Census()
	if err != nil {
		return err
	}
	// The server's list is made by a timer: an application that is not in it is asked for by itself before it counts as missing.
	if entries, err = apps.Confirm(ctx, census.Entries, entries, client); err != nil {
		return err
	}
	return store.SaveAfter(apps.Snapshot{At: a.desk.now(), Source: client.BaseURL(), Entries: entries})
}

// journal records a ledger that is closed, and each change of its sum.
func (a *Apps) journal(f *run.Folder, st Status) error {
	if st.Since.IsZero() {
		return nil
	}
	data := map[string]any{"census": st.Board.Census, "closed": st.Board.Closed}
	text := ""
	for _, s := range upgrade.AppStates {
		if n := st.Board.Totals[s]; n > 0 {
			data[string(s)] = n
			text += fmt.Sprintf("%d %s, ", n, s)
		}
	}
	if !st.Board.Closed {
		return nil
	}
	return f.Saw(run.StepLedger, text+fmt.Sprintf("of %d: the ledger is closed", st.Board.Census), data)
}

// Sweep accesses every application that is not settled (all with again), with its record in the run. The logs are recorded meanwhile, so that a failure
// that rolls off the disk is not lost.
func (a *Apps) Sweep(ctx context.Context, rep op.Reporter, o apps.SweepOptions, again bool) (res apps.SweepResult, err error) {
	st, err := a.Status(ctx)
	if err != nil {
		return res, err
	}
	f, _, err := a.desk.Run(ctx, false)
	if err != nil {
		return res, err
	}
	store := a.store(f)
	census, _, err := store.Census()
	if err != nil {
		return res, err
	}
	client, err := a.client(ctx)
	if err != nil {
		return res, err
	}
	defer client.Close()
	inst, err := a.desk.Installation(ctx)
	if err != nil {
		return res, err
	}
	if !again {
		o.Skip = apps.SkipSettled(st.Board)
	}
	o.Now = a.desk.now
	show := o.OnResult
	o.OnResult = func(x apps.Access) error {
		if err := store.AppendAccess(x); err != nil || show == nil {
			return err
		}
		return show(x)
	}
	err = a.desk.locked(inst, f, "apps sweep", func() error {
		return f.Act(run.StepSweep, fmt.Sprintf("Access %d applications", len(census.Entries)), func() (string, map[string]any, error) {
			return a.sweep(ctx, rep, client, census.Entries, o, &res)
		})
	})
	return res, err
}

func (a *Apps) sweep(ctx context.Context, rep op.Reporter, client *leaprest.Client, entries []apps.Entry, o apps.SweepOptions,
	res *apps.SweepResult) (text string, data map[string]any, err error) {
	stop := a.desk.Logs().recordDuring(ctx)
	*res, err = apps.Sweep(ctx, rep, entries, client, o)
	err = errors.Join(err, stop())
	data = map[string]any{"accessed": res.Accessed, "skipped": res.Skipped, "left": res.Left, "seconds": res.Seconds}
	text = fmt.Sprintf("Accessed %d applications, %d were settled before, %d are left", res.Accessed, res.Skipped, res.Left)
	return text, data, err
}

// Estimate says how long a sweep will take, from the timings of another run or of this one.
func (a *Apps) Estimate(ctx context.Context, from string, workers int) (apps.Estimate, error) {
	f, _, err := a.desk.Run(ctx, true)
	if err != nil {
		return apps.Estimate{}, err
	}
	census, ok, err := a.store(f).Census()
	if err != nil {
		return apps.Estimate{}, err
	}
	if !ok {
		if census, err = a.census(ctx, f); err != nil {
			return apps.Estimate{}, err
		}
	}
	rehearsal, name := f, "this run"
	if from != "" {
		runs, err := a.desk.runs()
		if err != nil {
			return apps.Estimate{}, err
		}
		if rehearsal, err = runs.Open(from); err != nil {
			return apps.Estimate{}, err
		}
		name = rehearsal.Meta.Name
	}
	accesses, err := a.store(rehearsal).Accesses()
	if err != nil {
		return apps.Estimate{}, err
	}
	e := apps.EstimateFor(census.Entries, apps.TimingsOf(accesses), workers, name)
	if from == "" || e.Measured == 0 {
		return e, nil
	}
	return e, f.Saw(run.StepRehearse, fmt.Sprintf("Timings of %d applications taken from %s", e.Measured, name), map[string]any{"run": from})
}
