// Package journalview shows the run: its steps with when, state and way back, the gate between them, everything that was done, by whom, and what can be taken back.
package journalview

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/undoview"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Held is the journal with the changes that are still in force.
type Held struct {
	Dir     string // the run folder; empty when no run was begun
	Status  run.Status
	Entries []journal.Entry
	Changes []settings.Record
}

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	Journal(ctx context.Context) (Held, error)
	UndoSettings(ctx context.Context, file string, prefer settings.Prefer) error
	// WouldGoBack tells what going back would do, the newest first; GoBack does it and tells the same with its proofs.
	WouldGoBack(ctx context.Context) ([]run.WentBack, error)
	GoBack(ctx context.Context, prefer settings.Prefer) ([]run.WentBack, error)
	// Tick records by name that a step was done that only a person can do; Confirm passes the gate.
	Tick(ctx context.Context, step, by, note string) error
	Confirm(ctx context.Context, word, by string) error
}

// GateWord is what a person types to pass the gate.
const GateWord = "UPGRADE"

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	held    Held
	read    bool
	seq     int
	order   []int
	step    int  // in held.Status.Steps
	ofStep  bool // the detail is that of a step, not of an entry

	header *kit.Header
	folder *kit.Button
	back   *kit.Button
	search *kit.Entry
	steps  *kit.DataTable
	table  *kit.DataTable
	detail *fyne.Container
	undo   *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e}
	v.folder = kit.NewPrimary("Open the run folder", v.open)
	v.back = kit.NewButton("Go back step by step", v.askBack)
	v.header = kit.NewHeader("The run and its journal", v.folder, v.back)
	v.steps = kit.NewDataTable([]kit.Column{{ID: "state", Title: "State", Min: 96}, {ID: "step", Title: "Step", Min: 190, Weight: 1}, {ID: "at", Title: "At", Min: 74},
		{ID: "took", Title: "Took", Min: 62}})
	v.steps.Empty = "No run was begun yet"
	v.steps.OnSelect = func(row int) { v.step, v.ofStep = row, true; v.showDetail() }
	v.search = kit.NewEntry("Filter", func(string) { v.arrange() })
	v.table = kit.NewDataTable([]kit.Column{{ID: "at", Title: "At", Min: 82}, {ID: "kind", Title: "What", Min: 92}, {ID: "text", Title: "Entry",
		Min: 200, Weight: 1}, {ID: "by", Title: "By", Min: 90}})
	v.table.Empty = "Nothing was done yet"
	v.table.OnSelect = func(row int) { v.seq, v.ofStep = v.held.Entries[v.order[row]].Seq, false; v.showDetail() }
	v.search.OnDown = func() { v.host.Focus(v.table) }
	v.detail, v.undo = kit.Stack(8), kit.Stack(10)
	list := kit.TitledWith(kit.RowFill(8, 0, kit.NewText("Everything that was done, newest first", kit.Strong), kit.FixedWidth(170, v.search)), v.table)
	right := kit.Tiers(10, []float32{1.5, 1}, kit.Panel(kit.Scroll(kit.Pad(14, v.detail))), kit.Titled("What can be taken back", nil,
		kit.Scroll(kit.Pad(14, v.undo))))
	v.content = kit.Page(v.header, kit.Columns(12, []float32{1.5, 1}, kit.Tiers(10, []float32{1.15, 1},
		kit.Titled("The steps, and the gate behind which the way back is the restore", nil, v.steps), list), right))
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.steps) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	v.host.Run("run", "status")
	observe.Load(v.host.Scope, "journal", v.engine.Journal, func(h Held, err error) {
		v.header.Notice.Loaded("journal", err)
		first := !v.read
		v.held, v.read = h, true
		v.arrange()
		v.arrangeSteps(first)
		v.showUndo()
		v.tell()
	})
}

func (v *View) open() {
	v.header.Notice.ShowErrorIf(v.host.OpenPath(v.held.Dir))
}

func (v *View) arrange() {
	q := strings.ToLower(v.search.Text)
	v.order = nil
	for i := len(v.held.Entries) - 1; i >= 0; i-- {
		e := v.held.Entries[i]
		if q == "" || strings.Contains(strings.ToLower(e.Text+" "+e.By+" "+string(e.Kind)), q) {
			v.order = append(v.order, i)
		}
	}
	v.table.SetRows(kit.RowsOf{Count: func() int { return len(v.order) }, At: v.cell})
	at := -1
	for row, i := range v.order {
		if v.held.Entries[i].Seq == v.seq {
			at = row
		}
	}
	if at < 0 && len(v.order) > 0 {
		at, v.seq = 0, v.held.Entries[v.order[0]].Seq
	}
	ofStep := v.ofStep
	v.table.Select(at)
	v.ofStep = ofStep
	v.showDetail()
}

