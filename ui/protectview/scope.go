package protectview

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade/backup"
)

func (v *View) buildScope() fyne.CanvasObject {
	v.path = kit.NewPathEntry("Folder for backups", false, v.host.List, nil)
	v.path.Entry.OnSubmitted = func(string) { v.plan(); v.loadList() }
	again := kit.NewButton("Look", func() { v.plan(); v.loadList() })
	v.running = widget.NewCheck("Back up although the server runs (a named risk)", func(bool) { v.plan() })
	v.parts = kit.NewDataTable([]kit.Column{{ID: "part", Title: "Part", Min: 96, Weight: 0.5}, {ID: "files", Title: "Files", Min: 52, Right: true},
		{ID: "bytes", Title: "Size", Min: 74, Right: true}, {ID: "why", Title: "Why it is in or out", Min: 120, Weight: 2}})
	v.parts.Empty = "Nothing was looked at yet"
	v.parts.OnSelect = func(row int) { v.st.part = v.st.plan.Parts[row].Name; v.showScope() }
	v.scope = kit.Stack(8)
	top := kit.Stack(0, kit.RowFill(8, 1, kit.NewText("To", kit.SmallStrong).Whole(), v.path.Container), v.running)
	return kit.Titled("What a backup holds", kit.Row(6, again), container.NewBorder(kit.Inset(12, 8, 12, 2, top), nil, nil, nil,
		shelved(func() int { return len(v.st.plan.Parts) }, 0.75, v.parts, kit.Scroll(kit.Pad(12, v.scope)))))
}

func (v *View) plan() {
	o := v.options()
	if o.To == "" {
		return
	}
	v.st.to = o.To
	observe.Load(v.host.Scope, "plan", func(ctx context.Context) (backup.Plan, error) { return v.engine.PlanBackup(ctx, o) }, func(p backup.Plan, err error) {
		v.header.Notice.Loaded("plan", err)
		v.st.plan, v.st.planned = p, err == nil
		v.showPlan()
		v.tell()
	})
}

func (v *View) showPlan() {
	parts := v.st.plan.Parts
	v.parts.SetRows(kit.RowsOf{Count: func() int { return len(parts) }, At: func(row, col int) kit.Cell { return partCell(parts[row], col) }})
	at := -1
	for i, p := range parts {
		if p.Name == v.st.part {
			at = i
		}
	}
	v.parts.Select(at)
	v.showScope()
}

// showScope tells about the scope what its table has no room for: what keeps the backup from beginning, the part that is selected, whether the
// installation rests, and the room.
func (v *View) showScope() {
	var rows []fyne.CanvasObject
	for _, p := range v.st.plan.Problems {
		if p.Fault != nil && p.Blocks {
			rows = append(rows, trouble(kit.Bad, p))
		}
	}
	if text, sure := present.RestOf(v.st.plan.Rest); text != "" {
		sign := kit.Good
		if !sure {
			sign = kit.Warn
		}
		rest := []fyne.CanvasObject{kit.NewPara(present.Sentence(text), kit.Body)}
		for _, line := range present.AskedOf(v.st.plan.Rest) {
			rest = append(rest, kit.NewPara(line, kit.Small))
		}
		rows = append(rows, kit.Beside(sign, kit.Stack(1, rest...)))
	}
	for _, vol := range v.st.plan.Volumes {
		if vol.Role == "target" || vol.Role == "" {
			rows = append(rows, kit.Beside(roomSign(vol), kit.NewPara(present.Room(vol), kit.Body)))
		}
	}
	for _, p := range v.st.plan.Problems {
		if p.Fault != nil && !p.Blocks {
			rows = append(rows, trouble(kit.Warn, p))
		}
	}
	rows = append(rows, v.partRows()...)
	v.scope.Objects = rows
	v.header.Update()
}

func roomSign(v backup.Volume) kit.Sign {
	if v.Needed > v.Free {
		return kit.Bad
	}
	return kit.Good
}

func trouble(sign kit.Sign, p backup.Problem) fyne.CanvasObject {
	t := kit.TroubleOf(p.Fault)
	return kit.Beside(sign, kit.Stack(1, kit.NewPara(t.What, kit.Strong), kit.NewPara(t.Next, kit.Small)))
}

// partRows tell about the selected part, or about the database when none is: its commands are seen before they are run.
func (v *View) partRows() []fyne.CanvasObject {
	for _, p := range v.st.plan.Parts {
		if p.Name != v.st.part && (v.st.part != "" || len(p.Commands) == 0) {
			continue
		}
		rows := []fyne.CanvasObject{kit.HLine(), kit.NewPara(present.Upper(p.Name)+": "+p.Why, kit.Body)}
		if len(p.Commands) > 0 {
			rows = append(rows, commands("Its own tool is given these commands, in this order:", p.Commands))
		}
		for _, note := range p.Notes {
			rows = append(rows, kit.NewPara(present.Sentence(present.Upper(note)), kit.Small))
		}
		for i, path := range p.Paths {
			if i == 12 {
				rows = append(rows, kit.NewText("and more", kit.Small))
				break
			}
			rows = append(rows, kit.NewLink(path, func() { v.openFolder(path) }))
		}
		return rows
	}
	return nil
}

// commands shows lines to be read and copied.
func commands(title string, lines []string) fyne.CanvasObject {
	text := kit.NewPara(strings.Join(lines, "\n"), kit.MonoSmall)
	copyAll := kit.NewQuiet("Copy", func() { kit.Copy(strings.Join(lines, "\n")) })
	return kit.Stack(3, kit.RowFill(6, 0, kit.NewText(title, kit.Small), copyAll), container.NewStack(kit.NewFill(kit.ColorRaised, "", 3), kit.Pad(8, text)))
}

func partCell(p backup.Part, col int) kit.Cell {
	switch col {
	case 0:
		if p.In {
			return kit.Cell{Text: p.Name, Sign: kit.Sign{Shape: kit.Check, Color: kit.ColorGood}}
		}
		return kit.Cell{Text: p.Name, Sign: kit.Sign{Shape: kit.Dash, Color: kit.ColorDim}, Dim: true}
	case 1:
		if p.In && p.Files == 0 && p.Name == backup.PartDatabase {
			return kit.Cell{Text: "dump"}
		}
		return kit.Cell{Text: present.Count(p.Files), Dim: !p.In}
	case 2:
		if p.SizeUnknown() {
			return kit.Cell{Text: "unknown", Dim: true}
		}
		return kit.Cell{Text: present.Size(p.Bytes), Dim: !p.In}
	}
	return kit.Cell{Text: p.Why, Dim: true}
}
