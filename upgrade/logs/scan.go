package logs

import (
	"bytes"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// MaxLine is how much of a line is looked at; the rest belongs to it and is passed over.
const MaxLine = maxLine

// Scanner finds lines and records in pieces of a log without reading them: for an index. It may be used from several goroutines.
type Scanner struct {
	c     counter
	cs    charset.Charset
	order stamp.Order
	split splitter
}

// NewScanner makes a scanner for a profile.
func NewScanner(p Profile) *Scanner {
	s := &Scanner{c: newCounter(dialectOf(p.Format)), cs: p.charset(), order: p.Order}
	s.split, _ = s.c.d.(splitter)
	return s
}

// Unit is how many bytes an end of line has: pieces of a file begin at its multiples.
func (s *Scanner) Unit() int {
	if s.cs.Wide() {
		return 2
	}
	return 1
}

// Newline gives the index after the first line of data, 0 when it has no end. data begins at an even offset when the text is UTF-16.
func (s *Scanner) Newline(data []byte) int { return s.cs.Newline(data) }

// Skip is how many bytes at the beginning of a file are no text: a byte order mark.
func (s *Scanner) Skip(head []byte) int {
	_, n := charset.BOM(head)
	return n
}

// Begins tells whether a line begins a record: the letter of its level, else 0.
func (s *Scanner) Begins(line []byte) byte {
	if len(line) == 0 {
		return 0
	}
	if s.cs.Wide() {
		line = s.cs.Bytes(line)
	}
	return s.c.d.begins(bytes.TrimSuffix(bytes.TrimSuffix(line, newline), []byte{'\r'}))
}

// Text gives a line in UTF-8, without its end.
func (s *Scanner) Text(line []byte) string {
	return string(bytes.TrimRight(s.cs.Bytes(line), "\r\n"))
}

// Time reads the time of a record from its first line; zero when the line does not tell.
func (s *Scanner) Time(line []byte) stamp.Moment {
	var r Record
	s.c.d.parse(&r, string(s.cs.Bytes(line)))
	if f, ok := s.c.d.(finisher); ok && r.Stamp == "" {
		f.finish(&r)
	}
	a := Assembler{order: s.order}
	a.stampOf(&r)
	return r.Time
}

// Found is a record that begins in a piece.
type Found struct {
	At     int  // index of its first byte
	End    int  // index after its first line, or after the part of a line that is its first
	Letter byte // of its level
}

// Each finds the records whose first line begins in data[from:to], in order, until use says no. A line begins at from. data goes on
// beyond to, so that the last line can be looked at. It gives how many lines began, all of them when use never said no.
func (s *Scanner) Each(data []byte, from, to int, use func(Found) bool) (lines int64) {
	if s.c.layout != layoutNone && !s.cs.Wide() {
		return s.eachBracketed(data, from, to, use)
	}
	for i := from; i < to; {
		n := s.cs.Newline(data[i:])
		line := data[i:]
		if n > 0 {
			line = data[i : i+n]
		}
		lines++
		if !s.parts(line, i, use) || n == 0 {
			break
		}
		i += n
	}
	return lines
}

// parts looks at one line, which may hold several records.
func (s *Scanner) parts(line []byte, at int, use func(Found) bool) bool {
	if s.split == nil {
		letter := s.Begins(line)
		return letter == 0 || use(Found{at, at + len(line), letter})
	}
	text := trimEnd(line[:min(len(line), maxLine)], s.cs)
	end := at + len(line)
	for {
		n := s.split.split(text)
		next := end
		if n < len(text) {
			next = at + n
		}
		if letter := s.c.d.begins(text[:n]); letter != 0 && !use(Found{at, next, letter}) {
			return false
		}
		if n >= len(text) {
			return true
		}
		text, at = text[n:], next
	}
}

func (s *Scanner) eachBracketed(data []byte, from, to int, use func(Found) bool) (lines int64) {
	if from >= to {
		return 0
	}
	for i := from; i < to; {
		if i = nextLineWith(data, '[', i, from, to); i >= to {
			break
		}
		end := i + lineLength(data[i:])
		if letter := s.c.d.begins(trimReturn(data[i:end])); letter != 0 && !use(Found{i, end, letter}) {
			return bytesCount(data[from:i]) + 1
		}
		i = end
	}
	return 1 + bytesCount(data[from:to-1])
}

func bytesCount(data []byte) int64 { return int64(bytes.Count(data, newline)) }

// lineLength is the length of the first line with its end.
func lineLength(data []byte) int {
	if n := bytes.IndexByte(data, '\n'); n >= 0 {
		return n + 1
	}
	return len(data)
}

func trimReturn(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, newline), []byte{'\r'})
}
