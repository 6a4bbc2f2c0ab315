package logs

import (
	"bytes"
	"context"
	"io"
	"slices"

	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// digest reads the places that counting by blocks only remembered.
type digest struct {
	st     *stream
	t      *Statistics
	c      counter
	starts starts
	spec   string // the last trace state after the last start
	tail   *tail  // of the file before, when it has no end of line
	before *Part
	buf    []byte
}

// tail is an unfinished last line.
type tail struct {
	data   []byte
	file   int
	points []point // of this line, read when it is known how it goes on
}

// room gives a buffer, until the next call.
func (d *digest) room(size int64) []byte {
	if int64(len(d.buf)) < size {
		d.buf = make([]byte, size)
	}
	return d.buf[:size]
}

func (d *digest) file(ctx context.Context, i int, in *Part, f *fileCount) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	headerEnd, orphans := d.beginning(in, f)
	if f.first < 0 && len(f.points) == 0 {
		orphans = f.Lines
	}
	apart := d.before != nil && missing(d.before.name, in.name)
	if i == 0 || d.t.Records == 0 || apart {
		d.t.Orphans += orphans
	}
	if apart {
		d.uncut()
	}
	lost, starts := d.tail != nil && d.seam(in, f, headerEnd, orphans), len(d.starts.list)
	gaps := len(d.t.Gaps)
	d.gap(in, f)
	if f.first >= 0 {
		d.nameStart(in.momentOf(d.c.d, f.first))
	}
	rest := d.tailOf(i, in, f)
	d.points(i, in, f)
	if lost && !(len(d.starts.list) > starts && d.starts.list[starts].Offset < f.first) { // a server that was killed ends in the middle too
		d.t.Gaps = slices.Insert(d.t.Gaps, gaps, Mark{Kind: MarkGap, File: in.path, Offset: headerEnd, Reason: lostRest})
	}
	if f.first >= 0 {
		d.times(in, f)
	}
	d.tail, d.before = rest, in
	return nil
}

// beginning reads the lines before the first record: it gives the offset after a header at the top and how many lines belong to nothing.
func (d *digest) beginning(in *Part, f *fileCount) (headerEnd, orphans int64) {
	limit := int64(1 << 20)
	if f.first >= 0 {
		limit = min(limit, f.first)
	}
	buf := make([]byte, min(limit, f.Bytes))
	n, _ := in.file.ReadAt(buf, 0)
	a := NewAssembler(in.profile, nobody{})
	a.Open(in.path, 0, 0)
	a.Feed(buf[:n])
	headerEnd = a.headEnd
	a.Close()
	return headerEnd, a.Orphans
}

// uncut takes an unfinished last line as it is: the file that goes on with it is not there.
func (d *digest) uncut() {
	if t := d.tail; t != nil {
		d.tail = nil
		for _, p := range t.points {
			d.record(d.before, t.data, p)
		}
	}
}

// seam corrects the counts where a rotation cut a line: the two parts are one line. lost tells that the rest of the line is not there.
func (d *digest) seam(in *Part, f *fileCount, headerEnd, orphans int64) (lost bool) {
	t := d.tail
	rest := in.lineAt(headerEnd, 64<<10)
	if f.Bytes <= headerEnd || d.c.d.begins(rest) != 0 {
		d.uncut()
		return f.Bytes > headerEnd && cutsLines(d.st.profile.Format)
	}
	d.tail = nil
	joined := d.c.d.begins(append(bytes.Clone(t.data), rest...))
	d.t.Lines--
	d.t.Files[t.file].Cut = true
	before := d.c.d.begins(t.data)
	if d.t.Records == 0 {
		if joined != 0 { // what follows in this file belongs to the joined record
			d.t.Orphans -= orphans
		} else {
			d.t.Orphans -= orphan(rest, 0)
		}
		if before == 0 {
			d.t.Orphans -= orphan(t.data, 0)
		}
		d.t.Orphans += orphan(append(bytes.Clone(t.data), rest...), joined)
	}
	if joined != 0 {
		d.record(d.before, append(bytes.Clone(t.data), rest...), point{})
		d.starts.seen = true
	}
	if before == joined {
		return false
	}
	if before != 0 {
		d.t.Records--
		d.t.ByLevel[letterStrings[before]]--
	}
	if joined != 0 {
		d.t.Records++
		d.t.ByLevel[letterStrings[joined]]++
	}
	return false
}

// orphan is 1 for a line that is an orphan when no record stands before it.
func orphan(line []byte, letter byte) int64 {
	if letter != 0 || len(bytes.TrimSpace(line)) == 0 {
		return 0
	}
	return 1
}

func (d *digest) gap(in *Part, f *fileCount) {
	if d.before == nil {
		return
	}
	if missing(d.before.name, in.name) {
		d.t.Gaps = append(d.t.Gaps, Mark{Kind: MarkGap, File: in.path, Reason: "a rotated file before " + in.path + " is missing"})
	}
	if f.first < 0 {
		return
	}
	if at, _ := in.momentOf(d.c.d, f.first); suspicious(d.before.name.roll(), at.Time) {
		d.t.Gaps = append(d.t.Gaps, pauseMark(in.path, f.first, 0, d.before.name.roll(), at.Time))
	}
}

