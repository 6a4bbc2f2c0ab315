package op

import "time"

// The pace is measured over the last window, in steps, so that a disk that slows down is seen and one slow file is not.
const (
	paceWindow = 10 * time.Second
	paceStep   = 500 * time.Millisecond
	paceLeast  = time.Second // a shorter time gives no pace worth telling
)

// pace remembers how much was done when. It is guarded by the operation's mutex.
type pace struct{ marks []mark }

type mark struct {
	at   time.Time
	done int64
}

func (p *pace) begin(at time.Time) { p.marks = append(p.marks[:0], mark{at: at}) }

// note keeps a mark each step and forgets those that left the window, but for one: the window's edge lies between it and the next.
func (p *pace) note(at time.Time, done int64) {
	if n := len(p.marks); n > 0 && at.Sub(p.marks[n-1].at) < paceStep {
		return
	}
	p.marks = append(p.marks, mark{at, done})
	for len(p.marks) > 2 && at.Sub(p.marks[1].at) >= paceWindow {
		p.marks = p.marks[1:]
	}
}

// rate is units a second between the oldest mark and now. Work that stands still slows it down, although nobody notes anything.
func (p *pace) rate(now time.Time, done int64) float64 {
	if len(p.marks) == 0 {
		return 0
	}
	first := p.marks[0]
	spent := now.Sub(first.at)
	if spent < paceLeast || done <= first.done {
		return 0
	}
	return float64(done-first.done) / spent.Seconds()
}
