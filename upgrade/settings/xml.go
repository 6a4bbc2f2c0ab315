package settings

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade"
)

// XML is a configuration file of WebSphere or Liberty. Its keys are paths to attributes; an edit changes the bytes of one attribute.
type XML struct {
	file     string
	data     string
	elements []element
}

// ParseXML reads a document; one that is not well-formed is SB-5003 with the line.
func ParseXML(file string, data []byte) (*XML, error) {
	if err := wellFormed(file, data); err != nil {
		return nil, err
	}
	return &XML{file: file, data: string(data), elements: scanXML(string(data))}, nil
}

// Bytes implements Document.
func (x *XML) Bytes() []byte { return []byte(x.data) }

// Problems implements Document: a document that could be read has none.
func (x *XML) Problems() []Problem { return nil }

// Settings implements Document: every attribute, each with a key that finds it again.
func (x *XML) Settings() []upgrade.Setting {
	seen := map[string]int{}
	total := map[string]int{}
	for _, e := range x.elements {
		total[x.path(e)]++
	}
	var out []upgrade.Setting
	for _, e := range x.elements {
		path := x.path(e)
		seen[path]++
		for _, a := range e.attrs {
			key := path + "/@" + a.name
			if total[path] > 1 {
				key = numbered(key, seen[path])
			}
			out = append(out, upgrade.Setting{Key: key, Value: a.value, Line: a.line})
		}
	}
	return out
}

// path names an element by what tells it from its like: its type or its id.
func (x *XML) path(e element) string {
	for _, name := range []string{"xmi:type", "xmi:id", "id", "name"} {
		if a, ok := e.attr(name); ok && !strings.ContainsAny(a.value, `'"[]`) {
			return e.name + "[@" + name + "='" + a.value + "']"
		}
	}
	return e.name
}

// Find gives every attribute that the key means, each with the key that means it alone.
func (x *XML) Find(key string) ([]upgrade.Setting, error) {
	p, err := parsePath(key)
	if err != nil {
		return nil, err
	}
	at := p.matches(x.elements)
	var out []upgrade.Setting
	for n, i := range at {
		a, ok := x.elements[i].attr(p.attr)
		if !ok {
			continue
		}
		alone := key
		if len(at) > 1 {
			alone = numbered(key, n+1)
		}
		out = append(out, upgrade.Setting{File: x.file, Key: alone, Value: a.value, Line: a.line})
	}
	return out, nil
}

// Get implements Document: of several matches the last, as Liberty merges them.
func (x *XML) Get(key string) (upgrade.Setting, bool) {
	all, err := x.Find(key)
	if err != nil || len(all) == 0 {
		return upgrade.Setting{}, false
	}
	s := all[len(all)-1]
	s.File = ""
	return s, true
}

// one finds the single element that a key means.
func (x *XML) one(key string) (xmlPath, element, error) {
	p, err := parsePath(key)
	if err != nil {
		return p, element{}, err
	}
	at := p.matches(x.elements)
	switch len(at) {
	case 0:
		return p, element{}, upgrade.NewFault("SB-5004", upgrade.KindFailed, nil, "file", x.file, "key", key)
	case 1:
		return p, x.elements[at[0]], nil
	}
	return p, element{}, upgrade.NewFault("SB-5005", upgrade.KindFailed, nil, "file", x.file, "key", key, "count", itoa(len(at)))
}

// Set implements Document. The element must be there and be the only match; a missing attribute is added behind the others.
func (x *XML) Set(key, value string) ([]Change, error) {
	p, e, err := x.one(key)
	if err != nil {
		return nil, err
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, notXML) {
		return nil, upgrade.NewFault("SB-5007", upgrade.KindUsage, nil, "key", key)
	}
	a, ok := e.attr(p.attr)
	if !ok {
		return []Change{{Key: key, After: text(value), Line: e.line}}, x.splice(e.insert, e.insert, " "+p.attr+`="`+escapeXML(value, '"')+`"`)
	}
	if a.value == value {
		return nil, nil
	}
	return []Change{{Key: key, Before: text(a.value), After: text(value), Line: a.line}}, x.splice(a.from, a.to, escapeXML(value, a.quote))
}

// Unset implements Document.
func (x *XML) Unset(key string) ([]Change, error) {
	p, err := parsePath(key)
	if err != nil {
		return nil, err
	}
	if len(p.matches(x.elements)) == 0 {
		return nil, nil
	}
	_, e, err := x.one(key)
	if err != nil {
		return nil, err
	}
	a, ok := e.attr(p.attr)
	if !ok {
		return nil, nil
	}
	return []Change{{Key: key, Before: text(a.value), Line: a.line}}, x.splice(a.whole, a.behind, "")
}

// splice replaces data[from:to] and makes sure that the result still is XML.
func (x *XML) splice(from, to int, with string) error {
	data := x.data[:from] + with + x.data[to:]
	if err := wellFormed(x.file, []byte(data)); err != nil {
		return err
	}
	x.data, x.elements = data, scanXML(data)
	return nil
}

func notXML(r rune) bool {
	return (r < ' ' && r != '\t' && r != '\n' && r != '\r') || r == 0xFFFE || r == 0xFFFF
}

// escapeXML writes an attribute value. Characters beyond ASCII become references, which mean the same in every encoding.
func escapeXML(value string, quote byte) string {
	var b strings.Builder
	for _, r := range value {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '"' && quote == '"':
			b.WriteString("&quot;")
		case r == '\'' && quote == '\'':
			b.WriteString("&apos;")
		case r < ' ' || r > '~':
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unescapeXML resolves the references of an attribute value; unknown entities stay as they stand.
func unescapeXML(raw string) string {
	if !strings.ContainsAny(raw, "&\t\r\n") {
		return raw
	}
	raw = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\t", " ").Replace(raw)
	var b strings.Builder
	for {
		at := strings.IndexByte(raw, '&')
		if at < 0 {
			break
		}
		b.WriteString(raw[:at])
		raw = raw[at:]
		end := strings.IndexByte(raw, ';')
		if end < 0 {
			break
		}
		b.WriteString(entity(raw[1:end], raw[:end+1]))
		raw = raw[end+1:]
	}
	b.WriteString(raw)
	return b.String()
}

func entity(name, raw string) string {
	switch name {
	case "amp":
		return "&"
	case "lt":
		return "<"
	case "gt":
		return ">"
	case "quot":
		return `"`
	case "apos":
		return "'"
	}
	number, base := strings.TrimPrefix(name, "#"), 10
	if strings.HasPrefix(number, "x") {
		number, base = number[1:], 16
	}
	if n, err := strconv.ParseUint(number, base, 32); err == nil && name[0] == '#' && n <= utf8.MaxRune {
		return string(rune(n))
	}
	return raw
}
