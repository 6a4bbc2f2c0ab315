package backup

import (
	"context"
	"testing"
	"time"
)

func TestBytesAreHandedOutAtTheLimitAndNotSavedUp(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := newPace(1000, func() time.Time { return at })
	for i, c := range []struct {
		after time.Duration
		bytes int
		want  time.Duration
	}{
		{0, 500, 0}, {0, 500, 500 * time.Millisecond}, {0, 1000, time.Second}, {time.Second, 1000, time.Second}, {time.Hour, 1000, 0}, {0, 1, time.Second},
	} {
		at = at.Add(c.after)
		if got := p.due(c.bytes); got != c.want {
			t.Errorf("step %d: wait %v, want %v", i, got, c.want)
		}
	}
}

func TestWaitingForBytesEndsWithTheContext(t *testing.T) {
	p := newPace(1, func() time.Time { return time.Time{} })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.wait(ctx, 1<<30); err != nil {
		t.Errorf("the first bytes are free: %v", err)
	}
	if err := p.wait(ctx, 1); err == nil {
		t.Error("it waited")
	}
}
