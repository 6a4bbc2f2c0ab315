package desk

import (
	"context"
	"hash/fnv"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
	"github.com/springboard-leap/springboard/upgrade/logs/rules"
)

// logWatch is what the window knows of the followed logs.
type logWatch struct {
	mu       sync.Mutex
	states   map[string]port.LogState // by file
	failures []upgrade.Failure
	problem  error
	seen     map[uint64]int // keys of the records that the history has shown, and how often; nil once the log is read to its end
	last     time.Time
	encoding string       // chosen by a person; empty: as detected
	profile  logs.Profile // of the first log
	rules    error        // the edited failure rules are broken
	// recording is the folder of the run's recording, empty while no run is open.
	recording string
	watchers  map[chan struct{}]struct{}
}

func (l *logWatch) init() {
	l.states, l.watchers = map[string]port.LogState{}, map[chan struct{}]struct{}{}
}

func (l *logWatch) reset() {
	l.mu.Lock()
	l.states, l.failures, l.problem = map[string]port.LogState{}, nil, nil
	l.mu.Unlock()
	l.signal()
}

func (l *logWatch) signal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// LogChanges implements the screens' engines: a signal of its own for each caller.
func (d *Desk) LogChanges(ctx context.Context) <-chan struct{} {
	c := make(chan struct{}, 1)
	d.log.mu.Lock()
	d.log.watchers[c] = struct{}{}
	d.log.mu.Unlock()
	context.AfterFunc(ctx, func() {
		d.log.mu.Lock()
		delete(d.log.watchers, c)
		d.log.mu.Unlock()
	})
	return c
}

// Stream implements logview.Engine.
func (d *Desk) Stream() *present.LogStore { return d.stream }

// Failures implements logview.Engine.
func (d *Desk) Failures() []upgrade.Failure {
	d.log.mu.Lock()
	defer d.log.mu.Unlock()
	return append([]upgrade.Failure{}, d.log.failures...)
}

// LogFailures implements shell.Engine.
func (d *Desk) LogFailures() int {
	d.log.mu.Lock()
	defer d.log.mu.Unlock()
	return len(d.log.failures)
}

// worst orders the states: the most alarming file speaks for all.
var worst = map[string]int{"lost": 4, "delayed": 3, "live": 2, "silent": 1}

// LogState implements the screens' engines.
func (d *Desk) LogState() port.LogState {
	d.log.mu.Lock()
	defer d.log.mu.Unlock()
	if d.log.problem != nil {
		return port.LogState{State: "lost", Reason: reason(d.log.problem)}
	}
	var out port.LogState
	for file, s := range d.log.states {
		if out.State == "" || worst[s.State] > worst[out.State] {
			out.State, out.Reason = s.State, s.Reason
		}
		out.Files = append(out.Files, file)
	}
	slices.Sort(out.Files)
	out.Rules = d.log.rules
	out.Last, out.Format, out.Encoding = d.log.last, string(d.log.profile.Format), d.log.profile.Encoding
	return out
}

func reason(err error) string {
	if f, ok := upgrade.AsFault(err); ok {
		if text, known := errorText(f); known {
			return text
		}
	}
	return err.Error()
}

// Follow follows the installation's logs until ctx ends. While no run is open it only reads; once there is one it records into it.
func (d *Desk) Follow(ctx context.Context) {
	for ctx.Err() == nil {
		_, begun, err := d.begun(ctx)
		if err != nil {
			begun = false
		}
		d.stream.Reset()
		d.log.reset()
		d.followOnce(ctx, begun)
	}
}

// followOnce follows until the circumstances change: another installation, a run that was begun, a log that appeared.
func (d *Desk) followOnce(ctx context.Context, record bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		seen := map[uint64]int{}
		if record {
			seen = d.history(ctx)
		}
		d.log.mu.Lock()
		d.log.seen = seen
		d.log.mu.Unlock()
		done <- d.now().Logs().Watch(ctx, wire.WatchOptions{From: follow.Oldest, NoRecord: !record, Again: true, Encoding: d.encoding(ctx)}, d.take)
	})
	look := time.NewTicker(2 * time.Second)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.restart:
			return
		case err := <-done:
			d.log.mu.Lock()
			d.log.problem = err
			d.log.mu.Unlock()
			d.log.signal()
			select { // it is tried again: the log may come
			case <-ctx.Done():
			case <-d.restart:
			case <-time.NewTimer(5 * time.Second).C:
			}
			return
		case <-look.C:
			if record {
				continue
			}
			if _, begun, err := d.begun(ctx); err == nil && begun {
				return
			}
		}
	}
}

