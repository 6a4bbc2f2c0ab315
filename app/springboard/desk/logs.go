package desk

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
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
	seen     map[uint64]struct{} // keys of the records that the history has shown; nil once a new one came
	last     time.Time
	watchers map[chan struct{}]struct{}
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
func (d *Desk) Stream() *present.LogBuffer { return d.stream }

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
	out.Last = d.log.last
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
		seen := map[uint64]struct{}{}
		if record {
			seen = d.history(ctx)
		}
		d.log.mu.Lock()
		d.log.seen = seen
		d.log.mu.Unlock()
		done <- d.now().Logs().Watch(ctx, wire.WatchOptions{From: follow.Oldest, NoRecord: !record, Again: true}, d.take)
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

// history shows what the run has recorded so far, and gives the keys of those records. Following goes on where the recording ended, or, when another
// program records, begins at the oldest file: records that are known already are then left out by their keys.
func (d *Desk) history(ctx context.Context) map[uint64]struct{} {
	seen := map[uint64]struct{}{}
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
		seen[keyOf(r)] = struct{}{}
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
	if e.Record != nil {
		d.log.mu.Lock()
		_, known := d.log.seen[keyOf(e.Record)]
		if !known {
			d.log.seen = nil // from the first new record on everything is new
		}
		d.log.mu.Unlock()
		if known {
			return nil
		}
	}
	d.put(e)
	return nil
}

func (d *Desk) put(e wire.WatchEvent) {
	switch {
	case e.Record != nil:
		d.stream.Add(linesOf(e.Record, e.Failure != nil && matters(e.Failure.Failure))...)
	case e.Mark != nil:
		d.stream.Add(port.LogLine{Note: noteOf(e.Mark), File: e.Mark.File, Line: int(e.Mark.Line)})
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
	}
	d.log.mu.Unlock()
	d.log.signal()
}

// matters tells whether a failure is one that a person has to know of: of an application or of Setup, or one that stops. Mere warnings of the server
// stand in the stream, where a filter shows them.
func matters(f upgrade.Failure) bool {
	return f.Severity.Stops() || f.Scope != rules.ScopeServer
}

// linesOf writes a record as the lines of the stream: its columns in one order, whatever the log's format is, and its trace as it stands.
func linesOf(r *logs.Record, failed bool) []port.LogLine {
	at, ok := r.Time.Point()
	if !ok && !r.Time.IsZero() {
		t := r.Time.Time
		at = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local)
	}
	// The class is left out: it is as long as a line, the logger is its last part, and the file itself is a click away.
	origin := r.Logger
	if origin == "" {
		origin = r.Class
	}
	text := strings.TrimSpace(fmt.Sprintf("%s %-8s %s %-13s %s", r.Stamp, r.Thread, r.Level, origin, r.Text))
	lines := make([]port.LogLine, 0, 1+len(r.Trace))
	lines = append(lines, port.LogLine{Text: text, Level: string(r.Severity), Head: true, Time: at, File: r.File, Line: int(r.Line), Failed: failed})
	for i, t := range r.Trace {
		lines = append(lines, port.LogLine{Text: strings.TrimRight(t, "\r\n"), File: r.File, Line: int(r.Line) + i + 1})
	}
	return lines
}

func noteOf(m *logs.Mark) string {
	if m.Kind == logs.MarkStart {
		text := "The server was started here"
		if m.Start != nil && m.Start.Product != "" {
			text += ": " + m.Start.Product
		}
		return text
	}
	return "Gap: " + m.Reason
}
