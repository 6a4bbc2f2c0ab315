package logview

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
)

// sides are what the panel beside the log shows.
type sidePage int

const (
	sideFailures sidePage = iota
	sideBookmarks
	sideRecord
)

// sideState is the panel beside the log.
type sideState struct {
	page   sidePage
	shown  int // entry that the record page shows; -1 none
	panel  *fyne.Container
	tabs   []*kit.Chip
	pages  []fyne.CanvasObject
	table  *kit.DataTable // failures
	quote  *kit.Text
	marks  *kit.DataTable
	note   *kit.Entry
	keep   *kit.Button
	remove *kit.Button
	detail *fyne.Container
	scroll *container.Scroll
}

func (s *sideState) forget() {
	s.shown = -1
	if s.quote != nil {
		s.quote.SetText("")
	}
}

func (v *View) buildSide() {
	s := &v.side
	s.shown = -1
	for i, word := range []string{"Failures", "Bookmarks", "Record"} {
		s.tabs = append(s.tabs, kit.NewChip(kit.State{Word: word}, func(bool) { v.turnSide(sidePage(i)) }))
	}
	s.table = kit.NewDataTable([]kit.Column{{ID: "what", Title: "Failure", Min: 120, Weight: 1}, {ID: "at", Title: "At", Min: 74}})
	s.table.Empty = "No failure was found so far"
	s.table.OnSelect = v.jumpFailure
	s.table.OnOpen = func(row int) { v.host.Open(v.failure(row).Evidence) }
	s.quote = kit.NewPara("", kit.Small)
	failures := container.NewBorder(nil, kit.Inset(12, 6, 12, 8, s.quote), nil, nil, s.table)
	s.detail = kit.Stack(8)
	s.scroll = kit.Scroll(kit.Pad(12, s.detail))
	s.pages = []fyne.CanvasObject{failures, v.buildBookmarks(), s.scroll}
	head := kit.Inset(8, 7, 8, 7, kit.Wrap(5, s.tabs[0], s.tabs[1], s.tabs[2]))
	s.panel = kit.Edged(container.NewBorder(container.NewVBox(head, kit.HLine()), nil, nil, nil, container.NewStack(s.pages...)))
	v.turnSide(sideFailures)
}

// turnSide shows a page of the panel.
func (v *View) turnSide(p sidePage) {
	v.side.page = p
	for i, tab := range v.side.tabs {
		tab.Set(sidePage(i) == p)
		if sidePage(i) == p {
			v.side.pages[i].Show()
		} else {
			v.side.pages[i].Hide()
		}
	}
	if p == sideRecord {
		v.side.shown = -1
		v.showRecord(v.view.Current())
	}
	v.side.panel.Refresh()
}

// failure is one of the list, newest first.
func (v *View) failure(row int) upgrade.Failure { return v.doc.failures[len(v.doc.failures)-1-row] }

func (v *View) showFailures() {
	v.side.table.SetRows(kit.RowsOf{Count: func() int { return len(v.doc.failures) }, At: v.failureCell})
	v.side.tabs[sideFailures].SetCount(present.Count(int64(len(v.doc.failures))))
}

func (v *View) failureCell(row, col int) kit.Cell {
	f := v.failure(row)
	if col == 1 {
		return kit.Cell{Text: present.ShortClock(f.Time, v.host.Now()), Dim: true}
	}
	name := f.Name
	if name == "" {
		name = f.Text
	}
	return kit.Cell{Text: name, Sign: kit.SeverityState(f.Severity).Sign}
}

// jumpFailure goes to the record of a failure, within what is shown when it is there.
func (v *View) jumpFailure(row int) {
	f := v.failure(row)
	v.side.quote.SetText(f.Text)
	v.header.Update()
	v.locate(port.LogPlace{App: f.UID, Name: f.Name, Evidence: f.Evidence})
}

