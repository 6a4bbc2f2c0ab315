package surveyview

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
)

// showDetail fills the panel beside the list with the selected finding: what is true, why it matters, what to do, how it is known.
func (v *View) showDetail() {
	f, ok := v.finding()
	if !ok {
		v.detail.Objects = []fyne.CanvasObject{kit.NewPara("Select a finding to see its reason, its evidence and what to do.", kit.Dim)}
		v.header.Update()
		return
	}
	st := kit.FindingState(f)
	rows := []fyne.CanvasObject{
		kit.RowFill(8, 1, kit.NewMark(st.Sign), kit.NewText(f.Title, kit.Heading), kit.NewText(f.Code, kit.MonoSmall).In(kit.ColorDim).Whole()),
		kit.NewPara(present.Sentence(f.Summary), kit.Body),
	}
	if f.Reason != "" && f.Severity != upgrade.OK {
		why := f.Reason
		rows = append(rows, part("Why it matters", kit.NewPara(present.Sentence(why), kit.Body)))
	}
	if f.Remedy != "" && f.Severity != upgrade.OK {
		rows = append(rows, part("What to do", kit.NewPara(present.Sentence(f.Remedy), kit.Body)))
	}
	if w := f.Waiver; w != nil {
		rows = append(rows, part("Waived by "+w.By, kit.NewPara(present.Sentence(w.Why), kit.Body)))
	}
	if w := f.Attested; w != nil {
		rows = append(rows, part("Ticked by "+w.By, kit.NewText(w.At, kit.Dim)))
	}
	if b := v.actions(f); b != nil {
		rows = append(rows, b)
	}
	if v.st.preview != "" {
		rows = append(rows, part("What the fix changes", kit.DiffView(v.st.preview)))
	}
	if len(f.Evidence) > 0 {
		var ev []fyne.CanvasObject
		for _, e := range f.Evidence {
			ev = append(ev, kit.EvidenceRow(e, v.host.Open))
		}
		rows = append(rows, part("Evidence", kit.Stack(6, ev...)))
	}
	if f.Source != "" {
		rows = append(rows, part("Source", kit.NewPara(f.Source, kit.Small)))
	}
	v.detail.Objects = rows
	v.header.Update()
	v.scroll.ScrollToTop()
}

func part(title string, body fyne.CanvasObject) fyne.CanvasObject {
	return kit.Stack(2, kit.NewText(title, kit.SmallStrong), body)
}

// actions are what can be done about a finding. A fix is shown as a diff first; only then can it be applied.
func (v *View) actions(f upgrade.Finding) fyne.CanvasObject {
	var b []fyne.CanvasObject
	switch {
	case f.Fixable && v.st.preview == "":
		b = append(b, kit.NewButton("Show the fix", func() { v.previewFix(f.Code) }))
	case f.Fixable:
		b = append(b, kit.NewPrimary("Apply this change", func() { v.fix(f.Code) }), kit.NewButton("Leave it", func() { v.st.preview = ""; v.showDetail() }))
	}
	if f.NeedsPerson && f.Attested == nil {
		b = append(b, kit.NewButton("Tick as done", func() { v.askAttest(f) }))
	}
	if f.Stops() {
		b = append(b, kit.NewButton("Waive", func() { v.askWaive(f) }))
	}
	if len(b) == 0 {
		return nil
	}
	return kit.Row(8, b...)
}

func (v *View) previewFix(code string) {
	v.host.Run("check", "fix", code, "--dry-run")
	observe.Load(v.host.Scope, "preview", func(ctx context.Context) (string, error) { return v.engine.PreviewFix(ctx, code) }, func(diff string, err error) {
		v.header.Notice.ShowError(err)
		if err == nil && code == v.st.selected {
			v.st.preview = diff
			v.showDetail()
		}
	})
}

// do runs a command about a finding and looks again.
func (v *View) do(work func(context.Context) error) {
	observe.Load(v.host.Scope, "do", func(ctx context.Context) (struct{}, error) { return struct{}{}, work(ctx) }, func(_ struct{}, err error) {
		v.header.Notice.ShowError(err)
		v.st.preview = ""
		if err == nil {
			v.host.Changed()
		}
	})
}

func (v *View) fix(code string) {
	v.host.Run("check", "fix", code)
	v.do(func(ctx context.Context) error { return v.engine.Fix(ctx, code) })
}

func (v *View) askWaive(f upgrade.Finding) {
	kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "Waive: " + f.Title,
		Body:  kit.NewPara("The finding stays in the report with your name and reason. It no longer keeps the upgrade from going on.", kit.Body),
		Fields: []kit.Field{{Label: "Your name", Value: v.host.Person, Required: true}, {Label: "Reason", Hint: "Why it may be left as it is",
			Required: true}},
		Confirm: "Waive",
		OnGo: func(values []string) {
			v.host.Run("check", "waive", f.Code, "--by", values[0], "--why", values[1])
			v.do(func(ctx context.Context) error { return v.engine.Waive(ctx, f.Code, values[0], values[1]) })
		},
	})
}

func (v *View) askAttest(f upgrade.Finding) {
	kit.ShowGate(v.host.Canvas, kit.Gate{
		Title:   f.Title,
		Body:    kit.NewPara("Only a person can know this. By ticking it you say that it is done; your name stands in the report.", kit.Body),
		Fields:  []kit.Field{{Label: "Your name", Value: v.host.Person, Required: true}},
		Confirm: "It is done",
		OnGo: func(values []string) {
			v.host.Run("check", "attest", f.Code, "--by", values[0])
			v.do(func(ctx context.Context) error { return v.engine.Attest(ctx, f.Code, values[0]) })
		},
	})
}
