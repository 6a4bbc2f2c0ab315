package logs

import (
	"bytes"
	"strings"
)

// dominoConsole reads the console.log of a Domino server: "[PID:VTID-TID] date time  text", where the prefix may be missing and a prompt "> " may
// have been typed before.
type dominoConsole struct{}

func (dominoConsole) format() Format { return DominoConsole }

type dominoColumns struct{ thread, threadEnd, stamp, stampEnd, text int }

func dominoMatch(line []byte) (c dominoColumns, ok bool) {
	p := 0
	for p < len(line) && p < 8 && (line[p] == '>' || line[p] == ' ') {
		p++
	}
	if p > 0 && line[0] != '>' {
		return c, false
	}
	if p < len(line) && line[p] == '[' {
		n := dominoThread(line[p:])
		if n == 0 {
			return c, false
		}
		c.thread, c.threadEnd = p+1, p+n-1
		p += n
		for p < len(line) && line[p] == ' ' {
			p++
		}
	}
	c.stamp = p
	if p = dominoStamp(line, p); p == 0 {
		return c, false
	}
	c.stampEnd = p
	if c.text = p; p < len(line) && line[p] != ' ' {
		return c, false
	}
	// Two spaces follow a clock of twelve hours, three one of twenty-four; one is what other programs write. An empty text may have lost its spaces.
	if c.threadEnd == 0 && p+1 < len(line) && line[p+1] != ' ' {
		return c, false
	}
	for c.text < len(line) && c.text < p+3 && line[c.text] == ' ' {
		c.text++
	}
	return c, true
}

// dominoThread gives the length of "[0DB4:000E-0F14]", 0 when it is not there.
func dominoThread(s []byte) int {
	end := bytes.IndexByte(s[:min(len(s), 48)], ']')
	if end < 5 {
		return 0
	}
	colon, dash := bytes.IndexByte(s[:end], ':'), bytes.IndexByte(s[:end], '-')
	if colon < 2 || dash < colon+2 || dash == end-1 {
		return 0
	}
	for i, b := range s[1:end] {
		if i+1 == colon || i+1 == dash {
			continue
		}
		if (b < '0' || b > '9') && (b < 'a' || b > 'f') && (b < 'A' || b > 'F') {
			return 0
		}
	}
	return end + 1
}

// dominoStamp gives the end of "date time[ AM]" that begins at p, 0 when there is none.
func dominoStamp(line []byte, p int) int {
	numbers := func(seps string, count, most int) bool {
		for i := range count {
			n := 0
			for p < len(line) && line[p] >= '0' && line[p] <= '9' {
				n++
				p++
			}
			if n == 0 || n > most {
				return false
			}
			if i < count-1 {
				if p >= len(line) || strings.IndexByte(seps, line[p]) < 0 {
					return false
				}
				p++
			}
		}
		return true
	}
	if !numbers("/.-", 3, 4) || p >= len(line) || line[p] != ' ' {
		return 0
	}
	for p < len(line) && line[p] == ' ' {
		p++
	}
	p += halfBefore(line[p:])
	if !numbers(":.", 3, 2) {
		return 0
	}
	return p + halfAfter(line[p:])
}

// halfBefore gives the length of a half of the day that stands before the clock, in the letters of the far east and in any encoding, with the space after it.
func halfBefore(s []byte) int {
	n := 0
	for n < len(s) && n < 12 && s[n] >= 0x80 {
		n++
	}
	if n < 2 || n == len(s) || s[n] != ' ' {
		return 0
	}
	return n + 1
}

// halfAfter gives the length of " AM", " p.m." or " p. m.", 0 when the clock has twenty-four hours. The space within may be one that does not break.
func halfAfter(s []byte) int {
	if len(s) < 3 || s[0] != ' ' || s[1]|0x20 != 'a' && s[1]|0x20 != 'p' {
		return 0
	}
	p := 2
	dotted := s[p] == '.'
	if dotted {
		for p++; p < len(s) && p < 6 && (s[p] == ' ' || s[p] == 0xA0 || s[p] == 0xC2); p++ {
		}
	}
	if p >= len(s) || s[p]|0x20 != 'm' {
		return 0
	}
	if p++; dotted && p < len(s) && s[p] == '.' {
		p++
	}
	return p
}

func (dominoConsole) begins(line []byte) byte {
	c, ok := dominoMatch(line)
	if !ok {
		return 0
	}
	return dominoLevel(line[c.text:])
}

const httpJVM = "HTTP JVM: "

// dominoLevel guesses: the console has no levels, but messages carry ids of Lotus Expeditor, or words at their beginning.
func dominoLevel(text []byte) byte {
	text = bytes.TrimPrefix(text, []byte(httpJVM))
	text = text[:min(len(text), 160)]
	if id := messageID(string(text[:min(len(text), 24)])); id != "" {
		if l := levelOfID(id); l != 0 {
			return l
		}
	}
	lower := bytes.ToLower(text)
	head, _, _ := bytes.Cut(lower, []byte(" "))
	switch string(bytes.TrimRight(head, ":")) {
	case "error", "severe":
		return 'E'
	case "warning":
		return 'W'
	case "fatal", "panic":
		return 'F'
	}
	switch {
	case bytes.Contains(lower, []byte(": error: ")), bytes.Contains(lower, []byte(": error - ")), bytes.Contains(lower, []byte(" error:")), bytes.Contains(lower, []byte("setup failed")),
		bytes.Contains(lower, []byte("upgrade failed")):
		return 'E'
	case bytes.Contains(lower, []byte("warning:")):
		return 'W'
	}
	return 'I'
}

func (dominoConsole) parse(r *Record, first string) {
	line := []byte(first)
	c, ok := dominoMatch(line)
	if !ok {
		r.Text = first
		return
	}
	r.Thread = first[c.thread:c.threadEnd]
	r.Stamp = first[c.stamp:c.stampEnd]
	r.Text = first[c.text:]
	r.setLevel(dominoLevel(line[c.text:]))
	if text, ok := strings.CutPrefix(r.Text, httpJVM); ok {
		r.Logger, r.Text = "HTTP JVM", text
	}
	r.MessageID = messageID(r.Text)
}

// header: "HCL Domino (r) Server (64 Bit), Release 12.0.2 ..." and the copyright lines that follow a start.
// A server that tells its processes and threads does so in front of these too.
func (dominoConsole) header(line []byte) (is, start bool) {
	line = withoutThread(line)
	if len(line) < 20 || len(line) > 300 {
		return false, false
	}
	switch line[0] {
	case 'L', 'I', 'H':
		start = bytes.Contains(line, []byte("Domino")) && bytes.Contains(line, []byte(" Server")) &&
			(bytes.Contains(line, []byte("Release")) || bytes.Contains(line, []byte("Build")))
		return start, start
	case 'C':
		return bytes.HasPrefix(line, []byte("Copyright (c) ")), false
	}
	return false, false
}

// withoutThread takes "[PID:VTID-TID] " off a line that has no time.
func withoutThread(line []byte) []byte {
	if len(line) == 0 || line[0] != '[' {
		return line
	}
	return bytes.TrimLeft(line[dominoThread(line):], " ")
}

// product is what a line tells of the server that begins with it.
func (dominoConsole) product(line []byte) []byte { return withoutThread(line) }
