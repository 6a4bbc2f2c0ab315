package observe

import (
	"context"
	"sync"

	"github.com/springboard-leap/springboard/upgrade/op"
)

// Tasks are the operations that the window has started. An operation has one watcher only, which is this; screens look here. Safe for several
// goroutines.
type Tasks struct {
	scope *Scope

	mu    sync.Mutex
	list  []*Task
	watch map[chan struct{}]struct{}
}

// Task is an operation with what a person has to know of it.
type Task struct {
	Command string // the command line that does the same
	Screen  string // where it was started

	op   *op.Operation
	done func(op.Progress)
}

// Progress is a copy of how far it is.
func (t *Task) Progress() op.Progress { return t.op.Snapshot() }

// Stop asks it to stop safely.
func (t *Task) Stop() { t.op.Stop(nil) }

// NewTasks makes an empty list that lives as long as the scope.
func NewTasks(s *Scope) *Tasks {
	return &Tasks{scope: s, watch: map[chan struct{}]struct{}{}}
}

// Start runs work as an operation that goes on when its screen is left. done runs on the screen's goroutine after the end, whatever it was.
func (t *Tasks) Start(kind, title, command, screen string, work func(context.Context, op.Reporter) error, done func(op.Progress)) *Task {
	task := &Task{Command: command, Screen: screen, done: done}
	task.op = op.Start(t.scope.Context(), t.scope.Clock.Now, kind, title, work)
	t.mu.Lock()
	t.list = append(t.list, task)
	t.mu.Unlock()
	t.scope.start(func() { t.follow(task) })
	t.signal()
	return task
}

func (t *Tasks) follow(task *Task) {
	for {
		select {
		case <-task.op.Changed():
			t.signal()
		case <-task.op.Finished():
			t.scope.Do(func() {
				if task.done != nil {
					task.done(task.Progress())
				}
			})
			t.signal()
			return
		}
	}
}

func (t *Tasks) signal() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.watch {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Changes gives a signal of its own for each watcher; signals coalesce. It ends with ctx.
func (t *Tasks) Changes(ctx context.Context) <-chan struct{} {
	c := make(chan struct{}, 1)
	t.mu.Lock()
	t.watch[c] = struct{}{}
	t.mu.Unlock()
	context.AfterFunc(ctx, func() {
		t.mu.Lock()
		delete(t.watch, c)
		t.mu.Unlock()
	})
	return c
}

// Running are the tasks that have not ended, oldest first.
func (t *Tasks) Running() []*Task {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []*Task
	for _, task := range t.list {
		if task.Progress().State == op.Running {
			out = append(out, task)
		}
	}
	return out
}

// Of gives the newest task of a kind, nil when there was none.
func (t *Tasks) Of(kind string) *Task {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := len(t.list) - 1; i >= 0; i-- {
		if t.list[i].Progress().Kind == kind {
			return t.list[i]
		}
	}
	return nil
}

// StopAll asks all to stop safely.
func (t *Tasks) StopAll() {
	for _, task := range t.Running() {
		task.Stop()
	}
}
