package logs

import (
	"bytes"
	"strings"
)

var banner = bytes.Repeat([]byte{'*'}, 80)

// headerLine tells what a line of asterisks is.
type headerLine byte

const (
	noHeader     headerLine = iota
	headerBegins            // WebSphere's block begins
	headerEnds              // and ends
	headerBanner            // Liberty's block begins or ends
)

// asterisks looks at a line that begins with an asterisk. The number of asterisks differs between versions.
func asterisks(line []byte) headerLine {
	if len(line) < 20 || line[0] != '*' || line[9] != '*' {
		return noHeader
	}
	line = bytes.TrimRight(line, " \r")
	inner := bytes.Trim(line, "*")
	switch {
	case len(inner) == 0 && len(line) >= len(banner)-1 && len(line) <= len(banner)+1:
		return headerBanner
	case bytes.Equal(inner, []byte(" Start Display Current Environment ")):
		return headerBegins
	case bytes.Equal(inner, []byte(" End Display Current Environment ")):
		return headerEnds
	}
	return noHeader
}

// maxHeader is how many lines a header has at most; a block that never ends is no header.
const maxHeader = 64

// take reads one line of a header block.
func (h *Header) take(line string) {
	line = strings.TrimRight(line, " \r")
	if h.takeProcess(line) {
		return
	}
	name, value, found := strings.Cut(line, " = ")
	if !found && !strings.Contains(line, " ") {
		name, value, found = strings.Cut(line, "=") // Eclipse
	}
	if !found {
		if strings.HasPrefix(line, "Host Operating System is ") {
			h.OS = strings.TrimPrefix(line, "Host Operating System is ")
		}
		return
	}
	switch name = strings.TrimSpace(name); name {
	case "product":
		h.Product = value
	case "process":
		h.Process = value
		h.PID, h.Host, _ = strings.Cut(value, "@")
	case "os":
		h.OS = value
		if open := strings.LastIndexByte(value, '('); open >= 0 {
			h.Locale = strings.TrimSuffix(value[open+1:], ")")
		}
	case "Current trace specification", "trace.specification":
		h.Trace = value
	}
	if h.Values == nil {
		h.Values = map[string]string{}
	}
	h.Values[name] = value
}

// takeProcess reads WebSphere's second line: "WebSphere Platform 9.0.5.5 [...] running with process name cell\node\server and process id 8230".
func (h *Header) takeProcess(line string) bool {
	before, after, found := strings.Cut(line, " running with process name ")
	if !found {
		return false
	}
	h.Product = before
	h.Process, h.PID, _ = strings.Cut(after, " and process id ")
	return true
}

// sameProcess tells whether two headers are of one server process; known is false when they do not tell.
func (h Header) sameProcess(o Header) (same, known bool) {
	if h.PID == "" || o.PID == "" {
		return false, false
	}
	return h.PID == o.PID && h.Process == o.Process, true
}

// traceState finds a trace specification in a sentence of any language: TRAS0017I and TRAS0018I end with it.
func traceState(text string) string {
	for from := 0; ; {
		i := strings.IndexByte(text[from:], '=')
		if i < 0 {
			return ""
		}
		eq := from + i
		begin := eq
		for begin > 0 && isSpecByte(text[begin-1]) {
			begin--
		}
		if begin < eq && isTraceLevel(text[eq+1:]) {
			end := eq
			for end < len(text) && (isSpecByte(text[end]) || text[end] == '=' || text[end] == ':' || text[end] == ',') {
				end++
			}
			return strings.TrimRight(text[begin:end], ".:,")
		}
		from = eq + 1
	}
}

func isSpecByte(c byte) bool {
	return c == '*' || c == '.' || c == '_' || c == '$' || c == '-' || c == '/' || isJavaName(rune(c)) && c < 0x80
}

func isTraceLevel(s string) bool {
	n := 0
	for n < len(s) && (s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z') {
		n++
	}
	switch strings.ToLower(s[:n]) {
	case "off", "none", "fatal", "severe", "warning", "audit", "info", "config", "detail", "fine", "event", "finer", "entryexit", "finest", "debug",
		"dump", "all", "enabled", "disabled":
		return true
	}
	return false
}
