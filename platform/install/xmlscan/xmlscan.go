// Package xmlscan reads the XML files of WebSphere and Liberty into a small tree in which every element knows its line, so that a fact can point
// at it. It is tolerant: names keep their prefixes (xmi:type), unknown entities stay text, and a file that breaks off gives what stands before the
// break together with a SyntaxError that names the line.
package xmlscan

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// maxDepth is deeper than any real file; a deeper one is refused.
const maxDepth = 200

// SyntaxError tells where a file stops being XML.
type SyntaxError struct {
	Line int
	Msg  string
}

// Error gives line and reason.
func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// Document is a read file.
type Document struct {
	File  string // set by the reader of the file
	Root  *Element
	lines []string
}

// Element is one element. Names and attributes have their prefixes as written.
type Element struct {
	Name     string
	Attrs    []Attr
	Text     string // its own character data, trimmed
	Line     int    // of its opening "<", from 1
	EndLine  int    // of the opening tag's end
	Parent   *Element
	Children []*Element
}

// Attr is one attribute.
type Attr struct{ Name, Value string }

// Attr gives an attribute's value, "" when it is missing.
func (e *Element) Attr(name string) string {
	v, _ := e.Lookup(name)
	return v
}

// Lookup gives an attribute's value and whether it is there.
func (e *Element) Lookup(name string) (string, bool) {
	if e == nil {
		return "", false
	}
	for _, a := range e.Attrs {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Type is the xmi:type attribute.
func (e *Element) Type() string { return e.Attr("xmi:type") }

// Local is the name without its prefix.
func (e *Element) Local() string { return e.Name[strings.LastIndexByte(e.Name, ':')+1:] }

// Each calls f for every element below and including e, in the order of the file, until f returns false for one: its children are left out then.
func (e *Element) Each(f func(*Element) bool) {
	if e == nil || !f(e) {
		return
	}
	for _, c := range e.Children {
		c.Each(f)
	}
}

// All lists the elements with that local name below and including e.
func (e *Element) All(local string) []*Element {
	var all []*Element
	e.Each(func(x *Element) bool {
		if x.Local() == local {
			all = append(all, x)
		}
		return true
	})
	return all
}

// First is the first of All, nil when there is none.
func (e *Element) First(local string) *Element {
	if all := e.All(local); len(all) > 0 {
		return all[0]
	}
	return nil
}

// LineText is a line of the file, without its end.
func (d *Document) LineText(line int) string {
	if line < 1 || line > len(d.lines) {
		return ""
	}
	return strings.TrimSpace(d.lines[line-1])
}

// AttrLine is the line on which an attribute stands: opening tags may go over many lines.
func (d *Document) AttrLine(e *Element, attr string) int {
	for line := e.Line; line <= e.EndLine && line <= len(d.lines); line++ {
		text := d.lines[line-1]
		for at := 0; ; {
			i := strings.Index(text[at:], attr)
			if i < 0 {
				break
			}
			at += i + len(attr)
			before := at - len(attr) - 1
			if strings.HasPrefix(strings.TrimLeft(text[at:], " \t"), "=") && (before < 0 || strings.ContainsRune(" \t<", rune(text[before]))) {
				return line
			}
		}
	}
	return e.Line
}

// Parse reads a file. With an error the document holds what stands before the break; Root is nil when nothing does.
func Parse(data []byte) (*Document, error) {
	text, err := decode(data)
	if err != nil {
		return nil, &SyntaxError{Line: 1, Msg: err.Error()}
	}
	doc := &Document{lines: strings.Split(string(text), "\n")}
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.Strict = false
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // decode has done it
	b := builder{doc: doc, dec: dec}
	return doc, b.run()
}

// decode gives the file as UTF-8: by its byte order mark, else by the encoding that its first line declares.
func decode(data []byte) ([]byte, error) {
	head := data[:min(len(data), 512)]
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return data[3:], nil
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
	case bytes.IndexByte(head, 0) >= 0:
		return nil, errors.New("not text: it has zero bytes")
	}
	name := declared(head)
	if name == "" || strings.EqualFold(name, "utf-8") {
		if utf8.Valid(data) {
			return data, nil
		}
		name = "windows-1252" // an editor saved it so in spite of what it declares
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return data, nil //nolint:nilerr // an encoding nobody knows: names and values that matter are ASCII
	}
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return data, nil //nolint:nilerr // as it is: the parser tells where it stops being readable
	}
	return out, nil
}

