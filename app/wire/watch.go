package wire

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
	"github.com/springboard-leap/springboard/upgrade/logs/rules"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// WatchOptions say what is followed. Without files the installation's logs are.
type WatchOptions struct {
	Files    []string
	From     follow.From
	NoRecord bool // do not record into the run
	// Output takes what handle makes of the events; nil when handle is the end of it.
	Output Output
	// Again delivers from From on although a watcher of this run has read it before, as a window must show it again. It is recorded once all the same.
	Again bool
	// Encoding overrides what is detected.
	Encoding string
}

// WatchEvent is a record (with the failure that the rules see in it), a mark, or a change of state, of one log.
type WatchEvent struct {
	File    string
	Record  *logs.Record
	Failure *rules.Event // set when the record tells of a failure
	Event   *rules.Event // set when any rule matches the record
	Mark    *logs.Mark
	State   follow.State
	Reason  string
	// Recording tells that bytes are not recorded, or are again.
	Recording *RecordingEvent
	Rules     *rules.Change // the failure rules were read again, or are broken
}

// RecordingEvent is a change in how the recording fares.
type RecordingEvent struct {
	By     error // another program records into this run: the fault tells which folder
	Took   bool  // it has ended, and this one records from now on
	Failed error // nothing is recorded because of this; nil: it is recorded again
}

// Watch follows the logs until ctx ends, and gives each event to handle, one at a time. Every byte is recorded into the run, which is begun when there is
// none; when another program records into it already, that one does. What the logs tell of applications is kept in the run at once.
func (l *Logs) Watch(ctx context.Context, o WatchOptions, handle func(WatchEvent) error) error {
	named := len(o.Files) > 0
	files := o.Files
	if !named {
		var err error
		if files, err = l.Files(ctx); err != nil {
			return err
		}
	}
	live, err := l.LiveRules()
	if err != nil {
		return err
	}
	w := &watch{desk: l.desk, set: live, handle: handle, out: o.Output, record: &recorder{}}
	if !o.NoRecord {
		if err := w.begin(ctx, named); err != nil {
			return err
		}
	}
	return w.end(w.follow(ctx, files, named, o))
}

// watch is one call of Watch.
type watch struct {
	desk   *Desk
	set    *rules.Live
	run    *run.Folder // nil: nothing is kept
	store  *apps.Store
	record *recorder
	mu     sync.Mutex // handle and what is kept, one event at a time
	handle func(WatchEvent) error
	out    Output
}

// begin opens the run and its recording. Named files of no installation are followed without a run.
func (w *watch) begin(ctx context.Context, named bool) error {
	f, _, err := w.desk.Run(ctx, true)
	if err != nil {
		if named {
			return nil // no installation here: there is no run to record into
		}
		return err
	}
	w.run, w.store = f, apps.OpenStore(f.Path("apps"), osfs.WriteFile)
	var by error
	if w.record, by, err = w.openRecorder(ctx); err != nil {
		return err
	}
	if by != nil {
		return w.told(WatchEvent{Recording: &RecordingEvent{By: by}})
	}
	return w.recording()
}

// The lock of a recorder that was killed a moment ago is let go when the system has cleared it away: it is waited for before another program is said to record.
const (
	lockTries = 20
	lockEvery = 50 * time.Millisecond
	takeEvery = time.Second
)

func (w *watch) openRecorder(ctx context.Context) (r *recorder, by error, err error) {
	tick := time.NewTicker(lockEvery)
	defer tick.Stop()
	for range lockTries {
		if r, by, err = w.desk.Logs().openRecorder(w.run, w.out); by == nil || err != nil {
			return r, nil, err
		}
		select {
		case <-ctx.Done():
			return r, by, nil
		case <-tick.C:
		}
	}
	return r, by, nil
}

// recording says in the journal that this program records now.
func (w *watch) recording() error {
	w.record.tell = w.told
	_, err := w.run.Journal.Append(journal.Effect, run.StepRecord, "The logs are followed and recorded", nil)
	return err
}

// takeOver waits until the program that records has ended, and then opens the recording here.
func (w *watch) takeOver(ctx context.Context) (r *recorder, err error) {
	tick := time.NewTicker(takeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, nil
		case <-tick.C:
		}
		w.mu.Lock()
		r, by, err := w.desk.Logs().openRecorder(w.run, w.out)
		w.mu.Unlock()
		if err != nil || by == nil {
			return r, err
		}
	}
}

// follow follows the logs. While another program records it only follows; when that one has ended it records: it goes on where the recording ends, so that
// what the other had no time for is recorded, and a few records may be delivered again.
func (w *watch) follow(ctx context.Context, files []string, named bool, opts WatchOptions) error {
	waits := w.run != nil && !w.record.records()
	for waits {
		took, err := w.followUnrecorded(ctx, files, named, opts)
		if took == nil || err != nil {
			return err
		}
		waits, opts.Again = false, false
		w.mu.Lock()
		w.record = took
		w.mu.Unlock()
		if err := errors.Join(w.recording(), w.told(WatchEvent{Recording: &RecordingEvent{Took: true}})); err != nil {
			return err
		}
	}
	return w.followAll(ctx, files, named, opts)
}

