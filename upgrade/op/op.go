// Package op runs long operations: one way to start them, to watch them and to stop them, the same for the window and the command line.
//
// Start returns at once. The operation gets a context that is cancelled with a cause, and a Reporter for phase, total, unit, item, note and problems.
// Watchers take copies with Snapshot, which hold the pace of late and the problems so far, and wait on Changed, a signal that coalesces: many reports
// between two looks are one signal. The end state follows the returned error alone, so work that had finished when a stop was asked for counts as done.
package op

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// ErrStopped is the cause of a stop that a person asked for.
var ErrStopped = errors.New("stopped by the operator")

// State of an operation.
type State string

// The states.
const (
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
	Stopped State = "stopped"
)

// Unit of a progress count.
type Unit string

// Units.
const (
	Bytes Unit = "bytes"
	Items Unit = "items"
)

// Progress is a copy of how far an operation is. Goroutine-free: it is a value.
type Progress struct {
	Kind      string    `json:"kind"`
	Title     string    `json:"title"`
	State     State     `json:"state"`
	Phase     string    `json:"phase"`
	Done      int64     `json:"done"`
	Total     int64     `json:"total"` // 0: not known yet
	Unit      Unit      `json:"unit"`
	Item      string    `json:"item"`
	Note      string    `json:"note"`
	Started   time.Time `json:"started"`
	Ended     time.Time `json:"ended,omitzero"`
	CanStop   bool      `json:"can_stop"`   // false in a commit section and after the end
	StopAsked bool      `json:"stop_asked"` // a stop was asked for and has not taken effect yet
	Err       error     `json:"-"`
	// PhaseStarted is when the phase began; Rate is how many units a second were done lately, 0 while that is not known.
	PhaseStarted time.Time `json:"phase_started,omitzero"`
	Rate         float64   `json:"rate,omitempty"`
	// Problems are what went wrong without ending the work, as it occurred, oldest first: the first maxProblems of ProblemCount.
	Problems     []*upgrade.Fault `json:"-"`
	ProblemCount int              `json:"problem_count,omitempty"`
}

// maxProblems bounds what a progress holds: a backup of which every file is damaged must not fill the memory. The result has all of them.
const maxProblems = 100

// Fraction is between 0 and 1, and -1 while the total is not known.
func (p Progress) Fraction() float64 {
	if p.Total <= 0 {
		return -1
	}
	return min(1, float64(p.Done)/float64(p.Total))
}

// Left estimates the time left of the phase, 0 when unknown: from the pace of late where it is known, else from that of the whole phase.
func (p Progress) Left(now time.Time) time.Duration {
	f, began := p.Fraction(), p.PhaseStarted
	if began.IsZero() {
		began = p.Started
	}
	spent := now.Sub(began)
	switch {
	case f <= 0 || f >= 1 || spent <= 0:
		return 0
	case p.Rate > 0:
		return time.Duration(float64(p.Total-p.Done) / p.Rate * float64(time.Second))
	}
	return time.Duration(float64(spent) * (1 - f) / f)
}

// Reporter takes progress. Its methods may be called from several goroutines and return at once.
type Reporter interface {
	Phase(name string, total int64, unit Unit) // begins a phase: the count starts at 0
	Add(n int64)
	Item(name string)
	Note(text string)
	// Problem tells of something that went wrong and does not end the work: a warning, or a difference that was found.
	Problem(f *upgrade.Fault)
	// Commit runs f as a section that cannot be stopped: keep it short.
	Commit(f func() error) error
}

// Silent is a Reporter that reports to nobody.
type Silent struct{}

// Phase implements Reporter.
func (Silent) Phase(string, int64, Unit) {}

// Add implements Reporter.
func (Silent) Add(int64) {}

// Item implements Reporter.
func (Silent) Item(string) {}

// Note implements Reporter.
func (Silent) Note(string) {}

// Problem implements Reporter.
func (Silent) Problem(*upgrade.Fault) {}

// Commit implements Reporter.
func (Silent) Commit(f func() error) error { return f() }

