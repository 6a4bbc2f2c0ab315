package backup

import (
	"context"
	"sync"
	"time"
)

// pace holds reading down to a number of bytes a second, shared by all workers.
type pace struct {
	limit int64
	now   func() time.Time
	mu    sync.Mutex
	next  time.Time // when the bytes handed out so far are paid for
}

func newPace(limit int64, now func() time.Time) *pace { return &pace{limit: limit, now: now} }

// due takes n bytes and tells how long to wait before they may be used.
func (p *pace) due(n int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.next.Before(now) {
		p.next = now
	}
	due := p.next.Sub(now)
	p.next = p.next.Add(time.Duration(float64(n) / float64(p.limit) * float64(time.Second)))
	return due
}

// wait blocks until n bytes more may be used, or the context ends.
func (p *pace) wait(ctx context.Context, n int) error {
	if p.limit <= 0 {
		return nil
	}
	due := p.due(n)
	if due <= 0 {
		return nil
	}
	timer := time.NewTimer(due)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
