package present

import (
	"context"
	"slices"
	"sync"
)

// LogScan looks through a log for what a filter keeps and streams the numbers of what it finds; when it has come to the end it waits for more. It is
// read on the screen's goroutine while it runs on another.
type LogScan struct {
	source LogSource
	filter LogFilter

	mu      sync.Mutex
	hits    []int
	begin   int
	at      int
	end     int
	epoch   int
	caught  bool // it has come to the end that it knew
	err     error
	changed chan struct{}
	wake    chan struct{}
}

// NewLogScan makes a scan; Run begins it.
func NewLogScan(s LogSource, f LogFilter) *LogScan {
	c := s.Count()
	return &LogScan{source: s, filter: f, begin: c.First, at: c.First, end: c.End, epoch: c.Epoch, changed: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
}

// Found is what a scan has found so far.
type Found struct {
	Hits []int // numbers in order; to be read only, and not kept beyond the next look
	At   int   // entries before this number were looked at
	Part float64
	Done bool // all that was there when it last looked
	Err  error
}

// Changed signals that it has found more, came on, or has ended. One watcher.
func (s *LogScan) Changed() <-chan struct{} { return s.changed }

// Wake tells it that the log has grown. Any goroutine.
func (s *LogScan) Wake() { signal(s.wake) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Found gives what was found so far.
func (s *LogScan) Found() Found {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := Found{Hits: s.hits[:len(s.hits):len(s.hits)], At: s.at, Done: s.caught, Err: s.err, Part: 1}
	if n := s.end - s.begin; n > 0 {
		f.Part = float64(s.at-s.begin) / float64(n)
	}
	return f
}

// Run scans until ctx ends.
func (s *LogScan) Run(ctx context.Context) {
	for {
		c := s.source.Count()
		s.mu.Lock()
		if c.Epoch != s.epoch {
			s.epoch, s.hits, s.at, s.begin = c.Epoch, nil, c.First, c.First
		}
		if c.First > s.begin { // what was dropped is no hit any more
			n, _ := slices.BinarySearch(s.hits, c.First)
			s.hits, s.begin, s.at = append([]int(nil), s.hits[n:]...), c.First, max(s.at, c.First)
		}
		s.end = c.End
		from := s.at
		s.mu.Unlock()
		err := s.source.Search(ctx, s.filter, from, c.End, func(hits []int, at int) bool {
			s.mu.Lock()
			s.hits, s.at = append(s.hits, hits...), at
			s.mu.Unlock()
			signal(s.changed)
			return true
		})
		s.mu.Lock()
		s.caught, s.err = true, err
		s.mu.Unlock()
		signal(s.changed)
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			s.mu.Lock()
			s.caught = false
			s.mu.Unlock()
		}
	}
}