func (v *View) cell(row, col int) kit.Cell {
	e := v.held.Entries[v.order[row]]
	switch col {
	case 0:
		return kit.Cell{Text: present.Clock(e.Time, v.host.Now()), Dim: true}
	case 1:
		return kit.Cell{Text: string(e.Kind), Sign: kindSign(e.Kind)}
	case 2:
		return kit.Cell{Text: e.Text}
	}
	return kit.Cell{Text: e.By, Dim: true}
}

func kindSign(k journal.Kind) kit.Sign {
	switch k {
	case journal.Failed:
		return kit.Bad
	case journal.Verified, journal.Effect:
		return kit.Good
	case journal.Intent:
		return kit.Sign{Shape: kit.Arrow, Color: kit.ColorDim}
	case journal.Undone:
		return kit.Sign{Shape: kit.Return, Color: kit.ColorDim}
	}
	return kit.Sign{Shape: kit.Info, Color: kit.ColorDim}
}

func (v *View) showDetail() {
	if v.ofStep && v.step < len(v.held.Status.Steps) {
		v.showStep(v.held.Status.Steps[v.step])
		return
	}
	v.detail.Objects = []fyne.CanvasObject{kit.NewPara("Every step of the run stands here, on disk before and after it happens. Each line holds the "+
		"hash of the one before.", kit.Dim)}
	for _, e := range v.held.Entries {
		if e.Seq != v.seq {
			continue
		}
		v.detail.Objects = []fyne.CanvasObject{
			kit.NewPara(present.Sentence(e.Text), kit.Strong),
			kit.NewPara(e.Time.Local().Format("2006-01-02 15:04:05 MST")+", "+e.By, kit.Small),
			kit.NewPara("Entry "+present.Count(int64(e.Seq))+"  "+e.Step, kit.Small),
		}
		if len(e.Data) > 0 {
			if data, err := json.MarshalIndent(e.Data, "", "  "); err == nil {
				v.detail.Objects = append(v.detail.Objects, kit.NewPara(indent(string(data)), kit.MonoSmall))
			}
		}
		v.detail.Objects = append(v.detail.Objects, kit.NewPara("hash "+e.Hash, kit.MonoSmall).In(kit.ColorDim))
	}
	v.header.Update()
}

// indent keeps the shape of JSON in a text that wraps at spaces.
func indent(s string) string {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "{\n"), "\n}")
	return strings.ReplaceAll(s, "\n  ", "\n")
}

// showUndo lists the changes that are in force; the last one of each file can be taken back.
func (v *View) showUndo() {
	var rows []fyne.CanvasObject
	last := map[string]string{}
	for _, c := range v.held.Changes {
		last[c.File] = c.ID
	}
	for _, c := range v.held.Changes {
		file := c.File
		lines := []fyne.CanvasObject{kit.NewText(filepath.Base(file), kit.Strong), kit.NewPara(c.Why+", "+present.Clock(c.At, v.host.Now()),
			kit.Small), kit.DiffView(c.Diff)}
		if last[file] == c.ID {
			lines = append(lines, kit.Row(0, kit.NewButton("Take back", func() { v.takeBack(file, "") })))
		}
		rows = append(rows, kit.Stack(3, lines...))
	}
	if len(rows) == 0 {
		rows = append(rows, kit.NewPara("Changes to settings stand here, each with what it was, until they are taken back.", kit.Dim))
	}
	v.undo.Objects = rows
	v.header.Update()
}

func (v *View) takeBack(file string, prefer settings.Prefer) {
	v.host.Run(undoview.Line(prefer, "settings", "undo", file)...)
	observe.Load(v.host.Scope, "undo", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, v.engine.UndoSettings(ctx, file, prefer)
	},
		func(_ struct{}, err error) {
			v.host.Changed()
			v.header.Notice.ShowError(err)
			undoview.Ask(v.host, err, func(p settings.Prefer) { v.takeBack(file, p) })
		})
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "the run folder stays as it is. Springboard never deletes one."}
	switch {
	case !v.read:
		f.Now = "Reading the journal"
	case v.held.Dir == "":
		f.Sign, f.Now, f.Next = kit.Open, "No run was begun yet", "The first thing that you do begins one"
	default:
		f.Sign, f.Now = kit.Good, present.Plural(int64(len(v.held.Entries)), "entry", "entries")+"; "+present.Plural(int64(len(v.held.Changes)),
			"change is", "changes are")+" in force"
		f.Known = v.held.Dir
		f.Next = "Nothing has to be done here"
		v.tellRun(&f)
	}
	v.header.Set(f)
	v.folder.SetEnabled(v.held.Dir != "")
	v.back.SetEnabled(v.held.Dir != "")
}
