// Package ahead does the pieces of a long scan on several cores and hands their results over in order, so that the first is there while the rest is
// still being worked at. It starts no goroutine that outlives a call, and works at most a window of pieces ahead of the receiver.
package ahead

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// maxWorkers is enough to be faster than a disk; more would only hold memory.
const maxWorkers = 8

// Workers is how many goroutines n pieces are worth.
func Workers(n int) int { return max(1, min(n, maxWorkers, runtime.GOMAXPROCS(0))) }

type outcome[T any] struct {
	value T
	err   error
}

// Each calls work for the pieces 0 to n-1, on Workers(n) goroutines, and take with each result on the caller's goroutine, in the order of the
// pieces. work gets the number of its goroutine, for a buffer of its own, and a context that ends as soon as nobody wants the result. Each
// returns when all goroutines have ended: with the first error in the order of pieces, with the context's error, or with nil, also when take said no.
func Each[T any](ctx context.Context, n int, work func(ctx context.Context, worker, piece int) (T, error), take func(T) bool) error {
	inner, cancel := context.WithCancel(ctx)
	workers := Workers(n)
	window := 2 * workers
	tokens := make(chan struct{}, window) // one for each piece that was begun and not taken
	slots := make([]chan outcome[T], window)
	for i := range slots {
		slots[i] = make(chan outcome[T], 1)
	}
	var next atomic.Int64
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	for w := range workers {
		group.Go(func() {
			for {
				select {
				case tokens <- struct{}{}:
				case <-inner.Done():
					return
				}
				piece := int(next.Add(1) - 1)
				if piece >= n || inner.Err() != nil {
					return
				}
				value, err := work(inner, w, piece)
				slots[piece%window] <- outcome[T]{value, err}
			}
		})
	}
	for piece := range n {
		select {
		case o := <-slots[piece%window]:
			<-tokens
			if o.err != nil {
				return o.err
			}
			if !take(o.value) {
				return nil
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
