package op

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func clock() time.Time { return time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) }

func TestEndStateFollowsTheReturnedErrorAlone(t *testing.T) {
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		returns func(context.Context) error
		stop    bool
		want    State
	}{
		"nil is done":                      {func(context.Context) error { return nil }, false, Done},
		"an error is failed":               {func(context.Context) error { return boom }, false, Failed},
		"a stop that was obeyed":           {func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }, true, Stopped},
		"finished although a stop was due": {func(ctx context.Context) error { <-ctx.Done(); return nil }, true, Done},
	} {
		t.Run(name, func(t *testing.T) {
			o := Start(t.Context(), clock, "test", "Test", func(ctx context.Context, _ Reporter) error { return c.returns(ctx) })
			if c.stop {
				o.Stop(nil)
			}
			_ = o.Wait()
			if got := o.Snapshot().State; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestStopWaitsForTheCommitSection(t *testing.T) {
	inside, asked := make(chan struct{}), make(chan struct{})
	o := Start(t.Context(), clock, "test", "Test", func(ctx context.Context, r Reporter) error {
		err := r.Commit(func() error {
			close(inside)
			<-asked
			return ctx.Err() // still alive: the stop must not have arrived
		})
		if err != nil {
			return err
		}
		<-ctx.Done()
		return context.Cause(ctx)
	})
	<-inside
	if o.Snapshot().CanStop {
		t.Error("a commit section says that it can be stopped")
	}
	o.Stop(nil)
	close(asked)
	if err := o.Wait(); !errors.Is(err, ErrStopped) {
		t.Errorf("got %v", err)
	}
}

func TestManyReportsAreOneSignal(t *testing.T) {
	o := Start(t.Context(), clock, "test", "Test", func(_ context.Context, r Reporter) error {
		r.Phase("copy", 1000, Bytes)
		for range 1000 {
			r.Add(1)
		}
		return nil
	})
	if err := o.Wait(); err != nil {
		t.Fatal(err)
	}
	<-o.Changed()
	select {
	case <-o.Changed():
		t.Error("a second signal")
	default:
	}
	if p := o.Snapshot(); p.Done != 1000 || p.Fraction() != 1 {
		t.Errorf("%+v", p)
	}
}

func TestSecondComerIsToldWhoHoldsTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leap.lock")
	first, err := Acquire(path, Owner{By: "ann@host", PID: 7, What: "backup create", Since: clock()}, os.WriteFile)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Acquire(path, Owner{By: "bob@host", PID: 8, What: "check fix", Since: clock()}, os.WriteFile)
	if upgrade.KindOf(err) != upgrade.KindLocked || !strings.Contains(err.Error(), "backup create, ann@host (process 7)") {
		t.Errorf("got %v", err)
	}
	if o, ok := Holder(path); !ok || o.By != "ann@host" {
		t.Errorf("holder %v %v", o, ok)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if _, ok := Holder(path); ok {
		t.Error("still held after the release")
	}
	second, err := Acquire(path, Owner{By: "bob@host", PID: 8, What: "check fix", Since: clock()}, os.WriteFile)
	if err != nil || second.Stale() != nil {
		t.Fatalf("%v %v", err, second)
	}
	// The holder dies: the system lets go, no release was written.
	if err := second.file.Close(); err != nil {
		t.Fatal(err)
	}
	third, err := Acquire(path, Owner{By: "cid@host", PID: 9, What: "apps sweep", Since: clock()}, os.WriteFile)
	if err != nil || third.Stale() == nil || third.Stale().By != "bob@host" {
		t.Fatalf("a stale lock went unseen: %v %+v", err, third)
	}
	if err := third.Release(); err != nil {
		t.Error(err)
	}
}

// ticking is a clock that a test moves.
type ticking struct {
	mu sync.Mutex
	at time.Time
}

func (c *ticking) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *ticking) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func TestTheRateIsOfLateAndTheTimeLeftIsOfThePhase(t *testing.T) {
	c := &ticking{at: clock()}
	release := make(chan struct{})
	o := Start(t.Context(), c.now, "test", "Test", func(context.Context, Reporter) error { <-release; return nil })
	defer func() { close(release); _ = o.Wait() }()
	c.forward(time.Hour) // a phase before: the database's dump
	o.Phase("copying", 10_000, Bytes)
	if p := o.Snapshot(); p.Rate != 0 || p.Left(c.now()) != 0 {
		t.Errorf("nothing was done, and the rate is %v", p.Rate)
	}
	for range 20 { // fast
		c.forward(time.Second)
		o.Add(200)
	}
	if p := o.Snapshot(); p.Rate != 200 || p.Left(c.now()) != 30*time.Second {
		t.Errorf("rate %v, left %v; want 200 and 30s", p.Rate, p.Left(c.now()))
	}
	for range 20 { // then slow: what was before the window no longer counts
		c.forward(time.Second)
		o.Add(10)
	}
	if p := o.Snapshot(); p.Rate != 10 || p.Left(c.now()) != 580*time.Second {
		t.Errorf("rate %v, left %v; want 10 and 580s", p.Rate, p.Left(c.now()))
	}
	c.forward(90 * time.Second) // it stands still
	if p := o.Snapshot(); p.Rate > 2 {
		t.Errorf("nothing moves, and the rate is %v", p.Rate)
	}
}

func TestProblemsAreToldAsTheyOccurAndBounded(t *testing.T) {
	release := make(chan struct{})
	o := Start(t.Context(), clock, "test", "Test", func(context.Context, Reporter) error { <-release; return nil })
	defer func() { close(release); _ = o.Wait() }()
	for range maxProblems + 5 {
		o.Problem(upgrade.NewFault("SB-2042", upgrade.KindPartial, nil))
	}
	p := o.Snapshot()
	if len(p.Problems) != maxProblems || p.ProblemCount != maxProblems+5 || p.Problems[0].Code != "SB-2042" {
		t.Errorf("%d problems of %d", len(p.Problems), p.ProblemCount)
	}
}
