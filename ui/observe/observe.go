// Package observe brings what the engine does to the screen. It is the only place of the program that calls fyne.Do: a screen gives work to a
// Scope, which runs it elsewhere and shows its result on the screen's own goroutine, unless the screen is gone or a newer request was made
// meanwhile. Watching samples at most ten times a second, whatever the engine does, and always shows the last state.
package observe

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
)

// Dispatcher runs functions on the goroutine that may touch widgets, in order, without waiting for them.
type Dispatcher interface {
	Do(f func())
}

// Fyne dispatches to Fyne's goroutine.
type Fyne struct{}

// Do implements Dispatcher.
func (Fyne) Do(f func()) { fyne.Do(f) }

// Queue is a Dispatcher for tests: functions wait until the test drains it, on the test's goroutine.
type Queue struct {
	mu     sync.Mutex
	wait   []func()
	signal chan struct{}
}

// NewQueue makes an empty queue.
func NewQueue() *Queue { return &Queue{signal: make(chan struct{}, 1)} }

// Do implements Dispatcher.
func (q *Queue) Do(f func()) {
	q.mu.Lock()
	q.wait = append(q.wait, f)
	q.mu.Unlock()
	select {
	case q.signal <- struct{}{}:
	default:
	}
}

// Drain runs what waits and tells how much it was.
func (q *Queue) Drain() int {
	q.mu.Lock()
	run := q.wait
	q.wait = nil
	q.mu.Unlock()
	for _, f := range run {
		f()
	}
	return len(run)
}

// Next waits until something waits (or ctx ends) and drains.
func (q *Queue) Next(ctx context.Context) bool {
	for {
		if q.Drain() > 0 {
			return true
		}
		select {
		case <-q.signal:
		case <-ctx.Done():
			return false
		}
	}
}

// Interval is the shortest time between two updates of a screen by the same watch.
const Interval = 100 * time.Millisecond

// Clock gives the time and a pause, so that tests need not wait. The zero value is the wall clock.
type Clock struct {
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

func (c Clock) after(d time.Duration) <-chan time.Time {
	if c.After == nil {
		return time.NewTimer(d).C
	}
	return c.After(d)
}

// Time is the time now.
func (c Clock) Time() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// Scope is the life of a screen, or of the window. Work that it started ends with it, and what comes later is dropped.
type Scope struct {
	Clock Clock

	ctx    context.Context
	cancel context.CancelFunc
	to     Dispatcher
	work   *sync.WaitGroup
	ready  <-chan struct{} // work waits for it; nil: it does not
	loads  *atomic.Int64   // whose result is not shown yet

	mu  sync.Mutex
	gen map[string]uint64
}

// NewScope makes the scope of the window.
func NewScope(ctx context.Context, to Dispatcher) *Scope {
	ctx, cancel := context.WithCancel(ctx)
	return &Scope{ctx: ctx, cancel: cancel, to: to, work: &sync.WaitGroup{}, loads: &atomic.Int64{}, gen: map[string]uint64{}}
}

// Child makes a scope that ends with its parent or on its own.
func (s *Scope) Child() *Scope {
	c := NewScope(s.ctx, s.to)
	c.Clock, c.work, c.ready, c.loads = s.Clock, s.work, s.ready, s.loads
	return c
}

// Hold makes the work of this scope, and of children that are made after it, wait until the function that it gives is called: the first frame shall not
// wait for a processor that reads logs.
func (s *Scope) Hold() (release func()) {
	ready := make(chan struct{})
	s.ready = ready
	return sync.OnceFunc(func() { close(ready) })
}

// Context ends with the scope.
func (s *Scope) Context() context.Context { return s.ctx }

// Close ends the scope. Nothing is shown any more.
func (s *Scope) Close() { s.cancel() }

// Wait waits until all work of this scope and its children has returned. The window calls it after Close, before it quits.
func (s *Scope) Wait() { s.work.Wait() }

// Do shows something on the screen's goroutine unless the scope is over by then. Any goroutine.
func (s *Scope) Do(f func()) {
	s.to.Do(func() {
		if s.ctx.Err() == nil {
			f()
		}
	})
}

// next begins a request of a kind: results of earlier ones no longer count.
func (s *Scope) next(kind string) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gen[kind]++
	return s.gen[kind]
}

func (s *Scope) current(kind string, gen uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gen[kind] == gen
}

func (s *Scope) start(f func()) {
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		if s.ready != nil {
			select {
			case <-s.ready:
			case <-s.ctx.Done():
			}
		}
		f()
	}()
}

// Load runs get elsewhere and then show on the screen's goroutine. A later Load of the same kind makes this one's result worthless: it is dropped.
// Call it on the screen's goroutine.
func Load[T any](s *Scope, kind string, get func(context.Context) (T, error), show func(T, error)) {
	gen := s.next(kind)
	s.loads.Add(1)
	s.start(func() {
		value, err := get(s.ctx)
		s.to.Do(func() {
			defer s.loads.Add(-1)
			if s.ctx.Err() == nil && s.current(kind, gen) {
				show(value, err)
			}
		})
	})
}

// Loading is the number of loads of this scope, its parent and its children whose result has not been shown yet: a test waits until it is none.
func (s *Scope) Loading() int { return int(s.loads.Load()) }

// Run runs work elsewhere that shows nothing by itself; it ends with the scope's context.
func Run(s *Scope, work func(context.Context)) { s.start(func() { work(s.ctx) }) }

// Watch shows a snapshot now and after each signal, at most every Interval, until the scope ends or the signal is closed; after a close it shows a
// last time. snapshot runs elsewhere, show on the screen's goroutine.
func Watch[T any](s *Scope, changed <-chan struct{}, snapshot func() T, show func(T)) {
	s.start(func() {
		for {
			value := snapshot()
			s.Do(func() { show(value) })
			select {
			case <-s.ctx.Done():
				return
			case <-s.Clock.after(Interval):
			}
			select {
			case <-s.ctx.Done():
				return
			case _, open := <-changed:
				if !open {
					value := snapshot()
					s.Do(func() { show(value) })
					return
				}
			}
		}
	})
}

// Tick calls show on the screen's goroutine every d until the scope ends.
func Tick(s *Scope, d time.Duration, show func(time.Time)) {
	s.start(func() {
		for {
			select {
			case <-s.ctx.Done():
				return
			case <-s.Clock.after(d):
				s.Do(func() { show(s.Clock.Time()) })
			}
		}
	})
}
