// Package upgradeview is the fifth phase on the screen: a checklist whose lines turn by what is seen on disk and in the log, and the log beside it. The
// upgrade itself is done by the administrator with the vendor's installer; only a practice server is upgraded from here.
package upgradeview

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	// Checklist tells how far the upgrade is, from what is seen.
	Checklist(ctx context.Context) ([]port.Step, error)
	// Practice upgrades the practice server; it is offered on a lab only.
	Practice(ctx context.Context, rep op.Reporter) error
	Stream() *present.LogStore
	LogState() port.LogState
	LogChanges(ctx context.Context) <-chan struct{}
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	steps   []port.Step
	read    bool
	running bool
	window  *present.LogWindow
	state   port.LogState

	header *kit.Header
	main   *kit.Button
	list   *fyne.Container
	view   *kit.LogView
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e}
	v.main = kit.NewPrimary("Look at the server now", v.look)
	if h.Lab {
		v.main = kit.NewPrimary("Run the practice upgrade", v.askPractice)
	}
	v.header = kit.NewHeader("Upgrade", v.main)
	v.list = kit.Stack(12)
	v.view = kit.NewLogView()
	v.window = present.NewLogWindow(e.Stream(), nil, true)
	v.view.SetLines(v)
	steps := kit.Titled("What is seen of the upgrade", nil, kit.Scroll(kit.Pad(14, v.list)))
	log := kit.Titled("The server's log, first lines of records", kit.NewQuiet("Open the log", func() { h.Go(screen.Log) }), v.view)
	v.content = kit.Page(v.header, kit.Columns(12, []float32{1, 1.3}, steps, log))
	observe.Watch(h.Scope, e.LogChanges(h.Scope.Context()), e.LogState, v.showLog)
	observe.Tick(h.Scope, 2*time.Second, func(time.Time) {
		if v.running {
			v.look()
		}
	})
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.main) }

// Shown implements screen.Screen.
func (v *View) Shown() { v.look() }

func (v *View) look() {
	observe.Load(v.host.Scope, "steps", v.engine.Checklist, func(s []port.Step, err error) {
		v.header.Notice.Loaded("steps", err)
		if err != nil {
			return
		}
		v.steps, v.read = s, true
		v.showSteps()
		v.tell()
	})
}

func (v *View) showLog(s port.LogState) {
	v.state = s
	added, dropped, anew := v.window.Grow()
	switch {
	case anew:
		v.view.SetLines(v)
	case dropped > 0:
		v.view.Shift(dropped)
	}
	if added+dropped > 0 {
		v.view.Grown()
	}
	v.tell()
}

// Len implements kit.Lines.
func (v *View) Len() int { return v.window.Len() }

// Line implements kit.Lines.
func (v *View) Line(i int) kit.LogLine {
	rows, _, _ := v.window.Rows(i)
	lines := kit.LogLines(rows, kit.NoFold, false)
	for _, l := range lines {
		if l.Level != kit.LineNote {
			return l
		}
	}
	return lines[0]
}

func (v *View) showSteps() {
	rows := make([]fyne.CanvasObject, 0, len(v.steps))
	for _, s := range v.steps {
		st := kit.StepState(s.State)
		title := kit.NewText(s.Title, kit.Body)
		if s.State != run.Waiting {
			title = kit.NewText(s.Title, kit.Strong)
		}
		lines := []fyne.CanvasObject{kit.RowFill(8, 0, title, kit.NewText(present.Clock(s.At, v.host.Now()), kit.Small).Whole())}
		if s.Says != "" {
			lines = append(lines, kit.NewPara(present.Sentence(s.Says), kit.Small))
		}
		if !s.Evidence.IsZero() {
			e := s.Evidence
			lines = append(lines, kit.NewLink(kit.EvidencePlace(e), func() { v.host.Open(e) }))
		}
		rows = append(rows, container.NewBorder(nil, nil, kit.Inset(0, 2, 10, 0, container.NewVBox(kit.NewMark(st.Sign))), nil, kit.Stack(1, lines...)))
	}
	v.list.Objects = rows
	v.header.Update()
}

func (v *View) askPractice() {
	kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "Run the practice upgrade",
		Body: kit.Stack(6, kit.NewPara("The practice server is stopped, its program is replaced by the new version, Setup runs, and the server starts "+
			"again.", kit.Body),
			kit.NewPara("This is the point of no return: from here the way back is the restored backup.", kit.Strong)),
		Confirm: "Upgrade the practice server", OnGo: func([]string) { v.practice() },
	})
}

func (v *View) practice() {
	if v.running {
		return
	}
	v.running = true
	v.header.Notice.ShowError(nil)
	line := v.host.Run("lab", "upgrade", v.host.Command.Root)
	v.host.Tasks.Start("lab-upgrade", "Practice upgrade", line, string(screen.Upgrade), v.engine.Practice, func(p op.Progress) {
		v.running = false
		if p.State == op.Done {
			v.header.Notice.Tell("The practice server is upgraded.", "Its applications upgrade when they are first accessed: go on with Applications.")
		}
		v.host.Changed()
		v.header.Notice.ShowErrorIf(kit.Unstopped(p))
	})
	v.tell()
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{Known: "From files, processes and the log, which is " + kit.StreamState(v.state.State).Word,
		IfStop: "before the new version has met the database nothing is lost. After it, the way back is the restored backup."}
	done, next := 0, ""
	for _, s := range v.steps {
		switch {
		case s.State == run.Done:
			done++
		case next == "":
			next = s.Title
		}
	}
	switch {
	case v.running:
		f.Sign, f.Now, f.Next = kit.Sign{Shape: kit.Half, Color: kit.ColorAccent}, "The practice upgrade is running",
			"Watch the lines turn; the log is beside them"
	case !v.read:
		f.Now = "Looking at the server"
	case len(v.steps) > 0 && done == len(v.steps):
		f.Sign, f.Now, f.Next = kit.Good, "The upgrade is through: the new version runs and Setup is done", "Go on with Applications: access each one"
	case done == 0:
		f.Sign, f.Now, f.Next = kit.Open, "Nothing of the upgrade has been seen yet", "Stop the server, install the new version, start Setup; this list follows"
	default:
		f.Sign, f.Now = kit.Sign{Shape: kit.Half, Color: kit.ColorAccent}, present.Count(int64(done))+" of "+present.Plural(int64(len(v.steps)),
			"step", "steps")+" seen"
		f.Next = "Next to be seen: " + next
	}
	if v.host.Lab && done == 0 && v.read && !v.running {
		f.Next = "Run the practice upgrade"
	}
	v.header.Set(f)
	v.main.SetEnabled(!v.running && (!v.host.Lab || done < len(v.steps)))
}
