package appsview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

func (v *View) filterState(s upgrade.AppState, on bool) {
	delete(v.st.filter.States, s)
	if on {
		v.st.filter.States[s] = true
	}
	v.arrange()
}

// arrange filters and sorts anew and shows strip, table and detail.
func (v *View) arrange() {
	b := v.st.ledger.Board
	v.st.order = present.Apps(b.Apps, v.st.filter)
	v.table.SetRows(kit.RowsOf{Count: func() int { return len(v.st.order) }, At: v.cell})
	at := -1
	for row, i := range v.st.order {
		if b.Apps[i].UID == v.st.selected {
			at = row
		}
	}
	if at < 0 && len(v.st.order) > 0 {
		at, v.st.selected = 0, b.Apps[v.st.order[0]].UID
	}
	v.table.Select(at)
	var parts []kit.Part
	for _, p := range present.Ledger(b.Totals) {
		parts = append(parts, kit.Part{State: kit.AppState(p.State), Count: p.Count})
	}
	v.strip.Set(b.Census, parts)
	v.sum.SetText(sumLine(b))
	for s, c := range v.chips {
		c.SetCount(present.Count(int64(b.Totals[s])))
	}
	v.showDetail()
	v.tell()
}

// sumLine says that the states add up to the census, or what does not.
func sumLine(b apps.Board) string {
	if b.Census == 0 {
		return "The strip fills as applications are accounted for."
	}
	line := "of " + present.Plural(int64(b.Census), "application", "applications") + " in the census"
	if b.Closed {
		return line + "; the states add up, the ledger is closed"
	}
	if len(b.Problems) > 0 {
		line += "; open: " + b.Problems[0]
	}
	return line
}

func (v *View) cell(row, col int) kit.Cell {
	a := v.st.ledger.Board.Apps[v.st.order[row]]
	switch col {
	case 0:
		return kit.Cell{Text: a.Name}
	case 1:
		s := kit.AppState(a.State)
		return kit.Cell{Text: s.Word, Sign: s.Sign}
	case 2:
		return kit.Cell{Text: present.Seconds(a.Seconds)}
	case 3:
		return kit.Cell{Text: present.Records(a), Dim: a.Records == nil}
	}
	return kit.Cell{Text: present.LastEvidence(a), Dim: true}
}

func (v *View) choose(row int) {
	v.st.selected = v.st.ledger.Board.Apps[v.st.order[row]].UID
	v.showDetail()
}

func (v *View) app() (upgrade.App, bool) {
	for _, a := range v.st.ledger.Board.Apps {
		if a.UID == v.st.selected {
			return a, true
		}
	}
	return upgrade.App{}, false
}

// showDetail shows what every source says about the selected application.
func (v *View) showDetail() {
	a, ok := v.app()
	if !ok {
		v.detail.Objects = []fyne.CanvasObject{kit.NewPara("Select an application to see what each source says about it.", kit.Dim)}
		v.header.Update()
		return
	}
	rows := []fyne.CanvasObject{
		kit.NewPara(a.Name, kit.Heading),
		kit.RowFill(8, 1, kit.NewStateLine(kit.AppState(a.State)), kit.NewText(a.UID, kit.MonoSmall).In(kit.ColorDim)),
	}
	if a.Conflict != "" {
		rows = append(rows, container.NewBorder(nil, nil, kit.Inset(0, 2, 8, 0, container.NewVBox(kit.NewMark(kit.Warn))), nil,
			kit.NewPara("The sources disagree: "+a.Conflict, kit.Body)))
	}
	if a.Error != "" {
		rows = append(rows, section("Error", kit.NewPara(a.Error, kit.MonoSmall)))
	}
	if chain := v.st.ledger.Board.Causes[a.UID]; len(chain) > 1 {
		var lines []fyne.CanvasObject
		for _, c := range chain[1:] {
			lines = append(lines, kit.NewPara("caused by "+c, kit.MonoSmall))
		}
		rows = append(rows, section("Causes", kit.Stack(2, lines...)))
	}
	for _, e := range a.Evidence {
		title := sourceTitle(e.Source)
		if !e.At.IsZero() {
			title += ", " + present.Clock(e.At, v.host.Now())
		}
		rows = append(rows, kit.Stack(2, kit.RowFill(6, 0, kit.NewText(title, kit.SmallStrong), kit.NewStateLine(kit.AppState(e.Says))),
			kit.EvidenceRow(e.Evidence, v.host.Open)))
	}
	if len(a.Evidence) == 0 {
		rows = append(rows, kit.NewPara("No source tells anything of it yet.", kit.Dim))
	}
	do := kit.Row(8, kit.NewButton("Show in the log", func() { v.host.ShowLog(inLog(a)) }))
	if a.State == upgrade.Failed {
		do.Add(kit.NewButton("Recover", func() { v.host.Go(screen.Recover) }))
	}
	rows = append(rows, do)
	v.detail.Objects = rows
	v.header.Update()
	v.scroll.ScrollToTop()
}

// inLog is where the log tells of an application: at the record that is its newest evidence from there, if there is one.
func inLog(a upgrade.App) port.LogPlace {
	p := port.LogPlace{App: a.UID, Name: a.Name}
	for _, e := range a.Evidence {
		if e.Source == upgrade.FromLog {
			p.Evidence = e.Evidence
		}
	}
	return p
}

func section(title string, body fyne.CanvasObject) fyne.CanvasObject {
	return kit.Stack(2, kit.NewText(title, kit.SmallStrong), body)
}

func sourceTitle(s upgrade.EvidenceSource) string {
	switch s {
	case upgrade.FromDatabase:
		return "Database, APP_UPGRADE"
	case upgrade.FromLog:
		return "Log"
	case upgrade.FromAccess:
		return "Access"
	case upgrade.FromREST:
		return "List of applications"
	case upgrade.FromImport:
		return "Imported APP_UPGRADE"
	case upgrade.FromPerson:
		return "A person"
	}
	return string(s)
}

// showCauses lists the groups; one that is pressed filters the table.
func (v *View) showCauses() {
	cl := v.st.ledger.Clusters
	if len(cl) == 0 {
		v.causes.Objects = []fyne.CanvasObject{kit.Pad(6, kit.NewPara("Failures with the same cause stand here as one group.", kit.Dim))}
		v.header.Update()
		return
	}
	total := 0
	rows := make([]fyne.CanvasObject, 0, len(cl)+1)
	for _, c := range cl {
		total += c.Count
		chip := kit.NewChip(kit.State{Sign: kit.Sign{Shape: kit.Triangle, Color: kit.ColorBad}, Word: present.Count(int64(c.Count))}, nil)
		chip.Set(v.st.filter.Cause == c.Cause && c.Cause != "")
		chip.OnSwitch = func(on bool) {
			v.st.filter.Cause = ""
			if on {
				v.st.filter.Cause = c.Cause
			}
			v.showCauses()
			v.arrange()
		}
		text := c.Root
		if text == "" {
			text = c.Error
		}
		rows = append(rows, kit.Pad(3, kit.RowFill(8, 1, chip, kit.NewPara(text, kit.MonoSmall))))
	}
	head := present.Plural(int64(total), "application", "applications") + ", " + present.Plural(int64(len(cl)), "cause", "causes")
	v.causes.Objects = append([]fyne.CanvasObject{kit.Inset(4, 0, 0, 2, kit.NewText(head, kit.Strong))}, rows...)
	v.header.Update()
}
