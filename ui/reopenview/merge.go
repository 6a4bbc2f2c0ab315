package reopenview

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// mergePane shows a merge as three columns, the result and the reason of each key.
type mergePane struct {
	view  *View
	rows  []present.MergeRow
	row   int
	table *kit.DataTable
	why   *fyne.Container
}

func newMergePane(v *View) mergePane {
	m := mergePane{view: v, why: kit.Stack(6)}
	m.table = kit.NewDataTable([]kit.Column{{ID: "key", Title: "Key", Min: 100, Weight: 1}, {ID: "old", Title: "Shipped", Min: 70, Weight: 0.8},
		{ID: "site", Title: "This site", Min: 80, Weight: 0.9}, {ID: "new", Title: "New version", Min: 80, Weight: 0.8}, {ID: "will", Title: "Will be", Min: 80, Weight: 0.9},
		{ID: "why", Title: "Why", Min: 110, Weight: 0.9}})
	m.table.Empty = "Nobody changed a key of this file"
	return m
}

// show fills the pane with an item.
func (m *mergePane) show(it port.Returned) fyne.CanvasObject {
	v := m.view
	rows, same := present.MergeRows(it.Merge)
	m.rows = rows
	base := "What the old version shipped is not known: name the old .ear with springboardctl settings reapply --shipped."
	if it.Base != "" {
		base = "The old version's file comes from " + filepath.Base(it.Base) + "."
	}
	m.table.OnSelect = func(row int) { m.row = row; m.explain(it) }
	m.table.SetRows(kit.RowsOf{Count: func() int { return len(v.merge.rows) }, At: v.merge.cell})
	if m.row >= len(rows) {
		m.row = 0
	}
	m.table.Select(m.row)
	m.explain(it)
	words := present.Plural(int64(len(rows)), "key was", "keys were") + " changed by one side or both; nobody changed " + present.Count(int64(same)) + ". " + base
	head := kit.Stack(4, kit.NewText(it.Title, kit.Heading), kit.NewPara(words, kit.Small))
	return container.NewBorder(kit.Inset(14, 12, 14, 8, head), nil, nil, nil, kit.Columns(0, []float32{2.1, 1}, m.table, kit.Scroll(kit.Pad(14, m.why))))
}

func (m *mergePane) cell(row, col int) kit.Cell {
	r := m.rows[row]
	switch col {
	case 0:
		sign := kit.Good
		if r.Open {
			sign = kit.Warn
		}
		return kit.Cell{Text: r.Key, Sign: sign}
	case 1:
		return kit.Cell{Text: r.Shipped, Dim: true, Path: true}
	case 2:
		return kit.Cell{Text: r.Site, Path: true}
	case 3:
		return kit.Cell{Text: r.New, Path: true}
	case 4:
		return kit.Cell{Text: r.Will, Bold: r.Moved, Path: true}
	}
	return kit.Cell{Text: r.Short, Dim: !r.Open}
}

// explain tells the selected key's reason, with the choice that a person has, and the diff of the whole file below it.
func (m *mergePane) explain(it port.Returned) {
	v := m.view
	m.why.Objects = nil
	if m.row < len(m.rows) {
		r := m.rows[m.row]
		m.why.Objects = append(m.why.Objects, kit.NewPara(r.Key, kit.Strong), kit.NewPara(r.Why, kit.Body))
		if r.Site != r.New {
			site := kit.NewButton("Take the site's value", func() { v.choose(r.Key, settings.TakeSite) })
			fresh := kit.NewButton("Keep the new value", func() { v.choose(r.Key, settings.TakeNew) })
			site.SetEnabled(r.Will != r.Site || r.Open)
			fresh.SetEnabled(r.Will != r.New || r.Open)
			m.why.Objects = append(m.why.Objects, site, fresh)
		}
	}
	if it.Diff != "" {
		m.why.Objects = append(m.why.Objects, kit.DiffView(it.Diff))
	}
	if it.Kept != "" {
		m.why.Objects = append(m.why.Objects, kit.NewPara("The site's file is kept in the run: "+it.Kept, kit.Small))
	}
	m.why.Objects = append(m.why.Objects, kit.EvidenceRow(it.Evidence, v.host.Open))
	v.header.Update()
}
