package logs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
	"github.com/springboard-leap/springboard/upgrade/logs/internal/ahead"
)

// Match is a record that a search found.
type Match struct {
	Number int64 // of the record in its log, from 0; counted only when Wanted.Before is given
	Record *Record
}

// Wanted says what a search gives.
type Wanted struct {
	// Before tells how many records begin before a place in a part, which is a multiple of a piece or the first byte of a record.
	Before func(part int, offset int64) int64
	// Size limits how much of each part is read; nil: what the part had when it was opened.
	Size func(part int) int64
	// Piece is how many bytes are looked through at once, an even number; 0: a megabyte.
	Piece int64
	// FromPart and From are where the search begins, a place in front of which nothing is wanted. Some records before it may be found all the same, and
	// lines of its part are not known.
	FromPart int
	From     int64
	// Numbers: Match.Record is nil.
	Numbers bool
	// Progress tells how far the search is, on the receiver's goroutine; may be nil.
	Progress func(part int, offset int64)
}

// pieceSize is how much of a file one goroutine looks through at once: it stays in the core's cache.
const pieceSize = 256 << 10

// look is how far beyond a piece is read at first: mostly the next record begins there.
const look = 8 << 10

// maxLook is how far is read when it does not.
const maxLook = 1 << 20

// aligned is where the first byte of a piece stands in its buffer: copies between pages that are aligned alike are faster.
const aligned = 4096

// Search streams the records of one log that a filter keeps, in order, while it scans ahead on all cores. Records are whole, also those that go over the
// border of two pieces or of two files, and the same that reading the log from its beginning gives. It ends with ctx, or when the receiver wants no more;
// then all its goroutines have ended. The filter's limit is looked at.
func Search(ctx context.Context, parts []*Part, f *Filter, want Wanted) iter.Seq2[Match, error] {
	return func(yield func(Match, error) bool) {
		s := &search{ctx: ctx, parts: parts, f: f, want: want, step: want.Piece}
		if s.step <= 0 {
			s.step = pieceSize
		}
		n, stopped := 0, false
		err := s.run(func(m Match) bool {
			n++
			stopped = !yield(m, nil)
			return !stopped && (f.Limit <= 0 || n < f.Limit)
		})
		if err != nil && !stopped {
			yield(Match{}, err)
		}
	}
}

// search is one run over a log.
type search struct {
	ctx   context.Context
	parts []*Part
	f     *Filter
	want  Wanted
	tasks []task
	step  int64

	sample  []byte
	common  [256]int // how often each byte stands in the sample
	quick   []bool   // by part
	readers []*reader
}

// task is a piece of a part, or the border between parts.
type task struct {
	part     int
	from, to int64 // a piece: lines that begin here; records that begin at or after the limit are those of the border
	limit    int64
	border   bool // the records that begin at or after from, up to the first that begins in endPart at endAt
	endPart  int
	endAt    int64
}

// found is what a task gives.
type found struct {
	matches []Match
	part    int   // matches with a record of this part have lines that count from the piece
	lines   int64 // that begin in the piece
	to      int64 // how far the part is looked through
	counted bool  // lines count from the beginning of the part
}

func (s *search) size(part int) int64 {
	if s.want.Size != nil {
		return s.want.Size(part)
	}
	return s.parts[part].known()
}

func (s *search) run(use func(Match) bool) error {
	for _, p := range s.parts {
		if err := p.Unpack(s.ctx); err != nil {
			return err
		}
	}
	if err := s.plan(); err != nil {
		return err
	}
	lines := make([]int64, len(s.parts)) // before the piece
	room := int64(0)
	for i := range s.parts {
		room = max(room, s.size(i))
	}
	room = aligned + min(room, s.step+maxLook)
	buffers := make([][]byte, ahead.Workers(len(s.tasks)))
	s.prepare(len(buffers))
	return ahead.Each(s.ctx, len(s.tasks), func(ctx context.Context, worker, i int) (found, error) {
		t := s.tasks[i]
		if t.border {
			return s.atBorder(ctx, t)
		}
		if buffers[worker] == nil {
			buffers[worker] = make([]byte, room)
		}
		return s.piece(ctx, worker, buffers[worker], t)
	}, func(r found) bool {
		for _, m := range r.matches {
			if m.Record != nil && !r.counted && m.Record.File == s.parts[r.part].Path() {
				m.Record.Line += lines[r.part]
			}
			if !use(m) {
				return false
			}
		}
		lines[r.part] += r.lines
		if s.want.Progress != nil {
			s.want.Progress(r.part, r.to)
		}
		return true
	})
}

