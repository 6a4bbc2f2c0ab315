package follow

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// lagged is a queue whose deliverer takes its turns on the follower's goroutine, at random: everything that can happen between the two stages, in an order that can be
// repeated.
type lagged struct {
	*queue
	rnd *rand.Rand
}

func (l lagged) push(m message) error {
	err := l.queue.push(m)
	for err == nil && l.rnd.IntN(3) == 0 && !l.idle() {
		err = l.turn()
	}
	return err
}

func (l lagged) turn() error {
	m, _ := l.next()
	err := l.deliver(m)
	if err == nil {
		err = l.d.batch()
	}
	if err == nil && l.idle() && !m.more {
		err = l.caughtUp()
	}
	l.busy = false
	return err
}

func (l lagged) rest() error {
	for l.rnd.IntN(2) == 0 && !l.idle() {
		if err := l.turn(); err != nil {
			return err
		}
	}
	return nil
}

func (l lagged) finish(bool) error {
	for !l.idle() {
		if err := l.turn(); err != nil {
			return err
		}
	}
	return l.d.finish()
}

// runLagging is Run with stages that take turns at random.
func (k *keeper) runLagging(ctx context.Context, opts Options, handle func(Event) error) error {
	opts.Raw, opts.Store = nil, k
	d := newDeliverer(opts, handle)
	q := &queue{d: d, ctx: ctx, store: k, inline: fickle{k.lag}, now: opts.Now, limit: 300}
	q.changed.L = &q.mu
	f := newFollower(opts, lagged{q, k.lag})
	if err := f.run(ctx); err != nil {
		return err
	}
	if err := f.next.finish(false); err != nil {
		return err
	}
	return f.woken
}

// fickle is a Turn that comes, and that ends with everything handed on, now and then.
type fickle struct{ rnd *rand.Rand }

// Begin implements Turn.
func (f fickle) Begin() bool { return f.rnd.IntN(2) == 0 }

// End implements Turn.
func (f fickle) End() (bool, error) { return f.rnd.IntN(4) > 0, nil }

// Keep implements Store.
func (k *keeper) Keep(c Chunk) (Spot, error) {
	err := k.raw(c)
	return Spot{1, int64(len(k.pieces))}, err
}

// Again implements Store.
func (k *keeper) Again(key string, at Spot, offset, length int64, give func([]byte) error) error {
	f := k.now[key]
	for _, p := range k.pieces[at.Offset-1:] {
		if length == 0 {
			return nil
		}
		if p.file != f {
			continue
		}
		if p.offset != offset {
			return fmt.Errorf("byte %d of %s is wanted and byte %d comes", offset, key, p.offset)
		}
		data := p.data[:min(length, int64(len(p.data)))]
		if err := give(data); err != nil {
			return err
		}
		offset, length = offset+int64(len(data)), length-int64(len(data))
	}
	if length > 0 {
		return fmt.Errorf("%d bytes of %s are missing", length, key)
	}
	return nil
}
