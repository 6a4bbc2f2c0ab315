package logs

import (
	"slices"
	"strconv"
	"strings"
)

const maxCauses = 64

// causesOf reads the exceptions out of a record's text and the lines after it, outermost first. It understands what Throwable.printStackTrace
// writes, "Caused by:" and "Wrapped by:", the nested exceptions of WebSphere, and frames that follow without a line of their own for the class.
func causesOf(text string, trace []string) []Cause {
	var c chain
	c.text(text)
	for _, line := range trace {
		if len(c.causes) > 0 && strings.HasPrefix(line, "!SUBENTRY ") {
			break // what Eclipse tells below an entry did not cause the entry's own exception
		}
		c.line(line)
	}
	return c.causes
}

type chain struct {
	causes []Cause
	last   int  // index of the cause that frames belong to, -1 when none
	nested bool // the next exception line is one nested in the one before
	// quiet is the indentation of a "Suppressed:" whose lines are being read, -1 when none: what stands as deep is no part of the chain.
	quiet int
}

// text: the first line may be the exception itself, may end with it, or may have nothing to do with what follows.
func (c *chain) text(text string) {
	c.last, c.quiet = -1, -1
	if class, message, ok := exceptionLine(strings.TrimSpace(text)); ok {
		c.add(class, message)
		return
	}
	if class, message, ok := exceptionWithin(text); ok {
		c.add(class, message)
		c.nested = true // a trace that begins with a class of its own is the same exception printed again
	}
}

func (c *chain) add(class, message string) {
	c.last = -1
	if len(c.causes) < maxCauses {
		c.causes = append(c.causes, Cause{Class: class, Message: message})
		c.last = len(c.causes) - 1
	}
}

// wrap puts the exception that wraps all those before it in front of them: such traces begin with the root.
func (c *chain) wrap(class, message string) {
	c.last = -1
	if len(c.causes) < maxCauses {
		c.causes = slices.Insert(c.causes, 0, Cause{Class: class, Message: message})
		c.last = 0
	}
}

// current is the cause that a line may belong to.
func (c *chain) current() *Cause {
	if c.last < 0 || c.quiet >= 0 {
		return nil
	}
	return &c.causes[c.last]
}

// links are the words before an exception that another one is caused by.
var links = []string{"Caused by: ", "Next exception: ", "Next Exception: ", "Linked exception: ", "Linked Exception: ", "Root cause: ", "Root Cause: ",
	"Nested exception: ", "Nested Exception: ", "nested exception is: "}

func (c *chain) line(line string) {
	s := strings.TrimSpace(line)
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	switch {
	case s == "", strings.HasPrefix(s, "[CIRCULAR REFERENCE"), nestedLabel(s):
	case strings.HasPrefix(s, "at "):
		if e := c.current(); e != nil {
			e.Frames = append(e.Frames, s[3:])
		}
	case strings.HasPrefix(s, "... "):
		c.omitted(s)
	case strings.HasPrefix(s, "Suppressed: "):
		if c.quiet < 0 || indent < c.quiet {
			c.quiet = indent
		}
	case strings.HasPrefix(s, "Wrapped by: "):
		c.quiet, c.nested = -1, false
		c.wrap(classAndMessage(s[len("Wrapped by: "):]))
	default:
		for _, link := range links {
			if rest, ok := strings.CutPrefix(s, link); ok {
				c.linked(rest, indent)
				return
			}
		}
		c.plain(line, s, indent)
	}
}

func (c *chain) omitted(s string) {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(s, "... "), " more"), " common frames omitted"))
	if e := c.current(); err == nil && e != nil {
		e.Omitted = n
	}
}

// linked is an exception behind a word that says so. Below "Suppressed:" it is the cause of what was suppressed, unless it stands further left.
func (c *chain) linked(rest string, indent int) {
	if c.quiet >= 0 && indent >= c.quiet && c.quiet > 0 {
		return
	}
	c.quiet, c.nested = -1, false
	rest = strings.TrimPrefix(rest, "Error ")
	if strings.HasPrefix(rest, "[CIRCULAR REFERENCE") {
		c.last = -1
		return
	}
	c.add(classAndMessage(rest))
}

