package logview

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

// document is the log that is shown: the followed one, or one that was opened.
type document struct {
	source  present.LogSource
	opened  Opened // nil: the followed one
	request port.LogRequest
	scope   *observe.Scope // of this log; ends when another is shown
	window  *present.LogWindow
	fold    bool

	state    port.LogState
	failures []upgrade.Failure
	counts   map[logs.Severity]int
	failed   int
}

func (d *document) live() bool { return d.opened == nil }

// info describes it.
func (d *document) info() port.LogInfo {
	if d.opened != nil {
		return d.opened.Info()
	}
	return port.LogInfo{Title: "Log", Files: d.state.Files, Format: d.state.Format, Encoding: d.state.Encoding}
}

// look takes what the engine knows now.
func (d *document) look(e Engine) {
	if d.opened != nil {
		d.failures = d.opened.Failures()
		d.counts, d.failed = d.opened.Levels()
		return
	}
	d.state, d.failures = e.LogState(), e.Failures()
	d.counts, d.failed = e.Stream().Levels()
}

// showFollowed shows the log that is followed.
func (v *View) showFollowed() {
	v.change(document{source: v.engine.Stream()})
	watch(v.doc.scope, v.engine.LogChanges(v.doc.scope.Context()), v.grown)
}

// change shows another log. What is filtered and searched for stays.
func (v *View) change(d document) {
	if v.doc.scope != nil {
		v.doc.scope.Close()
	}
	if v.doc.opened != nil {
		v.doc.opened.Close()
	}
	d.scope, d.fold = v.host.Scope.Child(), v.folds.On()
	v.doc = d
	v.doc.look(v.engine)
	v.strip = stripState{}
	v.side.forget()
	v.filter.anchor = noAnchor
	v.rescan()
}

// rescan makes the window of entries anew, and the search in it.
func (v *View) rescan() {
	v.startFilter()
	clear(v.rows)
	v.view.SetItems(v, v.doc.live() && v.filter.anchor == noAnchor)
	v.startSearch()
	v.drawStrip(true)
	v.showDocument()
}

// grown takes in what is new in the log.
func (v *View) grown() {
	rules := v.doc.state.Rules
	v.doc.look(v.engine)
	if now := v.doc.state.Rules; now != rules { //nolint:errorlint // the same trouble is told once: a person may have dismissed it
		v.header.Notice.Loaded("rules", now)
		v.header.Update()
	}
	if v.filter.scan != nil {
		v.filter.scan.Wake()
	}
	if v.search.scan != nil {
		v.search.scan.Wake()
	}
	v.take()
	v.showDocument()
}

// take shows what the window has more than before.
func (v *View) take() {
	marks := v.doc.window.Count().Marks
	_, dropped, anew := v.doc.window.Grow()
	if v.doc.window.Count().Marks != marks {
		clear(v.rows)
	}
	switch {
	case anew:
		clear(v.rows)
		v.view.SetItems(v, v.doc.live())
	case dropped > 0:
		v.view.Shift(dropped)
	}
	v.view.Grown() // also when nothing is added: what was being read may have come
	v.drawStrip(false)
	v.arrive()
}

// showDocument writes the counts and the header.
func (v *View) showDocument() {
	for i, set := range levels {
		n := 0
		for _, s := range set.levels {
			n += v.doc.counts[s]
		}
		v.chips[i].SetCount(present.Count(int64(n)))
	}
	v.failed.SetCount(present.Count(int64(v.doc.failed)))
	v.showFailures()
	v.tell()
	v.tellHits()
	v.tellCurrent(v.view.Current())
}

// followEnd is the primary button: to the end of the followed log, from wherever one is.
func (v *View) followEnd() {
	if !v.doc.live() {
		v.host.Run("watch", "--failures")
		v.showFollowed()
	}
	v.view.Follow()
	v.Focus()
}

func (v *View) askOpen() {
	field := kit.NewPathEntry("Path of a log", true, v.host.List, nil)
	siblings := kit.NewChip(kit.State{Word: "With its rotated files, as one log"}, nil)
	siblings.Set(true)
	gate := kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "Open another log",
		Body: kit.Stack(10, kit.NewPara("Any log of these servers, also compressed. Format and encoding are recognised. Nothing is changed; the followed log is "+
			"followed on.", kit.Body), field.Container, kit.Row(0, siblings)),
		Confirm: "Open",
		OnGo: func([]string) {
			if path := field.Path(); path != "" {
				v.open(port.LogRequest{Path: path, Siblings: siblings.On()})
			}
		},
	})
	gate.ByReturn(field.Entry)
	v.host.Focus(field.Entry)
}

