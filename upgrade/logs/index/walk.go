package index

import (
	"errors"
	"io"
)

// walker goes over the lines of a file from a place on.
type walker struct {
	f      *file
	limit  int64 // offset after the last byte that is read
	buf    []byte
	data   []byte // unread part of buf
	offset int64  // of data
	end    bool
}

// maxHold is how much of a line is held, as in reading.
const maxHold = 1 << 20

// walk goes over the lines that begin at or after an offset and before a limit.
func (f *file) walk(at, limit int64) *walker {
	w := &walker{f: f, limit: limit, buf: make([]byte, min(32<<10, max(limit-at, 0)+4))}
	if at == 0 {
		head := make([]byte, 3)
		n, _ := f.part.ReadAt(head, 0) // what cannot be read has no lines
		w.offset = int64(f.scan.Skip(head[:n]))
		return w
	}
	w.offset = at - int64(f.scan.Unit())
	for w.offset < at { // the line that holds the unit before is not wanted; it may be longer than the buffer
		if _, _, ok := w.next(); !ok {
			break
		}
	}
	return w
}

// next gives the next line with its end, valid until the call after. Of a line longer than maxHold the beginning is given.
func (w *walker) next() (line []byte, offset int64, ok bool) {
	n := w.f.scan.Newline(w.data)
	for n == 0 && !w.end {
		if len(w.data) == len(w.buf) && !w.grow() {
			break
		}
		w.fill()
		n = w.f.scan.Newline(w.data)
	}
	long := n == 0 && !w.end
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

// grow makes room for a long line; false when it is long enough.
func (w *walker) grow() bool {
	if len(w.buf) >= maxHold {
		return false
	}
	larger := make([]byte, min(maxHold, 4*len(w.buf)+1024))
	w.data = larger[:copy(larger, w.data)]
	w.buf = larger
	return true
}

func (w *walker) fill() {
	have := copy(w.buf, w.data)
	at := w.offset + int64(have)
	room := min(int64(len(w.buf)-have), max(w.limit-at, 0))
	n, err := w.f.part.ReadAt(w.buf[have:have+int(room)], at)
	w.data = w.buf[:have+n]
	w.end = err != nil || at+int64(n) >= w.limit || n == 0
}

// skip goes to the end of a line that is longer than the buffer.
func (w *walker) skip() {
	buf := make([]byte, 256<<10)
	w.data = nil
	for {
		n, err := w.f.part.ReadAt(buf[:min(int64(len(buf)), max(w.limit-w.offset, 0))], w.offset)
		if end := w.f.scan.Newline(buf[:n]); end > 0 {
			w.offset += int64(end)
			return
		}
		w.offset += int64(n)
		if err != nil && !errors.Is(err, io.EOF) || n == 0 {
			w.end = true
			return
		}
	}
}