// encoding is the one that a person chose for the followed logs; it looks on the way what the first of them is.
func (d *Desk) encoding(ctx context.Context) string {
	d.log.mu.Lock()
	chosen := d.log.encoding
	d.log.mu.Unlock()
	files, err := d.now().Logs().Files(ctx)
	if err != nil || len(files) == 0 {
		return chosen // following tells what is wrong
	}
	if src, err := logs.Open(ctx, logs.Options{Encoding: chosen}, files[0]); err == nil {
		d.log.mu.Lock()
		d.log.profile = src.Profile()
		d.log.mu.Unlock()
		_ = src.Close() // it was only looked at
	}
	return chosen
}

// FollowIn implements logview.Engine: the followed logs are read anew.
func (d *Desk) FollowIn(encoding string) {
	d.log.mu.Lock()
	d.log.encoding = encoding
	d.log.mu.Unlock()
	d.again()
}

// again reads the followed logs anew.
func (d *Desk) again() {
	select {
	case d.restart <- struct{}{}:
	default:
	}
}

// judged takes in that the failure rules were edited: the whole log is judged anew by them, for a list of failures of which half is by other rules tells nothing.
// Broken rules change nothing and are told.
func (d *Desk) judged(c rules.Change) {
	d.log.mu.Lock()
	d.log.rules = c.Err
	d.log.mu.Unlock()
	if c.Err == nil {
		d.again()
	}
}

// Follows implements shell.Engine.
func (d *Desk) Follows(path string) bool {
	d.log.mu.Lock()
	defer d.log.mu.Unlock()
	for file := range d.log.states {
		if file == path || logs.SameLog(file, path) {
			return true
		}
	}
	return d.log.recording != "" && filepath.Dir(path) == d.log.recording
}

// history shows what the run has recorded so far, and gives the keys of those records. Following goes on where the recording ended, or, when another
// program records, begins at the oldest file: records that are known already are then left out by their keys.
func (d *Desk) history(ctx context.Context) map[uint64]int {
	seen := map[uint64]int{}
	if f, _, err := d.now().Run(ctx, false); err == nil {
		d.log.mu.Lock()
		d.log.recording = f.Path("recording")
		d.log.mu.Unlock()
	}
	set, err := d.now().Logs().Rules()
	if err != nil {
		return seen
	}
	all, err := d.now().Logs().Recorded(ctx)
	if err != nil {
		return seen // the watch that follows says what is wrong
	}
	for r, err := range all {
		if err != nil {
			return seen
		}
		e := wire.WatchEvent{Record: r}
		if found, ok := set.Match(r); ok && found.Outcome == rules.Failed {
			e.Failure = &found
		}
		d.put(e)
		seen[keyOf(r)]++
	}
	return seen
}

func keyOf(r *logs.Record) uint64 {
	h := fnv.New64a()
	for _, s := range []string{r.Stamp, r.Thread, r.Level, r.Logger, r.Text} {
		_, _ = h.Write([]byte(s + "\x00")) // a hash takes everything
	}
	return h.Sum64()
}

// take puts an event of the watch into the stream, unless the history has shown it already.
func (d *Desk) take(e wire.WatchEvent) error {
	d.log.mu.Lock()
	known := false
	if e.Record != nil && d.log.seen != nil {
		key := keyOf(e.Record)
		if known = d.log.seen[key] > 0; known {
			d.log.seen[key]--
		}
	}
	d.log.mu.Unlock()
	if known {
		return nil
	}
	d.put(e)
	return nil
}

func (d *Desk) put(e wire.WatchEvent) {
	switch {
	case e.Record != nil:
		d.stream.Add(present.LogEntry{Record: e.Record, Failed: e.Failure != nil && matters(e.Failure.Failure)})
	case e.Mark != nil:
		d.stream.Add(present.LogEntry{Mark: e.Mark})
	case e.Rules != nil:
		d.judged(*e.Rules)
	}
	d.log.mu.Lock()
	if e.Failure != nil && matters(e.Failure.Failure) {
		d.log.failures = append(d.log.failures, e.Failure.Failure)
	}
	if e.Record != nil {
		d.log.last = d.opts.Now()
	}
	if e.State != "" {
		d.log.states[e.File] = port.LogState{State: string(e.State), Reason: e.Reason}
		d.caughtUp()
	}
	d.log.mu.Unlock()
	d.log.signal()
}

// caughtUp forgets the history once every log is read to its end: from then on everything is new. The lock is held.
func (d *Desk) caughtUp() {
	for _, s := range d.log.states {
		if s.State != string(follow.Live) && s.State != string(follow.Silent) {
			return
		}
	}
	d.log.seen = nil
}

// matters tells whether a failure is one that a person has to know of: of an application or of Setup, or one that stops. Mere warnings of the server
// stand in the stream, where a filter shows them.
func matters(f upgrade.Failure) bool {
	return f.Severity.Stops() || f.Scope != rules.ScopeServer
}
