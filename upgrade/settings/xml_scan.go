package settings

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// element is a start tag with its attributes and its parent. Offsets are bytes.
type element struct {
	name   string
	parent int // index, -1 for the root
	attrs  []attribute
	insert int // where a new attribute goes: behind the last attribute or the name
	line   int
}

// attribute is one attribute with the span of its value between the quotes, and of the whole with the white space before it.
type attribute struct {
	name          string
	value         string // entities resolved
	quote         byte
	from, to      int
	whole, behind int
	line          int
}

// wellFormed checks the syntax with the standard library's parser; the scanner may then rely on it.
func wellFormed(file string, data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") {
			return nil, errors.New("UTF-16 is not supported")
		}
		raw, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		return strings.NewReader(latin1ToUTF8(raw)), nil
	}
	elements := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) && elements > 0 {
			return nil
		}
		if err != nil {
			line, _ := d.InputPos()
			return upgrade.NewFault("SB-5003", upgrade.KindFailed, err, "file", file, "line", itoa(line), "detail", err.Error())
		}
		if _, start := tok.(xml.StartElement); start {
			elements++
		}
	}
}

func latin1ToUTF8(raw []byte) string {
	runes := make([]rune, len(raw))
	for i, b := range raw {
		runes[i] = rune(b)
	}
	return string(runes)
}

// scanXML finds all start tags of a well-formed document.
func scanXML(data string) []element {
	s := xmlScanner{data: data, line: 1, open: []int{}}
	for s.pos < len(data) {
		lt := strings.IndexByte(data[s.pos:], '<')
		if lt < 0 {
			break
		}
		s.to(s.pos + lt)
		s.markup()
	}
	return s.elements
}

type xmlScanner struct {
	data     string
	pos      int
	line     int
	elements []element
	open     []int
}

// to moves on and counts lines.
func (s *xmlScanner) to(pos int) {
	s.line += strings.Count(s.data[s.pos:pos], "\n")
	s.pos = pos
}

// past moves behind the next occurrence of end.
func (s *xmlScanner) past(end string) {
	i := strings.Index(s.data[s.pos:], end)
	if i < 0 {
		s.to(len(s.data))
		return
	}
	s.to(s.pos + i + len(end))
}

func (s *xmlScanner) markup() {
	rest := s.data[s.pos:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		s.to(s.pos + 4)
		s.past("-->")
	case strings.HasPrefix(rest, "<![CDATA["):
		s.past("]]>")
	case strings.HasPrefix(rest, "<?"):
		s.past("?>")
	case strings.HasPrefix(rest, "<!"):
		s.doctype()
	case strings.HasPrefix(rest, "</"):
		s.past(">")
		if n := len(s.open); n > 0 {
			s.open = s.open[:n-1]
		}
	default:
		s.tag()
	}
}

// doctype skips a declaration with its internal subset.
func (s *xmlScanner) doctype() {
	depth, quote := 0, byte(0)
	for i := s.pos; i < len(s.data); i++ {
		c := s.data[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			depth++
		case c == '>':
			if depth--; depth == 0 {
				s.to(i + 1)
				return
			}
		}
	}
	s.to(len(s.data))
}

func xmlSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

func (s *xmlScanner) tag() {
	e := element{parent: -1, line: s.line}
	if n := len(s.open); n > 0 {
		e.parent = s.open[n-1]
	}
	i := s.pos + 1
	from := i
	for i < len(s.data) && !xmlSpace(s.data[i]) && s.data[i] != '>' && s.data[i] != '/' {
		i++
	}
	e.name, e.insert = s.data[from:i], i
	for i < len(s.data) {
		a, ok := s.attribute(i)
		if !ok {
			break
		}
		e.attrs = append(e.attrs, a)
		i = a.behind
		e.insert = i
	}
	s.elements = append(s.elements, e)
	for i < len(s.data) && s.data[i] != '>' {
		i++
	}
	if i == len(s.data) {
		s.to(i)
		return
	}
	if s.data[i-1] != '/' {
		s.open = append(s.open, len(s.elements)-1)
	}
	s.to(i + 1)
}

// attribute reads one attribute that begins, with white space, at i.
func (s *xmlScanner) attribute(i int) (attribute, bool) {
	a := attribute{whole: i}
	for i < len(s.data) && xmlSpace(s.data[i]) {
		i++
	}
	from := i
	for i < len(s.data) && !xmlSpace(s.data[i]) && !strings.ContainsRune("=/>", rune(s.data[i])) {
		i++
	}
	if i == from {
		return a, false
	}
	a.name = s.data[from:i]
	a.line = s.line + strings.Count(s.data[s.pos:from], "\n")
	for i < len(s.data) && (xmlSpace(s.data[i]) || s.data[i] == '=') {
		i++
	}
	if i >= len(s.data) || (s.data[i] != '"' && s.data[i] != '\'') {
		return a, false
	}
	a.quote, a.from = s.data[i], i+1
	end := strings.IndexByte(s.data[a.from:], a.quote)
	if end < 0 {
		return a, false
	}
	a.to = a.from + end
	a.behind = a.to + 1
	a.value = unescapeXML(s.data[a.from:a.to])
	return a, true
}