// Operation is a started piece of work.
type Operation struct {
	mu       sync.Mutex
	p        Progress
	cancel   context.CancelCauseFunc
	changed  chan struct{}
	finished chan struct{}
	commits  int
	deferred error // a stop that waits for the end of a commit section
	now      func() time.Time
	pace     pace
}

// Clock gives the time; tests inject their own.
type Clock func() time.Time

// Start runs work on a goroutine of its own and returns at once. now may be nil for the wall clock.
func Start(ctx context.Context, now Clock, kind, title string, work func(context.Context, Reporter) error) *Operation {
	if now == nil {
		now = time.Now
	}
	ctx, cancel := context.WithCancelCause(ctx)
	o := &Operation{cancel: cancel, changed: make(chan struct{}, 1), finished: make(chan struct{}), now: now}
	o.p = Progress{Kind: kind, Title: title, State: Running, Started: now(), CanStop: true}
	o.p.PhaseStarted = o.p.Started
	go func() {
		defer close(o.finished)
		defer cancel(nil)
		o.end(work(ctx, o))
	}()
	return o
}

func (o *Operation) end(err error) {
	o.update(func(p *Progress) {
		p.Ended, p.CanStop, p.Err = o.now(), false, err
		switch {
		case err == nil:
			p.State = Done
		case errors.Is(err, ErrStopped) || errors.Is(err, context.Canceled):
			p.State = Stopped
		default:
			p.State = Failed
		}
	})
}

func (o *Operation) update(change func(*Progress)) {
	o.mu.Lock()
	change(&o.p)
	o.mu.Unlock()
	select {
	case o.changed <- struct{}{}:
	default:
	}
}

// Snapshot is a copy of the progress. Any goroutine.
func (o *Operation) Snapshot() Progress {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.p
	p.Problems = slices.Clone(o.p.Problems)
	if p.State == Running {
		p.Rate = o.pace.rate(o.now(), p.Done)
	}
	return p
}

// Changed is signalled after changes; signals coalesce. One watcher only.
func (o *Operation) Changed() <-chan struct{} { return o.changed }

// Finished is closed when the work has returned.
func (o *Operation) Finished() <-chan struct{} { return o.finished }

// Wait blocks until the end and gives the work's error.
func (o *Operation) Wait() error {
	<-o.finished
	return o.Snapshot().Err
}

// Stop asks the work to stop safely, with a cause (nil means ErrStopped). It returns at once; within a commit section it takes effect after it.
func (o *Operation) Stop(cause error) {
	if cause == nil {
		cause = ErrStopped
	}
	o.mu.Lock()
	if o.commits > 0 {
		o.deferred = cause
	} else {
		o.cancel(cause)
	}
	o.mu.Unlock()
	o.update(func(p *Progress) { p.StopAsked = p.State == Running })
}

// Phase implements Reporter.
func (o *Operation) Phase(name string, total int64, unit Unit) {
	o.update(func(p *Progress) {
		p.Phase, p.Done, p.Total, p.Unit, p.Item, p.PhaseStarted = name, 0, total, unit, "", o.now()
		o.pace.begin(p.PhaseStarted)
	})
}

// Add implements Reporter.
func (o *Operation) Add(n int64) {
	o.update(func(p *Progress) {
		p.Done += n
		o.pace.note(o.now(), p.Done)
	})
}

// Item implements Reporter.
func (o *Operation) Item(name string) { o.update(func(p *Progress) { p.Item = name }) }

// Note implements Reporter.
func (o *Operation) Note(text string) { o.update(func(p *Progress) { p.Note = text }) }

// Problem implements Reporter.
func (o *Operation) Problem(f *upgrade.Fault) {
	o.update(func(p *Progress) {
		p.ProblemCount++
		if len(p.Problems) < maxProblems {
			p.Problems = append(p.Problems, f)
		}
	})
}

// Commit implements Reporter.
func (o *Operation) Commit(f func() error) error {
	o.mu.Lock()
	o.commits++
	o.p.CanStop = false
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		o.commits--
		if o.commits == 0 {
			o.p.CanStop = o.p.State == Running
			if o.deferred != nil {
				o.cancel(o.deferred)
			}
		}
		o.mu.Unlock()
	}()
	return f()
}
