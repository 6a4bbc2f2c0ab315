package logview

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
)

func placeIn(numbers []int, n int) (int, bool) { return slices.BinarySearch(numbers, n) }

// goTo shows an entry, and all entries when the filter leaves it out.
func (v *View) goTo(number int) {
	if _, ok := v.doc.window.Item(number); !ok && v.filter.on() {
		if v.doc.window.Found().At > number { // it was looked at and left out
			v.setFilter(map[logs.Severity]bool{}, false, nil)
		} else {
			v.filter.anchor = number
			return
		}
	}
	v.show(number, nil)
}

// arrive goes to the entry that shall be seen, once the scan has come to it.
func (v *View) arrive() {
	n := v.filter.anchor
	if n == noAnchor {
		return
	}
	found := v.doc.window.Found()
	if found.At <= n && !found.Done {
		return
	}
	v.filter.anchor = noAnchor
	if item := v.doc.window.Nearest(n); item >= 0 {
		v.view.GoToRow(item, headOf(v.Rows(item)))
	}
}

// Find lands on the records of an application, or on a record, that a person chose elsewhere.
func (v *View) Find(p port.LogPlace) {
	if !v.doc.live() {
		v.showFollowed()
	}
	v.header.Notice.ShowError(nil)
	var terms []present.LogTerm
	if p.App != "" {
		terms = append(terms, present.LogTerm{Kind: present.TermApp, Value: p.App})
	}
	v.filter.anchor = noAnchor
	v.setFilter(map[logs.Severity]bool{}, false, terms)
	v.view.Pause()
	v.locateIn(p, func(n int) {
		v.doc.window.Unfold(n)
		v.filter.anchor = n
		v.take()
		v.arrive()
	})
}

// locateIn finds the record that a place means and goes there; a record that the log does not hold any more may stand in its file.
func (v *View) locateIn(p port.LogPlace, land func(number int)) {
	source := v.doc.source
	observe.Load(v.doc.scope, "locate", func(ctx context.Context) (int, error) { return locate(ctx, source, p) }, func(n int, err error) {
		switch {
		case err != nil:
			v.header.Notice.ShowErrorIf(err)
		case n >= 0:
			land(n)
		case p.Evidence.File != "":
			v.host.Open(p.Evidence)
		default:
			v.header.Notice.Tell("No record of this log names "+orName(p)+".", "It may stand in the recording, or in the database only.")
		}
		v.header.Update()
	})
}

func orName(p port.LogPlace) string {
	if p.Name != "" {
		return p.Name
	}
	return p.App
}

// locate finds the record that a place means: by where it stands and what it says, or by what it says alone when a rotation has moved it; without
// evidence the newest error of the application, or else its newest record. -1 when there is none.
func locate(ctx context.Context, s present.LogSource, p port.LogPlace) (int, error) {
	text, app := present.LogTerm{Kind: present.TermText, Value: firstWords(p.Evidence.Text)}, present.LogTerm{Kind: present.TermApp, Value: p.App}
	var tries [][]present.LogTerm
	switch {
	case text.Value != "" && p.App != "":
		tries = [][]present.LogTerm{{text, app}, {app}}
	case text.Value != "":
		tries = [][]present.LogTerm{{text}}
	case p.App != "":
		tries = [][]present.LogTerm{{app}}
	default:
		return s.AtLine(p.Evidence.File, int64(p.Evidence.Line)), nil
	}
	for _, terms := range tries {
		if n, err := locateBy(ctx, s, p, terms); n >= 0 || err != nil {
			return n, err
		}
	}
	return -1, nil
}

func locateBy(ctx context.Context, s present.LogSource, p port.LogPlace, terms []present.LogTerm) (int, error) {
	f, err := present.NewLogFilter(terms, time.Time{})
	if err != nil {
		return -1, err
	}
	f.NoMarks = true
	c, exact, loud, any := s.Count(), -1, -1, -1
	err = s.Search(ctx, f, c.First, c.End, func(hits []int, _ int) bool {
		for _, n := range hits {
			e, err := s.Read(ctx, n)
			if err != nil || e.Record == nil {
				continue
			}
			switch {
			case p.Key != "":
				if logbook.Key(e.Record) == p.Key {
					exact = n
				}
			case stands(e, p.Evidence):
				exact = n
			}
			if e.Failed || present.Loud(e.Severity()) {
				loud = n
			}
			any = n
		}
		return true
	})
	switch {
	case err != nil || exact >= 0:
		return exact, err
	case loud >= 0:
		return loud, nil
	}
	return any, nil
}

// stands tells whether a record stands where evidence says, or has the line among its own.
func stands(e present.LogEntry, ev upgrade.Evidence) bool {
	if ev.File == "" || ev.Line == 0 || e.Record == nil {
		return false
	}
	from := int(e.Record.Line)
	return (e.Record.File == ev.File || e.Record.Origin == ev.File) && ev.Line >= from && ev.Line < from+max(1, e.Record.Lines)
}

