package logs

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
)

// cbeEvents reads error-log-0.xml and trace-log-0.xml of Domino's OSGi workspace: a sequence of CommonBaseEvent elements without an end of the
// document while the server writes. Each event is read on its own, so one that is damaged harms no other.
type cbeEvents struct{}

func (cbeEvents) format() Format { return CBE }

var cbeBegin = []byte("<CommonBaseEvent")

func (cbeEvents) begins(line []byte) byte {
	line = bytes.TrimLeft(line, " \t")
	if !bytes.HasPrefix(line, cbeBegin) || len(line) > len(cbeBegin) && line[len(cbeBegin)] == 's' { // not the root, CommonBaseEvents
		return 0
	}
	if len(line) > len(cbeBegin) && strings.IndexByte(" \t/>\r", line[len(cbeBegin)]) < 0 {
		return 0
	}
	return letterOfSeverity(attribute(line, " severity="))
}

// attribute finds the value of an attribute on the first line of an event.
func attribute(line []byte, name string) string {
	i := bytes.Index(line, []byte(name))
	if i < 0 || i+len(name)+1 >= len(line) {
		return ""
	}
	rest := line[i+len(name):]
	value, _, found := bytes.Cut(rest[1:], rest[:1])
	if !found || len(value) > 4 {
		return ""
	}
	return string(value)
}

// letterOfSeverity: 50 and more is an error, 30 a warning.
func letterOfSeverity(severity string) byte {
	n, err := strconv.Atoi(severity)
	switch {
	case err != nil || n < 30:
		return 'I'
	case n < 50:
		return 'W'
	}
	return 'E'
}

// split cuts before the second event of a line.
func (c cbeEvents) split(line []byte) int {
	from := 0
	for {
		i := bytes.Index(line[from:], cbeBegin)
		if i < 0 {
			return len(line)
		}
		if at := from + i; at > 0 && c.begins(line[at:]) != 0 && len(bytes.TrimSpace(line[:at])) > 0 {
			return at
		}
		from += i + len(cbeBegin)
	}
}

func (c cbeEvents) parse(r *Record, first string) {
	r.setLevel(c.begins([]byte(first)))
	r.Text = first
}

type cbeElement struct {
	Name     string       `xml:"name,attr"`
	Values   []string     `xml:"values"`
	Children []cbeElement `xml:"children"`
}

type cbeEvent struct {
	Time     string       `xml:"creationTime,attr"`
	Severity string       `xml:"severity,attr"`
	Message  string       `xml:"msg,attr"`
	Elements []cbeElement `xml:"extendedDataElements"`
	Source   struct {
		Sub    string `xml:"subComponent,attr"`
		Thread string `xml:"threadId,attr"`
	} `xml:"sourceComponentId"`
}

// finish reads the event once all its lines are there. An event that is no valid XML keeps its lines as they are, with what its first line tells.
func (c cbeEvents) finish(r *Record) {
	lines := append([]string{r.Text}, r.Trace...)
	text := strings.Map(legalXML, strings.ToValidUTF8(strings.Join(lines, "\n"), "\uFFFD"))
	if end := strings.LastIndex(text, "</CommonBaseEvent>"); end >= 0 {
		text = text[:end+len("</CommonBaseEvent>")]
	}
	var e cbeEvent
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	err := d.Decode(&e)
	if err != nil && e.Time == "" {
		return
	}
	r.setLevel(letterOfSeverity(e.Severity)) // the attribute may stand on a later line
	if err != nil {                          // cut or damaged: what its beginning tells, and all its lines as they are
		r.Stamp, r.Thread, r.Logger = e.Time, e.Source.Thread, e.Source.Sub
		if e.Message != "" {
			r.Text, _, _ = strings.Cut(strings.TrimSpace(e.Message), "\n")
			r.Text, r.Trace = strings.TrimRight(r.Text, "\r"), lines
			r.MessageID = messageID(r.Text)
		}
		return
	}
	r.Stamp, r.Thread, r.Logger = e.Time, e.Source.Thread, e.Source.Sub
	message := strings.Split(strings.TrimRight(e.Message, "\r\n"), "\n")
	r.Text, r.Trace = strings.TrimRight(message[0], "\r"), nil
	r.Trace = append(r.Trace, message[1:]...)
	for _, el := range e.Elements {
		r.takeElement(el)
	}
	r.MessageID = messageID(r.Text)
}

// legalXML replaces what may stand in no XML and would end reading it: control characters of a program's output.
func legalXML(r rune) rune {
	if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
		return '\uFFFD'
	}
	return r
}

// takeElement reads one extended data element. Those of an exception hold its class, message and frames, nested as deep as its causes.
func (r *Record) takeElement(el cbeElement) {
	name := el.Name[strings.LastIndexByte(el.Name, ':')+1:]
	value := strings.TrimSpace(strings.Join(el.Values, "\n"))
	switch {
	case name == "level":
		for _, ch := range el.Children {
			if strings.HasSuffix(ch.Name, ":name") && len(ch.Values) > 0 {
				r.setLevel(letterOf(ch.Values[0]))
			}
		}
	case name == "sourceClassName":
		r.Class = value
	case name == "sourceMethodName":
		r.Method = value
	case name == "loggerName" && r.Logger == "":
		r.Logger = value
	case strings.Contains(strings.ToLower(name), "exception"), strings.Contains(strings.ToLower(name), "stacktrace"),
		strings.Contains(strings.ToLower(name), "throwable"):
		r.takeException(el)
	}
}

func (r *Record) takeException(el cbeElement) {
	for _, v := range el.Values {
		for line := range strings.SplitSeq(strings.Trim(v, "\r\n"), "\n") {
			r.Trace = append(r.Trace, strings.TrimRight(line, "\r"))
		}
	}
	for _, ch := range el.Children {
		r.takeException(ch)
	}
}