// prepare looks which parts can be searched by their bytes, and how often each byte stands there.
func (s *search) prepare(workers int) {
	s.quick = make([]bool, len(s.parts))
	s.readers = make([]*reader, workers)
	spot := make([]byte, 16<<10)
	for i, p := range s.parts {
		s.quick[i] = quick(p)
		for at := int64(0); i == len(s.parts)-1 && at < 4; at++ {
			n, _ := p.ReadAt(spot[:min(int64(len(spot)), s.size(i))], s.size(i)/4*at) // what cannot be read is no sample
			s.sample = append(s.sample, spot[:n]...)
		}
	}
	for _, c := range s.sample {
		s.common[c]++
	}
}

// readerOf gives the reader of a goroutine for a part, nil when the part's records must be taken apart.
func (s *search) readerOf(worker, part int) *reader {
	if !s.quick[part] {
		return nil
	}
	r := s.readers[worker]
	if r == nil || r.part != part {
		p := s.parts[part]
		cs := p.profile.charset()
		r = &reader{s: s, part: part, scan: p.Scanner(), exact: !cs.Multibyte(), utf8: cs.Name() == charset.UTF8.Name()}
		r.dfas = make([]*dfa, len(s.f.app)+len(s.f.texts))
		if old := s.readers[worker]; old != nil {
			r.dfas = old.dfas
		}
		var number int
		if r.drive, number, r.needles = s.choose(cs); r.drive != nil {
			if r.dfas[number] == nil {
				r.dfas[number] = newDFA(r.drive.tree)
			}
			r.lines = r.dfas[number]
		}
		if isASCII(s.f.Thread) {
			r.thread = []byte(s.f.Thread)
		}
		if isASCII(s.f.ID) {
			r.id = []byte(strings.TrimSuffix(s.f.ID, "*"))
		}
		s.readers[worker] = r
	}
	return r
}

// plan divides the log. A record at the end of a file may go on in the next one, and the last line of a file may be cut: what stands between the last
// record of a file that begins on a whole line and the first record of a later file is a border, and is read as one.
func (s *search) plan() error {
	last := len(s.parts) - 1
	open := task{border: true, part: s.want.FromPart} // a border that is not ended
	waits := false
	for i := s.want.FromPart; i < len(s.parts); i++ {
		size, from := s.size(i), int64(0)
		if i == s.want.FromPart {
			from = s.want.From / s.step * s.step
		}
		first, end, err := s.bounds(i, size, i == last)
		if err != nil {
			return err
		}
		if first < 0 {
			s.cut(i, from, size, 0) // nothing of it is a piece's, but its lines count
			waits = true
			continue
		}
		if i > s.want.FromPart || waits {
			open.endPart, open.endAt = i, first
			s.tasks = append(s.tasks, open)
		}
		waits = false
		if i == last {
			end = size
		}
		s.cut(i, from, end, end)
		open = task{border: true, part: i, from: end, endPart: len(s.parts)}
	}
	if waits {
		open.endPart = len(s.parts)
		s.tasks = append(s.tasks, open)
	}
	return nil
}

// cut divides a part into pieces.
func (s *search) cut(part int, from, to, limit int64) {
	for at := from; at < to; at += s.step {
		s.tasks = append(s.tasks, task{part: part, from: at, to: min(at+s.step, to), limit: limit})
	}
}

// bounds finds the first and the last record of a part that begin on a whole line, -1 when there is none. Of the last part only the first is looked for, and
// a line without an end counts.
func (s *search) bounds(part int, size int64, open bool) (first, last int64, err error) {
	p := s.parts[part]
	scan := p.Scanner()
	first, last = -1, -1
	buf := make([]byte, aligned+min(size, s.step+look))
	around := func(at int64, each func(offset int64) bool) error {
		return p.read(scan, buf, at, min(at+s.step, size), size, func(data []byte, base int64, from, to int) {
			scan.Each(data, from, to, func(r Found) bool {
				ended := r.End-scan.Unit() >= 0 && scan.Newline(data[r.End-scan.Unit():r.End]) > 0 || base+int64(r.End) < size
				return !open && !ended || each(base+int64(r.At))
			})
		})
	}
	for at := int64(0); at < size && first < 0; at += s.step {
		if err := around(at, func(o int64) bool { first = o; return false }); err != nil {
			return 0, 0, err
		}
	}
	if first < 0 || open {
		return first, first, nil
	}
	for at := (size - 1) / s.step * s.step; at >= 0 && last < 0; at -= s.step {
		if err := around(at, func(o int64) bool { last = o; return true }); err != nil {
			return 0, 0, err
		}
	}
	return first, last, nil
}

