package wire

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/rules"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// Logs reads, follows and records the logs of the installation.
type Logs struct{ desk *Desk }

// Logs gives the service.
func (d *Desk) Logs() *Logs { return &Logs{d} }

// Rules are the failure rules in force: those that were named, or those that are shipped.
func (l *Logs) Rules() (*rules.Set, error) {
	live, err := l.LiveRules()
	if err != nil {
		return nil, err
	}
	return live.Set(), nil
}

// LiveRules are the failure rules for a program that runs on: whoever holds them calls Run (see rules.Live) so that an edit of the file counts.
func (l *Logs) LiveRules() (*rules.Live, error) {
	shipped, err := rules.Default(assets.FS())
	if err != nil {
		return nil, err
	}
	return rules.OpenLive(l.desk.opts.Rules, shipped)
}

// File finds the log that a person means: a path, or a path below the root.
func (l *Logs) File(name string) string {
	full := abs(name)
	if _, err := os.Stat(full); err != nil {
		if below := filepath.Join(l.desk.opts.Root, name); l.desk.opts.Root != string(filepath.Separator) {
			if _, err := os.Stat(below); err == nil {
				return below
			}
		}
	}
	return full
}

// Files are the logs in which the installation tells of applications, those that exist: the main log of each server, and Domino's console.
func (l *Logs) Files(ctx context.Context) ([]string, error) {
	inst, err := l.desk.Installation(ctx)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, f := range inst.Logs {
		if f.Exists && f.Mode == upgrade.LogText && (f.Role == "main" || f.Role == "console") && !slices.Contains(files, f.Path) {
			files = append(files, f.Path)
		}
	}
	if len(files) == 0 {
		return nil, upgrade.NewFault("SB-9013", upgrade.KindFailed, nil, "installation", inst.ID)
	}
	return files, nil
}

// logFacts is what the logs tell of an upgrade, on the disk and in the run's recording together.
type logFacts struct {
	apps      []apps.Fact
	failures  []upgrade.Failure // of Setup and the server
	since     time.Time         // when the newest Setup began
	setupDone *upgrade.Failure  // its end
	problem   error             // a log that could not be read; the others count
}

// logFacts is what the installation's logs with their rotated siblings tell, and the run's recording of them.
func (a *Apps) logFacts(ctx context.Context, f *run.Folder) (logFacts, error) {
	l := a.desk.Logs()
	all, err := a.desk.facts.get(func() string { return l.fingerprint(ctx, f) }, func() (logFacts, error) { return l.readAll(ctx, f) })
	if err != nil {
		return all, err
	}
	all.since, err = a.desk.began(ctx, f, all.since)
	return all, err
}

func (l *Logs) readAll(ctx context.Context, f *run.Folder) (logFacts, error) {
	set, err := l.Rules()
	if err != nil {
		return logFacts{}, err
	}
	var all logFacts
	readers, err := l.readers(ctx, f)
	all.problem = err
	for _, read := range readers {
		one, err := readFacts(ctx, set, read)
		if ctx.Err() != nil {
			return logFacts{}, context.Cause(ctx)
		}
		if err != nil {
			all.problem = err
		}
		all.add(one)
	}
	return all, nil
}

// beginning is when the upgrade of a run began, kept because the record of it rolls off.
type beginning struct {
	Began time.Time `json:"began"`
	How   string    `json:"how"`
}

const beginningFile = "upgrade.json"

