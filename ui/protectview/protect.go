// Package protectview is the third phase on the screen: what a backup holds, how far it is, which backups there are and what proves them, and the way
// back.
package protectview

import (
	"context"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	// DefaultFolder is where backups of this installation are kept when nobody says otherwise.
	DefaultFolder() string
	PlanBackup(ctx context.Context, o backup.Options) (backup.Plan, error)
	Backup(ctx context.Context, rep op.Reporter, o backup.Options) (backup.Result, error)
	Backups(ctx context.Context, folder string) ([]backup.Summary, error)
	Verify(ctx context.Context, rep op.Reporter, dir string) (backup.Report, error)
	Prove(ctx context.Context, rep op.Reporter, dir string) (backup.Report, error)
	Restore(ctx context.Context, rep op.Reporter, dir string, o backup.RestoreOptions) (backup.Report, error)
}

// state is what the screen shows, apart from its widgets.
type state struct {
	to       string
	plan     backup.Plan
	planned  bool
	list     []backup.Summary
	selected string // folder of the selected backup
	running  string // kind of the operation at work, empty for none
	progress op.Progress
	pace     present.Pace
	verified map[string]backup.Report
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	st      state
	content fyne.CanvasObject

	header   *kit.Header
	start    *kit.Button
	path     *kit.PathEntry
	parts    *kit.DataTable
	problems *fyne.Container
	running  *widget.Check
	ladder   *kit.Ladder
	chart    *kit.Bars
	doing    *kit.Text
	speed    *kit.Text
	table    *kit.DataTable
	detail   *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e, st: state{verified: map[string]backup.Report{}}}
	v.start = kit.NewPrimary("Back up", v.backup)
	v.header = kit.NewHeader("Protect", v.start)
	v.build()
	observe.Watch(h.Scope, h.Tasks.Changes(h.Scope.Context()), v.look, v.showProgress)
	observe.Tick(h.Scope, time.Second, func(time.Time) {
		if v.st.running != "" {
			v.showProgress(v.look())
		}
	})
	v.tell()
	return v
}

func (v *View) build() {
	v.path = kit.NewPathEntry("Folder for backups", false, v.host.List, nil)
	v.path.Entry.OnSubmitted = func(string) { v.plan() }
	again := kit.NewButton("Look", v.plan)
	v.running = widget.NewCheck("Back up although the server runs (a named risk)", func(bool) { v.plan() })
	v.parts = kit.NewDataTable([]kit.Column{{ID: "part", Title: "Part", Min: 110, Weight: 0.7}, {ID: "files", Title: "Files", Min: 60, Right: true},
		{ID: "bytes", Title: "Size", Min: 74, Right: true}, {ID: "why", Title: "Why it is in or out", Min: 120, Weight: 1.6}})
	v.parts.Empty = "Nothing was looked at yet"
	v.problems = kit.Stack(6)
	scopeTop := kit.Stack(6, kit.RowFill(8, 1, kit.NewText("To", kit.SmallStrong).Whole(), v.path.Container, again), v.running)
	scope := kit.Titled("What a backup holds", nil, container.NewBorder(kit.Inset(12, 10, 12, 8, scopeTop), kit.Inset(12, 6, 12, 10, v.problems), nil,
		nil, v.parts))

	v.ladder = kit.NewLadder("copied", "flushed", "reread", "sealed", "proven")
	v.chart = kit.NewBars(kit.ColorAccent, kit.ColorAccent, 64)
	v.doing, v.speed = kit.NewText("", kit.Body), kit.NewText("", kit.Small)
	progress := kit.Titled("How far it is", nil, kit.Inset(14, 12, 14, 12, kit.Stack(12, v.ladder, kit.Stack(2, v.doing, v.speed), v.chart)))

	v.table = kit.NewDataTable([]kit.Column{{ID: "made", Title: "Made", Min: 118, Weight: 0.4}, {ID: "state", Title: "State", Min: 96, Weight: 0.3},
		{ID: "size", Title: "Size", Min: 74, Right: true}})
	v.table.Empty = "There is no backup in this folder yet"
	v.table.OnSelect = func(row int) { v.st.selected = v.st.list[row].Backup; v.showDetail() }
	v.detail = kit.Stack(8)
	history := kit.Titled("Backups", nil, kit.Tiers(0, []float32{1, 1.3}, v.table, kit.Scroll(kit.Pad(14, v.detail))))
	right := container.NewBorder(kit.Inset(0, 0, 0, 10, progress), nil, nil, nil, history)
	v.content = kit.Page(v.header, kit.Columns(12, []float32{1.35, 1}, scope, right))
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.start) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	if v.path.Path() == "" {
		v.path.Entry.SetText(v.engine.DefaultFolder())
	}
	v.plan()
	v.loadList()
}

