package logview

import (
	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
)

const noAnchor = -1

// filterState is what is filtered for, and how far that is.
type filterState struct {
	levels   map[logs.Severity]bool
	failures bool
	terms    []present.LogTerm
	value    present.LogFilter
	scan     *present.LogScan // nil: everything is shown
	scope    *observe.Scope
	anchor   int // entry that shall be seen when the scan has come to it

	row   fyne.CanvasObject
	entry *kit.Entry
	kinds *kit.Button
	saved *kit.Button
	tags  *fyne.Container
	hits  *kit.Text
}

func (f *filterState) on() bool { return !f.value.All() }

func (v *View) buildFilter() {
	f := &v.filter
	f.levels, f.anchor = map[logs.Severity]bool{}, noAnchor
	f.entry = kit.NewEntry("Filter: text, id:, app:", nil)
	f.entry.OnSubmitted = v.addTyped
	f.entry.OnEscape = v.Focus
	f.entry.OnDown = v.Focus
	f.kinds = kit.NewButton("Add", v.askKind)
	f.saved = kit.NewButton("Saved", v.askSaved)
	f.row = kit.RowFill(6, 0, f.entry, f.kinds, f.saved)
	f.hits = kit.NewText("", kit.Small).Whole()
	f.tags = kit.Wrap(6)
	f.tags.Hide()
}

func (v *View) switchLevel(i int, on bool) {
	for _, s := range levels[i].levels {
		delete(v.filter.levels, s)
		if on {
			v.filter.levels[s] = true
		}
	}
	v.refilter()
}

// addTyped adds what stands in the field as a condition.
func (v *View) addTyped(text string) {
	if text == "" {
		v.Focus()
		return
	}
	t, err := present.ParseTerm(text, v.last())
	if err != nil {
		v.header.Notice.ShowError(err)
		v.header.Update()
		return
	}
	v.header.Notice.ShowError(nil)
	v.filter.entry.SetText("")
	v.addTerm(t)
}

func (v *View) addTerm(t present.LogTerm) {
	for _, have := range v.filter.terms {
		if have == t {
			return
		}
	}
	v.filter.terms = append(v.filter.terms, t)
	v.refilter()
}

func (v *View) removeTerm(t present.LogTerm) {
	var left []present.LogTerm
	for _, have := range v.filter.terms {
		if have != t {
			left = append(left, have)
		}
	}
	v.filter.terms = left
	v.refilter()
	v.Focus()
}

// clearFilter shows everything.
func (v *View) clearFilter() {
	v.setFilter(map[logs.Severity]bool{}, false, nil)
	v.Focus()
}

// setFilter puts another filter in force.
func (v *View) setFilter(levelsOn map[logs.Severity]bool, failures bool, terms []present.LogTerm) {
	v.filter.levels, v.filter.failures, v.filter.terms = levelsOn, failures, terms
	v.refilter()
}

// refilter shows what the filter keeps now, and stays where one is.
func (v *View) refilter() {
	if v.filter.anchor == noAnchor {
		v.filter.anchor = v.here()
	}
	v.rescan()
	v.arrive()
}

// here is the entry that a person looks at, noAnchor at the end that is followed.
func (v *View) here() int {
	if following, _ := v.view.Following(); following || v.Len() == 0 {
		return noAnchor
	}
	if at := v.view.Current(); at >= 0 {
		return v.doc.window.Number(at)
	}
	return v.doc.window.Number(v.view.First())
}

// startFilter begins to look through the log, when there is something to look for.
func (v *View) startFilter() {
	f := &v.filter
	if f.scope != nil {
		f.scope.Close()
	}
	value, err := present.NewLogFilter(f.terms, v.last())
	if err != nil { // terms were understood when they were added; a saved one may be of a newer program
		v.header.Notice.ShowError(err)
	}
	value.Levels, value.Failures = f.levels, f.failures
	f.value, f.scan, f.scope = value, nil, nil
	if f.on() {
		f.scan, f.scope = present.NewLogScan(v.doc.source, value), v.doc.scope.Child()
		observe.Run(f.scope, f.scan.Run)
		watch(f.scope, f.scan.Changed(), func() { v.take(); v.tellHits() })
	}
	v.doc.window = present.NewLogWindow(v.doc.source, f.scan, v.doc.fold)
	v.showTags()
}

// Busy tells whether it is still looking through the log.
func (v *View) Busy() bool {
	return v.filter.scan != nil && !v.doc.window.Found().Done || v.search.scan != nil && !v.search.told
}

