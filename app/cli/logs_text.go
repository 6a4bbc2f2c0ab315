package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// columns is how wide text is made for a person: a terminal over a serial line or RDP has no more.
const columns = 80

// printRecord prints a record for a person: a line of its columns, its text, and its trace, folded at spaces to the width of a terminal. It is one write.
func printRecord(w io.Writer, r *logs.Record) {
	var b strings.Builder
	b.Grow(160 + len(r.Text) + int(r.Bytes))
	for i, part := range []string{filepath.Base(r.File) + ":" + fmt.Sprint(r.Line), r.Stamp, r.Level, r.Thread, shortLogger(r)} {
		if i > 0 && part != "" {
			b.WriteByte(' ')
		}
		b.WriteString(visible(part))
	}
	b.WriteByte('\n')
	if r.Text != "" {
		fold(&b, visible(r.Text), 2, 2)
	}
	for _, line := range r.Trace {
		line = strings.ReplaceAll(visible(strings.TrimRight(line, "\r\n")), "\t", "  ")
		if text := strings.TrimLeft(line, " "); len(line)-len(text) > 8 { // WebSphere's columns of blanks
			line = text
		}
		if strings.HasPrefix(strings.TrimLeft(line, " "), "at ") { // a frame is looked for and copied whole
			b.WriteString("    " + line + "\n")
			continue
		}
		fold(&b, line, 4, 8)
	}
	_, _ = io.WriteString(w, b.String())
}

// shortLogger is the last part of the class or logger: the whole name is often wider than a line, and stands in the JSON.
func shortLogger(r *logs.Record) string {
	name := r.Class
	if name == "" {
		name = r.Logger
	}
	name = name[strings.LastIndexByte(name, '.')+1:]
	if r.Method != "" {
		name += "." + r.Method
	}
	return name
}

// visible replaces control characters, which may change a terminal, by their pictures.
func visible(s string) string {
	if strings.IndexFunc(s, isControl) < 0 {
		return s
	}
	return strings.Map(func(c rune) rune {
		switch {
		case c == 0x7f:
			return '␡'
		case isControl(c) && c < 0x20:
			return 0x2400 + c
		case isControl(c):
			return utf8.RuneError
		}
		return c
	}, s)
}

func isControl(c rune) bool {
	return c < 0x20 && c != '\t' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069
}

// fold writes a text with an indentation, broken at spaces; lines after the first stand at hang. A word that is wider than a line is not cut: it may be
// a path that somebody copies.
func fold(b *strings.Builder, text string, indent, hang int) {
	blanks := strings.Repeat(" ", max(indent, hang))
	b.WriteString(blanks[:indent])
	room := columns - indent
	for utf8.RuneCountInString(text) > room {
		at := breakAt(text, room)
		if at < 0 {
			break
		}
		b.WriteString(strings.TrimRight(text[:at], " "))
		b.WriteByte('\n')
		b.WriteString(blanks[:hang])
		text, room = strings.TrimLeft(text[at:], " "), columns-hang
	}
	b.WriteString(text)
	b.WriteByte('\n')
}

// breakAt finds the last space within a number of characters, or the first one after them; spaces at the beginning do not count.
func breakAt(text string, room int) int {
	begin := len(text) - len(strings.TrimLeft(text, " "))
	at, n := -1, 0
	for i, c := range text {
		if c == ' ' && i > begin {
			if n > room && at >= 0 {
				return at
			}
			if at = i; n > room {
				return at
			}
		}
		n++
	}
	if n > room {
		return at
	}
	return -1
}

// levelNames are the words of the letters, the gravest first.
var levelNames = []struct{ letter, name string }{
	{"F", "fatal"}, {"E", "error"}, {"W", "warning"}, {"A", "audit"}, {"I", "info"}, {"C", "config"}, {"D", "detail"}, {"O", "System.out"}, {"R", "System.err"},
	{"1", "fine"}, {"2", "finer"}, {"3", "finest"}, {">", "entry"}, {"<", "exit"},
}

func levelsText(counts map[string]int64) string {
	var parts []string
	named := map[string]bool{}
	for _, l := range levelNames {
		if named[l.letter] = true; counts[l.letter] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", counts[l.letter], l.name, l.letter))
		}
	}
	var others []string
	for letter, n := range counts {
		if !named[letter] {
			others = append(others, fmt.Sprintf("%d other (%s)", n, visible(letter)))
		}
	}
	slices.Sort(others)
	return strings.Join(append(parts, others...), ", ")
}

// datesText says how the dates of a log were understood.
func datesText(st *logs.Statistics) string {
	words := map[string]string{"mdy": "month, day, year", "dmy": "day, month, year", "ymd": "year, month, day"}
	text, known := words[st.Order]
	switch {
	case !known:
		return "none that can be told"
	case !st.Sure:
		return text + " (a guess: others fit too)"
	}
	return text
}

// printStats prints the counts of a log for a person.
func printStats(w io.Writer, st *logs.Statistics) {
	row := func(name, value string) {
		if value == "" {
			return
		}
		var b strings.Builder
		fold(&b, fmt.Sprintf("%-13s %s", name, visible(value)), 0, 14)
		_, _ = io.WriteString(w, b.String())
	}
	row("format", string(st.Format))
	row("encoding", st.Encoding)
	row("dates", datesText(st))
	row("size", size(st.Bytes))
	row("lines", fmt.Sprint(st.Lines))
	row("records", fmt.Sprint(st.Records))
	row("levels", levelsText(st.ByLevel))
	row("first", when(st.First.String(), st.First.Zone))
	row("last", when(st.Last.String(), st.Last.Zone))
	if st.Orphans > 0 {
		row("orphan lines", fmt.Sprintf("%d (before the first record; its beginning has rolled off, or it is no log)", st.Orphans))
	}
	row("trace state", st.TraceState)
	row("server", st.Header.Product)
	row("process", st.Header.Process)
	row("starts", fmt.Sprint(len(st.Starts)))
	for _, s := range st.Starts[max(len(st.Starts)-10, 0):] {
		row("", fmt.Sprintf("%s:%d %s%s", filepath.Base(s.File), s.Line, when(s.Time.String(), s.Time.Zone), process(s)))
	}
	if len(st.Gaps) == 0 && len(st.Files) > 1 {
		row("gaps", "none found")
	}
	for _, g := range st.Gaps {
		row("gap", fmt.Sprintf("%s:%d %s", filepath.Base(g.File), g.Line, g.Reason))
	}
	row("files", fmt.Sprint(len(st.Files)))
	for _, f := range st.Files {
		text := fmt.Sprintf("%s: %d records, %d lines, %s", f.Path, f.Records, f.Lines, size(f.Bytes))
		if f.Format != st.Format || f.Encoding != st.Encoding {
			text += fmt.Sprintf(", %s, %s", f.Format, f.Encoding)
		}
		if f.Cut {
			text += "; its last record goes on in the next file"
		}
		row("", text)
	}
}

func process(s logs.Start) string {
	if s.PID == "" {
		return ""
	}
	return ", process " + s.PID
}

// when is a time with its zone as the log writes it.
func when(moment, zone string) string {
	if moment == "" || zone == "" || strings.HasSuffix(moment, "Z") || strings.Contains(moment[10:], "+") {
		return moment
	}
	return moment + " " + zone
}
