package logs

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// febEvents reads Leap's audit file: topic, time stamp, user id, email, application uid, application title, form id, record uid, result.
type febEvents struct{}

func (febEvents) format() Format { return FebEvents }

// begins: a topic is a path such as builder/app/upgrade, and at least five fields follow.
func (febEvents) begins(line []byte) byte {
	topic, rest, found := bytes.Cut(line, []byte(","))
	topic = bytes.Trim(topic, "\" \t")
	if !found || len(topic) < 3 || len(topic) > 200 || bytes.IndexByte(topic, '/') < 0 || bytes.Count(rest, []byte(",")) < 4 {
		return 0
	}
	for _, c := range topic {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && bytes.IndexByte([]byte("/_-.:"), c) < 0 {
			return 0
		}
	}
	if bytes.Contains(topic, []byte("error")) {
		return 'E'
	}
	return 'I'
}

func (f febEvents) parse(r *Record, first string) {
	r.setLevel(f.begins([]byte(first)))
	r.Text = first
	r.takeEvent(first)
}

// finish reads the fields again when a quoted one of them goes over several lines.
func (febEvents) finish(r *Record) {
	if len(r.Trace) > 0 && strings.Count(r.Text, `"`)%2 == 1 {
		r.takeEvent(r.Text + "\n" + strings.Join(r.Trace, "\n"))
	}
}

// takeEvent fills what the record has a place for: the topic is the logger, the second field the time.
func (r *Record) takeEvent(line string) {
	fields := csvFields(line)
	r.Logger = fields[0]
	if len(fields) > 1 {
		r.Stamp = fields[1]
	}
}

func csvFields(line string) []string {
	c := csv.NewReader(strings.NewReader(line))
	c.LazyQuotes, c.FieldsPerRecord, c.TrimLeadingSpace = true, -1, true
	fields, err := c.Read()
	if err != nil || len(fields) == 0 {
		fields = strings.Split(line, ",")
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields
}
