package logs

import (
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
		c.line(line)
	}
	return c.causes
}

type chain struct {
	causes []Cause
	last   *Cause // what frames belong to
	nested bool   // the next exception line is one nested in the one before
	quiet  bool   // below "Suppressed:": not part of the chain
}

// text: the first line may be the exception itself, may end with it, or may have nothing to do with what follows.
func (c *chain) text(text string) {
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
	if len(c.causes) >= maxCauses {
		c.last = nil
		return
	}
	c.causes = append(c.causes, Cause{Class: class, Message: message})
	c.last = &c.causes[len(c.causes)-1]
}

func (c *chain) line(line string) {
	s := strings.TrimSpace(line)
	switch {
	case s == "":
	case strings.HasPrefix(s, "at "):
		c.frame(s[3:])
	case strings.HasPrefix(s, "... "):
		c.omitted(s)
	case strings.HasPrefix(s, "Suppressed: "):
		c.quiet = true
		c.last = nil
	case strings.HasPrefix(s, "Caused by: "), strings.HasPrefix(s, "Wrapped by: "):
		_, rest, _ := strings.Cut(s, ": ")
		c.linked(strings.TrimPrefix(rest, "Error "))
	default:
		c.plain(line, s)
	}
}

func (c *chain) frame(frame string) {
	if c.last != nil && !c.quiet {
		c.last.Frames = append(c.last.Frames, frame)
	}
}

func (c *chain) omitted(s string) {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(s, "... "), " more"))
	if err == nil && c.last != nil && !c.quiet {
		c.last.Omitted = n
	}
}

func (c *chain) linked(rest string) {
	c.quiet, c.nested = false, false
	class, message, ok := exceptionLine(rest)
	if !ok {
		class, message, _ = strings.Cut(rest, ": ")
	}
	c.add(strings.TrimSpace(class), message)
}

// plain is a line that is neither a frame nor linked: an exception at the beginning of a trace, or the second line of a message.
func (c *chain) plain(line, s string) {
	class, message, ok := exceptionLine(s)
	if !ok {
		if c.last != nil && len(c.last.Frames) == 0 && !c.quiet && len(c.last.Message) < 4096 && !c.nested {
			c.last.Message = strings.TrimSpace(c.last.Message + "\n" + strings.TrimRight(line, " \r"))
		}
		return
	}
	c.quiet = false
	if c.nested && len(c.causes) == 1 && len(c.last.Frames) == 0 && (c.last.Class == class || c.last.Message == "") {
		c.causes, c.last = nil, nil
	}
	c.nested = false
	if n := len(c.causes); n > 0 && c.causes[n-1].Class == class && c.causes[n-1].Message == message && len(c.causes[n-1].Frames) == 0 {
		c.last = &c.causes[n-1]
		return
	}
	c.add(class, message)
}

// exceptionLine takes "com.example.SomeException: message" apart.
func exceptionLine(s string) (class, message string, ok bool) {
	s = strings.TrimPrefix(s, "Exception in thread \"main\" ")
	class, message, found := strings.Cut(s, ":")
	if !found {
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
