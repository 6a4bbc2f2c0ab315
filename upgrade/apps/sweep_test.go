package apps

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

type accessFunc func(ctx context.Context, app Entry) Answer

func (f accessFunc) Access(ctx context.Context, app Entry) Answer { return f(ctx, app) }

func noSleep(context.Context, time.Duration) error { return nil }

func TestSweepAccessesEachApplicationOnce(t *testing.T) {
	defer goleak.VerifyNone(t)
	var mu sync.Mutex
	seen, busy, most := map[string]int{}, 0, 0
	accessor := accessFunc(func(_ context.Context, app Entry) Answer {
		mu.Lock()
		seen[app.UID]++
		busy++
		most = max(most, busy)
		mu.Unlock()
		defer func() { mu.Lock(); busy--; mu.Unlock() }()
		return Answer{Says: upgrade.Upgraded}
	})
	var kept []Access
	r, err := Sweep(t.Context(), op.Silent{}, census(200), accessor, SweepOptions{Workers: 4, Sleep: noSleep,
		Skip: func(e Entry) bool { return e.UID == census(1)[0].UID }, OnResult: func(a Access) error { kept = append(kept, a); return nil }})
	if err != nil || r.Accessed != 199 || r.Skipped != 1 || r.Left != 0 || r.Says[upgrade.Upgraded] != 199 || len(kept) != 199 || len(seen) != 199 {
		t.Errorf("%+v %v, kept %d", r, err, len(kept))
	}
	if most > 4 {
		t.Errorf("%d at a time", most)
	}
	for uid, n := range seen {
		if n != 1 {
			t.Errorf("%s accessed %d times", uid, n)
		}
	}
}

func TestSweepTriesAgainWhatGaveNoAnswer(t *testing.T) {
	var tries atomic.Int64
	accessor := accessFunc(func(context.Context, Entry) Answer {
		if tries.Add(1) < 3 {
			return Answer{Says: upgrade.Upgrading, RetryAfter: time.Hour}
		}
		return Answer{Says: upgrade.Failed}
	})
	var slept []time.Duration
	var kept []Access
	r, err := Sweep(t.Context(), nil, census(1), accessor, SweepOptions{Tries: 5, OnResult: func(a Access) error { kept = append(kept, a); return nil },
		Sleep: func(_ context.Context, d time.Duration) error { slept = append(slept, d); return nil }})
	if err != nil || len(kept) != 3 || kept[2].Try != 3 || r.Says[upgrade.Failed] != 1 || r.Accessed != 1 {
		t.Errorf("%+v %v %+v", r, err, kept)
	}
	if len(slept) != 2 || slept[0] != longestPause {
		t.Errorf("slept %v", slept)
	}
	always := accessFunc(func(ctx context.Context, _ Entry) Answer {
		<-ctx.Done()
		return Answer{Says: upgrade.Upgrading, Err: ctx.Err()}
	})
	r, err = Sweep(t.Context(), nil, census(1), always, SweepOptions{Tries: 2, Timeout: time.Millisecond, Sleep: noSleep})
	if err != nil || r.Says[upgrade.Upgrading] != 1 {
		t.Errorf("an application that takes too long: %+v %v", r, err)
	}
}

func TestSweepStopsAtOnceWhenTheUserIsRefused(t *testing.T) {
	defer goleak.VerifyNone(t)
	var asked atomic.Int64
	refuse := accessFunc(func(context.Context, Entry) Answer {
		asked.Add(1)
		return Answer{Says: upgrade.UnknownIn, Err: upgrade.NewFault("SB-4002", upgrade.KindAuth, nil)}
	})
	kept := 0
	r, err := Sweep(t.Context(), nil, census(100), refuse, SweepOptions{Workers: 2, Sleep: noSleep, OnResult: func(Access) error { kept++; return nil }})
	if upgrade.KindOf(err) != upgrade.KindAuth || asked.Load() > 2 || r.Left != 100 || kept != 0 {
		t.Errorf("%v, asked %d, %+v, kept %d", err, asked.Load(), r, kept)
	}
}

