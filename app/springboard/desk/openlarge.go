package desk

import (
	"context"
	"errors"
	"path/filepath"
	"sync"

	"github.com/springboard-leap/springboard/ui/logview"
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
	*reading
	x      *index.Index
	closed sync.Once
}

var _ logview.Opened = (*large)(nil)

func openLarge(ctx context.Context, set *rules.Set, files []string, encoding string) (logview.Opened, error) {
	x, err := index.Open(ctx, logs.Options{Encoding: encoding}, files...)
	if err != nil {
		return nil, err
	}
	l := &large{x: x, reading: newReading(set, infoOf(filepath.Base(files[len(files)-1]), files, x.Profile()))}
	l.LogIndex = present.NewLogIndex(x, func(r *logs.Record) bool { _, failed := l.judge(r); return failed }, l.signal)
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
			if f, failed := l.judge(hit.Record); failed {
				l.failed(f)
				l.signal()
			}
		}
	}
	if ctx.Err() != nil {
		err = nil // closed: nobody looks any more
	}
	if errors.Is(err, index.ErrChanged) {
		err = upgrade.NewFault("SB-3001", upgrade.KindFailed, err, "file", l.info.Title, "detail", "it was written anew while it was shown; open it again")
	}
	l.ended(err)
	l.signal()
}

// Levels implements logview.Opened.
func (l *large) Levels() (byLevel map[logs.Severity]int, failed int) {
	return l.LogIndex.Levels(), len(l.Failures())
}

// Close implements logview.Opened. The files are closed when nothing reads them any more.
func (l *large) Close() {
	l.cancel()
	go func() {
		l.done.Wait()
		l.closed.Do(func() { _ = l.x.Close() }) // it was only read
	}()
}
