package settings

import (
	"bytes"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// Properties is a Java .properties file. It reads what java.util.Properties reads, keeps every byte that an edit does not name, and writes new
// values in ASCII with \u escapes, which mean the same whether the reader takes the file for Latin-1 or for UTF-8.
type Properties struct {
	data  string
	enc   Encoding
	lines []logical
}

// ParseProperties makes a document of any bytes: there is no input that fails. What is odd is told by Problems.
func ParseProperties(data []byte) *Properties {
	p := &Properties{}
	p.load(string(data))
	return p
}

func (p *Properties) load(data string) {
	p.data, p.enc = data, encodingOf(data)
	skip := 0
	if strings.HasPrefix(data, bom) {
		skip = len(bom)
	}
	p.lines = lex(data[skip:])
	for i := range p.lines {
		l := &p.lines[i]
		l.start, l.end, l.next, l.keyEnd, l.valStart = l.start+skip, l.end+skip, l.next+skip, l.keyEnd+skip, l.valStart+skip
	}
}

// Bytes implements Document.
func (p *Properties) Bytes() []byte { return []byte(p.data) }

// Encoding tells how the file's bytes stand for characters.
func (p *Properties) Encoding() Encoding { return p.enc }

func (p *Properties) key(l logical) string { return decode(l.key, p.enc).text }

// Settings implements Document.
func (p *Properties) Settings() []upgrade.Setting {
	last := map[string]int{}
	var out []upgrade.Setting
	for _, l := range p.lines {
		if l.kind != lineEntry {
			continue
		}
		s := p.setting(l)
		if at, twice := last[s.Key]; twice {
			out[at].Overridden = true
		}
		last[s.Key] = len(out)
		out = append(out, s)
	}
	return out
}

func (p *Properties) setting(l logical) upgrade.Setting {
	s := upgrade.Setting{Key: p.key(l), Value: decode(l.value, p.enc).text, Line: l.firstNo}
	if p.enc == UTF8 {
		if java := decode(l.value, Latin1).text; java != s.Value {
			s.JavaValue = java
		}
	}
	return s
}

// find gives the indexes of the key's entries, in file order.
func (p *Properties) find(key string) []int {
	var at []int
	for i, l := range p.lines {
		if l.kind == lineEntry && p.key(l) == key {
			at = append(at, i)
		}
	}
	return at
}

// Get implements Document.
func (p *Properties) Get(key string) (upgrade.Setting, bool) {
	at := p.find(key)
	if len(at) == 0 {
		return upgrade.Setting{}, false
	}
	return p.setting(p.lines[at[len(at)-1]]), true
}

// JavaView is what java.util.Properties.load makes of the bytes as a stream: Latin-1, a byte-order mark taken for text. ok is false when Java
// refuses the file because of a malformed \u escape.
func (p *Properties) JavaView() (view map[string]string, ok bool) {
	view = map[string]string{}
	for _, l := range lex(p.data) {
		if l.kind != lineEntry {
			continue
		}
		key, value := decode(l.key, Latin1), decode(l.value, Latin1)
		if key.badEscape || value.badEscape {
			return view, false
		}
		view[key.text] = value.text
	}
	return view, true
}

// Problems implements Document.
func (p *Properties) Problems() []Problem {
	var out []Problem
	switch {
	case p.enc == UTF16:
		return []Problem{{Code: ProblemUTF16, Line: 1}}
	case bytes.IndexByte([]byte(p.data), 0) >= 0:
		out = append(out, Problem{Code: ProblemNUL, Line: 1 + strings.Count(p.data[:strings.IndexByte(p.data, 0)], "\n")})
	}
	if strings.HasPrefix(p.data, bom) {
		out = append(out, Problem{Code: ProblemBOM, Line: 1})
	}
	last := map[string]int{}
	for _, l := range p.lines {
		if l.kind == lineEntry {
			last[p.key(l)] = l.firstNo
		}
	}
	for _, l := range p.lines {
		if l.kind == lineEntry {
			out = append(out, p.lineProblems(l, last)...)
		}
	}
	return out
}

func (p *Properties) lineProblems(l logical, last map[string]int) []Problem {
	var out []Problem
	key, value := decode(l.key, p.enc), decode(l.value, p.enc)
	add := func(when bool, code string) {
		if when {
			out = append(out, Problem{Code: code, Line: l.firstNo, Key: key.text})
		}
	}
	add(key.badEscape || value.badEscape, ProblemEscape)
	add(key.surrogate || value.surrogate, ProblemSurrogate)
	add(l.key == "", ProblemEmptyKey)
	add(l.dangling, ProblemDangling)
	add(p.enc == UTF8 && (decode(l.value, Latin1).text != value.text || decode(l.key, Latin1).text != key.text), ProblemMojibake)
	if winner := last[key.text]; winner != l.firstNo {
		out = append(out, Problem{Code: ProblemDuplicate, Line: l.firstNo, Key: key.text, Args: map[string]string{"line": itoa(winner)}})
	}
	return out
}