// firstWords is enough of a text to find it again; what is put behind it for a reader is left away.
func firstWords(text string) string {
	text, _, _ = strings.Cut(text, " (recorded from ")
	text = strings.TrimSuffix(strings.TrimSpace(text), "…")
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	if len(text) > 120 {
		text = strings.ToValidUTF8(text[:120], "")
	}
	return text
}

// askPlace asks where to go.
func (v *View) askPlace() {
	gate := kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "Go to",
		Body: kit.NewPara("A time (21:30, 2026-11-23 21:30:05), a part of the log (50 %), the number of a record (#1234), or a line of a file (1234, or "+
			"SystemOut.log:1234).", kit.Body),
		Fields: []kit.Field{{Label: "Where", Required: true}}, Confirm: "Go",
		OnGo: func(values []string) {
			v.goToText(values[0])
			v.Focus()
		},
	})
	gate.ByReturn(gate.Entries[0])
}

// goToText goes where a person wrote.
func (v *View) goToText(text string) {
	v.header.Notice.ShowError(nil)
	text = strings.TrimSpace(text)
	c := v.doc.source.Count()
	if c.Len() == 0 {
		return
	}
	if part, ok := strings.CutSuffix(text, "%"); ok {
		if p, err := strconv.ParseFloat(strings.TrimSpace(part), 64); err == nil && p >= 0 && p <= 100 {
			v.goTo(c.First + min(c.Len()-1, int(p/100*float64(c.Len()))))
			return
		}
	}
	if number, ok := strings.CutPrefix(text, "#"); ok {
		if n, err := strconv.Atoi(number); err == nil {
			v.goTo(c.First + max(0, min(c.Len()-1, n-1)))
			return
		}
	}
	if at, ok := wallClock(text, v.last()); ok {
		v.goTo(min(c.End-1, v.doc.source.AtTime(at)))
		return
	}
	file, number := "", text
	if i := strings.LastIndexByte(text, ':'); i > 0 {
		file, number = text[:i], text[i+1:]
	}
	line, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		v.header.Notice.ShowError(fmt.Errorf("%q is no time, no part, no record and no line", text))
		v.header.Update()
		return
	}
	v.goToLine(file, line)
}

// wallClock reads a time; without a date it is one of the day of the last record.
func wallClock(text string, last time.Time) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	for _, layout := range []string{"15:04:05.000", "15:04:05", "15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return time.Date(last.Year(), last.Month(), last.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC), true
		}
	}
	return time.Time{}, false
}

// goToLine finds the record to which a line of a file belongs: the newest file when none is named.
func (v *View) goToLine(file string, line int64) {
	source := v.doc.source
	observe.Load(v.doc.scope, "line", func(context.Context) (int, error) { return source.AtLine(file, line), nil }, func(n int, err error) {
		switch {
		case err != nil:
			v.header.Notice.ShowErrorIf(err)
		case n < 0:
			v.header.Notice.ShowError(fmt.Errorf("no record of this log stands at line %d%s", line, map[bool]string{true: " of " + file}[file != ""]))
		default:
			v.goTo(n)
		}
		v.header.Update()
	})
}

// jumpTime goes to the first record of a part of the timeline.
func (v *View) jumpTime(part int) {
	d := v.strip.density
	if part < 0 || part >= len(d.First) {
		return
	}
	for i := part; i < len(d.First); i++ {
		if d.First[i] >= 0 {
			v.goTo(d.First[i])
			return
		}
	}
}

// typed are the keys of the log that are letters.
func (v *View) typed(r rune) bool {
	switch r {
	case 'e', 'E':
		v.nextLoud(r == 'e', func(s logs.Severity) bool { return present.Loud(s) })
	case 'w', 'W':
		v.nextLoud(r == 'w', func(s logs.Severity) bool { return s == logs.Warning })
	case 'b':
		v.toggleBookmark(v.view.Current())
	case ']', '[':
		v.nextBookmark(r == ']')
	case 'f':
		v.foldAll(!v.doc.fold)
	case 'g':
		v.askPlace()
	case '/':
		v.host.Focus(v.search.entry)
	case '+':
		v.host.Focus(v.filter.entry)
	case 'x':
		v.clearFilter()
	case 's':
		v.showSide(!v.side.panel.Visible())
	default:
		return false
	}
	return true
}

// pressed are those that are not.
func (v *View) pressed(e *fyne.KeyEvent) bool {
	if e.Name == fyne.KeyF3 {
		v.find(true)
		return true
	}
	return false
}

// loudLook is how far the next error is looked for: the timeline shows where errors are.
const loudLook = 200_000

// nextLoud goes to the next record of a kind in what is shown.
func (v *View) nextLoud(forward bool, is func(logs.Severity) bool) {
	at, by := v.view.Current(), 1
	if at < 0 {
		at = v.view.First() - 1
	}
	if !forward {
		by = -1
	}
	for n := range loudLook {
		i := at + by*(n+1)
		if i < 0 || i >= v.Len() {
			break
		}
		if e, ok := v.doc.source.Entry(v.doc.window.Number(i)); ok && is(e.Severity()) {
			v.view.GoToRow(i, headOf(v.Rows(i)))
			return
		}
	}
	v.say("There is none " + map[bool]string{true: "below", false: "above"}[forward])
}
