package index

import (
	"context"
	"sort"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// Line is a physical line.
type Line struct {
	File   string
	Number int64 // in its file, from 1
	Offset int64
	Text   string // at most 1 MB of it
	Level  string // not empty when the line begins a record
	Record int64  // number of the record to which it belongs, -1 before the first
}

// fileOf finds the file in which the n-th line or record of the stream begins and its number there. The index's lock must be held.
func (x *Index) fileOf(n int64, of func(tally) int64) (f *file, number int64, ok bool) {
	if n < 0 {
		return nil, 0, false
	}
	i := sort.Search(len(x.files), func(i int) bool { return of(x.files[i].before)+of(x.files[i].sum) > n })
	if i == len(x.files) {
		return nil, 0, false
	}
	return x.files[i], n - of(x.files[i].before), true
}

func lineTally(t tally) int64   { return t.lines }
func recordTally(t tally) int64 { return t.records }

// start is a place from which a file is walked: what stands before it, as it was when it was looked up.
type start struct {
	f              *file
	offset         int64
	lines, records int64 // before offset, in the file
	base           tally // before the file
	limit          int64
	tail           int64
	tailBegin      bool
}

func (f *file) startAt(i int) start {
	s := start{f: f, base: f.before, limit: f.size, tail: f.tail, tailBegin: f.tailBegin}
	if i < len(f.blocks) {
		s.offset, s.lines, s.records = int64(i)*f.blockSize, f.blocks[i].lines, f.blocks[i].records
	}
	return s
}

// each walks over lines: use gets a line, its offset, how many lines and records stand before it in the file, and the records that begin in it.
func (s start) each(use func(l walked) bool) {
	w := s.f.walk(s.offset, s.limit)
	l := walked{lines: s.lines, records: s.records}
	for {
		var ok bool
		if l.text, l.offset, ok = w.next(); !ok {
			return
		}
		l.begins = l.begins[:0]
		s.f.scan.Each(l.text, 0, len(l.text), func(r logs.Found) bool { l.begins = append(l.begins, r); return true })
		if l.offset == s.tail {
			l.begins = l.begins[:0]
			if s.tailBegin {
				l.begins = append(l.begins, logs.Found{End: len(l.text), Letter: s.f.scan.Begins(l.text)})
			}
		}
		if !use(l) {
			return
		}
		l.lines++
		l.records += int64(len(l.begins))
	}
}

type walked struct {
	text           []byte
	offset         int64
	lines, records int64
	begins         []logs.Found
}

// lineAt gives a line of the file by its number. The index's lock must not be needed: nobody else changes the file.
func (f *file) lineAt(n, limit int64) (text []byte, offset int64) {
	s := f.startAt(f.blockBefore(n, linesOf))
	s.limit = limit
	s.each(func(l walked) bool {
		if l.lines == n {
			text, offset = append([]byte(nil), l.text...), l.offset
		}
		return l.lines < n
	})
	return text, offset
}

// recordAt gives the place of a record of the file by its number; lines is how many stand before it.
func (f *file) recordAt(n, limit int64) (offset, lines int64) {
	s := f.startAt(f.blockBefore(n, recordsOf))
	s.limit = limit
	offset, lines, _ = s.record(n)
	return offset, lines
}

// record finds the n-th record of the file, which begins at or after the start.
func (s start) record(n int64) (offset, lines int64, ok bool) {
	s.each(func(l walked) bool {
		if i := n - l.records; i < int64(len(l.begins)) {
			offset, lines, ok = l.offset+int64(l.begins[i].At), l.lines, true
		}
		return !ok
	})
	return offset, lines, ok
}

// Lines gives n lines from a number on (from 0, over all files), as far as they are indexed.
func (x *Index) Lines(from int64, n int) []Line {
	var out []Line
	for len(out) < n {
		x.mu.RLock()
		f, number, ok := x.fileOf(from, lineTally)
		var s start
		if ok {
			s = f.startAt(f.blockBefore(number, linesOf))
		}
		x.mu.RUnlock()
		if !ok {
			break
		}
		had := len(out)
		s.each(func(l walked) bool {
			if l.lines >= number {
				out = append(out, s.line(l))
			}
			return len(out) < n
		})
		if len(out) == had {
			break // the file is shorter than it was
		}
		from += int64(len(out) - had)
	}
	return out
}

func (s start) line(l walked) Line {
	line := Line{File: s.f.part.Path(), Number: l.lines + 1, Offset: l.offset, Text: s.f.scan.Text(l.text), Record: s.base.records + l.records - 1}
	if len(l.begins) > 0 {
		line.Record++
		line.Level = string(rune(l.begins[0].Letter))
	}
	return line
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

// Records gives n whole records from a number on (from 0, over all files), as far as they are indexed.
func (x *Index) Records(from int64, n int) []*logs.Record {
	c := &collect{n: n}
	for n > 0 && len(c.out) < n {
		had := len(c.out)
		x.mu.RLock()
		f, number, ok := x.fileOf(from+int64(had), recordTally)
		var s start
		if ok {
			s = f.startAt(f.blockBefore(number, recordsOf))
		}
		x.mu.RUnlock()
		if !ok {
			break
		}
		offset, lines, ok := s.record(number)
		if !ok {
			break
		}
		x.assemble(s.f, offset, lines, c)
		if len(c.out) == had {
			break
		}
	}
	return c.out
}

// assemble reads records from a place on, to the end of the log that the file is of. What cannot be read is left out.
func (x *Index) assemble(f *file, offset, line int64, sink logs.Sink) {
	parts, first := x.parts(f.log)
	x.mu.RLock()
	number := 0
	for i, other := range x.files {
		if other == f {
			number = i - first
		}
	}
	x.mu.RUnlock()
	_ = logs.Assemble(context.Background(), parts, number, offset, line, sink)
}

// Head gives the first n records, before anything is indexed.
func (x *Index) Head(n int) []*logs.Record {
	c := &collect{n: n}
	if n <= 0 {
		return nil
	}
	x.mu.RLock()
	files := x.files
	x.mu.RUnlock()
	for i, f := range files {
		if i > 0 && files[i-1].log == f.log {
			continue
		}
		if x.assemble(f, 0, 0, c); len(c.out) >= n {
			break
		}
	}
	return c.out
}

// tailMost is how much of a file's end is looked through for the last records.
const tailMost = 16 << 20

// Tail gives the last n records, before anything is indexed: fewer when they are very long. Line is 0 in a file whose lines were not counted. A
// compressed file is not looked into.
func (x *Index) Tail(n int) []*logs.Record {
	x.mu.RLock()
	files := x.files
	x.mu.RUnlock()
	for window := int64(64 << 10); ; window *= 4 {
		got, all := x.tailOf(files, window)
		if len(got) >= n || all || window >= tailMost {
			return got[max(0, len(got)-n):]
		}
	}
}

// tailOf reads the records that begin in the last bytes of the stream. all tells that there are no more.
func (x *Index) tailOf(files []*file, window int64) (got []*logs.Record, all bool) {
	i := len(files) - 1
	left := window
	var size int64
	for ; ; i-- {
		var err error
		if size, err = files[i].part.Size(); err != nil || files[i].part.Packed() {
			size = 0
		}
		if left -= size; left < 0 || i == 0 || files[i-1].log != files[i].log || files[i-1].part.Packed() {
			break
		}
	}
	f := files[i]
	c := &collect{n: 1 << 30}
	at := max(0, -left)
	if at > 0 {
		unit := int64(f.scan.Unit())
		w := f.walk(at-at%unit, size)
		at = -1
		for at < 0 {
			line, offset, ok := w.next()
			if !ok {
				return nil, false
			}
			f.scan.Each(line, 0, len(line), func(r logs.Found) bool { at = offset + int64(r.At); return false })
		}
	}
	x.assemble(f, at, 0, c)
	if at > 0 {
		for _, r := range c.out {
			if r.File == f.part.Path() {
				r.Line = 0
			}
		}
	}
	return c.out, at == 0
}