// followUnrecorded follows until the recording can be taken over.
func (w *watch) followUnrecorded(ctx context.Context, files []string, named bool, opts WatchOptions) (took *recorder, err error) {
	following, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	var failed error
	wg.Go(func() {
		defer stop()
		took, failed = w.takeOver(following)
	})
	err = w.followAll(following, files, named, opts)
	stop()
	wg.Wait()
	return took, errors.Join(err, failed)
}

func (w *watch) followAll(ctx context.Context, files []string, named bool, opts WatchOptions) error {
	group, ctx := errgroup.WithContext(ctx)
	stop := w.reload(ctx)
	defer stop()
	for _, file := range files {
		group.Go(func() error {
			o := follow.Options{Path: file, From: opts.From, Read: logs.Options{Join: true, Encoding: opts.Encoding}, Now: w.desk.now, Why: w.why(file, named)}
			w.mu.Lock()
			w.record.stream(&o)
			w.mu.Unlock()
			if opts.Again {
				o.Resume = nil
			}
			one := &oneLog{w: w, file: file}
			o.Batch = w.batch
			if w.out != nil {
				o.Turn = one
			}
			return follow.Run(ctx, o, one.event)
		})
	}
	return group.Wait()
}

// fullBelow is how little free space makes a disk the reason of a silence: a server that cannot write a block of its log writes nothing.
const fullBelow = 64 << 10

// why looks for the reason of a silence. named tells that a person named the file: then the installation's configuration says nothing about it.
func (w *watch) why(file string, named bool) func() string {
	return func() string {
		if space, err := (osfs.FS{}).Space(filepath.Dir(file)); err == nil && space.Free < fullBelow {
			return fmt.Sprintf("the disk of the log is full: %d bytes are free on %s", space.Free, space.Volume)
		}
		if f, err := os.Open(file); err != nil {
			return "the log cannot be opened: " + err.Error()
		} else if err := f.Close(); err != nil {
			return "the log cannot be read: " + err.Error()
		}
		inst, err := w.desk.Again(context.Background())
		if err != nil || named {
			return ""
		}
		at := slices.IndexFunc(inst.Logs, func(f upgrade.LogFile) bool { return f.Path == file })
		switch {
		case at < 0 && len(inst.Logs) > 0:
			return "the configuration names another log now: " + inst.Logs[0].Path
		case at >= 0 && inst.Logs[at].Mode == upgrade.LogHPEL:
			return "the server is configured to write its binary log (HPEL) instead"
		}
		running, err := (processPort{w.desk}).Running(context.Background(), inst)
		if err == nil && len(running) == 0 {
			return "the server is down: no process of it runs"
		}
		return ""
	}
}

// event is called by who has w.mu.
func (w *watch) event(file string, e follow.Event) error {
	out := WatchEvent{File: file, Record: e.Record, Mark: e.Mark, State: e.State, Reason: e.Reason}
	if e.Record != nil {
		if found, ok := w.set.Match(e.Record); ok {
			out.Event = &found
			if found.Outcome == rules.Failed {
				out.Failure = &found
			}
			if err := w.keep(found); err != nil {
				return err
			}
		}
	}
	if err := w.handle(out); err != nil {
		return err
	}
	w.record.reached(file, e.At)
	return nil
}

// reload reads the failure rules again when a person edits them, and tells it.
func (w *watch) reload(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ticker := time.NewTicker(rules.LookEvery)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer ticker.Stop()
		w.set.Run(ctx, ticker.C, func(c rules.Change) {
			_ = w.told(WatchEvent{Rules: &c}) // an output that takes nothing any more ends following by itself
		})
	})
	return func() { cancel(); wg.Wait() }
}

// told gives an event that is of no log's records.
func (w *watch) told(e WatchEvent) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.handle(e)
}

// batch hands over what was delivered since the last time.
func (w *watch) batch() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.record.hand(w.out)
}

// keep writes what a record tells of an application, or of Setup, into the run, before anything can roll off.
func (w *watch) keep(e rules.Event) error {
	if w.run == nil {
		return nil
	}
	at, sure := pointOf(e.Record.Time)
	e.Time = at
	if e.Scope == rules.ScopeApp {
		fact, ok := factOf(e, at, !sure)
		if !ok {
			return nil
		}
		_, err := w.store.AppendFacts(fact)
		return err
	}
	if e.Outcome == rules.SetupStart && e.Captures["phase"] != "2" {
		_, err := w.desk.began(context.Background(), w.run, at)
		return err
	}
	if e.Outcome == rules.SetupDone && e.Captures["phase"] != "1" {
		return w.run.Saw(run.StepSetup, "Setup has finished: "+e.Text, map[string]any{"file": e.Evidence.File, "line": e.Evidence.Line})
	}
	return nil
}

func (w *watch) end(err error) error {
	err = errors.Join(err, w.batch())
	if w.record.records() {
		if seal := w.record.rec.Seal(); seal.Segment > 0 { // the run's journal then tells whether the recording's end is still there
			_, jerr := w.run.Journal.Append(journal.Effect, run.StepRecord, "The recording was ended", map[string]any{"segment": seal.Segment, "chain": seal.Chain})
			err = errors.Join(err, jerr)
		}
	}
	return errors.Join(err, w.record.Close())
}
