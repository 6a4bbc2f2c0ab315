// Package signoffview is the last phase on the screen: what the report will say, what is still unknown, and the report itself.
package signoffview

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/report"
)

// Draft is the report as it would be written now. Begun is false while there is no run to report on.
type Draft struct {
	Begun  bool
	Report report.Report
	Folder string // where it is written when nobody says otherwise
}

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	Draft(ctx context.Context) (Draft, error)
	WriteReport(ctx context.Context, rep op.Reporter, dir string) (report.Written, error)
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	draft   Draft
	read    bool
	running bool
	written report.Written

	header  *kit.Header
	write   *kit.Button
	show    *kit.Button
	path    *kit.PathEntry
	strip   *kit.Strip
	says    *fyne.Container
	unknown *fyne.Container
	files   *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e}
	v.write = kit.NewPrimary("Write the report", v.start)
	v.show = kit.NewButton("Open the report", v.open)
	v.header = kit.NewHeader("Sign off", v.write, v.show)
	v.path = kit.NewPathEntry("Folder for the report", false, h.List, nil)
	v.strip = kit.NewStrip()
	v.says, v.unknown, v.files = kit.Stack(8), kit.Stack(8), kit.Stack(6)
	what := kit.Titled("What the report says", nil, kit.Scroll(kit.Pad(14, kit.Stack(14, v.says, v.strip))))
	gaps := kit.Titled("What is not known or not proven", nil, kit.Scroll(kit.Pad(14, v.unknown)))
	out := kit.Titled("The report", nil, kit.Pad(14, kit.Stack(10, kit.NewText("Folder", kit.SmallStrong), v.path.Container, v.files)))
	v.content = kit.Page(v.header, kit.Columns(12, []float32{1, 1}, kit.Tiers(10, []float32{1, 0.8}, what, out), gaps))
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.write) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	observe.Load(v.host.Scope, "draft", v.engine.Draft, func(d Draft, err error) {
		v.header.Notice.Loaded("draft", err)
		if err != nil {
			return
		}
		v.draft, v.read = d, true
		if v.path.Path() == "" {
			v.path.Entry.SetText(d.Folder)
		}
		v.fill()
		v.tell()
	})
}

func (v *View) fill() {
	r := v.draft.Report
	v.says.Objects = []fyne.CanvasObject{kit.NewPara(present.Sentence(r.Says), kit.Heading)}
	if v.draft.Begun {
		v.says.Objects = append(v.says.Objects, fact("From", present.Name(r.Before)), fact("To", present.Name(r.After)),
			fact("Backups", present.Plural(int64(len(r.Backups)), "backup", "backups")), fact("Journal", journalWords(r)))
	}
	v.header.Update()
	totals := map[upgrade.AppState]int{}
	for k, n := range r.Totals {
		totals[upgrade.AppState(k)] = n
	}
	var parts []kit.Part
	for _, p := range present.Ledger(totals) {
		parts = append(parts, kit.Part{State: kit.AppState(p.State), Count: p.Count})
	}
	v.strip.Set(r.Census, parts)
	v.unknown.Objects = nil
	for _, u := range r.Unknown {
		v.unknown.Objects = append(v.unknown.Objects, kit.RowFill(10, 1, kit.NewMark(kit.Dunno), kit.NewPara(u, kit.Body)))
	}
	if len(r.Unknown) == 0 && v.draft.Begun {
		v.unknown.Objects = []fyne.CanvasObject{kit.RowFill(10, 1, kit.NewMark(kit.Good), kit.NewPara("Nothing: every application is accounted for "+
			"and every step is proven.", kit.Body))}
	}
	if !v.draft.Begun {
		v.unknown.Objects = []fyne.CanvasObject{kit.NewPara("Nothing was done yet that could be reported.", kit.Dim)}
	}
	v.header.Update()
	v.fillFiles()
}

func (v *View) fillFiles() {
	v.files.Objects = []fyne.CanvasObject{kit.NewPara("One page of HTML that needs nothing beside it, the same as JSON, the applications as CSV, and "+
		"the sums of all of them.", kit.Dim)}
	for _, f := range v.written.Files {
		path := f
		if !filepath.IsAbs(path) {
			path = filepath.Join(v.written.Dir, f)
		}
		v.files.Objects = append(v.files.Objects, kit.NewLink(path, func() { v.header.Notice.ShowErrorIf(v.host.OpenPath(path)) }))
	}
	v.header.Update()
}

func fact(label, text string) fyne.CanvasObject {
	return kit.RowFill(8, 1, kit.FixedWidth(80, kit.NewText(label, kit.SmallStrong)), kit.NewPara(text, kit.Body))
}

func journalWords(r report.Report) string {
	if !r.JournalOK {
		return "its chain does not hold"
	}
	return present.Plural(int64(len(r.Journal)), "entry", "entries") + ", the chain holds"
}

func (v *View) start() {
	dir := v.path.Path()
	if v.running || dir == "" {
		return
	}
	v.running = true
	v.header.Notice.ShowError(nil)
	var res report.Written
	v.host.Tasks.Start("report", "Write the report", v.host.Run("report", "write", "--to", dir), string(screen.SignOff), func(ctx context.Context,
		rep op.Reporter) (err error) {
		res, err = v.engine.WriteReport(ctx, rep, dir)
		return err
	}, func(p op.Progress) {
		v.running = false
		if p.State == op.Done {
			v.written = res
			v.header.Notice.Tell("The report is written.", res.Dir)
		}
		v.host.Changed()
		v.header.Notice.ShowErrorIf(kit.Unstopped(p))
	})
	v.tell()
}

// open opens the page in the system's browser.
func (v *View) open() {
	for _, f := range v.written.Files {
		if filepath.Ext(f) == ".html" {
			path := f
			if !filepath.IsAbs(path) {
				path = filepath.Join(v.written.Dir, f)
			}
			v.header.Notice.ShowErrorIf(v.host.OpenPath(path))
			return
		}
	}
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "the run stays open; the report can be written again at any time."}
	r := v.draft.Report
	switch {
	case v.running:
		f.Sign, f.Now = kit.Sign{Shape: kit.Half, Color: kit.ColorAccent}, "The report is being written"
	case !v.read:
		f.Now = "Drawing up the report"
	case !v.draft.Begun:
		f.Sign, f.Now, f.Next = kit.Open, "There is no run to report on", "Begin with Survey"
	case r.Verdict == report.CameThrough:
		f.Sign, f.Now, f.Next = kit.Good, "The upgrade came through", "Write the report and hand it over"
	case r.Verdict == report.WithFailed:
		f.Sign, f.Now, f.Next = kit.Bad, "Every application is accounted for; some failed", "Recover them, or write the report as it is"
	default:
		f.Sign, f.Now = kit.Warn, present.Plural(int64(len(r.Unknown)), "thing is", "things are")+" not known or not proven"
		f.Next = "Look at them on the right; the report says them as plainly"
	}
	if v.draft.Begun {
		f.Known = "From the journal and the results of this run"
	}
	v.header.Set(f)
	v.write.SetEnabled(v.read && v.draft.Begun && !v.running)
	v.show.SetEnabled(len(v.written.Files) > 0)
}
