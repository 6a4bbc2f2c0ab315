package logs

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// bracketed reads the records of WebSphere and Liberty that begin with "[stamp] thread".
type bracketed struct {
	layout layout
	name   Format
}

func (b bracketed) format() Format { return b.name }

func (b bracketed) begins(line []byte) byte {
	c, ok := b.layout.match(line)
	if !ok {
		return 0
	}
	return line[c.letter]
}

func (b bracketed) parse(r *Record, first string) {
	line := []byte(first)
	c, ok := b.layout.match(line)
	if !ok {
		r.Text = first
		return
	}
	r.Stamp = first[1:c.stampEnd]
	r.Thread = first[c.tid : c.tid+8]
	r.setLevel(line[c.letter])
	rest := first[c.letter+2:]
	switch c.layout {
	case layoutAdvanced:
		r.parseAdvanced(rest)
	case layoutBasic:
		r.Logger = strings.TrimRight(first[c.name:c.letter-1], " ")
		r.parseBasic(rest)
	case layoutEnhanced:
		r.Logger = strings.TrimRight(first[c.name:c.letter-1], " ")
		r.Class = classFrom(r.Logger)
		r.parseMethodText(rest)
	default:
		r.Logger = strings.TrimRight(first[c.name:c.letter-1], " ")
		r.Text = rest
	}
	r.MessageID = messageID(r.Text)
}

func (r *Record) setLevel(letter byte) {
	r.Level = letterStrings[letter]
	r.Severity = SeverityOf(r.Level)
}

// parseBasic takes "class method text" apart: both separators are always there, except in what a program printed itself.
func (r *Record) parseBasic(rest string) {
	if r.Level == "O" || r.Level == "R" {
		r.Text = rest
		return
	}
	class, tail, found := strings.Cut(rest, " ")
	if !found || !isClassName(class) {
		r.Text = strings.TrimLeft(rest, " ")
		return
	}
	method, text, found := strings.Cut(tail, " ")
	if !found || !isMethodName(method) {
		method, text = "", tail
		if class != "" && !strings.Contains(class, ".") && !strings.HasPrefix(tail, " ") {
			// One word that is no class with a package, and no method after it: it is a word of the text.
			class, text = "", rest
		}
	}
	r.Class, r.Method, r.Text = class, method, text
}

// parseMethodText takes "method text" apart, where the method may be missing.
func (r *Record) parseMethodText(rest string) {
	method, text, found := strings.Cut(rest, " ")
	if !found || method == "" || !isMethodName(method) || !startsLower(method) {
		r.Text = strings.TrimPrefix(rest, " ")
		return
	}
	r.Method, r.Text = method, text
}

func startsLower(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(c) || c == '<' || c == '_' || c == '$'
}

// parseAdvanced reads the "name=value" pairs; the message is on the next line.
func (r *Record) parseAdvanced(rest string) {
	r.advanced = true
	r.Logger = pair(rest, "source")
	r.Class = pair(rest, "class")
	r.Method = pair(rest, "method")
	if thread := pair(rest, "thread"); thread != "" {
		r.Thread += " " + thread
	}
}

func pair(s, name string) string {
	_, after, found := strings.Cut(" "+s, " "+name+"=")
	if !found {
		return ""
	}
	if strings.HasPrefix(after, "[") {
		value, _, _ := strings.Cut(after, "]")
		return value + "]"
	}
	value, _, _ := strings.Cut(after, " ")
	return value
}

// finish moves the message of an advanced record from its continuation line.
func (b bracketed) finish(r *Record) {
	if r.Text != "" || len(r.Trace) == 0 || r.Level == "" || !r.advanced {
		return
	}
	if text, ok := strings.CutPrefix(r.Trace[0], "          "); ok {
		r.Text, r.Trace = text, r.Trace[1:]
		r.MessageID = messageID(r.Text)
	}
}

// classFrom gives the logger when it is the full name of a class.
func classFrom(logger string) string {
	dot := strings.LastIndexByte(logger, '.')
	if dot < 0 || dot+1 >= len(logger) || !unicode.IsUpper(rune(logger[dot+1])) || strings.HasPrefix(logger, ".") {
		return ""
	}
	return logger
}

func isClassName(s string) bool {
	for _, c := range s {
		if !isJavaName(c) && c != '.' && c != '/' && c != '-' && c != '@' && c != '<' && c != '>' {
			return false
		}
	}
	return true
}

func isMethodName(s string) bool {
	for _, c := range s {
		if !isJavaName(c) && c != '<' && c != '>' && c != '.' {
			return false
		}
	}
	return !strings.HasSuffix(s, ".") || s == ""
}

func isJavaName(c rune) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 && unicode.IsLetter(c)
}

// messageID gives the id that a text begins with: CWWKE0001I:, TRAS0017I:, FSPDI5:, and without a colon only in the full form.
func messageID(text string) string {
	text = strings.TrimLeft(text, " ")
	n := 0
	for n < len(text) && n < 7 && text[n] >= 'A' && text[n] <= 'Z' {
		n++
	}
	letters := n
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	digits := n - letters
	if letters < 3 || digits == 0 || digits > 6 {
		return ""
	}
	full := digits >= 4 && n < len(text) && strings.IndexByte("EWIASDFN", text[n]) >= 0
	if n < len(text) && text[n] >= 'A' && text[n] <= 'Z' {
		n++
	}
	if n == len(text) || text[n] == ':' || full && (text[n] == ' ' || text[n] == '\t' || text[n] >= 0x80) {
		return text[:n]
	}
	return ""
}