// showRecord tells everything of the record under the cursor, and offers to filter by it.
func (v *View) showRecord(item int) {
	s := &v.side
	if s.page != sideRecord || !s.panel.Visible() {
		return
	}
	if item < 0 {
		s.shown = -1
		s.detail.Objects = []fyne.CanvasObject{kit.NewPara("Put the cursor on a record, by mouse or with the arrows, to see its parts and to filter by them.", kit.Dim)}
		v.header.Update()
		return
	}
	n := v.doc.window.Number(item)
	e, ok := v.doc.source.Entry(n)
	if !ok || n == s.shown {
		return
	}
	s.shown = n
	s.detail.Objects = v.recordRows(item, e)
	s.scroll.ScrollToTop()
	v.header.Update()
}

func (v *View) recordRows(item int, e present.LogEntry) []fyne.CanvasObject {
	if e.Record == nil {
		return []fyne.CanvasObject{kit.NewPara("A mark of Springboard, not a line of the log.", kit.Dim)}
	}
	r := e.Record
	file, line := e.Place()
	rows := []fyne.CanvasObject{kit.NewPara(r.Text, kit.MonoSmall)}
	if len(r.Causes) > 0 {
		for i, c := range r.Causes {
			text := c.String()
			if i > 0 {
				text = "caused by " + text
			}
			rows = append(rows, kit.NewPara(text, kit.MonoSmall))
		}
	}
	part := func(title, value string, terms ...present.LogTerm) {
		if value == "" {
			return
		}
		cells := []fyne.CanvasObject{kit.NewText(value, kit.MonoSmall)}
		for _, t := range terms {
			word := map[present.TermKind]string{present.TermSince: "From here", present.TermUntil: "Until here"}[t.Kind]
			if word == "" {
				word = "Only this"
			}
			cells = append(cells, kit.NewQuiet(word, func() { v.addTerm(t) }))
		}
		rows = append(rows, kit.Stack(0, kit.NewText(title, kit.SmallStrong), kit.RowFill(4, 0, cells...)))
	}
	at := ""
	if w := e.Wall(); !w.IsZero() {
		at = w.Format("2006-01-02T15:04:05.000")
	}
	part("Time", r.Stamp)
	if at != "" {
		rows = append(rows, kit.Row(4, kit.NewQuiet("From here", func() { v.addTerm(present.LogTerm{Kind: present.TermSince, Value: at}) }),
			kit.NewQuiet("Until here", func() { v.addTerm(present.LogTerm{Kind: present.TermUntil, Value: at}) })))
	}
	part("Thread", r.Thread, present.LogTerm{Kind: present.TermThread, Value: r.Thread})
	part("Logger", r.Logger, present.LogTerm{Kind: present.TermLogger, Value: r.Logger})
	part("Message", r.MessageID, present.LogTerm{Kind: present.TermID, Value: r.MessageID})
	if r.Class != r.Logger {
		part("Class", strings.TrimSpace(r.Class+" "+r.Method))
	}
	ev := upgrade.FileEvidence(file, int(line), "")
	rows = append(rows, kit.Stack(0, kit.NewText("Stands in", kit.SmallStrong), kit.NewLink(kit.EvidencePlace(ev), func() { v.host.Open(ev) })))
	return append(rows, kit.Wrap(6, kit.NewButton("Copy", func() { kit.Copy(present.LogText(r)); v.tellCopied(1+len(r.Trace), true) }),
		kit.NewButton("Bookmark", func() { v.toggleBookmark(item) }), kit.NewButton("Fold or unfold", func() { v.turn(item) })))
}

// textOf is a whole record as text.
func (v *View) textOf(item int) string {
	e, ok := v.doc.source.Entry(v.doc.window.Number(item))
	if !ok || e.Record == nil {
		return ""
	}
	return present.LogText(e.Record)
}

