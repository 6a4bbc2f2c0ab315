package logs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"unicode"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// reader looks through pieces of one part without taking every record apart: records are told by their first bytes, and only those in which a literal
// stands, or a line matches, are looked at. It belongs to one goroutine.
type reader struct {
	s       *search
	scan    *Scanner
	part    int
	drive   *condition
	needles []needle
	find    finder
	dfas    []*dfa // of each condition, first those of the application
	lines   *dfa   // of the condition that is looked for first
	thread  []byte // must stand in the first line
	id      []byte
	exact   bool // a byte that looks like ASCII is what it looks like
	utf8    bool

	// the piece
	data    []byte
	base    int64 // offset of data[0]
	begin   int   // where the first line begins that is the piece's
	end     int   // where the last record of the piece that is in data ends
	open    int   // a record that begins in the piece and whose end is not in data, -1 when there is none
	out     *found
	number  int64 // of the next record to be counted
	counted int   // up to here
	line    int64 // lines before placed
	placed  int
}

// quick tells whether the records of a part can be told by their first bytes, and their lines are their text.
func quick(p *Part) bool {
	d := dialectOf(p.profile.Format)
	cs := p.profile.charset()
	if b, ok := d.(bracketed); ok && b.layout == layoutAdvanced {
		return false
	}
	if _, ok := d.(jsonLines); ok {
		return false
	}
	return fast(d, cs) && cs.ContainsASCII()
}

// choose finds what is looked for first: the condition whose literals are longest, and its number; nil when every record must be looked at.
func (s *search) choose(cs charset.Charset) (drive *condition, number int, needles []needle) {
	take := func(c *condition, n int) {
		if drive == nil || better(c.literals, drive.literals) {
			drive, number = c, n
		}
	}
	for i := range s.f.texts {
		if !s.f.Invert {
			take(&s.f.texts[i], len(s.f.app)+i)
		}
	}
	if len(s.f.app) == 1 {
		take(&s.f.app[0], 0)
	}
	if drive == nil {
		return nil, 0, nil
	}
	needles = needlesOf(drive.literals, &s.common)
	for _, n := range needles {
		if n.utf8 && cs.Name() != charset.UTF8.Name() || n.latin && cs.Multibyte() {
			needles = nil
			break
		}
	}
	if needles != nil && !drive.enough && !drive.begins && s.often(needles) {
		needles = nil // nearly every line has one: then the expression is looked for at once
	}
	if needles == nil && drive.begins {
		return nil, 0, nil // it may match the message, which begins in the middle of a line
	}
	return drive, number, needles
}

// often tells whether needles stand so often in the sample that going from one to the next is slow.
func (s *search) often(needles []needle) bool {
	var f finder
	f.reset(s.sample, needles)
	n := 0
	for at, _ := f.find(0); at >= 0; at, _ = f.find(at + 1) {
		n++
	}
	return n > len(s.sample)/600
}

// read looks through one piece.
func (r *reader) read(ctx context.Context, data []byte, from, base int64, begin, to int, out *found) error {
	r.data, r.base, r.begin, r.out = data, base, begin, out
	first := -1
	r.scan.Each(data, begin, to, func(f Found) bool { first = f.At; return false })
	if first < 0 {
		return nil
	}
	if err := r.bounds(to); err != nil {
		return err
	}
	r.counted, r.placed, r.line, r.number = first, begin, 0, 0
	if r.s.want.Before != nil {
		r.number = r.s.want.Before(r.part, from)
	}
	drive, needles := r.drive, r.needles
	if needles != nil && !r.trusted(needles) {
		needles = nil
		if drive.begins {
			drive = nil
		}
	}
	var err error
	switch {
	case needles != nil:
		err = r.byLiteral(ctx, first, needles)
	case drive != nil && !r.lines.broken && readable(data, r.utf8):
		err = r.byLine(ctx, first)
	default:
		err = r.all(ctx, first)
	}
	if err == nil && r.open >= 0 {
		err = r.long(ctx, r.open)
	}
	return err
}

// bounds finds the end of the last record that begins in the piece, and reads on as long as it must.
func (r *reader) bounds(to int) error {
	r.open, r.end = -1, len(r.data)
	from := to
	if from > 0 && r.data[from-1] != '\n' {
		from += lineLength(r.data[from:])
	}
	for {
		whole := r.base+int64(len(r.data)) >= r.s.size(r.part)
		next := -1
		r.scan.Each(r.data, from, len(r.data), func(f Found) bool {
			if f.End < len(r.data) || whole || f.End-f.At > 1024 { // else it is not known what the line is
				next = f.At
			}
			return false
		})
		switch {
		case next >= 0:
			r.end = next
			return nil
		case whole:
			r.end = len(r.data)
			return nil
		}
		more, err := r.more()
		if err != nil {
			return err
		}
		if more == 0 {
			r.open = r.beginning(r.begin, to)
			r.end = r.open
			return nil
		}
		from = max(from, bytes.LastIndexByte(r.data[:len(r.data)-more], '\n')+1)
		if from > 0 && r.data[from-1] != '\n' { // the line that goes on beyond the piece
			from += lineLength(r.data[from:])
		}
	}
}

