package wire

import (
	"context"
	"sync"

	"github.com/springboard-leap/springboard/upgrade/logs/follow"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// recorder keeps every byte of the followed logs.
type recorder interface {
	// stream gives where a log's recording ended, nil for a log that is new to it, and takes its bytes.
	stream(file string) (resume *follow.Position, raw func(follow.Chunk) error, err error)
	Close() error
}

// noRecord records nothing: another program does, or nobody wants it.
type noRecord struct{}

func (noRecord) stream(string) (*follow.Position, func(follow.Chunk) error, error) {
	return nil, nil, nil
}
func (noRecord) Close() error { return nil }

// openRecorder opens the run's recording for writing; noRecord when another program records into it already.
func (l *Logs) openRecorder(*run.Folder) (recorder, error) { return noRecord{}, nil }

// recordings opens what the run has recorded, one stream a log.
func (l *Logs) recordings(*run.Folder) ([]opener, error) { return nil, nil }

// recordDuring follows and records the logs into the run until stop is called.
func (l *Logs) recordDuring(ctx context.Context, _ *run.Folder) (stop func() error, err error) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	var failed error
	wg.Go(func() { failed = l.Watch(ctx, WatchOptions{}, func(WatchEvent) error { return nil }) })
	return func() error {
		cancel()
		wg.Wait()
		return failed
	}, nil
}