// errShrunk tells that a file became shorter while it was read.
var errShrunk = errors.New("the file became shorter while it was read")

// read reads a piece with what stands around it: use gets the data, the offset of its first byte, and where the lines begin that are the piece's.
func (p *Part) read(scan *Scanner, buf []byte, from, to, size int64, use func(data []byte, base int64, begin, end int)) error {
	lead := int(min(from, int64(scan.Unit())))
	buf = buf[aligned-lead:]
	n, err := p.ReadAt(buf[:min(int64(lead)+to-from+look, size-from+int64(lead), int64(len(buf)))], from-int64(lead))
	if err != nil && !errors.Is(err, io.EOF) {
		return cannotRead(p.Path(), err)
	}
	end := lead + int(to-from)
	if n < end {
		return cannotRead(p.Path(), errShrunk)
	}
	data := buf[:n]
	begin := lead
	if from == 0 {
		begin = scan.Skip(data)
	} else if scan.Newline(data[:lead]) != lead {
		if rest := scan.Newline(data[lead:]); rest > 0 {
			begin += rest
		} else {
			begin = n
		}
	}
	use(data, from-int64(lead), begin, end)
	return nil
}

// piece looks through the records that begin in a piece.
func (s *search) piece(ctx context.Context, worker int, buf []byte, t task) (out found, err error) {
	p := s.parts[t.part]
	scan := p.Scanner()
	out.part, out.to = t.part, t.to
	first, before := int64(-1), int64(0)
	var inner error
	err = p.read(scan, buf, t.from, t.to, s.size(t.part), func(data []byte, base int64, begin, end int) {
		if r := s.readerOf(worker, t.part); r != nil {
			if !s.want.Numbers {
				out.lines = int64(bytes.Count(data[begin:max(end-1, begin)], newline))
				if begin < end {
					out.lines++
				}
			}
			if t.from < t.limit {
				inner = r.read(ctx, data, t.from, base, begin, end, &out)
			}
			return
		}
		scan.Each(data, begin, end, func(r Found) bool {
			first = base + int64(r.At)
			return false
		})
		out.lines = scan.Each(data, begin, end, func(Found) bool { return true })
		if first >= 0 {
			before = scan.Each(data, begin, max(int(first-base), begin), func(Found) bool { return true })
		}
	})
	if err == nil {
		err = inner
	}
	if err != nil || first < 0 || first >= t.limit {
		return out, err
	}
	c := &matcher{s: s, ctx: ctx, stop: func(r *Record) bool {
		return r.Line > out.lines || r.Offset >= t.limit || r.File != p.Path()
	}}
	if s.want.Before != nil {
		c.number = s.want.Before(t.part, t.from)
	}
	if err := Assemble(ctx, s.parts, t.part, first, before, c); err != nil {
		return out, err
	}
	out.matches = c.matches
	return out, ctx.Err()
}

// atBorder looks through the records of a border.
func (s *search) atBorder(ctx context.Context, t task) (out found, err error) {
	out.part, out.to, out.counted = t.part, s.size(t.part), t.from == 0
	end := ""
	if t.endPart < len(s.parts) {
		end = s.parts[t.endPart].Path()
	}
	c := &matcher{s: s, ctx: ctx, stop: func(r *Record) bool { return r.File == end && r.Offset >= t.endAt }}
	if s.want.Before != nil {
		c.number = s.want.Before(t.part, t.from)
	}
	err = Assemble(ctx, s.parts, t.part, t.from, 0, c)
	out.matches = c.matches
	return out, err
}

// matcher is a sink that keeps what the filter keeps.
type matcher struct {
	s       *search
	ctx     context.Context
	number  int64
	stop    func(*Record) bool
	matches []Match
}

// Record implements Sink.
func (m *matcher) Record(r *Record) bool {
	if m.stop(r) || m.ctx.Err() != nil {
		return false
	}
	if m.s.f.Match(r) {
		match := Match{Number: m.number}
		if !m.s.want.Numbers {
			match.Record = r
		}
		m.matches = append(m.matches, match)
	}
	m.number++
	return true
}

// Mark implements Sink.
func (m *matcher) Mark(Mark) bool { return true }
