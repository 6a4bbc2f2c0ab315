package settings

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade"
)

func itoa(n int) string { return strconv.Itoa(n) }

// editable refuses files whose bytes are not what .properties can be.
func (p *Properties) editable() error {
	if p.enc == UTF16 {
		return upgrade.NewFault("SB-5002", upgrade.KindUnsupported, nil, "encoding", "UTF-16")
	}
	return nil
}

// splice replaces data[from:to] and reads the lines again.
func (p *Properties) splice(from, to int, with string) {
	p.load(p.data[:from] + with + p.data[to:])
}

// Set implements Document. Where the key stands more than once the one in force, the last, is changed.
func (p *Properties) Set(key, value string) ([]Change, error) {
	if err := p.editable(); err != nil {
		return nil, err
	}
	at := p.find(key)
	if len(at) == 0 {
		return p.insert(key, value), nil
	}
	l := p.lines[at[len(at)-1]]
	before := p.setting(l).Value
	if before == value {
		return p.escapeRaw(l), nil
	}
	fold := ""
	if l.lines > 1 {
		fold = p.lineEnd(at[len(at)-1])
	}
	with := escapeValue(value, !l.hard, fold)
	if !l.hard && !l.soft {
		with = "=" + with
	}
	p.splice(l.valStart, l.end, with)
	return []Change{{Key: key, Before: text(before), After: text(value), Line: l.firstNo}}, nil
}

// escapeRaw writes the characters of a value that Java would read garbled as escapes, in place, so that the value is what it looks like. All else of the
// value stays as it is written.
func (p *Properties) escapeRaw(l logical) []Change {
	s := p.setting(l)
	if s.JavaValue == "" {
		return nil
	}
	var b strings.Builder
	for _, r := range p.data[l.valStart:l.end] {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		escapeRune(&b, r)
	}
	p.splice(l.valStart, l.end, b.String())
	return []Change{{Key: s.Key, Before: text(s.JavaValue), After: text(s.Value), Line: l.firstNo}}
}

// insert adds a new key behind its neighbours.
func (p *Properties) insert(key, value string) []Change {
	i := p.place(key)
	entry := escapeKey(key) + "=" + escapeValue(value, false, "")
	eol := p.lineEnd(i)
	switch {
	case i < 0: // an empty file, or one that holds a byte-order mark only
		at := len(p.data)
		p.splice(at, at, entry+eol)
	case p.lines[i].dangling: // what follows a backslash at the end would be continued by it
		p.splice(p.lines[i].start, p.lines[i].start, entry+eol)
	case p.lines[i].next == p.lines[i].end: // no line end at the end of the file: it stays so
		p.splice(p.lines[i].end, p.lines[i].end, eol+entry)
	default:
		p.splice(p.lines[i].next, p.lines[i].next, entry+eol)
	}
	s, _ := p.Get(key)
	return []Change{{Key: key, After: text(value), Line: s.Line}}
}

// place is the index of the line behind which a new key goes: the key's own commented line, else the last key that shares the longest dotted
// prefix with it, else the last line. -1 in an empty file.
func (p *Properties) place(key string) int {
	if at := p.commented(key); len(at) > 0 {
		return at[len(at)-1].last
	}
	best, shared := len(p.lines)-1, 0
	for i, l := range p.lines {
		if l.kind != lineEntry {
			continue
		}
		if n := sharedPrefix(p.key(l), key); n > 0 && n >= shared {
			best, shared = i, n
		}
	}
	return best
}

// sharedPrefix counts the dotted parts that two keys have in common from the left; the last part of either does not count.
func sharedPrefix(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	n := 0
	for n < len(as)-1 && n < len(bs)-1 && as[n] == bs[n] {
		n++
	}
	return n
}

// lineEnd is the line end in use at line i: its own, else that of the nearest line before it, else that of the file's first line, else \n.
func (p *Properties) lineEnd(i int) string {
	for ; i >= 0; i-- {
		if l := p.lines[i]; l.next > l.end {
			return p.data[l.end:l.next]
		}
	}
	if k := strings.IndexAny(p.data, "\r\n"); k >= 0 {
		if strings.HasPrefix(p.data[k:], "\r\n") {
			return "\r\n"
		}
		return p.data[k : k+1]
	}
	return "\n"
}

