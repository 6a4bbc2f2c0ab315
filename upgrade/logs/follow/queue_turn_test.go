package follow

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// turns is a Turn that does what it is told to, and keeps what was done.
type turns struct {
	refuses, keeps bool
	fails          error
	done           []string
}

// Begin implements Turn.
func (s *turns) Begin() bool {
	s.done = append(s.done, "begin")
	return !s.refuses
}

// End implements Turn.
func (s *turns) End() (bool, error) {
	s.done = append(s.done, "end")
	return !s.keeps, s.fails
}

// inTurns is a queue whose deliverer works when the test says so, with a log open.
func inTurns(t *testing.T, s *turns, handle func(Event) error) lagged {
	t.Helper()
	d := newDeliverer(Options{Path: "SystemOut.log", Batch: func() error { s.done = append(s.done, "batch"); return nil }}, handle)
	q := &queue{d: d, ctx: t.Context(), store: &memory{}, inline: s, now: time.Now, limit: queueSize}
	q.changed.L = &q.mu
	l := lagged{q, rand.New(rand.NewPCG(1, 2))}
	must(t, q.push(message{kind: opened, key: "1", name: "SystemOut.log"}))
	must(t, l.turn())
	return l
}

func line(n int) message {
	return message{kind: fed, key: "1", data: fmt.Appendf(nil, "[11/23/26 21:00:00:000 CET] 000000a3 Demo          I   message number %d\n", n)}
}

func TestALineIsDeliveredBeforeReadingGoesOn(t *testing.T) {
	var l ledger
	s := &turns{}
	q := inTurns(t, s, l.take)
	must(t, q.queue.push(line(1)))
	if len(l.texts) != 1 || !q.idle() || !slices.Equal(s.done, []string{"begin", "end"}) {
		t.Errorf("%d records are delivered, nothing waits: %t, done was %q", len(l.texts), q.idle(), s.done)
	}
}

func TestWhatCannotBeDeliveredAtOnceWaitsInOrder(t *testing.T) {
	long := line(1)
	long.data = append(bytes.TrimSuffix(long.data, []byte{'\n'}), strings.Repeat(" and so on", turnSize/10)+"\n"...)
	more := line(1)
	more.more = true
	for name, first := range map[string]message{"a long piece": long, "more follows": more} {
		t.Run(name, func(t *testing.T) {
			var l ledger
			s := &turns{}
			q := inTurns(t, s, l.take)
			must(t, q.queue.push(first))
			must(t, q.queue.push(line(2))) // it could be, but is not the next
			if len(l.texts) != 0 || len(s.done) != 0 {
				t.Errorf("%d records are delivered, done was %q", len(l.texts), s.done)
			}
			must(t, q.finish(false))
			if len(l.texts) != 2 || !strings.HasPrefix(l.texts[0], "message number 1") {
				t.Errorf("delivered were %.40q", l.texts)
			}
		})
	}
}

func TestALineWaitsWhenItsTurnDoesNotCome(t *testing.T) {
	var l ledger
	s := &turns{refuses: true}
	q := inTurns(t, s, l.take)
	must(t, q.queue.push(line(1)))
	if len(l.texts) != 0 || q.idle() || !slices.Equal(s.done, []string{"begin"}) {
		t.Errorf("%d records are delivered, nothing waits: %t, done was %q", len(l.texts), q.idle(), s.done)
	}
}

func TestALineWaitsWhileAnotherIsBeingDelivered(t *testing.T) {
	var l ledger
	s := &turns{}
	q := inTurns(t, s, l.take)
	q.busy = true
	must(t, q.queue.push(line(1)))
	if len(l.texts) != 0 || q.idle() {
		t.Errorf("%d records are delivered, nothing waits: %t", len(l.texts), q.idle())
	}
}

// TestWhatATurnCouldNotHandOnIsHandedOnByTheOtherGoroutine: the output would have kept the follower waiting.
func TestWhatATurnCouldNotHandOnIsHandedOnByTheOtherGoroutine(t *testing.T) {
	var l ledger
	s := &turns{keeps: true}
	q := inTurns(t, s, l.take)
	must(t, q.queue.push(line(1)))
	if len(l.texts) != 1 || q.idle() {
		t.Fatalf("%d records are delivered, nothing waits: %t", len(l.texts), q.idle())
	}
	must(t, q.queue.push(line(2)))
	must(t, q.finish(false))
	if len(l.texts) != 2 || !slices.Equal(s.done, []string{"begin", "end", "batch", "batch"}) {
		t.Errorf("%d records are delivered, done was %q", len(l.texts), s.done)
	}
}

func TestATurnEndsAndFollowingTooWhenTheHandlerOrItsOutputFails(t *testing.T) {
	broken := errors.New("the pipe is closed")
	for name, c := range map[string]struct{ handler, output error }{"handler": {broken, nil}, "output": {nil, broken}} {
		t.Run(name, func(t *testing.T) {
			s := &turns{fails: c.output}
			n := 0
			q := inTurns(t, s, func(Event) error { n++; return c.handler })
			if err := q.queue.push(line(1)); !errors.Is(err, broken) {
				t.Errorf("it ended with %v", err)
			}
			if err := q.finish(true); !errors.Is(err, broken) || n != 1 || !slices.Equal(s.done, []string{"begin", "end"}) {
				t.Errorf("it ended after %d events with %v, done was %q", n, err, s.done)
			}
		})
	}
}

// sometimes is a Turn that comes every second time, and does not hand everything on every fifth.
type sometimes struct{ n, done int }

// Begin implements Turn.
func (s *sometimes) Begin() bool { s.n++; return s.n%2 == 0 }

// End implements Turn.
func (s *sometimes) End() (bool, error) { s.done++; return s.done%5 > 0, nil }

// TestTwoGoroutinesDeliverInTurnsEachRecordOnceInOrder: under the race detector it also shows that they never do at the same time.
func TestTwoGoroutinesDeliverInTurnsEachRecordOnceInOrder(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(5))
	var steps []func()
	for n := range 300 {
		steps = append(steps, func() {
			switch s.append(s.records(1 + n%3)); n % 50 {
			case 20:
				s.append(s.record("java.lang.IllegalStateException: no", "\tat a.B.c(B.java:1)"))
			case 40:
				s.rename()
				s.append(header)
			}
		})
	}
	turn := &sometimes{}
	stands := time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC) // both goroutines read the clock
	l := s.run(Options{Store: &memory{data: map[string][]byte{}}, Turn: turn, Now: func() time.Time { return stands }}, 8, steps...)
	s.check(l, 0)
	if turn.done == 0 {
		t.Error("nothing was delivered on the goroutine that read it")
	}
}