func declared(head []byte) string {
	if !bytes.HasPrefix(bytes.TrimSpace(head), []byte("<?xml")) {
		return ""
	}
	decl, _, _ := bytes.Cut(head, []byte("?>"))
	_, after, ok := bytes.Cut(decl, []byte("encoding"))
	if !ok {
		return ""
	}
	fields := bytes.FieldsFunc(after, func(r rune) bool { return r == '"' || r == '\'' || r == '=' || r == ' ' })
	if len(fields) == 0 {
		return ""
	}
	return string(fields[0])
}

type builder struct {
	doc *Document
	dec *xml.Decoder
	at  *Element
	n   int // depth
}

func (b *builder) run() error {
	for {
		line, _ := b.dec.InputPos()
		tok, err := b.dec.RawToken()
		if err != nil {
			return b.finish(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if err := b.open(t, line); err != nil {
				return err
			}
		case xml.EndElement:
			if err := b.close(rawName(t.Name)); err != nil {
				return err
			}
		case xml.CharData:
			if b.at != nil {
				b.at.Text += string(t)
			}
		}
	}
}

func (b *builder) open(t xml.StartElement, line int) error {
	if b.at == nil && b.doc.Root != nil {
		return b.broken("a second root element <" + rawName(t.Name) + ">")
	}
	if b.n++; b.n > maxDepth {
		return b.broken("elements are nested too deep")
	}
	end, _ := b.dec.InputPos()
	e := &Element{Name: rawName(t.Name), Line: line, EndLine: end, Parent: b.at}
	for _, a := range t.Attr {
		e.Attrs = append(e.Attrs, Attr{Name: rawName(a.Name), Value: a.Value})
	}
	if b.at == nil {
		b.doc.Root = e
	} else {
		b.at.Children = append(b.at.Children, e)
	}
	b.at = e
	return nil
}

func (b *builder) close(name string) error {
	if b.at == nil {
		return b.broken("</" + name + "> without its beginning")
	}
	if b.at.Name != name {
		return b.broken(fmt.Sprintf("</%s> where <%s> of line %d should end", name, b.at.Name, b.at.Line))
	}
	b.at.Text = strings.TrimSpace(b.at.Text)
	b.at, b.n = b.at.Parent, b.n-1
	return nil
}

func (b *builder) broken(msg string) error {
	line, _ := b.dec.InputPos()
	b.trim()
	return &SyntaxError{Line: line, Msg: msg}
}

// trim ends the open elements of a file that breaks off.
func (b *builder) trim() {
	for e := b.at; e != nil; e = e.Parent {
		e.Text = strings.TrimSpace(e.Text)
	}
}

func (b *builder) finish(err error) error {
	b.trim()
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return &SyntaxError{Line: syntax.Line, Msg: syntax.Msg}
	case !errors.Is(err, io.EOF):
		line, _ := b.dec.InputPos()
		return &SyntaxError{Line: line, Msg: err.Error()}
	case b.doc.Root == nil:
		return &SyntaxError{Line: 1, Msg: "no element in it"}
	case b.at != nil:
		line, _ := b.dec.InputPos()
		return &SyntaxError{Line: line, Msg: fmt.Sprintf("the file ends within <%s> of line %d", b.at.Name, b.at.Line)}
	}
	return nil
}

func rawName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}
