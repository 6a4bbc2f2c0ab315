package follow

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
)

// queueSize is how many bytes wait in memory for their delivery.
const queueSize = 4 << 20

// late is how old bytes are that are delivered when the state is delayed.
const late = time.Second

// queue is a stage that delivers on a goroutine of its own.
type queue struct {
	d      *deliverer
	store  Store
	inline Turn            // nil: nothing is delivered on the goroutine of the follower
	ctx    context.Context // of following: who waits for room gives up when it ends
	now    func() time.Time
	limit  int
	done   chan struct{} // closed when the deliverer has ended

	mu      sync.Mutex
	changed sync.Cond // something was pushed or taken, or it ended
	waiting []message
	bytes   int  // in waiting
	busy    bool // what was taken from waiting is being delivered
	closed  bool
	err     error

	pushed bool // of the follower's goroutine: since it rested last

	// Of the deliverer's goroutine, and while that one is not busy and nothing waits, of the follower's.
	cut    bool  // following ended while bytes waited in the store: they, and what comes after them, are left to the next process
	state  State // the last that the follower told
	reason string
	behind bool // delayed was told
}

// newQueue begins to deliver until finish is called. failed is called when the handler, or reading from the store, returns an error.
func newQueue(ctx context.Context, d *deliverer, opts Options, failed func()) *queue {
	q := &queue{d: d, ctx: ctx, store: opts.Store, inline: opts.Turn, now: opts.Now, limit: queueSize, done: make(chan struct{})}
	q.changed.L = &q.mu
	stop := context.AfterFunc(ctx, q.wake)
	go func() {
		defer close(q.done)
		defer stop()
		if err := q.run(); err != nil {
			q.mu.Lock()
			q.err = err
			q.mu.Unlock()
			failed()
			q.wake()
		}
	}()
	return q
}

func (q *queue) wake() {
	q.mu.Lock()
	q.changed.Broadcast()
	q.mu.Unlock()
}

// push implements stage. Bytes that find no room and stand nowhere else wait for it.
func (q *queue) push(m message) error {
	m.at = q.now()
	if done, err := q.atOnce(m); done {
		return err
	}
	q.pushed = true
	q.mu.Lock()
	defer q.mu.Unlock()
	if m.kind == fed {
		if q.extends(m) {
			return q.err
		}
		if q.bytes+len(m.data) > q.limit && m.spot != (Spot{}) {
			m.kind, m.length, m.data = stored, int64(len(m.data)), nil
		}
		for m.kind == fed && q.bytes > 0 && q.bytes+len(m.data) > q.limit && q.err == nil {
			if err := q.ctx.Err(); err != nil {
				return err
			}
			q.changed.Wait()
		}
	}
	m.data = bytes.Clone(m.data)
	q.bytes += len(m.data)
	q.waiting = append(q.waiting, m)
	q.changed.Broadcast()
	return q.err
}

// extends lets bytes wait in the store when those before them do.
func (q *queue) extends(m message) bool {
	if len(q.waiting) == 0 || m.spot == (Spot{}) {
		return false
	}
	last := &q.waiting[len(q.waiting)-1]
	if last.kind != stored || last.key != m.key || last.offset+last.length != m.offset {
		return false
	}
	last.length += int64(len(m.data))
	return true
}

// rest implements stage. The deliverer sees by itself that nothing waits; it is let go first, because the follower has only to look around now.
func (q *queue) rest() error {
	if q.pushed { // else it would only wake a thread that takes the processor from who reads what was printed
		q.pushed = false
		runtime.Gosched()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}

// finish implements stage. What was kept is delivered also when reading failed.
func (q *queue) finish(bool) error {
	q.mu.Lock()
	q.closed = true
	q.changed.Broadcast()
	q.mu.Unlock()
	<-q.done
	return q.err
}

// next waits for a message. ok is false at the end.
func (q *queue) next() (m message, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = false
	for len(q.waiting) == 0 && !q.closed {
		q.changed.Wait()
	}
	if len(q.waiting) == 0 {
		return m, false
	}
	q.busy = true
	m = q.waiting[0]
	q.waiting[0] = message{}
	if q.waiting = q.waiting[1:]; len(q.waiting) == 0 {
		q.waiting = nil
	}
	q.bytes -= len(m.data)
	q.changed.Broadcast()
	return m, true
}

func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting) == 0
}

// leaves tells whether following has ended: then what waits in the store is not delivered any more.
func (q *queue) leaves() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.cut = q.closed
	return q.cut
}

// run delivers until the queue is closed and empty.
func (q *queue) run() error {
	for {
		m, ok := q.next()
		if !ok {
			return q.d.finish()
		}
		if err := q.deliver(m); err != nil {
			return err
		}
		if q.cut {
			return q.d.batch()
		}
		if err := q.d.batch(); err != nil {
			return err
		}
		if !m.more && q.idle() {
			if err := q.caughtUp(); err != nil {
				return err
			}
		}
	}
}

func (q *queue) deliver(m message) error {
	switch m.kind {
	case entered:
		q.state, q.reason = m.state, m.reason
		if q.behind && (m.state == Live || m.state == Delayed) {
			return nil // it is told when delivery has caught up
		}
	case fed, stored:
		if !q.behind && q.now().Sub(m.at) > late {
			q.behind = true
			q.d.deliver(Event{State: Delayed})
		}
	case replayed:
		again := m.again
		m.again = func(give func(Chunk) error) error {
			return q.unlessLeaving(again(func(c Chunk) error {
				if q.leaves() {
					return errEnough
				}
				return give(c)
			}))
		}
	}
	if m.kind != stored {
		return q.d.take(m)
	}
	return q.unlessLeaving(q.store.Again(m.key, m.spot, m.offset, m.length, func(data []byte) error {
		if q.leaves() {
			return errEnough
		}
		return errors.Join(q.d.take(message{kind: fed, data: data}), q.d.batch())
	}))
}

func (q *queue) unlessLeaving(err error) error {
	if q.cut && errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// caughtUp is called when nothing waits.
func (q *queue) caughtUp() error {
	if err := q.d.rest(); err != nil || !q.behind {
		return err
	}
	q.behind = false
	q.d.deliver(Event{State: q.state, Reason: q.reason})
	return q.d.batch()
}
