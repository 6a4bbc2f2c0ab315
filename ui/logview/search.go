package logview

import (
	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
)

// searchState is what is searched for in what is shown. A search moves through the log and leaves everything shown; a filter leaves out.
type searchState struct {
	term    present.LogTerm
	marks   func(string) [][]int
	scan    *present.LogScan
	scope   *observe.Scope
	waiting int    // 1, -1: a step that waits for the first hit; 0: none
	told    bool   // that it has come to the end
	note    string // beside the count: that it began anew

	row   fyne.CanvasObject
	entry *kit.Entry
	count *kit.Text
	back  *kit.Button
	next  *kit.Button
	keep  *kit.Button // among the conditions
}

func (v *View) buildSearch() {
	s := &v.search
	s.entry = kit.NewEntry("Search: a text or /expression/", v.searchFor)
	s.entry.OnSubmitted = func(string) { v.find(true) }
	s.entry.OnEscape = func() { s.entry.SetText(""); v.Focus() }
	s.entry.OnDown = v.Focus
	s.count = kit.NewText("", kit.Small).Whole()
	s.keep = kit.NewQuiet("Only these", v.searchToFilter)
	s.back, s.next = kit.NewButton("<", func() { v.find(false) }), kit.NewButton(">", func() { v.find(true) })
	s.row = kit.RowFill(6, 0, s.entry, s.count, s.back, s.next)
	v.showSteps(false)
}

// showSteps shows the buttons of a search while there is one.
func (v *View) showSteps(on bool) {
	for _, b := range []*kit.Button{v.search.back, v.search.next} {
		b.Hidden = !on
	}
	v.search.count.Hidden = !on
}

// searchFor begins to search for another text.
func (v *View) searchFor(text string) {
	s := &v.search
	s.term, s.marks = present.LogTerm{}, nil
	if text != "" {
		if t, err := present.ParseTerm(text, v.last()); err == nil && !t.Not {
			s.term, s.marks = t, t.Marks()
		}
	}
	v.view.Mark(s.marks)
	v.startSearch()
	s.note = ""
	if text != "" && s.term.Value == "" {
		s.note = "not understood"
	}
	v.tellFound()
}

// startSearch looks through what the filter keeps.
func (v *View) startSearch() {
	s := &v.search
	if s.scope != nil {
		s.scope.Close()
	}
	s.scan, s.scope, s.waiting, s.note = nil, nil, 0, ""
	v.showSteps(v.search.entry.Text != "")
	v.showTags()
	if s.term.Value == "" {
		v.tellFound()
		return
	}
	only, err := present.NewLogFilter([]present.LogTerm{s.term}, v.last())
	if err != nil {
		return
	}
	value := v.filter.value.And(only)
	value.NoMarks = true
	s.scan, s.scope = present.NewLogScan(v.doc.source, value), v.doc.scope.Child()
	observe.Run(s.scope, s.scan.Run)
	s.told = false
	watch(s.scope, s.scan.Changed(), func() {
		s.told = s.scan.Found().Done
		if by := s.waiting; by != 0 {
			s.waiting = 0
			v.find(by > 0)
		}
		v.tellFound()
	})
}

// find goes to the next hit after the cursor, or to the one before it. While none is known yet it waits for the scan.
func (v *View) find(forward bool) {
	s := &v.search
	if s.scan == nil {
		return
	}
	found := s.scan.Found()
	from := v.doc.window.Number(v.view.First()) - 1
	if at := v.view.Current(); at >= 0 {
		from = v.doc.window.Number(at)
	} else if !forward {
		from++
	}
	place, wrapped := present.Within(found.Hits, from, forward)
	if (place < 0 || wrapped) && !found.Done {
		s.waiting = 1
		if !forward {
			s.waiting = -1
		}
		s.note = "looking on"
		v.tellFound()
		return
	}
	s.note = ""
	if place < 0 {
		v.tellFound()
		return
	}
	if wrapped && len(found.Hits) > 1 {
		s.note = "from the start again"
		if !forward {
			s.note = "from the end again"
		}
	}
	v.show(found.Hits[place], v.search.marks)
	v.tellFound()
}

// show goes to an entry, to the line of it in which something is marked; a folded trace that hides it is unfolded.
func (v *View) show(number int, marks func(string) [][]int) {
	item, ok := v.doc.window.Item(number)
	if !ok {
		return
	}
	row := rowOf(v.Rows(item), marks)
	if row < 0 && marks != nil && v.doc.window.Folded(number) {
		v.doc.window.Turn(number)
		delete(v.rows, number)
		if row = rowOf(v.Rows(item), marks); row < 0 {
			v.doc.window.Turn(number)
			delete(v.rows, number)
		}
	}
	v.view.GoToRow(item, max(row, headOf(v.Rows(item))))
}

func rowOf(lines []kit.LogLine, marks func(string) [][]int) int {
	if marks == nil {
		return -1
	}
	for i, l := range lines {
		if l.Level != kit.LineNote && len(marks(l.Text)) > 0 {
			return i
		}
	}
	return -1
}

// headOf is the first line of a record: above it may stand the day.
func headOf(lines []kit.LogLine) int {
	for i, l := range lines {
		if l.Level != kit.LineNote {
			return i
		}
	}
	return 0
}

// tellFound writes "3 of 57".
func (v *View) tellFound() {
	s := &v.search
	text := ""
	if s.scan != nil {
		found := s.scan.Found()
		n := present.Count(int64(len(found.Hits)))
		if found.Part < 1 {
			n += "…"
		}
		text = n + " found"
		if len(found.Hits) == 0 && found.Part >= 1 {
			text = "not found"
		}
		if at := v.view.Current(); at >= 0 && len(found.Hits) > 0 {
			if i, hit := placeIn(found.Hits, v.doc.window.Number(at)); hit {
				text = present.Count(int64(i+1)) + " of " + n
			}
		}
	}
	if s.note != "" {
		if text != "" {
			text += ", "
		}
		text += s.note
	}
	if text != s.count.Text() {
		s.count.SetText(text)
		v.header.Update()
	}
}

// searchToFilter leaves only what was found.
func (v *View) searchToFilter() {
	t := v.search.term
	if t.Value == "" {
		return
	}
	v.addTerm(t)
	v.Focus()
}