// more reads what follows the data, as far as there is room for it.
func (r *reader) more() (int, error) {
	had := len(r.data)
	left := min(int64(cap(r.data)-had), r.s.size(r.part)-r.base-int64(had), int64(8*look))
	if left <= 0 {
		return 0, nil
	}
	n, err := r.s.parts[r.part].ReadAt(r.data[had:had+int(left)], r.base+int64(had))
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, cannotRead(r.s.parts[r.part].Path(), err)
	}
	if n < int(left) {
		return 0, cannotRead(r.s.parts[r.part].Path(), errShrunk)
	}
	r.data = r.data[:had+n]
	return n, nil
}

// beginning gives where the last record begins that begins in data[low:p], -1 when there is none. A line begins at low.
func (r *reader) beginning(low, p int) int {
	high := p
	for window := 1 << 10; high > low; window *= 4 {
		from := max(low, high-window)
		if from > low {
			n := bytes.IndexByte(r.data[from:high], '\n')
			if n < 0 {
				continue
			}
			if from += n + 1; from >= high {
				continue
			}
		}
		last := -1
		r.scan.Each(r.data, from, high, func(f Found) bool { last = f.At; return true })
		if last >= 0 {
			return last
		}
		high = from
	}
	return -1
}

// next gives where the first record begins at or after a place in the middle of a record, at most the end.
func (r *reader) next(p int) int {
	from := p + lineLength(r.data[p:])
	next := r.end
	r.scan.Each(r.data, from, r.end, func(f Found) bool { next = f.At; return false })
	return next
}

// trusted tells whether literals may be looked for in the bytes of this piece.
func (r *reader) trusted(needles []needle) bool {
	for _, n := range needles {
		if n.latin && (bytes.Contains(r.data, []byte("ſ")) || bytes.Contains(r.data, []byte("\u212a"))) || n.utf8 && !utf8.Valid(r.data) {
			return false
		}
	}
	return true
}

// byLiteral goes from one place where a literal stands to the next.
func (r *reader) byLiteral(ctx context.Context, pos int, needles []needle) error {
	r.find.reset(r.data[:r.end], needles)
	low := pos
	for pos < r.end {
		at, which := r.find.find(pos)
		if at < 0 || ctx.Err() != nil {
			return ctx.Err()
		}
		sure := r.exact && r.s.single() && r.drive.enough && needles[which].exact && len(bytes.TrimSpace(needles[which].text)) > 0
		if !sure {
			line, end := r.lineAround(at)
			if match, known := r.oneLine(line); known && !match {
				pos = end
				continue
			} else if known {
				sure = r.s.single() && len(bytes.TrimSpace(line)) > 0
			}
		}
		from := r.beginning(low, at+1)
		to := r.next(at)
		if from >= 0 {
			if err := r.record(ctx, from, to, sure); err != nil {
				return err
			}
			low = from
		}
		pos = to
	}
	return nil
}

// lineAround gives the line in which a byte stands, and where it ends.
func (r *reader) lineAround(at int) (line []byte, end int) {
	from := bytes.LastIndexByte(r.data[:at], '\n') + 1
	end = at + lineLength(r.data[at:])
	return r.data[from:end], end
}

// oneLine tells whether a line meets the condition that is looked for first.
func (r *reader) oneLine(line []byte) (match, known bool) {
	if r.drive.begins || r.lines.broken || !readable(line, r.utf8) {
		return false, false
	}
	at, ok := r.lines.find(line, 0)
	return at >= 0, ok
}

// byLine goes from one line that matches to the next.
func (r *reader) byLine(ctx context.Context, pos int) error {
	low := pos
	for pos < r.end {
		at, ok := r.lines.find(r.data[:r.end], pos)
		if !ok {
			return r.all(ctx, pos)
		}
		if at < 0 || ctx.Err() != nil {
			return ctx.Err()
		}
		from := r.beginning(low, at+1)
		to := r.next(at)
		if from >= 0 {
			if err := r.record(ctx, from, to, r.s.single() && !r.blank(at)); err != nil {
				return err
			}
			low = from
		}
		pos = to
	}
	return nil
}

// blank tells whether a line has nothing in it: at its end a record does not keep such lines.
func (r *reader) blank(at int) bool {
	line, _ := r.lineAround(at)
	return len(bytes.TrimSpace(line)) == 0
}

// single tells that a record is kept when one condition is met.
func (s *search) single() bool { return len(s.f.texts)+len(s.f.app) == 1 }