func TestSweepStopsAtOnceWhenNoApplicationCanBeAccessed(t *testing.T) {
	var asked atomic.Int64
	setup := accessFunc(func(context.Context, Entry) Answer {
		asked.Add(1)
		return Answer{Says: upgrade.UnknownIn, Err: upgrade.NewFault("SB-4005", upgrade.KindFailed, nil), Fatal: true}
	})
	r, err := Sweep(t.Context(), nil, census(100), setup, SweepOptions{Workers: 1, Sleep: noSleep})
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4005" || asked.Load() != 1 || r.Left != 100 {
		t.Errorf("%v, asked %d, %+v", err, asked.Load(), r)
	}
}

func TestSweepGivesUpWhenTheServerIsDown(t *testing.T) {
	defer goleak.VerifyNone(t)
	var asked atomic.Int64
	down := accessFunc(func(context.Context, Entry) Answer {
		asked.Add(1)
		return Answer{Down: true, Err: errors.New("refused")}
	})
	r, err := Sweep(t.Context(), nil, census(100), down, SweepOptions{Workers: 1, Sleep: noSleep})
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4601" || asked.Load() != mostDown || r.Accessed != 0 || r.Left != 100 {
		t.Errorf("%v, asked %d, %+v", err, asked.Load(), r)
	}
	n := 0
	flaky := accessFunc(func(context.Context, Entry) Answer {
		if n++; n%2 == 1 {
			return Answer{Down: true}
		}
		return Answer{Says: upgrade.Upgraded}
	})
	if r, err = Sweep(t.Context(), nil, census(20), flaky, SweepOptions{Workers: 1, Sleep: noSleep}); err != nil || r.Accessed != 20 {
		t.Errorf("a server that comes back: %v %+v", err, r)
	}
}

func TestSweepCanBeStoppedAndGoneOnWith(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	s, n := storeIn(t), 0
	slow := accessFunc(func(ctx context.Context, _ Entry) Answer {
		if n++; n == 6 {
			cancel(op.ErrStopped)
			<-ctx.Done()
			return Answer{Says: upgrade.Upgrading, Err: ctx.Err()}
		}
		return Answer{Says: upgrade.Upgraded}
	})
	r, err := Sweep(ctx, nil, census(20), slow, SweepOptions{Workers: 1, OnResult: s.AppendAccess, Sleep: noSleep})
	if !errors.Is(err, op.ErrStopped) || r.Accessed != 5 || r.Left != 15 {
		t.Fatalf("%v %+v", err, r)
	}
	_ = s.SaveCensus(Snapshot{Entries: census(20)})
	in, err := s.Gather(Sources{})
	if err != nil {
		t.Fatal(err)
	}
	board := Build(in)
	if board.Totals[upgrade.Upgraded] != 5 || board.Totals[upgrade.Pending] != 15 {
		t.Fatalf("%v", board.Totals)
	}
	fine := accessFunc(func(context.Context, Entry) Answer { return Answer{Says: upgrade.Upgraded} })
	r, err = Sweep(t.Context(), nil, census(20), fine, SweepOptions{Skip: SkipSettled(board), OnResult: s.AppendAccess})
	if err != nil || r.Skipped != 5 || r.Accessed != 15 {
		t.Errorf("%v %+v", err, r)
	}
	in, _ = s.Gather(Sources{})
	if b := Build(in); !b.Closed {
		t.Errorf("%v", b.Problems)
	}
}

func TestSweepEndsWhenResultsCannotBeKept(t *testing.T) {
	fine := accessFunc(func(context.Context, Entry) Answer { return Answer{Says: upgrade.Upgraded} })
	full := errors.New("disk full")
	r, err := Sweep(t.Context(), nil, census(50), fine, SweepOptions{Workers: 1, OnResult: func(Access) error { return full }})
	if !errors.Is(err, full) || r.Accessed != 0 {
		t.Errorf("%v %+v", err, r)
	}
}
