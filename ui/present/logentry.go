package present

import (
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// LogEntry is what a log view shows as one: a record with its trace, or a mark between records.
type LogEntry struct {
	Record *logs.Record // nil: a mark
	Mark   *logs.Mark
	Failed bool // a failure rule matched the record
}

// moment is the time of an entry as the log tells it; zero when it tells none.
func (e LogEntry) moment() stamp.Moment {
	switch {
	case e.Record != nil:
		return e.Record.Time
	case e.Mark != nil && e.Mark.Start != nil:
		return e.Mark.Start.Time
	}
	return stamp.Moment{}
}

// Wall is the clock that stood on the server's wall, carried in UTC whatever its zone is: logs of one server are compared by it.
func (e LogEntry) Wall() time.Time { return wall(e.moment()) }

func wall(m stamp.Moment) time.Time {
	if m.IsZero() {
		return time.Time{}
	}
	t := m.Time
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// Zone is the zone as the log writes it.
func (e LogEntry) Zone() string { return e.moment().Zone }

// Severity is that of the record; a mark has none.
func (e LogEntry) Severity() logs.Severity {
	if e.Record == nil {
		return ""
	}
	return e.Record.Severity
}

// Place is where the entry stands: in the server's own file where that is known.
func (e LogEntry) Place() (file string, line int64) {
	switch {
	case e.Record != nil && e.Record.Origin != "":
		return e.Record.Origin, e.Record.Line
	case e.Record != nil:
		return e.Record.File, e.Record.Line
	case e.Mark != nil:
		return e.Mark.File, e.Mark.Line
	}
	return "", 0
}

// holds tells whether a line of a file is one of the record's.
func (e LogEntry) holds(file string, line int64) bool {
	if e.Record == nil {
		return false
	}
	at, first := e.Place()
	return strings.HasSuffix(at, file) && first <= line && line < first+int64(max(1, e.Record.Lines))
}

// Loud tells whether a level is an error's.
func Loud(s logs.Severity) bool { return s == logs.Fatal || s == logs.Error || s == logs.SystemErr }

// LogText writes a record as WebSphere writes it in its basic form, whatever format it came in, so that every tool for these logs reads it.
func LogText(r *logs.Record) string {
	var b strings.Builder
	b.WriteString("[" + r.Stamp + "] ")
	if r.Thread != "" {
		b.WriteString(r.Thread + " ")
	}
	if r.Logger != "" || r.Class != "" {
		name := r.Logger
		if name == "" {
			name = r.Class
		}
		b.WriteString(pad(name, 13) + " ")
	}
	b.WriteString(r.Level + " ")
	if r.Class != "" && r.Method != "" { // the form has both or none: one alone would be read as the other with the text's first word
		b.WriteString(r.Class + " " + r.Method + " ")
	}
	b.WriteString(r.Text)
	b.WriteByte('\n')
	for _, t := range r.Trace {
		b.WriteString(strings.TrimRight(t, "\r\n"))
		b.WriteByte('\n')
	}
	return b.String()
}

func pad(s string, n int) string {
	if len(s) >= n {
		return s
	}
	return s + strings.Repeat(" ", n-len(s))
}
