package logs

import (
	"bytes"
	"strings"
)

// eclipseLog reads Eclipse's .metadata/.log: "!ENTRY plug-in severity code date time", then "!MESSAGE", "!STACK" and the trace. A "!SESSION" is a
// start with the values of its Java after it.
type eclipseLog struct{}

func (eclipseLog) format() Format { return Eclipse }

func (eclipseLog) begins(line []byte) byte {
	if !bytes.HasPrefix(line, []byte("!ENTRY ")) {
		return 0
	}
	fields := bytes.Fields(line)
	if len(fields) < 3 {
		return 'I'
	}
	switch string(fields[2]) {
	case "4", "8":
		return 'E'
	case "2":
		return 'W'
	}
	return 'I'
}

func (e eclipseLog) parse(r *Record, first string) {
	r.setLevel(e.begins([]byte(first)))
	fields := strings.Fields(first)
	if len(fields) > 1 {
		r.Logger = fields[1]
	}
	if len(fields) >= 5 {
		r.Stamp = strings.Join(fields[4:], " ")
	}
	if len(fields) == 4 && strings.ContainsAny(fields[3], "-:") {
		r.Stamp = fields[3]
	}
}

// finish takes the message out of the lines after the entry. It may have several lines; those of entries below it ("!SUBENTRY 1 ...") stay as they are.
func (eclipseLog) finish(r *Record) {
	var trace []string
	own, said := true, false
	for _, line := range r.Trace {
		switch {
		case own && !said && (line == "!MESSAGE" || strings.HasPrefix(line, "!MESSAGE ")):
			r.Text, said = strings.TrimPrefix(strings.TrimPrefix(line, "!MESSAGE"), " "), true
		case strings.HasPrefix(line, "!STACK"):
		default:
			own = own && !strings.HasPrefix(line, "!SUBENTRY ")
			trace = append(trace, line)
		}
	}
	r.Trace = trace
	r.MessageID = messageID(r.Text)
}

// preamble tells that the lines after a session, up to the first entry, are its header: the values of its Java and its arguments.
func (eclipseLog) preamble() {}

func (eclipseLog) header(line []byte) (is, start bool) {
	start = bytes.HasPrefix(line, []byte("!SESSION "))
	return start, start
}

// product leaves the line of dashes out.
func (eclipseLog) product(line []byte) []byte {
	return append([]byte("Eclipse session "), bytes.Trim(line[min(len(line), len("!SESSION ")):], " -\r")...)
}
