package desk

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"

	"github.com/springboard-leap/springboard/ui/logview"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/index"
	"github.com/springboard-leap/springboard/upgrade/logs/rules"
)

// largeLog is the size from which, in bytes, on a log stays on the disk behind an index. A smaller one is read as a whole.
const largeLog = 96 << 20

// large is a log that is too large to be held.
type large struct {
	*present.LogIndex
	x       *index.Index
	info    port.LogInfo
	set     *rules.Set
	changed chan struct{}
	cancel  context.CancelFunc
	done    sync.WaitGroup

	mu       sync.Mutex
	failures []upgrade.Failure
	problem  error
	closed   bool
}

var _ logview.Opened = (*large)(nil)

func openLarge(ctx context.Context, set *rules.Set, files []string, encoding string) (logview.Opened, error) {
	x, err := index.Open(ctx, logs.Options{Encoding: encoding}, files...)
	if err != nil {
		return nil, err
	}
	p := x.Profile()
	l := &large{x: x, set: set, changed: make(chan struct{}, 1), info: port.LogInfo{Title: filepath.Base(files[len(files)-1]), Files: files,
		Format: string(p.Format), Encoding: p.Encoding}}
	l.LogIndex = present.NewLogIndex(x, func(r *logs.Record) bool { _, failed := l.match(r); return failed }, l.signal)
	ctx, l.cancel = context.WithCancel(ctx)
	l.done.Go(func() { l.build(ctx) })
	l.done.Go(func() {
		for {
			select {
			case <-x.Changed():
				l.signal()
			case <-ctx.Done():
				return
			}
		}
	})
	return l, nil
}

func (l *large) match(r *logs.Record) (upgrade.Failure, bool) {
	found, ok := l.set.Match(r)
	return found.Failure, ok && found.Outcome == rules.Failed && matters(found.Failure)
}

// build indexes the log, then finds its starts and gaps, and then looks for failures among its errors and warnings.
func (l *large) build(ctx context.Context) {
	err := l.x.Build(ctx)
	l.Built()
	l.signal()
	if err == nil {
		var marks []index.Mark
		if marks, err = l.x.Marks(ctx); err == nil {
			l.SetMarks(marks)
			l.signal()
		}
	}
	if err == nil {
		loud := &logs.Filter{Levels: map[string]bool{"F": true, "E": true, "R": true, "W": true}}
		for hit, herr := range l.x.Search(ctx, loud) {
			if herr != nil {
				err = herr
				break
			}
			if f, failed := l.match(hit.Record); failed {
				l.mu.Lock()
				l.failures = append(l.failures, f)
				l.mu.Unlock()
				l.signal()
			}
		}
	}
	if ctx.Err() != nil {
		err = nil // closed: nobody looks any more
	}
	l.mu.Lock()
	l.problem = err
	l.mu.Unlock()
	l.signal()
}

func (l *large) signal() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// Info implements logview.Opened.
func (l *large) Info() port.LogInfo { return l.info }

// Changed implements logview.Opened.
func (l *large) Changed() <-chan struct{} { return l.changed }

// Levels implements logview.Opened.
func (l *large) Levels() (byLevel map[logs.Severity]int, failed int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.LogIndex.Levels(), len(l.failures)
}

// Failures implements logview.Opened.
func (l *large) Failures() []upgrade.Failure {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.failures)
}

// Problem implements logview.Opened.
func (l *large) Problem() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if errors.Is(l.problem, index.ErrChanged) {
		return upgrade.NewFault("SB-3001", upgrade.KindFailed, l.problem, "file", l.info.Title, "detail", "it was written anew while it was shown; open it again")
	}
	return l.problem
}

// Close implements logview.Opened. The files are closed when nothing reads them any more.
func (l *large) Close() {
	l.cancel()
	go func() {
		l.done.Wait()
		l.mu.Lock()
		defer l.mu.Unlock()
		if !l.closed {
			l.closed = true
			_ = l.x.Close() // it was only read
		}
	}()
}
