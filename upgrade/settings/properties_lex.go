package settings

import "strings"

// bom is the UTF-8 byte-order mark.
const bom = "\xef\xbb\xbf"

type lineKind uint8

const (
	lineBlank lineKind = iota
	lineComment
	lineEntry
)

// logical is one logical line: a blank line, a comment, or a key with its value over one or more physical lines. All numbers are byte offsets.
type logical struct {
	kind  lineKind
	start int // first byte of the line
	end   int // behind its last byte, before the line end
	next  int // behind the line end; equals end at the end of the file

	key      string // raw, as it stands with its escapes, continuations removed
	value    string // raw likewise
	keyEnd   int    // behind the key's last byte
	valStart int    // first byte of the value; where it would stand when it is empty
	hard     bool   // the separator holds = or :
	soft     bool   // the separator holds white space only
	dangling bool   // ends with a backslash at the end of the file
	firstNo  int    // number of its first physical line, from 1
	lines    int    // physical lines it covers
}

// lex splits data into logical lines as java.util.Properties.LineReader does. Every byte belongs to exactly one logical line.
func lex(data string) []logical {
	var out []logical
	l := lexer{data: data}
	no := 1
	for pos := 0; pos < len(data); {
		line := l.line(pos)
		line.firstNo = no
		no += line.lines
		out = append(out, line)
		pos = line.next
	}
	return out
}

type lexer struct {
	data string
	buf  []byte
	pos  []int
}

// eol gives the offsets of the next line end at or behind pos, and behind it.
func (l *lexer) eol(pos int) (end, next int) {
	i := strings.IndexAny(l.data[pos:], "\r\n")
	if i < 0 {
		return len(l.data), len(l.data)
	}
	end = pos + i
	if l.data[end] == '\r' && end+1 < len(l.data) && l.data[end+1] == '\n' {
		return end, end + 2
	}
	return end, end + 1
}

func blankByte(b byte) bool { return b == ' ' || b == '\t' || b == '\f' }

func skipBlank(s string, from, to int) int {
	for from < to && blankByte(s[from]) {
		from++
	}
	return from
}

func (l *lexer) line(start int) logical {
	end, next := l.eol(start)
	first := skipBlank(l.data, start, end)
	out := logical{start: start, end: end, next: next, lines: 1}
	switch {
	case first == end:
		return out
	case l.data[first] == '#' || l.data[first] == '!':
		out.kind = lineComment
		return out
	case first == end-1 && l.data[first] == '\\' && l.voids(end, next):
		return out // nothing is continued: Java goes on as at the beginning of a line
	}
	return l.entry(out, first)
}

// voids tells whether a line of one backslash vanishes. At the very end of the file, before one line-end character or none, Java makes an
// empty key of it; that is its letter, and it is kept.
func (l *lexer) voids(end, next int) bool {
	return next < len(l.data) || next-end == 2
}

// entry gathers the characters of a logical line that begins at first, over its continuations.
func (l *lexer) entry(out logical, first int) logical {
	l.buf, l.pos = l.buf[:0], l.pos[:0]
	from, end, next := first, out.end, out.next
	for {
		escaped := false
		for i := from; i < end; i++ {
			l.buf, l.pos = append(l.buf, l.data[i]), append(l.pos, i)
			escaped = l.data[i] == '\\' && !escaped
		}
		if !escaped {
			break
		}
		l.buf, l.pos = l.buf[:len(l.buf)-1], l.pos[:len(l.pos)-1]
		if next == len(l.data) {
			out.dangling = true
			break
		}
		from = next
		end, next = l.eol(from)
		out.lines++
		from = skipBlank(l.data, from, end)
	}
	out.end, out.next, out.kind = end, next, lineEntry
	l.split(&out)
	return out
}

// split finds key, separator and value as java.util.Properties.load0 does.
func (l *lexer) split(out *logical) {
	buf, n := l.buf, len(l.buf)
	keyLen, escaped := 0, false
	for keyLen < n {
		c := buf[keyLen]
		if !escaped && (c == '=' || c == ':' || blankByte(c)) {
			break
		}
		escaped = c == '\\' && !escaped
		keyLen++
	}
	v := keyLen
	for v < n && (blankByte(buf[v]) || (!out.hard && (buf[v] == '=' || buf[v] == ':'))) {
		out.hard = out.hard || !blankByte(buf[v])
		v++
	}
	out.soft = v > keyLen && !out.hard
	out.key, out.value = string(buf[:keyLen]), string(buf[v:])
	out.keyEnd, out.valStart = l.behind(out, keyLen), l.behind(out, v)
	if v < n {
		out.valStart = l.pos[v]
	}
}

// behind is the offset just behind the n-th character.
func (l *lexer) behind(out *logical, n int) int {
	if n == 0 {
		return skipBlank(l.data, out.start, out.end)
	}
	return l.pos[n-1] + 1
}
