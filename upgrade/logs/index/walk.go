package index

import "io"

// walker goes over lines from a place on.
type walker struct {
	x      *Index
	buf    []byte
	data   []byte // unread part of buf
	offset int64  // of data
	end    bool
}

// walk goes over the lines that begin at or after an offset.
func (x *Index) walk(at int64) *walker {
	w := &walker{x: x, buf: make([]byte, blockSize+tail)}
	if at == 0 {
		return w
	}
	w.offset = at - x.unit()
	for w.offset < at { // the line that holds the byte before is not wanted; it may be longer than the buffer
		if _, _, ok := w.next(); !ok {
			break
		}
	}
	return w
}

// next gives the next line with its end, valid until the call after. Of a line longer than the buffer the beginning is given.
func (w *walker) next() (line []byte, offset int64, ok bool) {
	n := w.x.scan.Newline(w.data)
	if n == 0 && !w.end {
		w.fill()
		n = w.x.scan.Newline(w.data)
	}
	long := n == 0 && len(w.data) == len(w.buf)
	if n == 0 {
		n = len(w.data)
	}
	if n == 0 {
		return nil, 0, false
	}
	line, offset = w.data[:n], w.offset
	w.data, w.offset = w.data[n:], w.offset+int64(n)
	if long {
		w.skip()
	}
	return line, offset, true
}

func (w *walker) fill() {
	have := copy(w.buf, w.data)
	n, err := w.x.file.ReadAt(w.buf[have:], w.offset+int64(have))
	w.data = w.buf[:have+n]
	w.end = err == io.EOF
}

// skip goes to the end of a line that is longer than the buffer.
func (w *walker) skip() {
	buf := make([]byte, step)
	w.data = nil
	for {
		n, err := w.x.file.ReadAt(buf, w.offset)
		if end := w.x.scan.Newline(buf[:n]); end > 0 {
			w.offset += int64(end)
			return
		}
		w.offset += int64(n)
		if err != nil || n == 0 {
			w.end = true
			return
		}
	}
}
