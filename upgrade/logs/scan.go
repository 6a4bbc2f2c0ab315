package logs

import (
	"bytes"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// Scanner finds lines and records in pieces of a log without reading them: for an index. It may be used from several goroutines.
type Scanner struct {
	c  counter
	cs charset.Charset
}

// NewScanner makes a scanner for a profile.
func NewScanner(p Profile) *Scanner {
	return &Scanner{c: newCounter(dialectOf(p.Format)), cs: p.charset()}
}

// Newline gives the index after the first line of data, 0 when it has no end. data begins at an even offset when the text is UTF-16.
func (s *Scanner) Newline(data []byte) int { return s.cs.Newline(data) }

// Begins tells whether a line begins a record: the letter of its level, else 0.
func (s *Scanner) Begins(line []byte) byte {
	if len(line) == 0 {
		return 0
	}
	if s.cs.Wide() {
		line = s.cs.Bytes(line)
	}
	return s.c.d.begins(bytes.TrimSuffix(line, []byte{'\r'}))
}

// Text gives a line in UTF-8, without its end.
func (s *Scanner) Text(line []byte) string {
	return string(bytes.TrimRight(s.cs.Bytes(line), "\r\n"))
}

// Literal is a text without which no line can match the filter's expression, exactly as it is written; empty when there is none.
func (f *Filter) Literal() string {
	if f.fold || f.Invert {
		return ""
	}
	return f.literal
}
