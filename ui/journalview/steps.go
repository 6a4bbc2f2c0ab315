package journalview

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/undoview"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// arrangeSteps fills the roadmap. The first time the step that is due is chosen: what one looks for is what comes next.
func (v *View) arrangeSteps(first bool) {
	steps := v.held.Status.Steps
	v.steps.SetRows(kit.RowsOf{Count: func() int { return len(steps) }, At: v.stepCell})
	if first {
		v.step = due(v.held.Status)
		v.ofStep = len(steps) > 0
	}
	if v.step >= len(steps) {
		v.step = len(steps) - 1
	}
	ofStep := v.ofStep
	v.steps.Select(v.step)
	v.ofStep = ofStep
	v.showDetail()
}

// due is the step that a person would go on with: one that was interrupted or failed, else the first that has to be done and is not.
func due(s run.Status) int {
	for i, st := range s.Steps {
		if st.State == run.Interrupted || st.State == run.Failed || st.State == run.Running {
			return i
		}
	}
	for i, st := range s.Steps {
		if st.State != run.Done && !st.Optional {
			return i
		}
	}
	return 0
}

func (v *View) stepCell(row, col int) kit.Cell {
	s := v.held.Status.Steps[row]
	switch col {
	case 0:
		state := kit.StepState(s.State)
		if s.State == run.Waiting {
			switch {
			case s.Gate:
				state = kit.State{Sign: kit.Sign{Shape: kit.Lock, Color: kit.ColorWarn}, Word: "gate"}
			case s.Person:
				state.Word = "by hand"
			case s.Optional:
				state = kit.State{Sign: kit.Sign{Shape: kit.Dash, Color: kit.ColorDim}, Word: "optional"}
			}
		}
		return kit.Cell{Text: state.Word, Sign: state.Sign}
	case 1:
		title := s.Title
		if !s.Reversible {
			title += " (back by restore)"
		}
		return kit.Cell{Text: title, Dim: s.State == run.Waiting && s.Optional}
	case 2:
		if s.At.IsZero() {
			return kit.Cell{}
		}
		return kit.Cell{Text: present.Clock(s.At, v.host.Now()), Dim: true}
	}
	if s.Began.IsZero() || s.At.Before(s.Began) || s.State == run.Interrupted {
		return kit.Cell{}
	}
	end := s.At
	if s.State == run.Running {
		end = v.host.Now()
	}
	return kit.Cell{Text: present.Duration(end.Sub(s.Began)), Dim: true}
}

// showStep tells all of a step: before, effect, proof, way back, and what it means to stop there; with the tick or the gate where a person is needed.
func (v *View) showStep(s run.StepStatus) {
	rows := []fyne.CanvasObject{kit.NewPara(s.Title, kit.Strong)}
	if s.Text != "" {
		text := present.Upper(present.Sentence(s.Text))
		if s.By != "" {
			text += " (" + s.By + ")"
		}
		rows = append(rows, kit.Beside(kit.StepState(s.State).Sign, kit.NewPara(text, kit.Body)))
	}
	if s.State == run.Interrupted {
		rows = append(rows, kit.Beside(kit.Warn, kit.NewPara("It was begun and nobody is at work on it: the program ended. Do it again; it looks at what really stands and goes on.", kit.Body)))
	}
	if len(s.Needs) > 0 {
		var names []string
		for _, id := range s.Needs {
			for _, other := range v.held.Status.Steps {
				if other.ID == id {
					names = append(names, other.Title)
				}
			}
		}
		rows = append(rows, kit.Beside(kit.Open, kit.NewPara("Should come first: "+present.Join(names), kit.Body)))
	}
	for _, part := range []struct{ label, text string }{{"BEFORE", s.Before}, {"WHAT IT DOES", s.Does}, {"HOW IT IS PROVEN", s.Proof}, {"WAY BACK", s.WayBack}, {"IF YOU STOP HERE", s.IfStop}} {
		if part.text != "" {
			rows = append(rows, kit.Stack(1, kit.NewText(part.label, kit.SmallStrong), kit.NewPara(part.text, kit.Body)))
		}
	}
	switch {
	case s.Gate && s.State != run.Done && !v.held.Status.PastNoReturn:
		rows = append(rows, kit.Row(0, kit.NewDanger("Let the upgrade begin", v.askGate)))
	case s.Person && s.State != run.Done:
		rows = append(rows, kit.Row(0, kit.NewButton("Tick it by name", func() { v.askTick(s) })))
	}
	v.detail.Objects = rows
	v.header.Update()
}

// did shows what came of something that was said or done.
func (v *View) did(err error) {
	v.host.Changed()
	v.header.Notice.ShowErrorIf(err)
}

