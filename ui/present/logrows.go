package present

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// LogKind is what a row of the log view is.
type LogKind int

// The kinds of rows.
const (
	LogHead  LogKind = iota // a record's first line
	LogBody                 // a line below it that says something: an exception, a text
	LogFrame                // a frame of a stack trace
	LogNote                 // ours: a day, a start of the server
	LogGap                  // ours: something is missing
)

// LogRow is a line of an entry as it is shown.
type LogRow struct {
	Text    string
	Kind    LogKind
	Level   logs.Severity // of a head
	Columns int           // bytes at the beginning that are columns, before the text
	Folds   bool          // a head with something to fold
}

// Widths of the columns. Longer threads and loggers move the text.
const (
	threadWidth = 8
	loggerWidth = 13
	loggerMost  = 24
)

// LogRows gives the rows of an entry. before is the entry above it: where the day changes, a row says so. A folded trace is its chain of causes.
func LogRows(e, before LogEntry, folded bool) []LogRow {
	var rows []LogRow
	if day := newDay(e, before); day != "" {
		rows = append(rows, LogRow{Text: day, Kind: LogNote})
	}
	if e.Record == nil {
		return append(rows, markRow(e.Mark))
	}
	r := e.Record
	head := headRow(r)
	head.Folds = len(r.Trace) > 0
	rows = append(rows, head)
	if folded {
		return append(rows, foldedRows(r)...)
	}
	for _, t := range r.Trace {
		t = strings.TrimRight(t, "\r\n")
		kind := LogBody
		if isFrame(t) {
			kind = LogFrame
		}
		rows = append(rows, LogRow{Text: t, Kind: kind})
	}
	if r.Truncated {
		rows = append(rows, LogRow{Text: "The record is longer; the rest of it stands in the file only", Kind: LogNote})
	}
	return rows
}

// isFrame tells a frame of a stack trace, with or without a level column before it.
func isFrame(line string) bool {
	t := strings.TrimLeft(line, " \t")
	return strings.HasPrefix(t, "at ") || strings.HasPrefix(t, "... ")
}

func newDay(e, before LogEntry) string {
	now, was := e.Wall(), before.Wall()
	if now.IsZero() || was.IsZero() && (before.Record != nil || before.Mark != nil) {
		return ""
	}
	if now.Year() == was.Year() && now.YearDay() == was.YearDay() {
		return ""
	}
	day := now.Format("Monday, 2 January 2006")
	if zone := e.Zone(); zone != "" {
		day += ", " + zone
	}
	return day
}

func markRow(m *logs.Mark) LogRow {
	if m == nil {
		return LogRow{Kind: LogNote}
	}
	if m.Kind != logs.MarkStart {
		return LogRow{Text: "Gap: " + m.Reason, Kind: LogGap}
	}
	text := "The server was started here"
	if m.Start != nil {
		if m.Start.Product != "" {
			text += ": " + m.Start.Product
		}
		if m.Start.PID != "" {
			text += ", process " + m.Start.PID
		}
	}
	return LogRow{Text: text, Kind: LogNote}
}

// headRow writes the columns in one order, whatever the log's format is. The class is left out: it is as long as a line, and the logger is its last part.
func headRow(r *logs.Record) LogRow {
	var b strings.Builder
	b.WriteString(pad(clockOf(r), 12))
	b.WriteByte(' ')
	b.WriteString(pad(r.Thread, threadWidth))
	b.WriteByte(' ')
	level := r.Level
	if level == "" {
		level = " "
	}
	b.WriteString(level)
	b.WriteByte(' ')
	origin := r.Logger
	if origin == "" {
		origin = r.Class
	}
	b.WriteString(pad(lastPart(origin), loggerWidth))
	b.WriteByte(' ')
	columns := b.Len()
	b.WriteString(r.Text)
	return LogRow{Text: b.String(), Kind: LogHead, Level: r.Severity, Columns: columns}
}

// clockOf is the time of day; where it cannot be told, the stamp as it is written.
func clockOf(r *logs.Record) string {
	if r.Time.IsZero() {
		return r.Stamp
	}
	if r.Time.Nanosecond() == 0 && !strings.Contains(r.Stamp, "000") {
		return r.Time.Format(time.TimeOnly)
	}
	return r.Time.Format("15:04:05.000")
}

// lastPart keeps the end of a long name: its beginning is the same in all.
func lastPart(name string) string {
	if utf8.RuneCountInString(name) <= loggerMost {
		return name
	}
	rest := name[len(name)-loggerMost+1:]
	if dot := strings.IndexByte(rest, '.'); dot >= 0 && dot < len(rest)-1 {
		rest = rest[dot+1:]
	}
	return "…" + strings.ToValidUTF8(rest, "")
}

const foldIndent = "    "

// foldedRows is the chain of causes, or how much there is to unfold.
func foldedRows(r *logs.Record) []LogRow {
	if len(r.Trace) == 0 {
		return nil
	}
	if len(r.Causes) == 0 {
		return []LogRow{{Text: foldIndent + Plural(int64(len(r.Trace)), "more line", "more lines"), Kind: LogFrame}}
	}
	rows := make([]LogRow, 0, len(r.Causes))
	for i, c := range r.Causes {
		text := foldIndent
		if i > 0 {
			text += "caused by "
		}
		text += c.String()
		if n := len(c.Frames) + c.Omitted; n > 0 {
			text += "  (" + Plural(int64(n), "frame", "frames") + ")"
		}
		rows = append(rows, LogRow{Text: text, Kind: LogBody})
	}
	return rows
}
