package logs

import (
	"bytes"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// maxLine is how much of one line is kept; the rest is counted, not stored.
const maxLine = 1 << 20

// line is a physical line of a file, without its end.
type line struct {
	data   []byte // valid until the next call of feed
	offset int64
	number int64
	size   int64 // with its end
	ended  bool  // false: the newline is missing
	cut    bool  // longer than maxLine
}

// lineSplitter splits what it is fed into lines. It holds one unfinished line at most.
type lineSplitter struct {
	cs     charset.Charset
	rest   []byte // the unfinished line, at most maxLine of it
	size   int64  // of the unfinished line, all of it
	offset int64  // of the unfinished line
	number int64  // of the last finished line
}

func newLineSplitter(cs charset.Charset, offset, number int64) *lineSplitter {
	return &lineSplitter{cs: cs, offset: offset, number: number}
}

// feed gives each line that data completes to emit, until emit says no; then the rest of data is not read.
func (s *lineSplitter) feed(data []byte, emit func(line) bool) bool {
	for len(data) > 0 {
		n := s.newline(data)
		if n == 0 {
			s.keep(data)
			return true
		}
		part := data[:n]
		data = data[n:]
		if s.size > 0 {
			s.keep(part)
			part = s.rest
		} else {
			s.size = int64(n)
		}
		if !emit(s.finish(part, true)) {
			return false
		}
	}
	return true
}

// newline finds the end of the line in data, which goes on where the unfinished line stands: for wide text that may be within a character.
func (s *lineSplitter) newline(data []byte) int {
	if !s.cs.Wide() {
		return bytes.IndexByte(data, '\n') + 1
	}
	if s.size&1 == 0 {
		return s.cs.Newline(data)
	}
	last := byte(0)
	if n := len(s.rest); n > 0 {
		last = s.rest[n-1]
	}
	if s.cs.Newline([]byte{last, data[0]}) > 0 {
		return 1
	}
	if n := s.cs.Newline(data[1:]); n > 0 {
		return n + 1
	}
	return 0
}

func (s *lineSplitter) keep(part []byte) {
	s.size += int64(len(part))
	if room := maxLine - len(s.rest); len(part) > room {
		part = part[:max(room, 0)]
	}
	s.rest = append(s.rest, part...)
}

func (s *lineSplitter) finish(data []byte, ended bool) line {
	s.number++
	l := line{offset: s.offset, number: s.number, size: s.size, ended: ended}
	l.cut = s.size > int64(len(data))
	if len(data) > maxLine {
		data, l.cut = data[:maxLine], true
	}
	l.data = data
	if ended && !l.cut {
		l.data = trimEnd(data, s.cs)
	}
	s.offset += s.size
	s.size = 0
	if cap(s.rest) > maxLine/4 && len(s.rest) < maxLine/16 {
		s.rest = nil // one huge line must not hold its memory for ever
	}
	s.rest = s.rest[:0]
	return l
}

// end gives the line that has no newline; ok is false when there is none.
func (s *lineSplitter) end() (l line, ok bool) {
	if s.size == 0 {
		return l, false
	}
	return s.finish(s.rest, false), true
}

// trimEnd takes the newline off and a carriage return before it.
func trimEnd(data []byte, cs charset.Charset) []byte {
	if !cs.Wide() {
		return withoutReturn(bytes.TrimSuffix(data, []byte{'\n'}), cs)
	}
	return withoutReturn(data[:max(len(data)-2, 0)], cs)
}

// withoutReturn takes a carriage return off.
func withoutReturn(data []byte, cs charset.Charset) []byte {
	if !cs.Wide() {
		return bytes.TrimSuffix(data, []byte{'\r'})
	}
	if n := len(data); n >= 2 && (data[n-1] == '\r' && data[n-2] == 0 || data[n-2] == '\r' && data[n-1] == 0) {
		data = data[:n-2]
	}
	return data
}
