package settingsview

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

func (v *View) setting() (upgrade.Setting, bool) {
	if v.st.key < 0 || v.st.key >= len(v.st.held.Settings) {
		return upgrade.Setting{}, false
	}
	return v.st.held.Settings[v.st.key], true
}

// showDetail fills the right panel with the selected key.
func (v *View) showDetail() {
	s, ok := v.setting()
	if !ok {
		v.detail.Objects = []fyne.CanvasObject{kit.NewPara("Select a key to see its meaning and to change its value. The change is shown as a diff "+
			"before anything is written.", kit.Dim)}
		v.header.Update()
		return
	}
	rows := []fyne.CanvasObject{kit.NewPara(s.Key, kit.Strong)}
	if k, known := v.engine.Known(s.Key); known {
		rows = append(rows, kit.NewPara(present.Sentence(k.Meaning), kit.Body))
		if k.Default != "" {
			rows = append(rows, kit.NewPara("Default: "+k.Default, kit.Small))
		}
		if k.Restart {
			rows = append(rows, kit.NewPara("A change takes effect after a restart.", kit.Small))
		}
	} else {
		rows = append(rows, kit.NewPara("This key is not in Springboard's catalogue.", kit.Dim))
	}
	if p := v.problem(s.Key, s.Line); p != "" {
		rows = append(rows, kit.RowFill(6, 1, kit.NewMark(kit.Warn), kit.NewPara(p, kit.Body)))
	}
	if s.Overridden {
		rows = append(rows, kit.NewPara("A later line of the file sets the same key: this value is not in force.", kit.Body))
	}
	ev := s.Evidence()
	rows = append(rows, kit.NewLink(filepath.Base(s.File)+":"+present.Count(int64(s.Line)), func() { v.host.Open(upgrade.FileEvidence(ev.File, ev.Line, "")) }))
	if settings.Masked(s.Key, s.Value) != s.Value {
		rows = append(rows, kit.NewPara("The value is a secret; it is neither shown nor edited here.", kit.Dim))
	} else {
		v.value.OnChanged = nil
		v.value.SetText(s.Value)
		v.value.OnChanged = v.draft
		v.diff.Objects = nil
		rows = append(rows, kit.Stack(3, kit.NewText("Value", kit.SmallStrong), v.value), v.diff)
	}
	v.detail.Objects = rows
	v.header.Update()
}

// draft works out what the value in the field would change, and shows it as a diff.
func (v *View) draft(value string) {
	s, ok := v.setting()
	if !ok {
		return
	}
	edit := upgrade.Edit{File: s.File, Op: upgrade.EditSet, Key: s.Key, Value: value}
	observe.Load(v.host.Scope, "draft", func(ctx context.Context) (settings.Plan, error) { return v.engine.PlanSetting(ctx, edit) },
		func(p settings.Plan, err error) {
			v.header.Notice.Loaded("draft", err)
			v.st.plan, v.st.draft = p, err == nil
			if now, still := v.setting(); !still || now.Key != s.Key {
				return
			}
			v.diff.Objects = nil
			if err == nil && p.Changed() {
				v.diff.Objects = []fyne.CanvasObject{kit.DiffView(p.Diff())}
			}
			v.header.Update()
			v.header.Update()
			v.tell()
		})
}

func (v *View) write() {
	s, ok := v.setting()
	if !ok || !v.st.draft || !v.st.plan.Changed() {
		return
	}
	plan := v.st.plan
	v.host.Run("settings", "set", s.File, s.Key, v.value.Text)
	v.then("write", func(ctx context.Context) error { return v.engine.ApplySettings(ctx, plan) }, "Written. The former bytes are kept in the run; it "+
		"can be taken back.")
}

func (v *View) askUndo() {
	file := v.st.file
	kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "Take the last change back",
		Body: kit.NewPara("The bytes from before the last change of "+filepath.Base(file)+" are put back exactly. It is refused when another "+
			"program changed the file meanwhile.", kit.Body),
		Confirm: "Take it back",
		OnGo: func([]string) {
			v.host.Run("settings", "undo", file)
			v.then("undo", func(ctx context.Context) error { return v.engine.UndoSettings(ctx, file) }, "Taken back: the file is as it was.")
		},
	})
}

func (v *View) then(kind string, work func(context.Context) error, good string) {
	observe.Load(v.host.Scope, kind, func(ctx context.Context) (struct{}, error) { return struct{}{}, work(ctx) }, func(_ struct{}, err error) {
		v.st.draft = false
		v.host.Changed()
		if err == nil {
			v.header.Notice.Tell(good, "")
		}
		v.header.Notice.ShowErrorIf(err)
	})
}
