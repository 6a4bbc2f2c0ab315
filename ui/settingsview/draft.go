package settingsview

import (
	"context"
	"errors"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/notesview"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/undoview"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// draft works out what the value in the field would change, and shows it as a diff.
func (v *View) draft(value string) { v.prepare(upgrade.EditSet, value) }

// prepare works an edit of the selected key out; nothing is written.
func (v *View) prepare(op upgrade.EditOp, value string) {
	s, ok := v.setting()
	if !ok {
		return
	}
	edit, all := upgrade.Edit{File: v.st.file, Op: op, Key: s.Key, Value: value}, v.st.all
	observe.Load(v.host.Scope, "draft", func(ctx context.Context) (Draft, error) { return v.engine.PlanSetting(ctx, edit, all) },
		func(d Draft, err error) {
			v.header.Notice.Loaded("draft", err)
			v.st.edit, v.st.plan, v.st.draft = edit, d, err == nil
			if now, still := v.setting(); !still || now.Key != s.Key {
				return
			}
			v.diff.Objects = nil
			if err == nil && d.changes() {
				v.diff.Objects = v.drafted(d, s.Key)
			}
			v.header.Update()
			v.tell()
		})
}

// drafted shows what a draft does: the diff, what is odd about the new value, and for a managed cell the commands instead.
func (v *View) drafted(d Draft, key string) []fyne.CanvasObject {
	if d.Notes != nil {
		rows := notesview.Steps(*d.Notes)
		for _, p := range d.Problems {
			rows = append(rows, kit.Beside(kit.Warn, kit.NewPara(present.SettingProblem(p), kit.Body)))
		}
		return append(rows, kit.NewPara("These steps are the vendor's: "+d.Notes.Source, kit.Small))
	}
	rows := []fyne.CanvasObject{kit.DiffView(d.Plan.Diff())}
	for _, f := range d.Plan.Files {
		for _, p := range f.Problems {
			if p.Key == key && p.Code != settings.ProblemUnknownKey {
				rows = append(rows, kit.Beside(kit.Warn, kit.NewPara(present.SettingProblem(p), kit.Body)))
			}
		}
	}
	if d.Script != "" {
		rows = append(rows, kit.Beside(kit.Warn, kit.NewPara("A deployment manager owns this cell: its next synchronization would overwrite an edit of the file. These "+
			"wsadmin commands make the change instead.", kit.Body)), kit.NewQuiet("Copy the commands", func() { kit.Copy(d.Script) }), kit.NewPara(d.Script, kit.MonoSmall))
	}
	return rows
}

func (v *View) write() {
	if !v.st.draft || !v.st.plan.changes() {
		return
	}
	plan, e := v.st.plan, v.st.edit
	line := []string{"settings", string(e.Op), e.File, e.Key}
	if e.Op == upgrade.EditSet {
		line = append(line, e.Value)
	}
	if plan.Notes != nil {
		v.host.Run(line...)
		v.then("write", func(ctx context.Context) error { return v.engine.AskNotes(ctx, *plan.Notes) }, "Kept. Make the change with a Notes client, then tick it here.")
		return
	}
	if len(plan.Nodes) > 1 {
		v.host.Run(append(line, "--all-nodes")...)
		v.writeNodes(plan)
		return
	}
	if plan.Script != "" {
		v.host.Run(append(line, "--wsadmin-run")...)
		v.then("write", func(ctx context.Context) error { return v.engine.RunScript(ctx, plan) }, "wsadmin has saved the change. The script that takes it back is kept in the run.")
		return
	}
	v.host.Run(line...)
	v.then("write", func(ctx context.Context) error { return v.engine.ApplySettings(ctx, plan.Plan) }, "Written. The former bytes are kept in the run; it "+
		"can be taken back.")
}

// writeNodes writes on every node and shows what became of each.
func (v *View) writeNodes(d Draft) {
	observe.Load(v.host.Scope, "write", func(ctx context.Context) ([]NodeResult, error) { return v.engine.ApplyNodes(ctx, d) }, func(done []NodeResult, err error) {
		v.st.draft, v.st.done = false, done
		v.host.Changed()
		v.openFile(v.st.file)
		failed := 0
		for _, r := range done {
			if r.State == "failed" {
				failed++
			}
		}
		switch {
		case err != nil:
		case failed > 0:
			v.header.Notice.Tell(present.Plural(int64(failed), "node", "nodes")+" could not be changed; the others were put back.", "See on the right what each says.")
		default:
			v.header.Notice.Tell("Written on "+present.Plural(int64(len(done)), "node", "nodes")+". The former bytes of each are kept in the run.", "")
		}
		v.header.Notice.ShowErrorIf(err)
	})
}

// tick records what a person did in VoltConfig.nsf.
func (v *View) tick(t notesview.Tick) {
	v.host.Run(notesview.Line(t)...)
	v.then("tick", func(ctx context.Context) error { return v.engine.TickNotes(ctx, t) }, "It stands in the journal.")
}

func (v *View) askUndo() {
	file := v.st.file
	kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "Take the last change back",
		Body: kit.NewPara("The bytes from before the last change of "+filepath.Base(file)+" are put back exactly. Where somebody else edited the file since, "+
			"only this change is taken out of it; where the same setting was edited, you are asked whose value stays.", kit.Body),
		Confirm: "Take it back",
		OnGo:    func([]string) { v.takeBack(file, "") },
	})
}

func (v *View) takeBack(file string, prefer settings.Prefer) {
	v.host.Run(undoview.Line(prefer, "settings", "undo", file)...)
	good := "Taken back: the file is as it was, but for what somebody else edited since."
	observe.Load(v.host.Scope, "undo", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, v.engine.UndoSettings(ctx, file, prefer)
	}, func(_ struct{}, err error) {
		v.changed(good, err)
		undoview.Ask(v.host, err, func(p settings.Prefer) { v.takeBack(file, p) })
	})
}

// changed shows the file as it is after a change was written, and how that went.
func (v *View) changed(good string, err error) {
	v.st.draft = false
	v.host.Changed()
	v.openFile(v.st.file)
	if err == nil {
		v.header.Notice.Tell(good, "")
	}
	v.header.Notice.ShowErrorIf(err)
}

func (v *View) then(kind string, work func(context.Context) error, good string) {
	observe.Load(v.host.Scope, kind, func(ctx context.Context) (struct{}, error) { return struct{}{}, work(ctx) }, func(_ struct{}, err error) {
		var both *settings.Conflict
		if errors.As(err, &both) {
			v.conflict(both)
			v.header.Notice.ShowErrorIf(err)
			return
		}
		v.changed(good, err)
	})
}

// conflict shows both sides of a file that another program changed meanwhile. Nothing was written.
func (v *View) conflict(c *settings.Conflict) {
	words := "The two changes do not touch each other."
	if len(c.Both) > 0 {
		words = "Both changed " + present.Join(c.Both) + "."
	}
	e := v.st.edit
	v.st.draft = false
	v.diff.Objects = []fyne.CanvasObject{kit.Beside(kit.Warn, kit.NewPara("Another program changed the file since it was read. Nothing was written. "+words, kit.Body)),
		kit.NewText("This change", kit.SmallStrong), kit.DiffView(c.Ours), kit.NewText("The other program's", kit.SmallStrong), kit.DiffView(c.Theirs),
		kit.NewButton("Work it out again on the file as it is now", func() { v.prepare(e.Op, e.Value) })}
	v.header.Update()
	v.tell()
}
