package logs

import (
	"context"
	"io"
	"runtime"
	"sync"

	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// Stats counts the records of files, read as one log. It reads each byte once, with as many goroutines as there are cores but at most four, and
// holds a few megabytes whatever the size of the files is. Faults: those of Open.
func Stats(ctx context.Context, opts Options, paths ...string) (*Statistics, error) {
	s, err := Open(ctx, opts, paths...)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	total := &Statistics{ByLevel: map[string]int64{}, Files: []FileStatistics{}, Starts: []Start{}, Encoding: "UTF-8", Format: Unrecognised, Order: stamp.Auto.String()}
	for i, st := range s.streams {
		one, err := st.count(ctx)
		if err != nil {
			return nil, err
		}
		total.add(one, i == 0)
	}
	return total, nil
}

func (t *Statistics) add(o *Statistics, first bool) {
	t.Files = append(t.Files, o.Files...)
	t.Records += o.Records
	t.Lines += o.Lines
	t.Bytes += o.Bytes
	t.Orphans += o.Orphans
	for l, n := range o.ByLevel {
		t.ByLevel[l] += n
	}
	t.Starts = append(t.Starts, o.Starts...)
	t.Gaps = append(t.Gaps, o.Gaps...)
	if first || t.Format == Unrecognised {
		t.Format, t.Encoding, t.Order, t.Sure, t.Header = o.Format, o.Encoding, o.Order, o.Sure, o.Header
	}
	if o.TraceState != "" {
		t.TraceState = o.TraceState
	}
	if t.First.IsZero() || !o.First.IsZero() && o.First.Before(t.First.Time) {
		t.First = o.First
	}
	if o.Last.After(t.Last.Time) {
		t.Last = o.Last
	}
}

// count counts one log, by blocks where the dialect allows it.
func (st *stream) count(ctx context.Context) (*Statistics, error) {
	for _, in := range st.parts {
		if in.packed || !fast(dialectOf(in.profile.Format), in.profile.charset()) || in.profile.Format != st.profile.Format {
			return st.countSlowly(ctx)
		}
	}
	return st.countFast(ctx)
}

func (st *stream) empty() *Statistics {
	return &Statistics{ByLevel: map[string]int64{}, Encoding: st.profile.Encoding, Format: st.profile.Format, Order: st.profile.Order.String(), Sure: st.profile.Sure}
}

const (
	blockSize = 256 << 10
	blockTail = 8 << 10 // how far beyond a block a line is looked at
)

// block is a piece of a file with a line's worth before and after it. buf[1] is the first byte of the block.
type block struct {
	offset int64 // of buf[1]
	own    int   // how many bytes belong to the block
	buf    []byte
	begins bool // a line begins at its first byte
}

// blocks counts all blocks of a file and gives their counts in order to merge.
func (in *Part) blocks(ctx context.Context, c counter, merge func(offset int64, own int, b blockCount)) error {
	workers := min(4, runtime.GOMAXPROCS(0))
	w := &blockWork{ctx: ctx, in: in, c: c, merge: merge, waiting: map[int]doneBlock{}}
	w.limit = int((in.size + blockSize - 1) / blockSize)
	if w.limit <= 1 {
		workers = 1
	}
	var group sync.WaitGroup
	for range workers {
		group.Go(w.work)
	}
	group.Wait()
	return w.err
}

type doneBlock struct {
	offset int64
	own    int
	count  blockCount
}

// blockWork hands out blocks by number; counts are merged in the order of the file.
type blockWork struct {
	ctx   context.Context
	in    *Part
	c     counter
	merge func(int64, int, blockCount)
	limit int

	mu      sync.Mutex
	given   int
	merged  int
	waiting map[int]doneBlock
	err     error
}

func (w *blockWork) next() (index int, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil || w.given >= w.limit {
		return 0, false
	}
	w.given++
	return w.given - 1, true
}

func (w *blockWork) done(index int, b doneBlock) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting[index] = b
	for {
		next, ok := w.waiting[w.merged]
		if !ok {
			return
		}
		delete(w.waiting, w.merged)
		w.merged++
		w.merge(next.offset, next.own, next.count)
	}
}

func (w *blockWork) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = cannotRead(w.in.path, err)
	}
}

func (w *blockWork) work() {
	room := make([]byte, aligned+min(blockSize, w.in.size)+blockTail)
	buf := room[aligned-1:]
	for {
		index, ok := w.next()
		if !ok {
			return
		}
		offset := int64(index) * blockSize
		lead := 1
		if index == 0 {
			lead = 0
		}
		want := min(int64(len(buf)-1+lead), w.in.size-offset+int64(lead))
		n, err := w.in.file.ReadAt(buf[1-lead:1-lead+int(want)], offset-int64(lead))
		if err != nil && err != io.EOF {
			w.fail(err)
			return
		}
		n -= lead
		own := min(blockSize, max(n, 0))
		b := block{offset: offset, own: own, buf: buf[:1+max(n, 0)], begins: index == 0 || buf[0] == '\n'}
		w.done(index, doneBlock{offset, own, w.c.block(b)})
	}
}

// block counts the lines that begin in a block.
func (c *counter) block(b block) blockCount {
	data := b.buf[1:]
	from := 0
	if b.offset == 0 && len(data) >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF {
		from = 3
	}
	if !b.begins {
		from = indexNewline(data[:b.own]) + 1
		if from == 0 {
			from = b.own
		}
	}
	out := c.count(data, from, b.own, b.offset)
	out.ended = b.own > 0 && data[b.own-1] == '\n'
	return out
}
