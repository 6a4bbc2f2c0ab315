package wire

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"os"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
	"github.com/springboard-leap/springboard/upgrade/logs/recording"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// recorder keeps every byte of the followed logs in the run, and how far each was read, so that a watcher that was killed goes on where it stopped. The
// recording leaves out what it has already: positions may lag behind it.
type recorder struct {
	rec  *recording.Recorder // nil: another program records, or nobody does
	path string              // of the positions

	mu        sync.Mutex
	positions map[string]follow.Position // by log
	saved     time.Time
	now       func() time.Time
}

// positionsEvery is how often positions are saved: after a kill, what came in since is delivered again, and never recorded twice.
const positionsEvery = 250 * time.Millisecond

const positionsFile = "positions.json"

// openRecorder opens the run's recording for writing. When another program records into it already, this one only reads.
func (l *Logs) openRecorder(f *run.Folder) (*recorder, error) {
	rec, err := recording.Create(f.Path("recording"), l.desk.now)
	if upgrade.KindOf(err) == upgrade.KindLocked && err != nil {
		return &recorder{now: l.desk.now}, nil //nolint:nilerr // somebody records already: that is what was wanted
	}
	if err != nil {
		return nil, err
	}
	r := &recorder{rec: rec, path: f.Path("recording", positionsFile), positions: map[string]follow.Position{}, now: l.desk.now}
	data, err := os.ReadFile(r.path)
	if err == nil {
		err = json.Unmarshal(data, &r.positions)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.positions = map[string]follow.Position{} // torn by a crash: the logs are read from their beginning, and recorded once all the same
	}
	return r, nil
}

// records tells whether this program is the one that records.
func (r *recorder) records() bool { return r.rec != nil }

// stream sets following a log up: where to go on, and who takes the bytes.
func (r *recorder) stream(o *follow.Options) {
	if r.rec == nil {
		return
	}
	o.Raw = r.rec.Write
	r.mu.Lock()
	defer r.mu.Unlock()
	if p, ok := r.positions[o.Path]; ok {
		o.Resume = &p
	}
}

// reached keeps how far a log was read.
func (r *recorder) reached(log string, p follow.Position) error {
	if r.rec == nil || p.File == "" {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.positions[log] = p
	if r.now().Sub(r.saved) < positionsEvery {
		return nil
	}
	return r.save()
}

func (r *recorder) save() error {
	data, err := json.Marshal(r.positions)
	if err != nil {
		return err
	}
	r.saved = r.now()
	temp := r.path + ".new" // no fsync: a lost position costs time, never a byte
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		return upgrade.NewFault("SB-6024", upgrade.KindFailed, err, "file", r.path)
	}
	if err := os.Rename(temp, r.path); err != nil {
		return upgrade.NewFault("SB-6024", upgrade.KindFailed, err, "file", r.path)
	}
	return nil
}

// Close ends the recording; what was recorded is on the disk then.
func (r *recorder) Close() error {
	if r.rec == nil {
		return nil
	}
	r.mu.Lock()
	err := r.save()
	r.mu.Unlock()
	return errors.Join(err, r.rec.Close())
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
