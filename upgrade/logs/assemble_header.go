package logs

import "bytes"

// header takes a line that belongs to a header block; it tells whether it did.
func (a *Assembler) header(l line) bool {
	data := a.ascii(l.data)
	if a.head.kind != noHeader {
		return a.inHeader(l, data)
	}
	if kind := asterisks(data); kind == headerBegins || kind == headerBanner {
		a.head = headState{kind: kind, at: l}
		a.head.at.data = nil
		a.hold(l)
		return true
	}
	if d, ok := a.d.(headed); ok {
		if is, start := d.header(data); is {
			if start {
				a.startAt(Header{Product: string(a.cs.Bytes(productOf(a.d, data)))}, l)
			}
			return true
		}
	}
	return false
}

func (a *Assembler) inHeader(l line, data []byte) bool {
	kind := asterisks(data)
	switch {
	case a.head.kind == headerBegins && kind == headerEnds, a.head.kind == headerBanner && kind == headerBanner && a.head.lines > 0:
		h, at := a.head.h, a.head.at
		a.head = headState{}
		if a.top || a.onlyHeader {
			a.headEnd = l.offset + l.size
		}
		a.startAt(h, at)
		a.stopped = a.stopped || a.onlyHeader
		return true
	case a.head.kind == headerBanner && a.head.lines == 0 && !bytes.Contains(data, []byte(" = ")),
		a.d.begins(data) != 0, a.head.lines >= maxHeader:
		a.release()
		return false
	}
	a.head.lines++
	a.head.h.take(string(a.cs.Bytes(data)))
	a.hold(l)
	return true
}

func (a *Assembler) hold(l line) { a.head.held = append(a.head.held, bytes.Clone(l.data)) }

// release gives the lines back that looked like a header: they are text.
func (a *Assembler) release() {
	head := a.head
	a.head = headState{}
	l := head.at
	for _, data := range head.held {
		l.data, l.ended = data, true
		l.size = int64(len(data)) + 1
		a.text(l, false)
		l.offset += l.size
		l.number++
	}
}

// endHeader is called at the end of the log. A WebSphere header that never ended is a header still.
func (a *Assembler) endHeader() {
	switch {
	case a.head.kind == headerBegins || a.head.lines > 0:
		h, at := a.head.h, a.head.at
		a.head = headState{}
		a.startAt(h, at)
	case a.head.kind == headerBanner:
		a.release()
	}
}

// startAt takes a complete header. One in the middle of a file ends the record before it: the process that wrote that one is gone.
func (a *Assembler) startAt(h Header, at line) {
	st := Start{File: a.file, Offset: at.offset, Line: at.number}
	top := a.top
	a.top = false
	isStart := a.starts.onHeader(h, st, top, a.later)
	if a.Header.Product == "" || h.Process != "" {
		a.Header = h
	}
	if !isStart {
		return
	}
	a.dropSeam()
	a.Flush()
	a.Trace = h.Trace
	a.markStart()
}

func (a *Assembler) markStart() {
	s := a.starts.list[len(a.starts.list)-1]
	a.began = &Mark{Kind: MarkStart, File: s.File, Offset: s.Offset, Line: s.Line, Start: &s}
}

// launched takes a record that a server writes at its start.
func (a *Assembler) launched(r *Record) {
	waited := a.starts.pending != nil
	if a.starts.onLaunch(Start{File: r.File, Offset: r.Offset, Line: r.Line}) {
		if !waited {
			a.Trace = ""
		}
		a.markStart()
	}
}

// startFirst gives the mark of a start away, with the time of its first record.
func (a *Assembler) startFirst(r *Record) {
	m := a.began
	if m == nil || a.stopped {
		return
	}
	a.began = nil
	m.Start.Time, m.Start.Stamp = r.Time, r.Stamp
	a.starts.list[len(a.starts.list)-1] = *m.Start
	if !a.sink.Mark(*m) {
		a.stopped = true
	}
}

// Starts lists the starts of the server so far.
func (a *Assembler) Starts() []Start { return append([]Start(nil), a.starts.list...) }

// Gap says that bytes are missing here: what is pending is given away as it is, with a line that has no end yet. What comes next does not continue it.
func (a *Assembler) Gap(reason string) bool {
	if a.lines != nil {
		a.closeFile(false)
	}
	a.dropSeam()
	a.Flush()
	offset, number := int64(0), int64(0)
	if a.lines != nil {
		offset, number = a.lines.offset, a.lines.number
	}
	if !a.stopped && !a.sink.Mark(Mark{Kind: MarkGap, File: a.file, Offset: offset, Line: number, Reason: reason}) {
		a.stopped = true
	}
	return !a.stopped
}

// Prime tells the header of a file that is not read from its beginning, so that the same header in the next file is not taken for a start.
func (a *Assembler) Prime(head []byte) {
	p := &Assembler{sink: nobody{}, d: a.d, cs: a.cs, order: a.order, top: true, onlyHeader: true}
	p.Open("", 0, 0)
	p.Feed(head)
	if p.starts.known {
		a.starts.header, a.starts.known, a.Header = p.starts.header, true, p.Header
	}
}

// nobody is a sink that keeps nothing.
type nobody struct{}

func (nobody) Record(*Record) bool { return true }
func (nobody) Mark(Mark) bool      { return true }
