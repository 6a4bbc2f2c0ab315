package index

import (
	"sort"
	"time"
)

// RecordAtLine gives the number of the record to which a line (from 0, over all files) belongs, -1 when it stands before the first or is not indexed.
func (x *Index) RecordAtLine(line int64) int64 {
	found := x.Lines(line, 1)
	if len(found) == 0 {
		return -1
	}
	return found[0].Record
}

// LineOf gives the number of a line in the stream (from 0) from a file's path and its number there (from 1); -1 when it is not indexed.
func (x *Index) LineOf(path string, number int64) int64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, f := range x.files {
		if f.part.Path() == path && number >= 1 && number <= f.sum.lines {
			return f.before.lines + number - 1
		}
	}
	return -1
}

// RecordAt gives the number of the record to which a byte of a file belongs; -1 when it stands before the first record or is not indexed.
func (x *Index) RecordAt(path string, offset int64) int64 {
	x.mu.RLock()
	var s start
	for _, f := range x.files {
		if f.part.Path() == path && offset >= 0 && offset < f.size {
			s = f.startAt(int(offset / f.blockSize))
		}
	}
	x.mu.RUnlock()
	if s.f == nil {
		return -1
	}
	n := s.records - 1
	s.each(func(l walked) bool {
		for _, b := range l.begins {
			if l.offset+int64(b.At) <= offset {
				n++
			}
		}
		return l.offset+int64(len(l.text)) <= offset
	})
	return s.base.records + n
}

// RecordAtPercent gives the number of the record at a part of the stream's bytes, from 0 to 100, as far as it is indexed; -1 when nothing is.
func (x *Index) RecordAtPercent(percent float64) int64 {
	c := x.Count()
	if c.Records == 0 {
		return -1
	}
	at := int64(float64(c.Total) * min(max(percent, 0), 100) / 100)
	x.mu.RLock()
	path, offset := "", int64(0)
	for _, f := range x.files {
		if f.size > 0 {
			path, offset = f.part.Path(), min(at, f.size-1)
		}
		if at < f.size {
			break
		}
		at -= f.size
	}
	x.mu.RUnlock()
	return min(max(x.RecordAt(path, offset), 0), c.Records-1)
}

// RecordAtTime gives the number of the first record that is not older than a time, by the wall clock that the log writes, as far as records are in
// the order of time; the count of records when all are older.
func (x *Index) RecordAtTime(at time.Time) int64 {
	want := wall(at)
	low, high, timed := x.span(want)
	if !timed {
		return x.recordByTime(want)
	}
	for n := low; n < high; n += 64 {
		for i, r := range x.Records(n, int(min(64, high-n))) {
			if !r.Time.IsZero() && wall(r.Time.Time) >= want {
				return n + int64(i)
			}
		}
	}
	return high
}

// recordByTime is for logs whose first lines tell no time.
func (x *Index) recordByTime(want int64) int64 {
	n := sort.Search(int(x.Count().Records), func(i int) bool {
		r := x.Records(int64(i), 1)
		return len(r) == 0 || r[0].Time.IsZero() || wall(r[0].Time.Time) >= want
	})
	return int64(n)
}

// span gives the numbers of two records: the first that is not older than a wall clock stands between them, or is the second.
func (x *Index) span(want int64) (low, high int64, timed bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, f := range x.files {
		high = f.before.records + f.sum.records
		if f.latest == 0 {
			continue
		}
		timed = true
		i := sort.Search(len(f.blocks), func(i int) bool { return f.blocks[i].latest >= want })
		if i > 0 {
			low = f.before.records + f.blocks[i-1].records
		}
		if i < len(f.blocks) {
			return low, f.before.records + f.blocks[i].records, true
		}
	}
	return low, high, timed
}

// Slice is what the log tells of a time.
type Slice struct {
	From     time.Time // wall clock, carried in UTC
	Records  int64
	Errors   int64
	Warnings int64
	First    int64 // number of the first record of the slice
}

// Timeline divides the time between the first and the last record into n slices of one length and counts what is indexed. A block of the
// index (2 kB or more) that goes over several slices is spread evenly. It is empty when the records have no times.
func (x *Index) Timeline(n int) []Slice {
	x.mu.RLock()
	defer x.mu.RUnlock()
	points := x.points()
	if n <= 0 || len(points) == 0 {
		return nil
	}
	first, last := points[0].at, points[len(points)-1].end
	width := max(1, (last-first+int64(n))/int64(n))
	out := make([]Slice, n)
	for i := range out {
		out[i].From, out[i].First = time.UnixMilli(first+int64(i)*width).UTC(), -1
	}
	for _, p := range points {
		from, to := int((p.at-first)/width), int((p.end-first)/width)
		from, to = min(max(from, 0), n-1), min(max(to, from), n-1)
		until := func(total int64, slice int) int64 { // how many of a block's come before the end of a slice
			if slice >= to {
				return total
			}
			return total * (first + int64(slice+1)*width - p.at) / (p.end - p.at + 1)
		}
		var had tally
		for i := from; i <= to; i++ {
			now := tally{0, until(p.records, i), until(p.errors, i), until(p.warnings, i)}
			s := &out[i]
			if s.First < 0 {
				s.First = p.first + had.records
			}
			s.Records += now.records - had.records
			s.Errors += now.errors - had.errors
			s.Warnings += now.warnings - had.warnings
			had = now
		}
	}
	for i, at := n-1, x.recordsLocked(); i >= 0; i-- { // an empty slice leads to what comes after it
		if out[i].First < 0 {
			out[i].First = at
		}
		at = out[i].First
	}
	return out
}

// point is one block on the line of time.
type point struct {
	at, end int64 // wall clocks
	first   int64
	tally
}

func (x *Index) points() []point {
	var out []point
	for _, f := range x.files {
		for i, b := range f.blocks {
			next := f.sum
			end := f.latest
			if i+1 < len(f.blocks) {
				n := f.blocks[i+1]
				next, end = tally{n.lines, n.records, n.errors, n.warnings}, n.latest
			}
			if b.latest == 0 || next.records == b.records {
				continue
			}
			at := b.latest
			if len(out) > 0 {
				at = max(at, out[len(out)-1].at)
			}
			out = append(out, point{at, max(at, end), f.before.records + b.records,
				tally{0, next.records - b.records, next.errors - b.errors, next.warnings - b.warnings}})
		}
	}
	return out
}

func (x *Index) recordsLocked() int64 {
	last := x.files[len(x.files)-1]
	return last.before.records + last.sum.records
}