func (v *View) askTick(s run.StepStatus) {
	kit.ShowGate(v.host.Canvas, kit.Gate{Title: s.Title, Body: kit.NewPara("The name and the time go into the journal and the report.", kit.Body), Confirm: "It is done",
		Fields: []kit.Field{{Label: "Who did it", Value: v.host.Person, Required: true}, {Label: "Remark"}}, OnGo: func(values []string) {
			v.host.Run("run", "tick", s.ID, "--by", values[0])
			observe.Load(v.host.Scope, "tick", func(ctx context.Context) (struct{}, error) {
				return struct{}{}, v.engine.Tick(ctx, s.ID, values[0], values[1])
			}, func(_ struct{}, err error) { v.did(err) })
		}})
}

func (v *View) askGate() {
	kit.ShowGate(v.host.Canvas, kit.Gate{Title: "Let the upgrade begin", Danger: true, Confirm: "Let it begin", Word: GateWord,
		Body: kit.NewPara("Once the new version has met the data, an older one cannot use them any more: the way back is the restored backup. The gate opens only when no check stops the upgrade and "+
			"a backup that holds the data was proven by a test restore.", kit.Body),
		Fields: []kit.Field{{Label: "Who takes the responsibility", Value: v.host.Person, Required: true}}, OnGo: func(values []string) {
			v.host.Run("run", "confirm", "--confirm", GateWord, "--by", values[0])
			observe.Load(v.host.Scope, "gate", func(ctx context.Context) (struct{}, error) {
				return struct{}{}, v.engine.Confirm(ctx, GateWord, values[0])
			}, func(_ struct{}, err error) { v.did(err) })
		}})
}

// askBack shows what going back would do before it does it.
func (v *View) askBack() {
	observe.Load(v.host.Scope, "would", v.engine.WouldGoBack, func(would []run.WentBack, err error) {
		v.header.Notice.ShowErrorIf(err)
		if len(would) == 0 {
			return
		}
		kit.ShowGate(v.host.Canvas, kit.Gate{Title: "Go back step by step", Confirm: "Take it back", Body: kit.AtLeast(0, 220, kit.Scroll(kit.Stack(8, wentRows(would)...))), OnGo: func([]string) { v.goBack("") }})
	})
}

// goBack goes back over what was done. Where somebody else edited the same setting since, it asks whose value stays and goes on there.
func (v *View) goBack(prefer settings.Prefer) {
	v.host.Run(undoview.Line(prefer, "run", "undo")...)
	observe.Load(v.host.Scope, "back", func(ctx context.Context) ([]run.WentBack, error) { return v.engine.GoBack(ctx, prefer) }, func(went []run.WentBack, err error) {
		v.host.Changed()
		v.header.Notice.ShowErrorIf(err)
		undoview.Ask(v.host, err, v.goBack)
		if err == nil {
			v.header.Notice.Tell(goneBack(went), "Each stands in the journal with its proof.")
		}
	})
}

func wentRows(went []run.WentBack) []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, w := range went {
		sign := kit.Sign{Shape: kit.Return, Color: kit.ColorAccent}
		switch w.Outcome {
		case run.Kept:
			sign = kit.Sign{Shape: kit.Dash, Color: kit.ColorDim}
		case run.StoppedAt:
			sign = kit.Sign{Shape: kit.Lock, Color: kit.ColorWarn}
		case run.TakenBack:
			sign = kit.Good
		case run.WouldUndo:
		}
		lines := []fyne.CanvasObject{kit.NewPara(present.Upper(present.Sentence(w.What)), kit.Body)}
		if w.Says != w.What {
			lines = append(lines, kit.NewPara(w.Says, kit.Small))
		}
		rows = append(rows, kit.Beside(sign, kit.Stack(1, lines...)))
	}
	return rows
}

func goneBack(went []run.WentBack) string {
	n := 0
	for _, w := range went {
		if w.Outcome == run.TakenBack {
			n++
		}
	}
	return present.Plural(int64(n), "thing was", "things were") + " taken back."
}

// tellRun says where the run stands and what comes next.
func (v *View) tellRun(f *kit.Facts) {
	st := v.held.Status
	if len(st.Steps) == 0 {
		return
	}
	s := st.Steps[due(st)]
	f.IfStop = s.IfStop
	switch s.State {
	case run.Running:
		f.Sign, f.Next = kit.Sign{Shape: kit.Half, Color: kit.ColorAccent}, s.Title+" is at work"
	case run.Interrupted:
		f.Sign, f.Next = kit.Warn, s.Title+" was interrupted: do it again, it goes on"
	case run.Failed:
		f.Sign, f.Next = kit.Bad, s.Title+" failed: see why, then do it again"
	case run.Done:
		f.Next = "Nothing has to be done here"
	default:
		f.Next = s.Title
	}
	if st.Holder != "" {
		f.Known += ". At work: " + st.Holder
	}
}
