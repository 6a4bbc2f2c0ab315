package observe_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scope is one whose screen is the test's goroutine.
func scope(t *testing.T) (*observe.Scope, *observe.Queue) {
	q := observe.NewQueue()
	s := observe.NewScope(t.Context(), q)
	t.Cleanup(func() { s.Close(); s.Wait() })
	return s, q
}

func TestALoadShowsItsResultOnTheScreensGoroutine(t *testing.T) {
	s, q := scope(t)
	got := ""
	observe.Load(s, "x", func(context.Context) (string, error) { return "value", errors.New("trouble") }, func(v string,
		err error) {
		got = v + " " + err.Error()
	})
	if !q.Next(t.Context()) || got != "value trouble" {
		t.Errorf("got %q", got)
	}
}

func TestTheResultOfAnOlderRequestIsDropped(t *testing.T) {
	s, q := scope(t)
	slow, got := make(chan struct{}), []string{}
	observe.Load(s, "list", func(context.Context) (string, error) { <-slow; return "old", nil }, func(v string, _ error) { got = append(got, v) })
	observe.Load(s, "list", func(context.Context) (string, error) { return "new", nil }, func(v string, _ error) { got = append(got, v) })
	observe.Load(s, "other", func(context.Context) (string, error) { return "other", nil }, func(v string, _ error) { got = append(got, v) })
	for len(got) < 2 {
		q.Next(t.Context())
	}
	close(slow)
	q.Next(t.Context())
	for _, v := range got {
		if v == "old" {
			t.Errorf("the old answer was shown: %v", got)
		}
	}
	if len(got) != 2 {
		t.Errorf("shown: %v", got)
	}
}

func TestNothingIsShownOnAScreenThatIsGone(t *testing.T) {
	s, q := scope(t)
	child := s.Child()
	observe.Load(child, "x", func(context.Context) (int, error) { return 1, nil }, func(int, error) { t.Error("shown on a screen that is gone") })
	child.Close()
	q.Next(t.Context())
	if s.Context().Err() != nil {
		t.Error("the window ended with the screen")
	}
}

func TestAWatchSamplesAndAlwaysShowsTheLastState(t *testing.T) {
	s, q := scope(t)
	tick := make(chan time.Time)
	s.Clock.After = func(d time.Duration) <-chan time.Time {
		if d != observe.Interval {
			t.Errorf("waits %s", d)
		}
		return tick
	}
	changed := make(chan struct{}, 1)
	value := make(chan int, 1)
	value <- 0
	var shown []int
	observe.Watch(s, changed, func() int { v := <-value; value <- v; return v }, func(v int) { shown = append(shown, v) })
	q.Next(t.Context())
	for i := 1; i <= 50; i++ { // fifty changes between two looks
		<-value
		value <- i
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	tick <- time.Time{}
	q.Next(t.Context())
	close(changed)
	tick <- time.Time{}
	q.Next(t.Context())
	if len(shown) != 3 || shown[0] != 0 || shown[1] != 50 || shown[2] != 50 {
		t.Errorf("shown %v, want the first, the last, and the last again at the end", shown)
	}
}

func TestATaskGoesOnWithoutItsScreenAndTellsItsEnd(t *testing.T) {
	s, q := scope(t)
	tasks := observe.NewTasks(s)
	hold := make(chan struct{})
	var ended op.Progress
	changes := tasks.Changes(t.Context())
	task := tasks.Start("backup", "Back up", "springboardctl backup create", "protect", func(ctx context.Context, rep op.Reporter) error {
		rep.Phase("copying", 10, op.Bytes)
		rep.Add(4)
		<-hold
		return nil
	}, func(p op.Progress) { ended = p })
	<-changes
	if got := tasks.Running(); len(got) != 1 || got[0] != task || tasks.Of("backup") != task || tasks.Of("verify") != nil {
		t.Errorf("running: %v", got)
	}
	close(hold)
	for ended.State == "" {
		q.Next(t.Context())
	}
	if ended.State != op.Done || ended.Done != 4 || len(tasks.Running()) != 0 {
		t.Errorf("ended as %+v, still running %d", ended, len(tasks.Running()))
	}
}

func TestStopAllStopsSafely(t *testing.T) {
	s, q := scope(t)
	tasks := observe.NewTasks(s)
	var ended op.Progress
	tasks.Start("sweep", "Sweep", "", "", func(ctx context.Context, _ op.Reporter) error { <-ctx.Done(); return context.Cause(ctx) },
		func(p op.Progress) { ended = p })
	tasks.StopAll()
	for ended.State == "" {
		q.Next(t.Context())
	}
	if ended.State != op.Stopped {
		t.Errorf("ended as %s", ended.State)
	}
}