// all looks at every record.
func (r *reader) all(ctx context.Context, pos int) error {
	bare := len(r.s.f.texts)+len(r.s.f.app) == 0
	for pos < r.end {
		to := r.next(pos)
		if err := r.record(ctx, pos, to, bare); err != nil {
			return err
		}
		if pos = to; ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// record looks at one record whose bytes are data[from:to]. sure tells that its texts match already, unless it is an odd one.
func (r *reader) record(ctx context.Context, from, to int, sure bool) error {
	span := r.data[from:to]
	if len(span) > maxLine { // no record keeps all of it
		return r.long(ctx, from)
	}
	if !r.columns(span[:lineLength(span)]) {
		return nil
	}
	if !r.odd(span) {
		known := true
		if !sure {
			sure, known = r.texts(span)
		}
		if known && !sure {
			return nil
		}
		if known && r.s.want.Numbers {
			r.out.matches = append(r.out.matches, Match{Number: r.numberOf(from)})
			return nil
		}
	}
	p := r.s.parts[r.part]
	a := NewAssembler(p.profile, &only{r, from})
	a.Open(p.Path(), r.base+int64(from), 0)
	if a.Feed(r.data[from : to+lineLength(r.data[to:])]) { // the next record ends this one
		a.Close()
	}
	return nil
}

// columns tells whether the first line of a record has what the filter wants of it.
func (r *reader) columns(first []byte) bool {
	f := r.s.f
	if len(f.Levels) > 0 && !f.Levels[letterStrings[r.scan.Begins(first)]] {
		return false
	}
	if f.plain() {
		return true
	}
	if !bytes.Contains(first, r.thread) || !bytes.Contains(first, r.id) {
		return false
	}
	rec := Record{}
	r.scan.c.d.parse(&rec, string(r.scan.cs.Bytes(trimReturn(first))))
	if !f.Since.IsZero() || !f.Until.IsZero() {
		a := Assembler{order: r.scan.order}
		a.stampOf(&rec)
	}
	return f.matchColumns(&rec)
}

// texts tells whether the lines of a record match, as far as they can be read as they are.
func (r *reader) texts(span []byte) (match, known bool) {
	f := r.s.f
	last := len(bytes.TrimRightFunc(span, unicode.IsSpace)) // a record does not keep empty lines at its end
	span = span[:last+lineLength(span[last:])]
	if len(f.app)+len(f.texts) > 0 && !readable(span, r.utf8) {
		return false, false
	}
	app := len(f.app) == 0
	for i := range f.app {
		m, ok := r.one(i, &f.app[i], span)
		if !ok {
			return false, false
		}
		app = app || m
	}
	if !app {
		return false, true
	}
	for i := range f.texts {
		m, ok := r.one(len(f.app)+i, &f.texts[i], span)
		if !ok {
			return false, false
		}
		if !m {
			return f.Invert, true
		}
	}
	return !f.Invert || len(f.texts) == 0, true
}

// one tells whether a line of a record meets a condition.
func (r *reader) one(n int, c *condition, span []byte) (match, known bool) {
	if c.begins {
		return false, false
	}
	if r.dfas[n] == nil {
		r.dfas[n] = newDFA(c.tree)
	}
	if r.dfas[n].broken {
		return false, false
	}
	at, ok := r.dfas[n].find(span, 0)
	return at >= 0, ok
}

// only is a sink that takes the record that begins at a place, and nothing after it.
type only struct {
	r  *reader
	at int
}

// Record implements Sink.
func (o *only) Record(rec *Record) bool {
	r := o.r
	if rec.Offset != r.base+int64(o.at) || !r.s.f.Match(rec) {
		return false
	}
	m := Match{Number: r.numberOf(o.at)}
	if !r.s.want.Numbers {
		r.line += int64(bytes.Count(r.data[r.placed:o.at], newline))
		r.placed = o.at
		rec.Line += r.line
		m.Record = rec
	}
	r.out.matches = append(r.out.matches, m)
	return false
}

// Mark implements Sink.
func (*only) Mark(Mark) bool { return true }

// odd tells that a record's bytes are not simply its lines: a header of the server stands within, or some are left out because it is too long.
func (r *reader) odd(span []byte) bool {
	if len(span) > maxLine || len(span) > maxTraceLines && bytes.Count(span, newline) > maxTraceLines || r.scan.c.headed != nil {
		return true
	}
	return nextLineWith(span, '*', 1, -1, len(span)) < len(span)
}

// numberOf counts the records up to one.
func (r *reader) numberOf(at int) int64 {
	if r.s.want.Before == nil {
		return 0
	}
	r.scan.Each(r.data, r.counted, at, func(Found) bool { r.number++; return true })
	r.counted = at
	return r.number
}

// long reads a record from the file.
func (r *reader) long(ctx context.Context, from int) error {
	return Assemble(ctx, r.s.parts, r.part, r.base+int64(from), 0, &only{r, from})
}
