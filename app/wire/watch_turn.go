package wire

import "github.com/springboard-leap/springboard/upgrade/logs/follow"

// oneLog is a log that is followed. It implements follow.Turn: a line is printed by the goroutine that read it, when the output takes it at once and no other log is
// being handled. An output that stands still, and a log that waits for it, keep nobody from reading.
type oneLog struct {
	w    *watch
	file string
	room int // bytes that the output takes at once; not 0: a turn has begun, and has w.mu
}

// event is the handler of the log.
func (l *oneLog) event(e follow.Event) error {
	if l.room == 0 {
		l.w.mu.Lock()
		defer l.w.mu.Unlock()
	}
	return l.w.event(l.file, e)
}

// Begin implements follow.Turn.
func (l *oneLog) Begin() bool {
	if !l.w.mu.TryLock() {
		return false
	}
	if l.room = l.w.out.Room(); l.room == 0 {
		l.w.mu.Unlock()
		return false
	}
	return true
}

// End implements follow.Turn.
func (l *oneLog) End() (done bool, err error) {
	defer l.w.mu.Unlock()
	room := l.room
	l.room = 0
	if len(l.w.out.Collected()) > room {
		return false, nil
	}
	return true, l.w.record.hand(l.w.out)
}