func (v *View) openRecording() { v.open(port.LogRequest{Recording: true}) }

func (v *View) open(r port.LogRequest) { v.Open(r, nil) }

// Open opens a log and shows it when it is there. then, which may be nil, is told each time that more of it has been read.
func (v *View) Open(r port.LogRequest, then func(Opened)) {
	v.header.Notice.ShowError(nil)
	switch {
	case r.Recording:
		v.host.Run("logs", "show", "--recorded")
	case r.Siblings:
		v.host.Run("logs", "show", r.Path, "--siblings")
	default:
		v.host.Run("logs", "show", r.Path)
	}
	observe.Load(v.host.Scope, "open", func(ctx context.Context) (Opened, error) { return v.engine.OpenLog(ctx, r) }, func(o Opened, err error) {
		if err != nil {
			v.header.Notice.ShowError(err)
			v.header.Update()
			return
		}
		v.change(document{source: o, opened: o, request: r})
		watch(v.doc.scope, o.Changed(), func() {
			v.grown()
			if then != nil {
				then(o)
			}
		})
		v.Focus()
	})
}

// Encodings are those that are offered when a guess was wrong: those that these servers write, first those of most sites.
func Encodings() []string {
	return []string{"UTF-8", "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
		"ISO-8859-1", "ISO-8859-2", "ISO-8859-15", "Shift_JIS", "EUC-JP", "GBK", "GB18030", "Big5", "EUC-KR", "IBM850", "UTF-16LE", "UTF-16BE"}
}

// askEncoding offers other encodings: a wrong guess is corrected by hand.
func (v *View) askEncoding() {
	items := []*fyne.MenuItem{fyne.NewMenuItem("As detected", func() { v.reencode("") }), fyne.NewMenuItemSeparator()}
	for _, name := range Encodings() {
		it := fyne.NewMenuItem(name, func() { v.reencode(name) })
		it.Checked = strings.EqualFold(name, v.doc.info().Encoding)
		items = append(items, it)
	}
	kit.ShowMenu(v.host.Canvas, v.encoding, fyne.NewPos(0, 0), items...)
}

func (v *View) reencode(name string) {
	if v.doc.live() {
		v.engine.FollowIn(name)
		return
	}
	r := v.doc.request
	r.Encoding = name
	v.open(r)
}

// askSave writes what is shown into a file.
func (v *View) askSave() {
	name := "log-" + v.host.Now().Format("2006-01-02-1504") + ".log"
	if files := v.doc.info().Files; len(files) > 0 {
		name = filepath.Join(filepath.Dir(files[len(files)-1]), name)
	}
	field := kit.NewPathEntry("Path of the new file", true, v.host.List, nil)
	field.Entry.SetText(name)
	what := "All " + present.Plural(int64(v.Len()), "record", "records")
	if v.filter.on() {
		what = present.Plural(int64(v.Len()), "record", "records") + " that the filter keeps"
	}
	gate := kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "Save what is shown",
		Body: kit.Stack(10, kit.NewPara(what+", each with its whole trace, as the server writes them, in UTF-8. A file that exists is not replaced.", kit.Body),
			field.Container),
		Confirm: "Save",
		OnGo:    func([]string) { v.saveTo(field.Path()) },
	})
	gate.ByReturn(field.Entry)
	v.host.Focus(field.Entry)
}

func (v *View) saveTo(path string) {
	v.header.Notice.ShowError(nil)
	source, filter := v.doc.source, v.filter.value
	filter.NoMarks = true
	observe.Load(v.host.Scope, "save", func(ctx context.Context) (int, error) { return v.engine.SaveLog(ctx, path, source, filter) }, func(n int, err error) {
		v.header.Notice.ShowError(err)
		if err == nil {
			v.header.Notice.Tell("Wrote "+present.Plural(int64(n), "record", "records")+" into "+path+".", "Springboard and other tools read it as a log.")
		}
		v.header.Update()
	})
}

// last is the time of the newest record, for times that a person gives without a date.
func (v *View) last() time.Time {
	c := v.doc.source.Count()
	for n := c.End - 1; n >= max(c.First, c.End-50); n-- {
		if e, ok := v.doc.source.Entry(n); ok && !e.Wall().IsZero() {
			return e.Wall()
		}
	}
	return v.host.Now()
}
