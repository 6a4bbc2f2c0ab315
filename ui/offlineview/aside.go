package offlineview

import (
	"context"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/notesview"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/undoview"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

func item(sign kit.Sign, title, text string, more ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Beside(sign, kit.Stack(2, append([]fyne.CanvasObject{kit.NewText(title, kit.Strong), kit.NewPara(text, kit.Body)}, more...)...))
}

// showDuring lists what is switched for the upgrade, each with its undo, and what a person has to see to meanwhile.
func (v *View) showDuring() {
	v.during.Objects = nil
	add := func(o fyne.CanvasObject) { v.during.Objects = append(v.during.Objects, o) }
	for _, t := range v.now.Notes {
		add(notesview.Row(v.host, t, v.tick))
	}
	if len(v.now.Notes) == 0 {
		v.showServerURI(add)
	}
	v.showTrace(add)
	for _, c := range v.now.Changes {
		file := c.File
		add(kit.Beside(kit.Sign{Shape: kit.Diamond, Color: kit.ColorAccent}, kit.Stack(3, kit.NewText(filepath.Base(file)+" was changed", kit.Strong), kit.DiffView(c.Diff),
			kit.Row(0, kit.NewButton("Take back", func() { v.takeBack(file, "") })))))
	}
	for _, t := range v.now.Timers {
		if !t.Inside {
			continue
		}
		when := "at an hour that is not known from here"
		if !t.At.IsZero() {
			when = "at " + t.At.Local().Format("15:04 on Monday")
		}
		add(item(kit.Warn, t.Name+" "+when, t.Why, kit.NewPara(t.Next, kit.Body).In(kit.ColorDim)))
	}
	for _, r := range v.now.Remind {
		add(kit.Beside(kit.Sign{Shape: kit.Arrow, Color: kit.ColorDim}, kit.NewPara(r, kit.Body)))
	}
}

func (v *View) showServerURI(add func(fyne.CanvasObject)) {
	uri := v.now.ServerURI
	if uri.Key == "" {
		sign := kit.Open
		if v.now.Offline {
			sign = kit.Good
		}
		add(item(sign, "serverURI", "not set: the server answers with the address of its configuration"))
		return
	}
	add(item(kit.Sign{Shape: kit.Info, Color: kit.ColorDim}, "serverURI", uri.Value,
		kit.NewLink(filepath.Base(uri.File)+":"+present.Count(int64(uri.Line)), func() { v.host.Open(uri.Evidence()) })))
}

func (v *View) showTrace(add func(fyne.CanvasObject)) {
	if len(v.now.Ways) == 0 {
		text, sign := "off", kit.Good
		if v.now.Trace.On {
			text, sign = "on: "+v.now.Trace.Configured, kit.Bad
		}
		add(item(sign, "Trace strings", text))
		return
	}
	var more []fyne.CanvasObject
	for _, w := range v.now.Ways {
		lines := strings.Join(w.Lines, "\n")
		more = append(more, kit.RowFill(6, 0, kit.NewText(w.Where, kit.SmallStrong), kit.NewQuiet("Copy", func() { kit.Copy(lines) })), kit.NewPara(lines, kit.MonoSmall))
	}
	more = append(more, kit.NewPara("Proof: "+v.now.Ways[0].Proof, kit.Small))
	add(item(kit.Bad, "Trace runs in the server", v.now.Trace.Running+". Only the server's own tools turn it off while it runs:", more...))
}

// tick records what a person did in VoltConfig.nsf, and probes what shows of it.
func (v *View) tick(t notesview.Tick) {
	v.host.Run(notesview.Line(t)...)
	observe.Load(v.host.Scope, "tick", func(ctx context.Context) (struct{}, error) { return struct{}{}, v.engine.TickNotes(ctx, t) }, func(_ struct{}, err error) {
		v.host.Changed()
		v.header.Notice.ShowErrorIf(err)
	})
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

// showPages shows the configuration of one web server, with how it is put in force and taken out.
func (v *View) showPages() {
	v.pages.Objects = nil
	if len(v.now.Pages) == 0 {
		v.pages.Objects = []fyne.CanvasObject{kit.NewPara("Going offline writes the page, and configuration that shows it, for IBM HTTP Server, Apache, nginx and HAProxy. It answers only "+
			"Leap's paths: 503 with Retry-After, a page for browsers, JSON for programs.", kit.Dim)}
		return
	}
	if v.page >= len(v.now.Pages) {
		v.page = 0
	}
	var chosen []fyne.CanvasObject
	for i, p := range v.now.Pages {
		b := kit.NewButton(p.Title, func() { v.page = i; v.showPages(); v.header.Update() })
		if i == v.page {
			b.With(kit.Sign{Shape: kit.Check, Color: kit.ColorAccent})
		}
		chosen = append(chosen, b)
	}
	p := v.now.Pages[v.page]
	copyable := func(title, text string) fyne.CanvasObject {
		return kit.Stack(2, kit.RowFill(6, 0, kit.NewText(title, kit.SmallStrong), kit.NewQuiet("Copy", func() { kit.Copy(text) })), kit.NewPara(text, kit.MonoSmall))
	}
	v.pages.Objects = []fyne.CanvasObject{kit.Wrap(6, chosen...), copyable("Put it in force", p.Enable), copyable("Take it out", p.Back),
		copyable("Configuration", p.File), kit.Row(0, kit.NewButton("Open it", func() { v.header.Notice.ShowErrorIf(v.host.OpenPath(p.File)) }))}
}