// began gives when this run's upgrade began: as a log tells it now, as it was seen before, or, when only the new version on the disk tells of it, the
// beginning of the run. Zero means that no upgrade has been seen.
func (d *Desk) began(ctx context.Context, f *run.Folder, seen time.Time) (time.Time, error) {
	var kept beginning
	if _, err := f.ReadJSON(beginningFile, "springboardctl apps status", &kept); err != nil {
		return time.Time{}, err
	}
	now := kept
	if seen.After(kept.Began) {
		now = beginning{Began: seen, How: "the log tells that Setup has begun"}
	}
	if now.Began.IsZero() {
		inst, err := d.Installation(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if inst.Version != "" && f.Meta.Version != "" && inst.Version != f.Meta.Version {
			now = beginning{Began: f.Meta.Created, How: "version " + inst.Version + " stands where " + f.Meta.Version + " was when the run began"}
		}
	}
	if now == kept {
		return kept.Began, nil
	}
	return now.Began, f.WriteJSON(beginningFile, now)
}

// reader reads one log from its oldest record on.
type reader func(ctx context.Context) iter.Seq2[*logs.Record, error]

// readers are the installation's logs with their rotated siblings, and after them the run's recording: what is on the disk can be opened by a person, so
// its evidence comes first. A log that cannot be read is the error; the others are there.
func (l *Logs) readers(ctx context.Context, f *run.Folder) ([]reader, error) {
	var all []reader
	files, failed := l.Files(ctx)
	for _, file := range files {
		all = append(all, func(ctx context.Context) iter.Seq2[*logs.Record, error] { return readLog(ctx, file) })
	}
	recorded, err := l.recorded(f)
	if err != nil {
		failed = err
	}
	return append(all, recorded...), failed
}

// readLog reads a log with its rotated siblings.
func readLog(ctx context.Context, file string) iter.Seq2[*logs.Record, error] {
	return func(yield func(*logs.Record, error) bool) {
		src, err := logs.OpenLog(ctx, logs.Options{Join: true}, file)
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = src.Close() }()
		for r, err := range src.Records(ctx, nil) {
			if !yield(r, err) {
				return
			}
		}
	}
}

// readFacts reads one log. What stands before the newest beginning of Setup is about an earlier upgrade.
func readFacts(ctx context.Context, set *rules.Set, read reader) (logFacts, error) {
	var facts logFacts
	for r, err := range read(ctx) {
		if err != nil {
			return facts, err
		}
		if e, ok := set.Match(r); ok {
			facts.event(e)
		}
	}
	return facts, nil
}

func (l *logFacts) event(e rules.Event) {
	at, sure := pointOf(e.Record.Time)
	e.Time = at
	switch {
	case e.Outcome == rules.SetupStart && e.Captures["phase"] != "2":
		for i := range l.apps {
			l.apps[i].Old = true
		}
		l.failures, l.setupDone, l.since = nil, nil, at
	case e.Outcome == rules.SetupDone && e.Captures["phase"] != "1":
		done := e.Failure
		l.setupDone = &done
	case e.Scope == rules.ScopeApp:
		if fact, ok := factOf(e, at, !sure); ok {
			l.apps = append(l.apps, fact)
		}
	case e.Outcome == rules.Failed:
		l.failures = append(l.failures, e.Failure)
	}
}

// factOf is what an event says about an application.
func factOf(e rules.Event, at time.Time, loose bool) (apps.Fact, bool) {
	says := map[rules.Outcome]upgrade.AppState{rules.Failed: upgrade.Failed, rules.Upgraded: upgrade.Upgraded, rules.Started: upgrade.Upgrading}[e.Outcome]
	fact, ok := apps.FactOfFailure(e.Failure)
	if says == "" || !ok {
		return apps.Fact{}, false
	}
	fact.Says, fact.At, fact.Loose = says, at, loose
	fact.Evidence.Text = e.Text // the same text wherever the record stands, so that it counts once
	if says != upgrade.Failed {
		fact.Failure, fact.Error, fact.Causes = nil, "", nil
	}
	return fact, true
}

// pointOf makes a point in time of a log's wall clock. sure is false when its zone is an abbreviation that is not this machine's own.
func pointOf(m stamp.Moment) (at time.Time, sure bool) {
	if at, ok := m.Point(); ok {
		return at, true
	}
	if m.IsZero() {
		return time.Time{}, false
	}
	t := m.Time
	local := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local)
	zone, _ := local.Zone()
	return local, m.Zone != "" && m.Zone == zone
}

// add joins what another log, or the recording of the same, tells.
func (l *logFacts) add(o logFacts) {
	l.apps = append(l.apps, o.apps...)
	l.failures = append(l.failures, o.failures...)
	if o.since.After(l.since) {
		l.since = o.since
	}
	if o.setupDone != nil && (l.setupDone == nil || o.setupDone.Time.After(l.setupDone.Time)) {
		l.setupDone = o.setupDone
	}
	if o.problem != nil {
		l.problem = o.problem
	}
}