func classAndMessage(s string) (class, message string) {
	class, message, ok := exceptionLine(s)
	if !ok {
		class, message, _ = strings.Cut(s, ": ")
	}
	return strings.TrimSpace(class), message
}

// plain is a line that is neither a frame nor linked: an exception at the beginning of a trace, or the second line of a message.
func (c *chain) plain(line, s string, indent int) {
	if c.quiet > 0 && indent >= c.quiet {
		return
	}
	class, message, ok := exceptionLine(s)
	if !ok {
		if e := c.current(); e != nil && len(e.Frames) == 0 && e.Omitted == 0 && len(e.Message) < 4096 && !c.nested {
			e.Message = strings.TrimSpace(e.Message + "\n" + strings.TrimRight(line, " \r"))
		}
		return
	}
	c.quiet = -1
	if e := c.current(); c.nested && len(c.causes) == 1 && e != nil && len(e.Frames) == 0 && (e.Class == class || e.Message == "") {
		c.causes, c.last = nil, -1
	}
	c.nested = false
	if n := len(c.causes); n > 0 && c.causes[n-1].Class == class && c.causes[n-1].Message == message && len(c.causes[n-1].Frames) == 0 {
		c.last = n - 1
		return
	}
	c.add(class, message)
}

// exceptionLine takes "com.example.SomeException: message" apart.
func exceptionLine(s string) (class, message string, ok bool) {
	if rest, ok := strings.CutPrefix(s, `Exception in thread "`); ok {
		if end := strings.Index(rest, `" `); end >= 0 {
			s = rest[end+2:]
		}
	}
	if i := strings.IndexAny(s, ":;"); i >= 0 { // SAX writes "class; lineNumber: 1; ..."
		class, message = s[:i], s[i+1:]
	} else {
		class, message, _ = strings.Cut(s, " ")
		if message != "" && !strings.HasPrefix(message, "(") { // "java.lang.Error (initialization failure)"
			return "", "", false
		}
	}
	class = strings.TrimSpace(class)
	if !isThrowable(class) {
		return "", "", false
	}
	return class, strings.TrimSpace(message), true
}

// exceptionWithin finds the first exception class that a text names before a colon or at its end, with what follows as its message.
func exceptionWithin(text string) (class, message string, ok bool) {
	if !strings.Contains(text, "xception") && !strings.Contains(text, "rror") { // the rare other names are found where they begin a line
		return "", "", false
	}
	for at, word := range words(text) {
		trimmed := strings.TrimLeft(word, "(['\"")
		rest := strings.TrimSpace(text[at+len(word):])
		name := strings.TrimRight(trimmed, ":.;")
		if (strings.HasSuffix(trimmed, ":") || rest == "") && isThrowable(name) && endsThrowable(name) {
			return name, rest, true
		}
	}
	return "", "", false
}

// words gives the words of a text with their places.
func words(text string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		from := -1
		for i := 0; i <= len(text); i++ {
			if i < len(text) && text[i] != ' ' && text[i] != '\t' {
				if from < 0 {
					from = i
				}
				continue
			}
			if from >= 0 && !yield(from, text[from:i]) {
				return
			}
			from = -1
		}
	}
}

var throwableEnds = []string{"Exception", "Error", "Throwable", "Fault", "Failure", "Death", "Violation", "Warning", "Signal"}

// isThrowable tells whether a word is the full name of an exception class: packages in lower case, a class name with a capital.
func isThrowable(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	if dot <= 0 || dot+1 >= len(s) || len(s) > 300 {
		return false
	}
	name := s[dot+1:]
	if i := strings.LastIndexByte(name, '$'); i >= 0 && i+1 < len(name) {
		name = name[i+1:]
	}
	if name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	for _, c := range s {
		if !isJavaName(c) && c != '.' {
			return false
		}
	}
	return endsThrowable(name) || strings.Contains(name, "Exception")
}

func endsThrowable(name string) bool {
	for _, end := range throwableEnds {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
