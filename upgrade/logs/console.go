package logs

import (
	"bytes"
	"strings"
)

// consoleLines reads Liberty's console.log: "[AUDIT   ] CWWKE0001I: ...", "[err] ...". It has no times. What a program printed to System.out
// stands between without any mark and belongs to the record before.
type consoleLines struct{}

func (consoleLines) format() Format { return LibertyConsole }

func (consoleLines) begins(line []byte) byte {
	if len(line) < 6 || line[0] != '[' {
		return 0
	}
	if bytes.HasPrefix(line, []byte("[err] ")) {
		return 'R'
	}
	if len(line) < 10 || line[9] != ']' || len(line) > 10 && line[10] != ' ' {
		return 0
	}
	word := bytes.TrimRight(line[1:9], " ")
	if l, ok := letters[string(word)]; ok {
		return l
	}
	return 0
}

func (c consoleLines) parse(r *Record, first string) {
	letter := c.begins([]byte(first))
	if letter == 'R' && strings.HasPrefix(first, "[err] ") {
		r.Logger, r.Text = "SystemErr", first[6:]
	} else {
		r.Text = strings.TrimPrefix(first[min(10, len(first)):], " ")
	}
	r.setLevel(letter)
	r.MessageID = messageID(r.Text)
}

// header: the first line of a start, "Launching defaultServer (Open Liberty 22.0.0.6/wlp-...) on Eclipse OpenJ9 VM, version ... (en_CA)".
func (consoleLines) header(line []byte) (is, start bool) {
	is = bytes.HasPrefix(line, []byte("Launching ")) && bytes.Contains(line, []byte("/wlp-"))
	return is, is
}
