package backup

import (
	"context"
	"sync"
	"sync/atomic"
)

// conveyor runs the stages of a pipeline. The first error cancels its context; every worker then lets go of what still comes, so that nothing stays
// open.
type conveyor struct {
	mem    *memory
	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup
	once   sync.Once
	err    error
}

// run runs one goroutine until it returns.
func (l *conveyor) run(do func() error) {
	l.group.Go(func() {
		if err := do(); err != nil {
			l.fail(err)
		}
	})
}

func (l *conveyor) fail(err error) {
	l.once.Do(func() {
		l.err = err
		l.cancel()
	})
}

// wait gives the first error when all goroutines have returned.
func (l *conveyor) wait() error {
	l.group.Wait()
	return l.err
}

// stage runs n workers that take tasks from in, work on them and hand them on; the last one closes out, which may be nil.
func (l *conveyor) stage(n int, in <-chan *task, out chan<- *task, do func(context.Context, *lane, *task) error) {
	var left atomic.Int64
	left.Store(int64(n))
	for range n {
		l.run(func() error {
			defer func() {
				if left.Add(-1) == 0 && out != nil {
					close(out)
				}
			}()
			lane := &lane{fs: l.mem.fs, mem: l.mem}
			defer lane.close()
			for t := range in {
				l.pass(t, out, lane, do)
			}
			return nil
		})
	}
}

func (l *conveyor) pass(t *task, out chan<- *task, lane *lane, do func(context.Context, *lane, *task) error) {
	err := l.ctx.Err()
	if err == nil {
		err = do(l.ctx, lane, t)
	}
	if err == nil && out != nil && !send(l.ctx, out, t) {
		err = l.ctx.Err()
	}
	if err != nil {
		t.drop()
		l.fail(err)
	}
}