// showTags shows each condition, to be taken away.
func (v *View) showTags() {
	f := &v.filter
	for i, set := range levels {
		v.chips[i].Set(f.levels[set.levels[0]])
	}
	v.failed.Set(f.failures)
	f.tags.Objects = nil
	for _, t := range f.terms {
		f.tags.Objects = append(f.tags.Objects, kit.NewTag(t.Label(), func() { v.removeTerm(t) }))
	}
	searching := v.search.term.Value != ""
	f.tags.Hidden = !f.on() && !searching
	if searching {
		f.tags.Objects = append(f.tags.Objects, v.search.keep)
	}
	if f.on() {
		f.tags.Objects = append(f.tags.Objects, kit.NewQuiet("Show all", v.clearFilter), kit.AtLeast(10, 24, kit.Inset(0, 4, 0, 0, f.hits)))
	}
	f.tags.Refresh()
	v.header.Update()
}

// tellHits tells how many records are kept, while they are counted.
func (v *View) tellHits() {
	if !v.filter.on() {
		return
	}
	found := v.doc.window.Found()
	text := present.Count(int64(len(found.Hits))) + " of " + present.Plural(int64(v.doc.source.Count().Len()), "record", "records")
	switch {
	case found.Err != nil && v.filter.scope.Context().Err() == nil:
		text += "; stopped: " + found.Err.Error()
	case found.Part < 1:
		text += ", " + percent(found.Part) + " looked through"
	}
	if text != v.filter.hits.Text() {
		v.filter.hits.SetText(text)
		v.filter.tags.Refresh()
	}
}

func percent(part float64) string { return present.Count(int64(part*100)) + " %" }

// askKind offers the kinds of conditions; the chosen one is written into the field.
func (v *View) askKind() {
	var items []*fyne.MenuItem
	for _, k := range present.TermKinds {
		items = append(items, fyne.NewMenuItem(string(k.Kind)+":  "+k.Says, func() {
			v.filter.entry.SetText(string(k.Kind) + ":")
			v.filter.entry.CursorColumn = len(v.filter.entry.Text)
			v.host.Focus(v.filter.entry)
		}))
	}
	kit.ShowMenu(v.host.Canvas, v.filter.kinds, fyne.NewPos(0, 30), items...)
}

// askSaved offers the filters that have a name, and to save this one.
func (v *View) askSaved() {
	var items []*fyne.MenuItem
	for _, f := range v.book.Filters {
		items = append(items, fyne.NewMenuItem(f.Name, func() { v.useSaved(f) }))
	}
	if len(items) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	save := fyne.NewMenuItem("Save this filter as…", v.askFilterName)
	save.Disabled = !v.filter.on()
	items = append(items, save)
	if len(v.book.Filters) > 0 {
		var gone []*fyne.MenuItem
		for _, f := range v.book.Filters {
			gone = append(gone, fyne.NewMenuItem(f.Name, func() { v.changeBook(func(b *logbook.Book) error { b.RemoveFilter(f.Name); return nil }, nil) }))
		}
		remove := fyne.NewMenuItem("Remove", nil)
		remove.ChildMenu = fyne.NewMenu("", gone...)
		items = append(items, remove)
	}
	kit.ShowMenu(v.host.Canvas, v.filter.saved, fyne.NewPos(0, 30), items...)
}

func (v *View) useSaved(f logbook.Filter) {
	on := map[logs.Severity]bool{}
	for _, s := range f.Levels {
		on[logs.Severity(s)] = true
	}
	var terms []present.LogTerm
	for _, t := range f.Terms {
		terms = append(terms, present.LogTerm{Kind: present.TermKind(t.Kind), Value: t.Value, Not: t.Not})
	}
	v.setFilter(on, f.Failures, terms)
	v.Focus()
}

func (v *View) askFilterName() {
	gate := kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "Save this filter", Body: kit.NewPara("It is kept in the run and offered under Saved. A filter of the same name is replaced.", kit.Body),
		Fields: []kit.Field{{Label: "Name", Required: true}}, Confirm: "Save",
		OnGo: func(values []string) { v.saveFilter(values[0]) },
	})
	gate.ByReturn(gate.Entries[0])
}

func (v *View) saveFilter(name string) {
	f := logbook.Filter{Name: name, Failures: v.filter.failures}
	for _, set := range levels {
		for _, s := range set.levels {
			if v.filter.levels[s] {
				f.Levels = append(f.Levels, string(s))
			}
		}
	}
	for _, t := range v.filter.terms {
		f.Terms = append(f.Terms, logbook.Term{Kind: string(t.Kind), Value: t.Value, Not: t.Not})
	}
	v.changeBook(func(b *logbook.Book) error { b.PutFilter(f); return nil }, nil)
}
