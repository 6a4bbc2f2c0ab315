package wire

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/springboard-leap/springboard/upgrade/logs/follow"
)

// paper is an Output with as much room as it is told.
type paper struct {
	room      int
	collected []byte
	out       []string
	torn      error
}

func (p *paper) Collected() []byte { return p.collected }
func (p *paper) Room() int         { return p.room }
func (p *paper) File() *os.File    { return nil }
func (p *paper) Flush() error {
	p.out = append(p.out, string(p.collected))
	p.collected = nil
	return p.torn
}

func onPaper(room int) (*oneLog, *paper) {
	p := &paper{room: room}
	w := &watch{out: p, record: &recorder{}, handle: func(e WatchEvent) error {
		p.collected = append(p.collected, e.Reason...)
		return nil
	}}
	return &oneLog{w: w, file: "SystemOut.log"}, p
}

func TestATurnPrintsWhatTheOutputTakesAtOnce(t *testing.T) {
	l, p := onPaper(10)
	if !l.Begin() {
		t.Fatal("no turn came")
	}
	if err := l.event(follow.Event{State: follow.Live, Reason: "ten bytes!"}); err != nil {
		t.Fatal(err)
	}
	if done, err := l.End(); !done || err != nil || !slices.Equal(p.out, []string{"ten bytes!"}) {
		t.Errorf("done %t, %v; printed is %q", done, err, p.out)
	}
	if err := l.event(follow.Event{State: follow.Live, Reason: "more"}); err != nil || !l.w.mu.TryLock() { // without a turn it locks by itself
		t.Errorf("%v, or the lock was kept", err)
	}
}

func TestATurnLeavesMoreThanTheOutputTakesAtOnce(t *testing.T) {
	l, p := onPaper(9)
	if !l.Begin() {
		t.Fatal("no turn came")
	}
	if err := l.event(follow.Event{State: follow.Live, Reason: "ten bytes!"}); err != nil {
		t.Fatal(err)
	}
	if done, err := l.End(); done || err != nil || len(p.out) != 0 {
		t.Errorf("done %t, %v; printed is %q", done, err, p.out)
	}
	if err := l.w.batch(); err != nil || !slices.Equal(p.out, []string{"ten bytes!"}) {
		t.Errorf("%v; printed is %q", err, p.out)
	}
}

func TestNoTurnComesWhileTheOutputIsFullOrAnotherLogHasIt(t *testing.T) {
	l, p := onPaper(0)
	if l.Begin() {
		t.Error("a turn came though the output takes nothing")
	}
	p.room = 10
	l.w.mu.Lock()
	if l.Begin() {
		t.Error("a turn came while another log has the output")
	}
	l.w.mu.Unlock()
	if !l.Begin() {
		t.Error("no turn came")
	}
}

func TestATurnTellsThatTheOutputIsBroken(t *testing.T) {
	l, p := onPaper(10)
	p.torn = errors.New("broken pipe")
	if !l.Begin() {
		t.Fatal("no turn came")
	}
	if _, err := l.End(); !errors.Is(err, p.torn) {
		t.Errorf("it ended with %v", err)
	}
	if !l.w.mu.TryLock() {
		t.Error("the lock was kept")
	}
}
