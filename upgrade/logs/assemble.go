package logs

import (
	"bytes"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// Limits of what one record keeps. What goes beyond is counted in Bytes and Lines, and Truncated is set.
const (
	maxTraceLines = 20000
	maxTraceBytes = 8 << 20
)

// Sink takes what an Assembler finds. The record is the sink's own.
type Sink interface {
	Record(*Record) bool // false: stop
	Mark(Mark) bool
}

// Assembler puts lines together to records: a record is complete when the next one begins. It is fed bytes of one log, file after file, and
// is used from one goroutine.
type Assembler struct {
	sink  Sink
	d     dialect
	cs    charset.Charset
	order stamp.Order
	lines *lineSplitter
	file  string

	pending *Record
	given   int // lines of the pending record that the sink has, 0 when it does not have it
	traced  int
	stopped bool
	at      *line // the line that is being read

	seam    *seam // a line that the rotation cut, to be joined with the first line after the next file's header
	joined  int64 // how many lines were joined
	head    headState
	starts  starts
	later   bool // this is not the first file
	top     bool // nothing but a header was seen in this file yet
	Orphans int64
	Trace   string // the trace state after the last start
	Header  Header
	began   *Mark // a start that waits for its first record

	headEnd    int64 // offset after the header at the top of the file, 0 when there is none
	resumed    int   // see Resume
	onlyHeader bool  // stop after one header, or where it turns out to be none
}

// seam is the end of a file that did not end with a newline.
type seam struct {
	data   []byte
	offset int64
	number int64
	file   string
	size   int64
}

type headState struct {
	kind  headerLine // which block is open
	h     Header
	at    line
	lines int
	held  [][]byte // a Liberty banner may turn out to be text
}

// NewAssembler makes an assembler for a profile (see Probe).
func NewAssembler(p Profile, sink Sink) *Assembler {
	return &Assembler{sink: sink, d: dialectOf(p.Format), cs: p.charset(), order: p.Order, top: true}
}

// Open begins a file at an offset (0 unless it is resumed). cut tells whether the file before may go on in this one.
func (a *Assembler) Open(file string, offset, number int64) {
	if a.lines != nil {
		a.closeFile(true)
		a.endHeader()
		a.later = true
	}
	a.file = file
	a.lines = newLineSplitter(a.cs, offset, number)
	a.top = offset == 0
	a.headEnd = 0
}

// Feed takes the next bytes of the open file. It tells whether the sink wants more.
func (a *Assembler) Feed(data []byte) bool {
	if a.lines.offset == 0 && a.lines.size == 0 && a.lines.number == 0 {
		if _, n := charset.BOM(data); n > 0 {
			a.lines.offset = int64(n)
			data = data[n:]
		}
	}
	a.lines.feed(data, a.line)
	return !a.stopped
}

// Partial gives how many bytes of an unfinished line are held.
func (a *Assembler) Partial() int64 { return a.lines.size }

// Close ends the log: the last line and the last record are complete.
func (a *Assembler) Close() bool {
	if a.lines != nil {
		a.closeFile(false)
	}
	a.dropSeam()
	a.endHeader()
	a.Flush()
	return !a.stopped
}

// closeFile handles a last line without a newline: it is kept when a next file may continue it.
func (a *Assembler) closeFile(next bool) {
	l, ok := a.lines.end()
	if !ok {
		return
	}
	if next && !l.cut {
		if s := a.seam; s != nil && len(s.data) < maxLine && a.d.begins(a.ascii(l.data)) == 0 { // a line over more than two files
			s.data, s.size = append(s.data, l.data...), s.size+l.size
			a.joined++
			return
		}
		a.dropSeam()
		a.seam = &seam{data: bytes.Clone(l.data), offset: l.offset, number: l.number, file: a.file, size: l.size}
		return
	}
	a.line(l)
}

// dropSeam takes a cut line as it is: nothing continues it.
func (a *Assembler) dropSeam() {
	s := a.seam
	if s == nil {
		return
	}
	a.seam = nil
	a.seamed(s, line{data: s.data, offset: s.offset, number: s.number, size: s.size}, false)
}

// seamed takes a line that began in the file before: as long as it is taken, that is the place where reading would begin again.
func (a *Assembler) seamed(s *seam, l line, joined bool) {
	file, at := a.file, a.at
	a.file, a.at = s.file, &l
	a.text(l, joined)
	a.file, a.at = file, at
}

// Flush gives the pending record away: it is complete for now.
func (a *Assembler) Flush() bool {
	r := a.pending
	if r == nil || a.stopped {
		return !a.stopped
	}
	given := a.given
	a.pending, a.given = nil, 0
	if given == r.Lines {
		return true
	}
	r.Amended = given > 0
	a.complete(r)
	a.emit(r)
	return !a.stopped
}

// FlushQuiet gives a copy of the pending record away because nothing followed for a while. When more lines of it come, it is given again, amended.
func (a *Assembler) FlushQuiet() bool {
	r := a.pending
	if r == nil || a.stopped || a.given == r.Lines {
		return !a.stopped
	}
	c := *r
	c.Trace = append([]string(nil), r.Trace...)
	c.Amended = a.given > 0
	a.given = r.Lines
	a.complete(&c)
	a.emit(&c)
	return !a.stopped
}

// Place is where reading must begin again to lose nothing and to give nothing twice.
type Place struct {
	File   string
	Offset int64
	Line   int64 // lines before Offset
	Given  int   // lines of the record at Offset that were given away already
}

// Place tells what the sink does not have yet.
func (a *Assembler) Place() Place {
	switch {
	case a.pending != nil:
		return Place{a.pending.File, a.pending.Offset, a.pending.Line - 1, a.given}
	case a.seam != nil:
		return Place{a.seam.file, a.seam.offset, a.seam.number - 1, 0}
	case a.at != nil:
		return Place{a.file, a.at.offset, a.at.number - 1, 0}
	case a.lines != nil:
		return Place{a.file, a.lines.offset, a.lines.number, 0}
	}
	return Place{File: a.file}
}

// Resume tells, before the first byte is fed, how many lines of the first record were given away by the process before.
func (a *Assembler) Resume(given int) { a.resumed = given }

// Pending tells whether a record waits for its end.
func (a *Assembler) Pending() bool { return a.pending != nil }

// Prompt tells whether the pending record may be given away at once: nothing of its last line is missing, and its kind is rarely followed by a trace.
func (a *Assembler) Prompt() bool {
	return a.pending != nil && a.lines.size == 0 && a.seam == nil && isPrompt(a.pending)
}

func isPrompt(r *Record) bool {
	return r.Level != "" && strings.Contains("IAOCD", r.Level) && r.Logger != "HTTP JVM"
}

func (a *Assembler) emit(r *Record) {
	if isTraceState(r) {
		if state := traceState(r.Text); state != "" {
			a.Trace = state
		}
	}
	if !a.sink.Record(r) {
		a.stopped = true
	}
}

// line takes one physical line.
func (a *Assembler) line(l line) bool {
	if a.stopped {
		return false
	}
	a.at = &l
	defer func() { a.at = nil }()
	if s, ok := a.d.(splitter); ok {
		for {
			n := s.split(l.data)
			if n >= len(l.data) {
				break
			}
			part := l
			part.data, part.size = l.data[:n], int64(n)
			a.oneLine(part)
			l.data, l.offset, l.size = l.data[n:], l.offset+int64(n), l.size-int64(n)
		}
	}
	a.oneLine(l)
	return !a.stopped
}

func (a *Assembler) oneLine(l line) {
	if a.header(l) {
		return
	}
	if a.onlyHeader {
		a.stopped = true
		return
	}
	if a.seam != nil {
		a.joinSeam(l)
		return
	}
	a.text(l, false)
}

// lostRest is a gap that is proven: WebSphere writes on in the middle of the line when it rotates, so the rest of the line is in the next file.
const lostRest = "the rest of the line before is missing: a rotated file between is gone, or the server was killed"

// cutsLines tells that a server rotates in the middle of a line. Liberty and Domino do not.
func cutsLines(f Format) bool { return f == WASBasic || f == WASAdvanced || f == WASTrace }

// joinSeam joins the line that the rotation cut with its rest, unless what comes begins a record of its own.
func (a *Assembler) joinSeam(l line) {
	s := a.seam
	if a.d.begins(a.ascii(l.data)) != 0 {
		a.dropSeam()
		if a.began == nil && cutsLines(a.d.format()) && !a.Gap(lostRest) {
			return
		}
		a.text(l, false)
		return
	}
	a.seam = nil
	a.joined++
	data := append(s.data, l.data...)
	if l.ended && len(l.data) == 0 { // it was cut between carriage return and newline
		data = withoutReturn(data, a.cs)
	}
	a.seamed(s, line{data: data, offset: s.offset, number: s.number, size: s.size + l.size, ended: l.ended, cut: l.cut}, true)
}

// ascii gives the line in a form that column matching understands.
func (a *Assembler) ascii(data []byte) []byte {
	if a.cs.Wide() {
		return a.cs.Bytes(data)
	}
	return data
}

// text takes a line that is no header.
func (a *Assembler) text(l line, joined bool) {
	data := a.ascii(l.data)
	if letter := a.d.begins(data); letter != 0 {
		a.Flush()
		if a.stopped {
			return
		}
		a.begin(l, joined)
		return
	}
	r := a.pending
	if r == nil {
		if _, ok := a.d.(preambled); ok && a.began != nil {
			a.Header.take(string(a.cs.Bytes(l.data)))
			return
		}
		if len(bytes.TrimSpace(data)) > 0 {
			a.Orphans++
			a.top = false
		}
		return
	}
	a.top = false
	r.Bytes += l.size
	r.Lines++
	r.Cut = r.Cut || joined || r.File != a.file
	if l.cut || a.traced > maxTraceBytes || len(r.Trace) >= maxTraceLines {
		r.Truncated = true
		return
	}
	a.traced += len(l.data)
	r.Trace = append(r.Trace, string(a.cs.Bytes(l.data)))
}

func (a *Assembler) begin(l line, joined bool) {
	r := &Record{File: a.file, Offset: l.offset, Line: l.number, Bytes: l.size, Lines: 1, Truncated: l.cut, Cut: joined}
	r.first = string(a.cs.Bytes(l.data))
	a.d.parse(r, r.first)
	a.pending, a.traced = r, len(l.data)
	a.given, a.resumed = a.resumed, 0
	a.stampOf(r)
	if isLaunch(a.d.format(), r) {
		a.launched(r)
	}
	a.starts.seen = true
	a.top = false
	a.startFirst(r)
}

// complete fills what needs all lines of the record.
func (a *Assembler) complete(r *Record) {
	if f, ok := a.d.(finisher); ok {
		f.finish(r)
		a.stampOf(r)
	}
	for len(r.Trace) > 0 && strings.TrimSpace(r.Trace[len(r.Trace)-1]) == "" {
		r.Trace = r.Trace[:len(r.Trace)-1]
	}
	r.Causes = causesOf(r.Text, r.Trace)
	if r.Trace == nil {
		r.Trace = []string{} // an empty list in JSON, not null
	}
	if r.Causes == nil {
		r.Causes = []Cause{}
	}
}

func (a *Assembler) stampOf(r *Record) {
	if r.Stamp == "" || !r.Time.IsZero() {
		return
	}
	if raw, ok := stamp.Parse(r.Stamp); ok {
		order := a.order
		if raw.Digits[0] == 4 {
			order = stamp.YMD
		}
		m, ok := raw.In(order)
		if !ok { // pieces of several logs in one file: the stamp must speak for itself
			if own, sure := stamp.Infer([]stamp.Raw{raw}, stamp.Hints{}); sure {
				m, _ = raw.In(own)
			}
		}
		r.Time = m
	}
}