// menu offers what can be done with a record.
func (v *View) menu(item int, at fyne.Position) {
	e, ok := v.doc.source.Entry(v.doc.window.Number(item))
	if !ok || e.Record == nil {
		return
	}
	r := e.Record
	only := func(what string, t present.LogTerm) *fyne.MenuItem {
		m := fyne.NewMenuItem("Only "+what+" "+t.Value, func() { v.addTerm(t) })
		m.Disabled = t.Value == ""
		return m
	}
	items := []*fyne.MenuItem{
		fyne.NewMenuItem("Copy record", func() { kit.Copy(present.LogText(r)); v.tellCopied(1+len(r.Trace), true) }),
		fyne.NewMenuItem("Bookmark", func() { v.toggleBookmark(item) }),
		fyne.NewMenuItem("Fold or unfold the trace", func() { v.turn(item) }),
		fyne.NewMenuItemSeparator(),
		only("thread", present.LogTerm{Kind: present.TermThread, Value: r.Thread}),
		only("logger", present.LogTerm{Kind: present.TermLogger, Value: r.Logger}),
		only("message", present.LogTerm{Kind: present.TermID, Value: r.MessageID}),
	}
	if w := e.Wall(); !w.IsZero() {
		at := w.Format("2006-01-02T15:04:05.000")
		items = append(items, fyne.NewMenuItem("From here on", func() { v.addTerm(present.LogTerm{Kind: present.TermSince, Value: at}) }),
			fyne.NewMenuItem("Until here", func() { v.addTerm(present.LogTerm{Kind: present.TermUntil, Value: at}) }))
	}
	file, line := e.Place()
	items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("All of this record", func() { v.showSide(true); v.turnSide(sideRecord) }),
		fyne.NewMenuItem("Show "+filepath.Base(file), func() { v.host.Open(upgrade.FileEvidence(file, int(line), "")) }))
	kit.ShowMenu(v.host.Canvas, v.view, at, items...)
}

// stripState is the log over time.
type stripState struct {
	density present.Density
	busy    bool
	drawn   int // entries when it was counted last
	at      time.Time
	seen    [2]int // entries
}

// stripParts is the number of parts of the timeline.
const stripParts = 240

// drawStrip counts the log over time anew, elsewhere: when it must, or when enough is new.
func (v *View) drawStrip(must bool) {
	s := &v.strip
	n := v.doc.window.Len()
	if s.busy || !must && n == s.drawn || !must && n < s.drawn+s.drawn/50+1 && v.host.Now().Sub(s.at) < time.Second {
		if must {
			s.drawn = -1
		}
		return
	}
	s.busy, s.drawn, s.at = true, n, v.host.Now()
	var only []int
	if v.filter.on() {
		only = append([]int{}, v.doc.window.Found().Hits...)
	}
	source := v.doc.source
	observe.Load(v.doc.scope, "strip", func(ctx context.Context) (present.Density, error) { return source.Density(ctx, stripParts, only), nil },
		func(d present.Density, _ error) {
			s.busy, s.density = false, d
			v.timeline.Set(d.All, d.Errors, d.Pauses)
			v.flagStrip()
			v.showSeen(-1, -1)
			v.tellPart(-1)
			v.drawStrip(s.drawn < 0)
		})
}

// showSeen frames what is seen of the log on the timeline.
func (v *View) showSeen(first, last int) {
	if first >= 0 {
		v.strip.seen = [2]int{v.doc.window.Number(first), v.doc.window.Number(last)}
	}
	d := v.strip.density
	if len(d.First) == 0 {
		return
	}
	v.timeline.SetSeen(d.PartOf(v.strip.seen[0]), d.PartOf(v.strip.seen[1]))
}

// tellPart tells of a part of the timeline, or of all of it.
func (v *View) tellPart(part int) {
	d := v.strip.density
	if d.From.IsZero() {
		v.span.SetText("")
		return
	}
	if part >= 0 && part < len(d.All) {
		text := "nothing here"
		if d.First[part] >= 0 {
			text = d.Began[part].Format("2006-01-02 15:04:05") + "  " + present.Plural(int64(d.All[part]), "record", "records") + ", " +
				present.Plural(int64(d.Errors[part]), "error", "errors")
		}
		v.span.SetText(text)
		return
	}
	layout := "15:04:05"
	if d.From.YearDay() != d.To.YearDay() || d.From.Year() != d.To.Year() {
		layout = "2006-01-02 15:04"
	}
	text := d.From.Format(layout) + " to " + d.To.Format(layout) + "; errors hang below the line"
	if len(d.Pauses) > 0 {
		text += "; dotted: a silence, shortened"
	}
	v.span.SetText(text)
}
