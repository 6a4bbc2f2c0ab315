package apps

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// SweepOptions of a sweep. The zero value is usable: 4 workers, 10 minutes an application, 2 tries.
type SweepOptions struct {
	Workers int
	Timeout time.Duration // for one access; an application that takes longer counts as upgrading, not as failed
	Tries   int           // accesses at most for an application that gave no usable answer
	Pause   time.Duration // before a further try, unless the server asked for another (Retry-After)
	// Skip leaves an application out, e.g. one that is settled already; nil accesses all.
	Skip func(Entry) bool
	// OnResult is called after each access, one at a time; an error ends the sweep. Keep the result on disk here.
	OnResult func(Access) error
	Now      func() time.Time                                 // nil: the wall clock
	Sleep    func(ctx context.Context, d time.Duration) error // nil: really waits
}

// SweepResult is what a sweep did. It is right also when the sweep was stopped: it may be gone on with at any time.
type SweepResult struct {
	Census   int                      `json:"census"`
	Skipped  int                      `json:"skipped"`
	Accessed int                      `json:"accessed"` // applications, not tries
	Left     int                      `json:"left"`     // not accessed because the sweep ended early
	Says     map[upgrade.AppState]int `json:"says"`     // by the last answer of each
	Seconds  float64                  `json:"seconds"`
}

// mostDown is how many accesses in a row may find no server at all before the sweep gives up.
const mostDown = 5

// longestPause is how long a server may make a sweep wait at a time.
const longestPause = 5 * time.Minute

// Sweep accesses each application once, in the order given, so that the server upgrades it now instead of when a user first comes. It ends early with
// the fault when the server refuses the user, is down, or answers what holds for every application (Setup is due). Stopping ctx is safe: running accesses are given up, they change nothing but that the server
// may still upgrade these applications.
func Sweep(ctx context.Context, rep op.Reporter, entries []Entry, accessor Accessor, o SweepOptions) (SweepResult, error) {
	s := newSweeper(rep, accessor, o)
	due := make([]Entry, 0, len(entries))
	for _, e := range entries {
		if s.o.Skip != nil && s.o.Skip(e) {
			s.result.Skipped++
			continue
		}
		due = append(due, e)
	}
	s.result.Census = len(entries)
	s.rep.Phase("access", int64(len(due)), op.Items)
	started := s.o.Now()
	g, gctx := errgroup.WithContext(ctx)
	queue := make(chan Entry)
	g.Go(func() error {
		defer close(queue)
		for _, e := range due {
			select {
			case queue <- e:
			case <-gctx.Done():
				return nil
			}
		}
		return nil
	})
	for range s.o.Workers {
		g.Go(func() error {
			for e := range queue {
				if gctx.Err() != nil {
					return nil //nolint:nilerr // Sweep reports the cause once, after all have ended
				}
				if err := s.one(gctx, e); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := g.Wait()
	if err == nil {
		err = context.Cause(ctx)
	}
	s.result.Left = len(due) - s.result.Accessed
	s.result.Seconds = s.o.Now().Sub(started).Seconds()
	return s.result, err
}

type sweeper struct {
	rep      op.Reporter
	accessor Accessor
	o        SweepOptions

	mu     sync.Mutex
	down   int // accesses in a row that found no server
	result SweepResult
}

func newSweeper(rep op.Reporter, accessor Accessor, o SweepOptions) *sweeper {
	if o.Workers <= 0 {
		o.Workers = 4
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Minute
	}
	if o.Tries <= 0 {
		o.Tries = 2
	}
	if o.Pause <= 0 {
		o.Pause = 2 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = wait
	}
	if rep == nil {
		rep = op.Silent{}
	}
	return &sweeper{rep: rep, accessor: accessor, o: o, result: SweepResult{Says: map[upgrade.AppState]int{}}}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// one accesses an application until there is a usable answer or the tries are used up.
func (s *sweeper) one(ctx context.Context, e Entry) error {
	s.rep.Item(e.Name)
	for try := 1; ; try++ {
		answer, a := s.access(ctx, e, try)
		if ctx.Err() != nil && answer.Says != upgrade.Upgraded && answer.Says != upgrade.Failed {
			return nil // stopped in the middle: nothing was learned
		}
		last := try >= s.o.Tries || usable(answer)
		if err := s.keep(a, answer, last); err != nil {
			return err
		}
		if last {
			s.rep.Add(1)
			return nil
		}
		if err := s.o.Sleep(ctx, min(max(s.o.Pause, answer.RetryAfter), longestPause)); err != nil {
			return nil //nolint:nilerr // only the end of ctx interrupts a pause, and Sweep reports its cause
		}
	}
}

func usable(a Answer) bool {
	return a.Says == upgrade.Upgraded || a.Says == upgrade.Failed || a.Says == upgrade.Missing
}

func (s *sweeper) access(ctx context.Context, e Entry, try int) (Answer, Access) {
	actx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	began := s.o.Now()
	answer := s.accessor.Access(actx, e)
	ended := s.o.Now()
	if answer.Says == "" {
		answer.Says = upgrade.UnknownIn
	}
	a := Access{UID: e.UID, Name: e.Name, At: ended, Seconds: ended.Sub(began).Seconds(), Says: answer.Says, Try: try, Error: answer.Error,
		Causes: answer.Causes, Evidence: answer.Evidence, Down: answer.Down}
	if answer.Err != nil {
		a.Problem = answer.Err.Error()
	}
	return answer, a
}

// keep hands the access on and decides whether the sweep can go on.
func (s *sweeper) keep(a Access, answer Answer, last bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	fatal := answer.Err != nil && (answer.Fatal || upgrade.KindOf(answer.Err) == upgrade.KindAuth)
	if !fatal && !answer.Down { // neither tells anything of the application
		if s.o.OnResult != nil {
			if err := s.o.OnResult(a); err != nil {
				return fmt.Errorf("keep the access of %s: %w", a.UID, err)
			}
		}
	}
	if fatal {
		return answer.Err
	}
	if s.down++; !answer.Down {
		s.down = 0
	}
	if s.down >= mostDown {
		return upgrade.NewFault("SB-4601", upgrade.KindIncomplete, errors.Join(answer.Err), "tries", fmt.Sprint(s.down))
	}
	if last && !answer.Down {
		s.result.Accessed++
		s.result.Says[a.Says]++
	}
	return nil
}

// SkipSettled leaves out what a board already settled and what an earlier sweep got a usable answer for.
func SkipSettled(b Board) func(Entry) bool {
	settled := make(map[string]bool, len(b.Apps))
	for _, a := range b.Apps {
		settled[key(a.UID)] = a.State.Settled()
	}
	return func(e Entry) bool { return settled[key(e.UID)] }
}
