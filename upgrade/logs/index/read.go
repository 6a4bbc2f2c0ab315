package index

import (
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// Line is a physical line.
type Line struct {
	Number int64 // from 1
	Offset int64
	Text   string // at most 64 kB of it
	Level  string // not empty when the line begins a record
}

// Lines gives n lines from a number on (from 0), as far as they are indexed.
func (x *Index) Lines(from int64, n int) []Line {
	at, before, ok := x.blockOf(from, linesOf, x.Count().Lines)
	if !ok {
		return nil
	}
	w := x.walk(at)
	var out []Line
	for number := before.lines; len(out) < n; number++ {
		line, offset, ok := w.next()
		if !ok {
			break
		}
		if number < from {
			continue
		}
		l := Line{Number: number + 1, Offset: offset, Text: x.scan.Text(line)}
		if letter := x.scan.Begins(line); letter != 0 {
			l.Level = string(rune(letter))
		}
		out = append(out, l)
	}
	return out
}

// collect is a sink that keeps n records.
type collect struct {
	n   int
	out []*logs.Record
}

// Record implements logs.Sink.
func (c *collect) Record(r *logs.Record) bool {
	c.out = append(c.out, r)
	return len(c.out) < c.n
}

// Mark implements logs.Sink.
func (c *collect) Mark(logs.Mark) bool { return true }

// Records gives n whole records from a number on (from 0), as far as they are indexed.
func (x *Index) Records(from int64, n int) []*logs.Record {
	offset, line, ok := x.place(from)
	if !ok || n <= 0 {
		return nil
	}
	c := &collect{n: n}
	a := logs.NewAssembler(x.profile, c)
	a.Open(x.path, offset, line)
	x.feed(a, offset)
	return c.out
}

// feed gives the file from an offset on to an assembler, until its sink wants no more.
func (x *Index) feed(a *logs.Assembler, offset int64) {
	buf := make([]byte, blockSize)
	for {
		n, err := x.file.ReadAt(buf, offset)
		offset += int64(n)
		if n > 0 && !a.Feed(buf[:n]) {
			return
		}
		if err != nil || n == 0 {
			a.Close()
			return
		}
	}
}

// place finds the first byte of a record and the number of lines before it.
func (x *Index) place(record int64) (offset, line int64, ok bool) {
	at, before, ok := x.blockOf(record, recordsOf, x.Count().Records)
	if !ok {
		return 0, 0, false
	}
	w := x.walk(at)
	line = before.lines
	for seen := before.records; ; line++ {
		text, offset, ok := w.next()
		if !ok {
			return 0, 0, false
		}
		if x.scan.Begins(text) == 0 {
			continue
		}
		if seen == record {
			return offset, line, true
		}
		seen++
	}
}

// RecordAtLine gives the number of the record to which a line (from 0) belongs, -1 when it stands before the first or is not indexed.
func (x *Index) RecordAtLine(line int64) int64 {
	at, before, ok := x.blockOf(line, linesOf, x.Count().Lines)
	if !ok {
		return -1
	}
	w := x.walk(at)
	seen := before.records
	for number := before.lines; number <= line; number++ {
		text, _, ok := w.next()
		if !ok {
			break
		}
		if x.scan.Begins(text) != 0 {
			seen++
		}
	}
	return seen - 1
}

// RecordAtTime gives the number of the first record that is not older than a wall clock, as far as records are in the order of time; the count
// of records when all are older.
func (x *Index) RecordAtTime(at time.Time) int64 {
	low, high := int64(0), x.Count().Records
	for low < high {
		mid := (low + high) / 2
		if found := x.Records(mid, 1); len(found) == 0 || found[0].Time.IsZero() || !found[0].Time.Before(at) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}