// Unset implements Document. All entries of the key go, so that none of its earlier values comes into force.
func (p *Properties) Unset(key string) ([]Change, error) {
	if err := p.editable(); err != nil {
		return nil, err
	}
	var out []Change
	at := p.find(key)
	for n := len(at) - 1; n >= 0; n-- {
		l := p.lines[at[n]]
		out = append([]Change{{Key: key, Before: text(p.setting(l).Value), Line: l.firstNo}}, out...)
		p.remove(at[n])
	}
	return out, nil
}

// remove takes one logical line out. The last line of a file without a final line end takes the line end before it along.
func (p *Properties) remove(i int) {
	l := p.lines[i]
	from := l.start
	if l.next == l.end && i > 0 {
		from = p.lines[i-1].end
	}
	behind := l.next == len(p.data)
	p.splice(from, l.next, "")
	// A lone backslash means nothing where it stood, but as the end of the file Java makes an empty key of it.
	for n := len(p.lines) - 1; behind && n >= 0 && p.lines[n].dangling && p.lines[n].key+p.lines[n].value == ""; n = len(p.lines) - 1 {
		p.splice(p.lines[n].start, len(p.data), "")
	}
}

// Comment implements Commenter: each physical line of each entry of the key gets a # in front.
func (p *Properties) Comment(key string) ([]Change, error) {
	if err := p.editable(); err != nil {
		return nil, err
	}
	var out []Change
	at := p.find(key)
	for n := len(at) - 1; n >= 0; n-- {
		l := p.lines[at[n]]
		out = append([]Change{{Key: key, Before: text(p.setting(l).Value), Line: l.firstNo}}, out...)
		p.splice(l.start, l.end, commentOut(p.data[l.start:l.end]))
	}
	return out, nil
}

func commentOut(block string) string {
	var b strings.Builder
	b.WriteByte('#')
	for i := 0; i < len(block); i++ {
		b.WriteByte(block[i])
		if block[i] == '\n' || (block[i] == '\r' && !strings.HasPrefix(block[i+1:], "\n")) {
			b.WriteByte('#')
		}
	}
	return b.String()
}

// block is a run of comment lines that is one commented-out entry.
type block struct {
	first, last int // indexes of lines
	text        string
}

// commented finds the commented-out entries of key.
func (p *Properties) commented(key string) []block {
	var out []block
	for i := 0; i < len(p.lines); i++ {
		if p.lines[i].kind != lineComment {
			continue
		}
		b := p.blockAt(i)
		entries := lex(b.text)
		if len(entries) != 1 || entries[0].kind != lineEntry || !entries[0].hard || decode(entries[0].key, p.enc).text != key {
			continue
		}
		if entries[0].dangling && b.last+1 < len(p.lines) {
			continue // brought back, it would swallow the line behind it
		}
		out = append(out, b)
		i = b.last
	}
	return out
}

// blockAt uncomments the line at i, and the following comment lines as long as the text asks for a continuation.
func (p *Properties) blockAt(i int) block {
	b := block{first: i, last: i}
	for ; i < len(p.lines) && p.lines[i].kind == lineComment; i++ {
		l := p.lines[i]
		raw := p.data[l.start:l.end]
		mark := strings.IndexAny(raw, "#!")
		piece := raw[:mark] + raw[mark+1:]
		b.text, b.last = b.text+piece, i
		if !continues(piece) || i+1 == len(p.lines) || p.lines[i+1].kind != lineComment {
			break
		}
		b.text += p.data[l.end:l.next]
	}
	return b
}

func continues(s string) bool {
	n := len(s) - len(strings.TrimRight(s, `\`))
	return n%2 == 1
}

// Uncomment implements Commenter. It does nothing when the key is set already or was never there.
func (p *Properties) Uncomment(key string) ([]Change, error) {
	if err := p.editable(); err != nil {
		return nil, err
	}
	blocks := p.commented(key)
	if len(blocks) == 0 || len(p.find(key)) > 0 {
		return nil, nil
	}
	b := blocks[len(blocks)-1]
	p.splice(p.lines[b.first].start, p.lines[b.last].end, b.text)
	s, _ := p.Get(key)
	return []Change{{Key: key, After: text(s.Value), Line: s.Line}}, nil
}
