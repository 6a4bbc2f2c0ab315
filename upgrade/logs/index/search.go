package index

import (
	"bytes"
	"context"
	"io"
	"iter"
	"sync"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// Hit is a record that a search found.
type Hit struct {
	Number int64 // of the record, from 0
	Record *logs.Record
}

// chunkSize is how much one goroutine searches at once: a whole number of blocks.
const chunkSize = 64 * blockSize

// Search streams the records that a filter keeps, in the order of the file, while goroutines scan ahead. Records are whole: one that goes over a
// piece's end is read to its end. Pieces in which a required literal does not stand are not taken apart. It ends with ctx, or when the
// receiver wants no more; then all its goroutines have ended.
func (x *Index) Search(ctx context.Context, f *logs.Filter) iter.Seq2[Hit, error] {
	return func(yield func(Hit, error) bool) {
		inner, cancel := context.WithCancel(ctx)
		found, wait := x.searchAhead(inner, f)
		defer wait()
		defer cancel()
		n := 0
		for result := range found {
			for _, hit := range result.hits {
				if !yield(hit, nil) {
					return
				}
				if n++; f.Limit > 0 && n >= f.Limit {
					return
				}
			}
			if result.err != nil {
				yield(Hit{}, result.err)
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Hit{}, err)
		}
	}
}

type result struct {
	hits []Hit
	err  error
}

// searchAhead scans pieces in parallel and gives their results in order. wait returns when all goroutines have ended; the context must have.
func (x *Index) searchAhead(ctx context.Context, f *logs.Filter) (found <-chan result, wait func()) {
	out := make(chan result)
	turns := make(chan chan result, 3) // bounds how far ahead is scanned
	var group sync.WaitGroup
	size := x.Count().Bytes
	group.Go(func() {
		defer close(turns)
		for at := int64(0); at < size; at += chunkSize {
			turn := make(chan result, 1)
			select {
			case turns <- turn:
			case <-ctx.Done():
				return
			}
			group.Go(func() { turn <- x.searchPiece(ctx, f, at, min(at+chunkSize, size)) })
		}
	})
	group.Go(func() {
		defer close(out)
		for turn := range turns {
			r := <-turn
			select {
			case out <- r:
			case <-ctx.Done():
			}
		}
	})
	return out, group.Wait
}

// searchPiece looks through the records that begin between two borders of blocks.
func (x *Index) searchPiece(ctx context.Context, f *logs.Filter, from, to int64) result {
	if ctx.Err() != nil {
		return result{}
	}
	buf := make([]byte, to-from)
	n, err := x.file.ReadAt(buf, from)
	if err != nil && err != io.EOF {
		return result{err: err}
	}
	if l := f.Literal(); l != "" && isASCII(l) && x.unit() == 1 && !bytes.Contains(buf[:n], []byte(l)) && !x.spills(from, to, l) {
		return result{}
	}
	x.mu.RLock()
	first := x.blocks[from/blockSize].records
	x.mu.RUnlock()
	offset, line, ok := x.place(first)
	if !ok || offset >= to {
		return result{}
	}
	c := &searchSink{f: f, number: first, ctx: ctx, to: to}
	a := logs.NewAssembler(x.profile, c)
	a.Open(x.path, offset, line)
	if a.Feed(buf[offset-from : n]) {
		x.feed(a, from+int64(n))
	}
	return result{hits: c.hits}
}

// spills tells whether the record that goes over the end of a piece has the literal there, or across the border.
func (x *Index) spills(from, to int64, literal string) bool {
	edge := make([]byte, 2*len(literal))
	n, _ := x.file.ReadAt(edge, max(from, to-int64(len(literal))))
	if bytes.Contains(edge[:n], []byte(literal)) {
		return true
	}
	w := x.walk(to)
	for {
		line, _, ok := w.next()
		if !ok || x.scan.Begins(line) != 0 {
			return false
		}
		if bytes.Contains(line, []byte(literal)) {
			return true
		}
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// searchSink keeps the records of a piece that match.
type searchSink struct {
	f      *logs.Filter
	ctx    context.Context
	number int64
	to     int64
	hits   []Hit
}

// Record implements logs.Sink.
func (s *searchSink) Record(r *logs.Record) bool {
	if r.Offset >= s.to || s.ctx.Err() != nil {
		return false
	}
	if s.f.Match(r) {
		s.hits = append(s.hits, Hit{s.number, r})
	}
	s.number++
	return true
}

// Mark implements logs.Sink.
func (s *searchSink) Mark(logs.Mark) bool { return true }
