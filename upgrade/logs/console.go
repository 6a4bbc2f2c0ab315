package logs

import (
	"bytes"
	"strings"
)

// consoleLines reads Liberty's console.log: "[AUDIT   ] CWWKE0001I: ...", "[err] ...". It has no times. The word in the brackets is in the server's
// language. What a program printed to System.out stands between without any mark and belongs to the record before.
type consoleLines struct{}

func (consoleLines) format() Format { return LibertyConsole }

func (consoleLines) begins(line []byte) byte {
	if len(line) < 5 || line[0] != '[' {
		return 0
	}
	if bytes.HasPrefix(line, sysErr) && (len(line) == len(sysErr) || line[len(sysErr)] == ' ') {
		return 'R'
	}
	end := bytes.IndexByte(line[:min(len(line), 48)], ']')
	if end < 2 || len(line) > end+1 && line[end+1] != ' ' {
		return 0
	}
	inner := line[1:end]
	word := bytes.TrimRight(inner, " ")
	if l, ok := letters[string(word)]; ok && len(inner) == 8 {
		return l
	}
	if !padded(inner) {
		return 0
	}
	if l, ok := levelWords()[string(word)]; ok {
		return l
	}
	if len(line) > end+2 { // a word of a language that is not known here, but a message of the server
		if id := messageID(string(line[end+2 : min(len(line), end+18)])); len(id) >= 9 {
			return levelOfID(id)
		}
	}
	return 0
}

var sysErr = []byte("[err]")

// padded tells whether what stands in the brackets is eight characters wide or more, as the server pads it, and has no bracket or digit in it.
func padded(inner []byte) bool {
	if bytes.ContainsAny(inner, "[]{}0123456789.,:/") {
		return false
	}
	high := 0
	for _, b := range inner {
		if b >= 0x80 {
			high++
		}
	}
	return high > 0 && len(inner) >= 8-high/2 || len(inner) >= 8
}

// levelOfID is the level that the last letter of a message id stands for, 0 when it has none.
func levelOfID(id string) byte {
	switch l := id[len(id)-1]; l {
	case 'E', 'W', 'I', 'A', 'F':
		return l
	}
	return 0
}

func (c consoleLines) parse(r *Record, first string) {
	letter := c.begins([]byte(first))
	end := strings.IndexByte(first, ']') + 1
	r.Text = strings.TrimPrefix(first[end:], " ")
	if letter == 'R' && strings.HasPrefix(first, "[err]") {
		r.Logger = "SystemErr"
	}
	r.setLevel(letter)
	r.MessageID = messageID(r.Text)
}

// header: the first line of a start, "Launching defaultServer (Open Liberty 22.0.0.6/wlp-1.0.65) on Eclipse OpenJ9 VM, version ... (en_CA)", in any language.
func (consoleLines) header(line []byte) (is, start bool) {
	at := bytes.Index(line[:min(len(line), 400)], []byte("/wlp-"))
	is = at > 0 && line[0] != '[' && bytes.IndexByte(line[:at], '(') > 0 && bytes.IndexByte(line[at:], ')') > 0
	return is, is
}
