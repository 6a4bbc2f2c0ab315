// Package javaprops reads values of Java .properties files and the line that each stands on. The values themselves are read by
// magiconair/properties with expansion off, one logical line at a time, so that one unreadable line costs only itself.
package javaprops

import (
	"bytes"
	"unicode/utf8"

	"github.com/magiconair/properties"
)

// File is a read file.
type File struct {
	// Bad are the lines that cannot be read, such as one with \u12.
	Bad     []int
	lines   []string
	entries map[string]Entry
	keys    []string
}

// Entry is one key's value; of equal keys the last one counts, as in Java.
type Entry struct {
	Value string
	Line  int // from 1, where the entry begins
}

// Parse reads a file: UTF-8 when its bytes are, else ISO-8859-1. It never fails; see Bad.
func Parse(data []byte) *File {
	encoding := properties.ISO_8859_1
	if utf8.Valid(data) {
		encoding = properties.UTF8
		data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	}
	f := &File{entries: map[string]Entry{}}
	loader := properties.Loader{Encoding: encoding, DisableExpansion: true}
	eachLogicalLine(data, func(line int, text []byte) {
		f.add(loader, line, text)
	})
	for _, l := range naturalLines(data) {
		f.lines = append(f.lines, string(l))
	}
	return f
}

func (f *File) add(loader properties.Loader, line int, text []byte) {
	p, err := loader.LoadBytes(text)
	if err != nil {
		f.Bad = append(f.Bad, line)
		return
	}
	for _, key := range p.Keys() {
		value, _ := p.Get(key)
		if _, again := f.entries[key]; !again {
			f.keys = append(f.keys, key)
		}
		f.entries[key] = Entry{Value: value, Line: line}
	}
}

// Get gives a key's entry.
func (f *File) Get(key string) (Entry, bool) {
	if f == nil {
		return Entry{}, false
	}
	e, ok := f.entries[key]
	return e, ok
}

// Keys lists the keys in the order of their first appearance.
func (f *File) Keys() []string {
	if f == nil {
		return nil
	}
	return f.keys
}

// LineText is a line of the file as it stands.
func (f *File) LineText(line int) string {
	if f == nil || line < 1 || line > len(f.lines) {
		return ""
	}
	return f.lines[line-1]
}

// naturalLines splits at \n, \r\n and \r.
func naturalLines(data []byte) [][]byte {
	var lines [][]byte
	for len(data) > 0 {
		i := bytes.IndexAny(data, "\r\n")
		if i < 0 {
			return append(lines, data)
		}
		lines = append(lines, data[:i])
		if data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
			i++
		}
		data = data[i+1:]
	}
	return lines
}

// eachLogicalLine calls f with every entry: a natural line, joined with those that follow while it ends in an odd number of backslashes. Comments
// and blank lines are left out, and a comment is never continued.
func eachLogicalLine(data []byte, f func(line int, text []byte)) {
	lines := naturalLines(data)
	for i := 0; i < len(lines); i++ {
		head := bytes.TrimLeft(lines[i], " \t\f")
		if len(head) == 0 || head[0] == '#' || head[0] == '!' {
			continue
		}
		start := i
		for continues(lines[i]) && i+1 < len(lines) {
			i++
		}
		text := bytes.Join(lines[start:i+1], []byte("\n"))
		if continues(lines[i]) { // a backslash at the very end of the file: Java drops it
			text = text[:len(text)-1]
		}
		f(start+1, append(bytes.Clone(text), '\n'))
	}
}

func continues(line []byte) bool {
	n := 0
	for n < len(line) && line[len(line)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}
