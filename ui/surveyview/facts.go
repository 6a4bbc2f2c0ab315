package surveyview

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
)

// showFacts fills the left panel: the installation, or the choice among several, or what to do when none was found.
func (v *View) showFacts(err error) {
	switch {
	case v.st.found:
		v.facts.Objects = v.factRows(v.st.in)
	case len(v.st.all) > 1:
		v.facts.Objects = v.choices()
	default:
		v.facts.Objects = v.nothing(err)
	}
	v.header.Update()
}

func (v *View) factRows(in upgrade.Installation) []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, f := range present.Facts(in) {
		lines := []fyne.CanvasObject{kit.NewText(f.Label, kit.SmallStrong)}
		text := kit.NewPara(f.Text, kit.Body)
		if f.Unknown {
			text = text.In(kit.ColorUnsure)
		}
		lines = append(lines, text)
		for _, x := range f.Extra {
			lines = append(lines, kit.NewPara(x, kit.Small))
		}
		for _, e := range f.Evidence {
			lines = append(lines, v.evidence(e))
		}
		rows = append(rows, kit.Stack(1, lines...))
	}
	return rows
}

// evidence is one link; what the place says is seen when it is opened.
func (v *View) evidence(e upgrade.Evidence) fyne.CanvasObject {
	return kit.NewLink(kit.EvidencePlace(e), func() { v.host.Open(e) })
}

func (v *View) choices() []fyne.CanvasObject {
	rows := []fyne.CanvasObject{kit.NewPara("Several installations were found. Choose the one to work on.", kit.Body)}
	for _, in := range v.st.all {
		id := in.ID
		b := kit.NewButton(present.Name(in), func() { v.pick(id) })
		rows = append(rows, kit.Stack(2, b, kit.NewPara(present.Place(in), kit.Small), kit.NewPara(in.Home, kit.Small)))
	}
	return rows
}

func (v *View) pick(id string) {
	v.host.Run("detect", "--installation", id)
	observe.Load(v.host.Scope, "pick", func(ctx context.Context) (struct{}, error) { return struct{}{}, v.engine.Choose(ctx, id) }, func(_ struct{},
		err error) {
		v.header.Notice.ShowError(err)
		if err == nil {
			v.host.Changed()
		}
	})
}

func (v *View) nothing(err error) []fyne.CanvasObject {
	rows := []fyne.CanvasObject{}
	if err != nil {
		t := kit.TroubleOf(err)
		rows = append(rows, kit.NewPara(t.What, kit.Strong), kit.NewPara(t.Next, kit.Body))
	}
	rows = append(rows, kit.NewPara("No installation of HCL Leap or HCL Domino Leap was found in the usual places. Name the folder of a WebSphere "+
		"profile, of a Liberty server, or of a Domino "+
		"server, and it is read from there. Nothing is changed.", kit.Body))
	field := kit.NewPathEntry("Folder", false, v.host.List, nil)
	look := kit.NewButton("Look there", func() { v.lookIn(field.Path()) })
	field.Entry.OnSubmitted = v.lookIn
	return append(rows, field.Container, kit.Row(0, look),
		kit.NewPara("To try everything without a server, make a practice server: springboardctl lab create DIR, then start the window with --root "+
			"DIR.", kit.Dim))
}

func (v *View) lookIn(dir string) {
	if dir == "" {
		return
	}
	v.host.Run("detect", dir)
	observe.Load(v.host.Scope, "installations", func(ctx context.Context) ([]upgrade.Installation, error) { return v.engine.LookIn(ctx, dir) },
		v.gotInstallations)
}