func (v *View) options() backup.Options {
	return backup.Options{To: v.path.Path(), WhileRunning: v.running.Checked}
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

func (v *View) loadList() {
	folder := v.path.Path()
	observe.Load(v.host.Scope, "backups", func(ctx context.Context) ([]backup.Summary, error) { return v.engine.Backups(ctx, folder) },
		func(list []backup.Summary, err error) {
			v.header.Notice.Loaded("backups", err)
			v.st.list = list
			v.showList()
			v.tell()
		})
}

func (v *View) showPlan() {
	parts := v.st.plan.Parts
	v.parts.SetRows(kit.RowsOf{Count: func() int { return len(parts) }, At: func(row, col int) kit.Cell { return partCell(parts[row], col) }})
	rows := []fyne.CanvasObject{}
	add := func(sign kit.Sign, err error) {
		t := kit.TroubleOf(err)
		rows = append(rows, container.NewBorder(nil, nil, kit.Inset(0, 2, 8, 0, container.NewVBox(kit.NewMark(sign))), nil,
			kit.Stack(1, kit.NewPara(t.What, kit.Strong), kit.NewPara(t.Next, kit.Small))))
	}
	for _, p := range v.st.plan.Problems {
		if p.Fault != nil && p.Blocks {
			add(kit.Bad, p.Fault)
		} else if p.Fault != nil {
			add(kit.Warn, p.Fault)
		}
	}
	for _, vol := range v.st.plan.Volumes {
		rows = append(rows, kit.NewPara(present.Room(vol), kit.Small))
	}
	v.problems.Objects = rows
	v.header.Update()
}

func partCell(p backup.Part, col int) kit.Cell {
	switch col {
	case 0:
		if p.In {
			return kit.Cell{Text: p.Name, Sign: kit.Sign{Shape: kit.Check, Color: kit.ColorGood}}
		}
		return kit.Cell{Text: p.Name, Sign: kit.Sign{Shape: kit.Dash, Color: kit.ColorDim}, Dim: true}
	case 1:
		return kit.Cell{Text: present.Count(p.Files), Dim: !p.In}
	case 2:
		return kit.Cell{Text: present.Size(p.Bytes), Dim: !p.In}
	}
	return kit.Cell{Text: p.Why, Dim: true}
}

func (v *View) backup() {
	o := v.options()
	args := []string{"backup", "create", "--to", o.To}
	if o.WhileRunning {
		args = append(args, "--while-running")
	}
	v.begin("backup", "Back up to "+filepath.Base(o.To), args, func(ctx context.Context, rep op.Reporter) error {
		_, err := v.engine.Backup(ctx, rep, o)
		return err
	}, func(p op.Progress) {
		if p.State == op.Done {
			v.header.Notice.Tell("The backup is sealed.", "Prove it by a test restore: then it is known that it can bring everything back.")
		}
	})
}

// begin starts one operation; there is one at a time here. after runs when it has ended, however it did.
func (v *View) begin(kind, title string, args []string, work func(context.Context, op.Reporter) error, after func(op.Progress)) {
	if v.st.running != "" {
		return
	}
	v.header.Notice.ShowError(nil)
	v.st.running, v.st.pace = kind, present.Pace{}
	v.host.Tasks.Start(kind, title, v.host.Run(args...), string(screen.Protect), work, func(p op.Progress) {
		v.st.running = ""
		v.st.progress = p
		v.header.Notice.ShowError(kit.Unstopped(p))
		after(p)
		v.showProgress(p)
		v.host.Changed()
	})
	v.tell()
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "nothing of the installation was changed. An unfinished backup is gone on with later."}
	best, has := present.BestBackup(v.st.list)
	switch {
	case v.st.running != "":
		f.Sign, f.Now, f.Known, f.Next = kit.Sign{Shape: kit.Half, Color: kit.ColorAccent}, v.st.progress.Title,
			"Every byte is hashed as it is read, and read again from the disk", "Wait, or stop safely below"
	case has && best.State == backup.Proven:
		f.Sign, f.Now, f.Known = kit.Good, "There is a backup that was restored once and compared", "Made "+present.Clock(best.Created,
			v.host.Now())+", "+present.Plural(best.Files, "file", "files")
		f.Next = "Go on with Offline"
	case has:
		f.Sign, f.Now, f.Known, f.Next = kit.Warn, "There is a sealed backup that nobody has restored yet", "Made "+present.Clock(best.Created,
			v.host.Now()), "Select it and prove it by a test restore"
	default:
		f.Sign, f.Now, f.Known, f.Next = kit.Bad, "There is no backup yet", "From the folder named below", "Look at the scope, then back up"
	}
	v.header.Set(f)
	v.start.SetEnabled(v.st.running == "" && v.st.planned && v.st.plan.Blocker() == nil)
	text := "Back up"
	if v.st.planned {
		text = "Back up " + present.Plural(v.st.plan.Files, "file", "files") + ", " + present.Size(v.st.plan.Bytes)
	}
	v.start.SetText(text)
	v.header.Update()
}
