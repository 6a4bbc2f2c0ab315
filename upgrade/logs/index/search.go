package index

import (
	"context"
	"iter"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// Hit is a record that a search found.
type Hit struct {
	Number int64 // of the record, from 0 over all files
	Record *logs.Record
}

// Search streams the records that a filter keeps, in order, while it scans ahead on all cores; see logs.Search. It looks through what is indexed when it
// begins.
func (x *Index) Search(ctx context.Context, f *logs.Filter) iter.Seq2[Hit, error] {
	return func(yield func(Hit, error) bool) {
		n := 0
		all := *f
		all.Limit = 0
		for log := range x.logs() {
			parts, first := x.parts(log)
			for m, err := range logs.Search(ctx, parts, &all, x.wanted(first, len(parts))) {
				if err != nil {
					yield(Hit{}, err)
					return
				}
				if !yield(Hit{m.Number, m.Record}, nil) {
					return
				}
				if n++; f.Limit > 0 && n >= f.Limit {
					return
				}
			}
		}
	}
}

// each gives the numbers of the records from a number on that a filter keeps, until use says no. upTo hears how many records were looked at.
func (x *Index) each(ctx context.Context, f *logs.Filter, from int64, use func(number int64) bool, upTo func(int64)) error {
	all := *f
	all.Limit = 0
	for log := range x.logs() {
		parts, first := x.parts(log)
		want := x.wanted(first, len(parts))
		want.Numbers = true
		want.Progress = func(part int, offset int64) { upTo(x.recordsBefore(first+part, offset)) }
		if !x.from(&want, first, len(parts), from) {
			continue
		}
		for m, err := range logs.Search(ctx, parts, &all, want) {
			if err != nil {
				return err
			}
			if m.Number >= from && !use(m.Number) {
				return nil
			}
		}
	}
	return ctx.Err()
}

// from finds the place of a record for a search; false when the record stands after the log.
func (x *Index) from(want *logs.Wanted, first, parts int, record int64) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for i := range parts {
		f := x.files[first+i]
		if record < f.before.records+f.sum.records {
			if n := record - f.before.records; n > 0 && len(f.blocks) > 0 {
				want.FromPart, want.From = i, int64(f.blockBefore(n, recordsOf))*f.blockSize
			}
			return true
		}
	}
	return false
}

// logs gives how many logs the stream has.
func (x *Index) logs() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.files[len(x.files)-1].log + 1
}

// wanted tells a search how much is indexed and where records are.
func (x *Index) wanted(first, parts int) logs.Wanted {
	x.mu.RLock()
	defer x.mu.RUnlock()
	sizes := make([]int64, parts)
	for i := range sizes {
		sizes[i] = x.files[first+i].size
	}
	return logs.Wanted{
		Size:   func(part int) int64 { return sizes[part] },
		Before: func(part int, offset int64) int64 { return x.recordsBefore(first+part, offset) },
	}
}

// recordsBefore tells how many records of the stream begin before a place in a file.
func (x *Index) recordsBefore(number int, offset int64) int64 {
	x.mu.RLock()
	f := x.files[number]
	s := f.startAt(int(min(offset/f.blockSize, int64(len(f.blocks)))))
	if offset >= f.size {
		defer x.mu.RUnlock()
		return f.before.records + f.sum.records
	}
	x.mu.RUnlock()
	n := s.records
	if s.offset == offset {
		return s.base.records + n
	}
	s.each(func(l walked) bool {
		for _, b := range l.begins {
			if l.offset+int64(b.At) < offset {
				n++
			}
		}
		return l.offset+int64(len(l.text)) < offset
	})
	return s.base.records + n
}
