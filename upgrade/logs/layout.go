package logs

import (
	"bytes"
	"unicode/utf8"
)

// layout is how the columns of a record that begins with a stamp in brackets stand.
//
//	basic     [ts] tid8 name13 E text                 WebSphere, SystemOut and trace; Liberty TBASIC
//	wide      [ts] tid8 name60 E text                 Liberty messages.log
//	enhanced  [ts] tid8 id=hex8 name60 E text         Liberty trace.log
//	advanced  [ts] tid8  E UOW=.. source=.. ..        then the message on a line of its own
type layout byte

const (
	layoutNone layout = iota
	layoutBasic
	layoutWide
	layoutEnhanced
	layoutAdvanced
)

const (
	stampMin, stampMax = 10, 45
	shortName          = 13
	wideName           = 60
)

// columns are the places of the parts of a record line.
type columns struct {
	layout   layout
	stampEnd int // of the bracket
	tid      int // begin of eight hex digits
	name     int
	letter   int
}

// threadAt finds the thread column: the index of its first digit, 0 when the line does not begin like a record.
func threadAt(line []byte) int {
	if len(line) < stampMin+12 || line[0] != '[' {
		return 0
	}
	end := bytes.IndexByte(line[1:min(len(line), stampMax+2)], ']')
	if end < 0 { // digits of other scripts have two or three bytes
		end = bytes.IndexByte(line[1:min(len(line), 3*stampMax+2)], ']')
		if end > 0 && utf8.RuneCount(line[1:1+end]) > stampMax {
			return 0
		}
	}
	if end < stampMin {
		return 0
	}
	tid := end + 3
	if len(line) < tid+10 || line[tid-1] != ' ' || line[tid+8] != ' ' {
		return 0
	}
	for _, c := range line[tid : tid+8] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return 0
		}
	}
	return tid
}

func isLetter(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '<' || c == '>'
}

// match tells where the columns of a line are when it begins a record. The line is of this layout, or of another when the server was told to write
// in another while it ran or before it was started again: a file is appended to.
func (l layout) match(line []byte) (columns, bool) {
	tid := threadAt(line)
	if tid == 0 {
		return columns{}, false
	}
	if c, ok := l.at(line, tid); ok {
		return c, true
	}
	for _, other := range [...]layout{layoutEnhanced, layoutWide, layoutAdvanced, layoutBasic} {
		if other != l {
			if c, ok := other.at(line, tid); ok {
				return c, true
			}
		}
	}
	return columns{}, false
}

// only tells whether a line begins a record of this layout and no other.
func (l layout) only(line []byte) bool {
	tid := threadAt(line)
	if tid == 0 {
		return false
	}
	_, ok := l.at(line, tid)
	return ok
}

// at takes a line apart whose thread stands at tid.
func (l layout) at(line []byte, tid int) (columns, bool) {
	c := columns{layout: l, stampEnd: tid - 2, tid: tid, name: tid + 9}
	var width int
	switch l {
	case layoutBasic:
		width = shortName
	case layoutWide:
		width = wideName
	case layoutEnhanced:
		if !hasTraceID(line[c.name:]) {
			return c, false
		}
		c.name += 12
		width = wideName
	case layoutAdvanced:
		return c, c.advanced(line)
	default:
		return c, false
	}
	if c.letter = c.name + width + 1; c.markAt(line) {
		return c, true
	}
	return c, c.markByRunes(line, width)
}

// markAt tells whether a level letter stands at its place between spaces.
func (c *columns) markAt(line []byte) bool {
	p := c.letter
	return len(line) > p+1 && line[p-1] == ' ' && isLetter(line[p]) && line[p+1] == ' '
}

// markByRunes counts the name column in characters: a logger's name may have more than ASCII in it.
func (c *columns) markByRunes(line []byte, width int) bool {
	p, ascii := c.name, true
	for range width {
		if p >= len(line) {
			return false
		}
		if line[p] < 0x80 {
			p++
			continue
		}
		ascii = false
		_, size := utf8.DecodeRune(line[p:])
		p += size
	}
	c.letter = p + 1
	return !ascii && c.markAt(line)
}

func hasTraceID(s []byte) bool {
	return len(s) > 12 && s[0] == 'i' && s[1] == 'd' && s[2] == '=' && s[11] == ' '
}

// advanced finds "E UOW=" with a few spaces before and behind the letter: servers of different ages pad one or the other.
func (c *columns) advanced(line []byte) bool {
	p := c.name
	for p < len(line) && line[p] == ' ' && p < c.name+3 {
		p++
	}
	if c.letter = p; len(line) < p+6 || !isLetter(line[p]) || line[p+1] != ' ' {
		return false
	}
	rest := line[p+2:]
	for n := 0; n < 2 && rest[0] == ' '; n++ {
		rest = rest[1:]
	}
	return bytes.HasPrefix(rest, []byte("UOW=")) || bytes.HasPrefix(rest, []byte("source="))
}
