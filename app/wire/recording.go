package wire

import (
	"context"
	"errors"
	"iter"
	"maps"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
	"github.com/springboard-leap/springboard/upgrade/logs/recording"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// recorder keeps every byte of the followed logs in the run, and how far their records were delivered. The recording is the truth: a watcher that was killed
// reads on after the last byte that was recorded, and delivers on after the last record that was delivered; what lies between comes from the recording.
type recorder struct {
	rec  *recording.Recorder // nil: another program records, or nobody does
	now  func() time.Time
	tell func(WatchEvent) error // how the recording fares

	// Of the goroutine that has watch.mu.
	reachedAt map[string]logs.Place      // by log: what was delivered since the last batch
	places    map[string]recording.Place // by log: of the first record that was not delivered
	state     *delivered

	mu     sync.Mutex
	broken error     // why nothing is recorded now
	since  time.Time // when it was tried last
}

// retryEvery is how often a recording that could not be written is tried again.
const retryEvery = time.Second

// openRecorder opens the run's recording for writing. When another program records into it already, this one only reads, and by says so.
func (l *Logs) openRecorder(f *run.Folder, out Output) (r *recorder, by error, err error) {
	rec, err := recording.Create(f.Path("recording"), l.desk.now)
	if err != nil && upgrade.KindOf(err) == upgrade.KindLocked {
		return &recorder{now: l.desk.now}, err, nil // somebody records already: that is what was wanted
	}
	if err != nil {
		return nil, nil, err
	}
	r = &recorder{rec: rec, now: l.desk.now, reachedAt: map[string]logs.Place{}, state: openDelivered(f.Path("recording", deliveredFile))}
	if err := r.state.settle(out); err != nil {
		return nil, nil, errors.Join(err, r.state.close(), rec.Close())
	}
	r.places = maps.Clone(r.state.places)
	return r, nil, nil
}

// records tells whether this program is the one that records.
func (r *recorder) records() bool { return r.rec != nil }

// stream sets following a log up: where to go on, and who keeps the bytes.
func (r *recorder) stream(o *follow.Options) {
	if r.rec == nil {
		return
	}
	o.Store = store{r, o.Path}
	var at *recording.Place
	if p, ok := r.places[o.Path]; ok {
		at = &p
	}
	o.Resume = r.rec.Resume(o.Path, at)
}

// store keeps one log in the recording.
type store struct {
	*recorder
	log string
}

// Keep implements follow.Store. A recording that cannot be written, on a full disk, does not end following: it is said, and tried again.
func (r store) Keep(c follow.Chunk) (follow.Spot, error) {
	r.mu.Lock()
	was := r.broken
	if was != nil && r.now().Sub(r.since) < retryEvery {
		r.mu.Unlock()
		r.rec.Missed(c, was)
		return follow.Spot{}, nil
	}
	spot, err := r.rec.Keep(c)
	r.broken, r.since = err, r.now()
	r.mu.Unlock()
	if err != nil {
		r.rec.Missed(c, err)
	}
	if (err == nil) == (was == nil) || r.tell == nil {
		return spot, nil
	}
	return spot, r.tell(WatchEvent{File: c.Log, Recording: &RecordingEvent{Failed: err}})
}

// Again implements follow.Store.
func (r store) Again(key string, at follow.Spot, offset, length int64, give func([]byte) error) error {
	return r.rec.Again(r.log, key, at, offset, length, give)
}

// reached keeps up to where a log was delivered.
func (r *recorder) reached(log string, at logs.Place) {
	if r.rec != nil && at.File != "" {
		r.reachedAt[log] = at
	}
}

// hand gives out to the reader what was delivered, and keeps that it has it.
func (r *recorder) hand(out Output) error {
	if r.rec == nil {
		if out == nil {
			return nil
		}
		return out.Flush()
	}
	for log, at := range r.reachedAt {
		if p, ok := r.rec.Place(log, at); ok {
			r.places[log] = p
		}
	}
	clear(r.reachedAt)
	return r.state.hand(r.places, out)
}

// Close ends the recording; what was recorded is on the disk then.
func (r *recorder) Close() error {
	if r.rec == nil {
		return nil
	}
	return errors.Join(r.state.close(), r.rec.Close())
}

// recorded gives a reader for each log that the run has recorded.
func (l *Logs) recorded(f *run.Folder) ([]reader, error) {
	rec, err := recording.Open(f.Path("recording"))
	if err != nil {
		return nil, err
	}
	names := rec.Logs()
	if err := rec.Close(); err != nil {
		return nil, err
	}
	var all []reader
	for _, name := range names {
		all = append(all, func(ctx context.Context) iter.Seq2[*logs.Record, error] { return replay(ctx, f, name) })
	}
	return all, nil
}

// replay reads one recorded log again.
func replay(ctx context.Context, f *run.Folder, name string) iter.Seq2[*logs.Record, error] {
	return func(yield func(*logs.Record, error) bool) {
		rec, err := recording.Open(f.Path("recording"))
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = rec.Close() }()
		for r, err := range rec.Records(ctx, name, logs.Options{Join: true}, nil) {
			if !yield(r, err) {
				return
			}
		}
	}
}

// Recorded gives every record that the run has recorded, log after log.
func (l *Logs) Recorded(ctx context.Context) (iter.Seq2[*logs.Record, error], error) {
	f, _, err := l.desk.Run(ctx, false)
	if err != nil {
		return nil, err
	}
	all, err := l.recorded(f)
	if err != nil {
		return nil, err
	}
	return func(yield func(*logs.Record, error) bool) {
		for _, read := range all {
			for r, err := range read(ctx) {
				if !yield(r, err) {
					return
				}
			}
		}
	}, nil
}

// recordDuring follows and records the logs into the run until stop is called.
func (l *Logs) recordDuring(ctx context.Context) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	var failed error
	wg.Go(func() { failed = l.Watch(ctx, WatchOptions{}, func(WatchEvent) error { return nil }) })
	return func() error {
		cancel()
		wg.Wait()
		return failed
	}
}

// VerifyRecording reads all of the run's recording and gives what is not as it was written.
func (l *Logs) VerifyRecording(ctx context.Context) (recording.Report, error) {
	f, _, err := l.desk.Run(ctx, false)
	if err != nil {
		return recording.Report{}, err
	}
	rec, err := recording.OpenDamaged(f.Path("recording"))
	if err != nil {
		return recording.Report{}, err
	}
	seals, err := sealsOf(f)
	if err != nil {
		return recording.Report{}, errors.Join(err, rec.Close())
	}
	report, err := rec.Check(ctx, seals...)
	return report, errors.Join(err, rec.Close())
}

// sealsOf are the ends of the recording that the run's journal tells of.
func sealsOf(f *run.Folder) ([]recording.Seal, error) {
	entries, err := f.Journal.Entries()
	var seals []recording.Seal
	for _, e := range entries {
		chain, ok := e.Data["chain"].(string)
		segment, number := e.Data["segment"].(float64)
		if e.Step == run.StepRecord && ok && number {
			seals = append(seals, recording.Seal{Segment: int(segment), Chain: chain})
		}
	}
	return seals, err
}