func (d *digest) tailOf(i int, in *Part, f *fileCount) *tail {
	if f.ended || f.Bytes == 0 || i == len(d.st.parts)-1 {
		return nil
	}
	buf := make([]byte, min(64<<10, f.Bytes))
	n, err := in.file.ReadAt(buf, f.Bytes-int64(len(buf)))
	if err != nil && err != io.EOF {
		return nil
	}
	buf = buf[:n]
	buf = buf[bytes.LastIndexByte(buf, '\n')+1:]
	t := &tail{data: buf, file: i}
	for n := len(f.points); n > 0 && f.points[n-1].offset >= f.Bytes-int64(len(buf)); n-- {
		if f.points[n-1].kind == pointRecord {
			t.points = append(t.points, f.points[n-1])
			f.points = f.points[:n-1]
		}
	}
	return t
}

// points reads headers, launches and trace states in their order.
func (d *digest) points(i int, in *Part, f *fileCount) {
	skip := int64(-1)
	for _, p := range f.points {
		if p.offset < skip {
			continue
		}
		switch p.kind {
		case pointHeader:
			skip = d.header(i, in, f, p)
		case pointText:
			text := in.lineAt(p.offset, 1024)
			h := Header{Product: string(in.profile.charset().Bytes(productOf(d.c.d, text)))}
			d.started(i, in, p, h, p.offset == 0)
		case pointRecord:
			d.record(in, in.lineAt(p.offset, 64<<10), p)
		}
	}
	d.starts.seen = d.starts.seen || f.Records > 0
}

// header reads the block that begins at a point and gives the offset after it.
// An end of -1 tells that it is no header.
func (d *digest) header(i int, in *Part, f *fileCount, p point) (end int64) {
	for _, size := range []int64{8 << 10, 128 << 10} { // class paths are long, mostly not that long
		buf := d.room(min(size, f.Bytes-p.offset))
		n, err := in.file.ReadAt(buf, p.offset)
		if err != nil && err != io.EOF {
			return -1
		}
		probe := NewAssembler(in.profile, nobody{})
		probe.Open(in.path, p.offset, p.line)
		probe.top = p.offset == 0
		probe.onlyHeader = true
		probe.Feed(buf[:n])
		if len(probe.starts.list) > 0 {
			d.started(i, in, p, probe.Header, p.line == 0)
			return probe.headEnd
		}
		if probe.stopped {
			return -1
		}
	}
	return -1
}

func (d *digest) started(i int, in *Part, p point, h Header, top bool) {
	at := Start{File: in.path, Offset: p.offset, Line: p.line + 1}
	if d.starts.onHeader(h, at, top, i > 0) {
		d.spec = h.Trace
		d.timeOfStart(in, p.offset)
	}
	if d.t.Header.Product == "" || h.Process != "" {
		d.t.Header = h
	}
}

// nameStart gives the time of the next record to a start after which its file had none.
func (d *digest) nameStart(at stamp.Moment, text string) {
	if n := len(d.starts.list); n > 0 && d.starts.list[n-1].Stamp == "" {
		d.starts.list[n-1].Time, d.starts.list[n-1].Stamp = at, text
	}
}

// timeOfStart looks for the first record after a header, which mostly follows at once.
func (d *digest) timeOfStart(in *Part, offset int64) {
	s := &d.starts.list[len(d.starts.list)-1]
	for _, size := range []int{8 << 10, 256 << 10} {
		buf := d.room(int64(size))
		n, _ := in.file.ReadAt(buf, offset)
		if d.firstRecord(in, buf[:n], s) || n < size {
			return
		}
	}
}

func (d *digest) firstRecord(in *Part, data []byte, s *Start) bool {
	cs := in.profile.charset()
	sp := newLineSplitter(cs, 0, 0)
	return !sp.feed(data, func(l line) bool {
		if d.c.d.begins(l.data) == 0 {
			return true
		}
		var r Record
		d.c.d.parse(&r, string(cs.Bytes(l.data)))
		a := Assembler{order: in.profile.Order}
		a.stampOf(&r)
		s.Time, s.Stamp = r.Time, r.Stamp
		return false
	})
}

// record reads a record that may tell of a launch or a trace state; the zero point is a record that was joined from two files.
func (d *digest) record(in *Part, text []byte, p point) {
	var r Record
	d.c.d.parse(&r, string(in.profile.charset().Bytes(text)))
	if p == (point{}) {
		a := Assembler{order: in.profile.Order}
		a.stampOf(&r)
		d.nameStart(r.Time, r.Stamp)
		if d.t.First.IsZero() {
			d.t.First = r.Time
		}
		if !r.Time.IsZero() {
			d.t.Last = r.Time
		}
	}
	if isLaunch(in.profile.Format, &r) {
		waited := d.starts.pending != nil
		if d.starts.onLaunch(Start{File: in.path, Offset: p.offset, Line: p.line + 1}) {
			d.timeOfStart(in, d.starts.list[len(d.starts.list)-1].Offset)
			if !waited {
				d.spec = ""
			}
		}
	}
	if isTraceState(&r) {
		if s := traceState(r.Text); s != "" {
			d.spec = s
		}
	}
}

func (d *digest) finish() {
	d.t.Starts, d.t.TraceState = d.starts.list, d.spec
	for l, n := range d.t.ByLevel {
		if n == 0 {
			delete(d.t.ByLevel, l)
		}
	}
}
