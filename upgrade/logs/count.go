package logs

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// blockCount is what one block of a file adds to the statistics. A block owns the lines that begin in it. Nothing is allocated for a record;
// the few lines that need reading (headers, trace states, launches) are remembered by their place.
type blockCount struct {
	lines  int64
	levels [256]int64
	first  int64 // offset of the first record, -1 when there is none
	last   int64 // of the last one
	points []point
	ended  bool // the block's last byte is a newline
}

// point is a line that must be read: a header of asterisks, or a record that tells of a start or a trace state.
type point struct {
	offset int64
	line   int64 // in its block, from 0
	kind   pointKind
}

type pointKind byte

const (
	pointHeader pointKind = iota
	pointRecord
	pointText // a header without asterisks
)

// counter counts the lines and records of blocks of one log.
type counter struct {
	d      dialect
	layout layout // of a bracketed dialect
	headed headed
}

func newCounter(d dialect) counter {
	c := counter{d: d}
	if b, ok := d.(bracketed); ok {
		c.layout = b.layout
	}
	c.headed, _ = d.(headed)
	return c
}

// fast tells whether a dialect's records can be counted line by line without reading them.
func fast(d dialect, cs charset.Charset) bool {
	if cs.Wide() {
		return false
	}
	switch d.(type) {
	case bracketed, dominoConsole, consoleLines, jsonLines, febEvents, plain:
		return true
	}
	return false
}

// count counts the lines that begin in data[from:to]; data goes on beyond to, so that the last of them can be looked at. offset is that of
// data[0] in the file.
func (c *counter) count(data []byte, from, to int, offset int64) (b blockCount) {
	b.first, b.last = -1, -1
	if c.layout != layoutNone {
		c.countBracketed(&b, data, from, to, offset)
		return b
	}
	for i := from; i < to; {
		rest := data[i:]
		end := bytes.IndexByte(rest, '\n')
		line := rest
		if end >= 0 {
			line = rest[:end]
		}
		if len(line) > 0 {
			c.look(&b, line, offset+int64(i))
		}
		b.lines++
		if end < 0 {
			break
		}
		i += end + 1
	}
	return b
}

// countBracketed counts a log whose records begin with a bracket. Ends of lines are counted many at a time; only lines that begin with a bracket or
// an asterisk are looked at, and the others, most lines of a trace, are passed over without being found one by one.
func (c *counter) countBracketed(b *blockCount, data []byte, from, to int, offset int64) {
	if from >= to {
		return
	}
	for i := from; i < to; {
		i = nextLineWith(data, '[', i, from, to)
		if i >= to {
			break
		}
		end := bytes.IndexByte(data[i:], '\n')
		if end < 0 {
			end = len(data) - i
		}
		points := len(b.points)
		c.look(b, data[i:i+end], offset+int64(i))
		if len(b.points) > points {
			b.points[points].line = int64(bytes.Count(data[from:i], newline))
		}
		i += end + 1
	}
	brackets := len(b.points)
	for i := from; i < to; {
		i = nextLineWith(data, '*', i, from, to)
		if i >= to {
			break
		}
		end := bytes.IndexByte(data[i:], '\n')
		if end < 0 {
			end = len(data) - i
		}
		if asterisks(data[i:i+end]) != noHeader {
			b.points = append(b.points, point{offset + int64(i), int64(bytes.Count(data[from:i], newline)), pointHeader})
		}
		i += end + 1
	}
	if brackets > 0 && brackets < len(b.points) {
		slices.SortFunc(b.points, func(a, b point) int { return cmp.Compare(a.offset, b.offset) })
	}
	b.lines = 1 + int64(bytes.Count(data[from:to-1], newline))
}

var newline = []byte{'\n'}

// nextLineWith finds the next line at or after i that begins with a character; a line begins at i. from is the first line of the block.
func nextLineWith(data []byte, first byte, i, from, to int) int {
	for i < to {
		n := bytes.IndexByte(data[i:to], first)
		if n < 0 {
			return to
		}
		if i += n; i == from || data[i-1] == '\n' {
			return i
		}
		i++
	}
	return to
}

func (c *counter) look(b *blockCount, line []byte, at int64) {
	if line[0] == '*' && asterisks(line) != noHeader {
		b.points = append(b.points, point{at, b.lines, pointHeader})
		return
	}
	var letter byte
	if c.layout != layoutNone {
		cols, ok := c.layout.match(line)
		if !ok {
			return
		}
		letter = line[cols.letter]
		if (letter == 'I' || letter == 'A') && telling(line[cols.letter+2:]) {
			b.points = append(b.points, point{at, b.lines, pointRecord})
		}
	} else if letter = c.other(b, line, at); letter == 0 {
		return
	}
	b.levels[letter]++
	if b.first < 0 {
		b.first = at
	}
	b.last = at
}

// other is for the dialects without brackets.
func (c *counter) other(b *blockCount, line []byte, at int64) byte {
	if n := len(line); line[n-1] == '\r' {
		line = line[:n-1]
	}
	if c.headed != nil {
		if is, start := c.headed.header(line); is {
			if start {
				b.points = append(b.points, point{at, b.lines, pointText})
			}
			return 0
		}
	}
	letter := c.d.begins(line)
	if letter != 0 && (bytes.Contains(line, launchLiberty) || bytes.Contains(line, tras) || bytes.Contains(line, launchDomino)) {
		b.points = append(b.points, point{at, b.lines, pointRecord})
	}
	return letter
}

var (
	tras          = []byte("TRAS001")
	launchLiberty = []byte("CWWKE0001I")
	launchDomino  = []byte("Server started on physical node")
)

// telling tells whether the text of a record begins with the id of a message about a start or a trace state. In WebSphere's columns two spaces
// stand before it, or a class and a method.
func telling(text []byte) bool {
	if len(text) < 10 {
		return false
	}
	if text[0] == ' ' {
		text = bytes.TrimLeft(text[:min(len(text), 80)], " ")
	}
	if bytes.HasPrefix(text, tras) || bytes.HasPrefix(text, launchLiberty) {
		return true
	}
	return bytes.Contains(text[:min(len(text), 200)], tras)
}
