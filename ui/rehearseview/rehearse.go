// Package rehearseview is the second phase on the screen: how long the applications will take, what that is based on, and how to get a better basis.
package rehearseview

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// Basis is an estimate with the applications of the run that it rests on.
type Basis struct {
	Begun    bool // there is a run with a census
	Estimate apps.Estimate
	Measured []upgrade.App // slowest first
	Failed   []upgrade.App
}

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	// Estimate takes its timings from a rehearsal's run folder, or from this run when from is empty.
	Estimate(ctx context.Context, from string) (Basis, error)
	Runs(ctx context.Context) ([]run.Listed, error)
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	basis   Basis
	read    bool
	from    string
	runs    []run.Listed

	header *kit.Header
	take   *kit.Button
	path   *kit.PathEntry
	big    *fyne.Container
	list   *kit.DataTable
	slow   *kit.DataTable
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e}
	v.take = kit.NewPrimary("Take the timings of this rehearsal", v.estimate)
	v.header = kit.NewHeader("Rehearse", v.take)
	v.path = kit.NewPathEntry("Run folder of the rehearsal", false, h.List, func(string) { v.tell() })
	v.path.Entry.OnSubmitted = func(string) { v.estimate() }
	v.big = kit.Stack(8)
	v.list = kit.NewDataTable([]kit.Column{{ID: "name", Title: "Run", Min: 130, Weight: 1}, {ID: "version", Title: "Version before", Min: 90,
		Weight: 0.5}, {ID: "made", Title: "Begun", Min: 116}})
	v.list.Empty = "There is no other run on this machine"
	v.list.OnSelect = func(row int) { v.path.Entry.SetText(v.runs[row].Dir) }
	v.slow = kit.NewDataTable([]kit.Column{{ID: "name", Title: "Application", Min: 130, Weight: 1}, {ID: "took", Title: "Took", Min: 80, Right: true},
		{ID: "state", Title: "State", Min: 104}})
	v.slow.Empty = "Nothing was measured yet"
	how := kit.Inset(12, 10, 12, 10, kit.Stack(8, kit.NewPara("Do the same upgrade on a copy with production data, access all its applications, and "+
		"bring its run folder here. The time of an upgrade grows with the number "+
		"of applications, and the rehearsal shows which of them may fail.", kit.Body), v.path.Container))
	rehearsals := kit.Titled("Rehearsals", nil, borderTop(how, v.list))
	left := kit.Tiers(10, []float32{0.7, 1}, kit.Titled("How long it will take", nil, kit.Scroll(kit.Pad(14, v.big))), rehearsals)
	v.content = kit.Page(v.header, kit.Columns(12, []float32{1.1, 1}, left, kit.Titled("Slowest applications, and those that failed", nil, v.slow)))
	v.show()
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.path.Entry) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	v.load()
	observe.Load(v.host.Scope, "runs", v.engine.Runs, func(runs []run.Listed, err error) {
		v.header.Notice.Loaded("runs", err)
		v.runs = runs
		v.list.SetRows(kit.RowsOf{Count: func() int { return len(v.runs) }, At: v.runCell})
	})
}

func (v *View) runCell(row, col int) kit.Cell {
	r := v.runs[row]
	switch col {
	case 0:
		if r.Err != "" {
			return kit.Cell{Text: r.Dir, Sign: kit.Bad}
		}
		return kit.Cell{Text: r.Meta.Name}
	case 1:
		return kit.Cell{Text: r.Meta.Version, Dim: true}
	}
	return kit.Cell{Text: present.Clock(r.Meta.Created, v.host.Now()), Dim: true}
}

func (v *View) estimate() {
	v.from = v.path.Path()
	args := []string{"estimate"}
	if v.from != "" {
		args = append(args, "--from", v.from)
	}
	v.host.Run(args...)
	v.load()
}

func (v *View) load() {
	from := v.from
	observe.Load(v.host.Scope, "estimate", func(ctx context.Context) (Basis, error) { return v.engine.Estimate(ctx, from) }, func(b Basis, err error) {
		v.header.Notice.Loaded("estimate", err)
		if err == nil {
			v.basis, v.read = b, true
		}
		v.show()
		v.tell()
	})
}

func (v *View) show() {
	e := v.basis.Estimate
	if e.P50 == nil || e.P90 == nil {
		v.big.Objects = []fyne.CanvasObject{kit.NewPara("No estimate yet", kit.Heading), kit.NewPara(present.Sentence(present.Upper(e.Basis)), kit.Dim)}
	} else {
		v.big.Objects = []fyne.CanvasObject{
			kit.Row(32, figure(*e.P50, "as likely shorter as longer"), figure(*e.P90, "nine times in ten shorter")),
			kit.NewPara(present.Sentence(present.Upper(e.Basis)), kit.Dim),
		}
	}
	v.header.Update()
	all := append(append([]upgrade.App{}, v.basis.Failed...), v.basis.Measured...)
	v.slow.SetRows(kit.RowsOf{Count: func() int { return len(all) }, At: func(row, col int) kit.Cell {
		switch col {
		case 0:
			return kit.Cell{Text: all[row].Name}
		case 1:
			return kit.Cell{Text: present.Seconds(all[row].Seconds)}
		}
		s := kit.AppState(all[row].State)
		return kit.Cell{Text: s.Word, Sign: s.Sign}
	}})
}

func figure(seconds float64, what string) fyne.CanvasObject {
	return kit.Stack(0, kit.NewText(present.Duration(time.Duration(seconds*float64(time.Second))), kit.Title).Whole(), kit.NewText(what, kit.Small).Whole())
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "nothing has been changed. A rehearsal is optional; without one the length of the window is a guess."}
	e := v.basis.Estimate
	switch {
	case !v.read:
		f.Now = "Reading what was measured"
	case e.P50 == nil:
		f.Sign, f.Now, f.Next = kit.Open, "It is not known how long the applications will take", "Rehearse on a copy, and bring its run folder here"
		f.Known = "Nothing was measured"
	default:
		f.Sign, f.Now = kit.Good, "The applications take "+present.Seconds(*e.P50)+", at worst some "+present.Seconds(*e.P90)
		f.Known, f.Next = present.Plural(int64(e.Measured), "application was", "applications were")+" measured",
			"Plan the window with the longer time, then go on with Protect"
	}
	v.header.Set(f)
	v.take.SetEnabled(v.path.Path() != "")
}
