package follow

// Waking the deliverer's goroutine takes longer than delivering a line does. So a small piece is delivered by the goroutine that read it when nothing is before it
// and nobody has to be waited for. Everything else goes the way of the queue.

// Turn lets a small piece be delivered on the goroutine of Run, right after it was kept.
type Turn interface {
	// Begin tells whether events can be handled now without waiting for anybody, and keeps it so until End.
	Begin() bool
	// End hands on what was handled, as Batch does. done is false when that would wait for somebody: then Batch is called on the goroutine of the handler.
	End() (done bool, err error)
}

// turnSize is how long a piece is at most that is delivered at once: some lines. To take more apart would keep the follower from reading.
const turnSize = 2 << 10

// atOnce delivers a message on the follower's goroutine if that can be done.
func (q *queue) atOnce(m message) (done bool, err error) {
	if q.inline == nil || m.kind != fed || m.more || len(m.data) > turnSize || !q.still() || !q.inline.Begin() {
		return false, nil
	}
	err = q.deliver(m)
	if err == nil {
		q.d.settle()
	}
	handed, herr := q.inline.End()
	switch {
	case q.d.err == nil && herr != nil:
		q.d.err = herr
	case handed:
		q.d.fresh = false
	case q.d.fresh:
		q.mu.Lock()
		q.waiting = append(q.waiting, message{kind: handled})
		q.changed.Broadcast()
		q.mu.Unlock()
	}
	return true, q.d.err
}

// still tells that nothing waits and nothing is being delivered. It stays so until the follower pushes something.
func (q *queue) still() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.busy && len(q.waiting) == 0 && !q.closed && q.err == nil
}
