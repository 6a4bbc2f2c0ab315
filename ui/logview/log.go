// Package logview is the log on the screen: the server's files as one stream that is followed, or another log that was opened; its density over time,
// filters, search, bookmarks, and the failures that the rules found in it, each a jump away.
//
// One file a concern: document.go is which log is shown, filter.go and search.go look through it, place.go goes somewhere in it, side.go is the panel beside
// it, logbook.go what a person notes, tell.go what the header says.
package logview

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
)

// Engine is what this screen needs. Its methods may be called on any goroutine; those without a context return at once.
type Engine interface {
	// Stream is the followed log.
	Stream() *present.LogStore
	LogState() port.LogState
	Failures() []upgrade.Failure
	// LogChanges signals new records, failures and changes of state, to each caller on its own.
	LogChanges(ctx context.Context) <-chan struct{}
	// OpenLog opens another log; it is read on while it is shown.
	OpenLog(ctx context.Context, r port.LogRequest) (Opened, error)
	// FollowIn reads the followed log anew in another encoding; empty: as detected.
	FollowIn(encoding string)
	// Logbook gives the bookmarks and saved filters of the run.
	Logbook(ctx context.Context) (logbook.Book, error)
	ChangeLogbook(ctx context.Context, change func(*logbook.Book) error) (logbook.Book, error)
	// SaveLog writes what a filter keeps of a log into a new file, and gives the number of records.
	SaveLog(ctx context.Context, path string, from present.LogSource, f present.LogFilter) (int, error)
}

// Opened is a log that was opened beside the followed one.
type Opened interface {
	present.LogSource
	Info() port.LogInfo
	Levels() (byLevel map[logs.Severity]int, failed int)
	Failures() []upgrade.Failure
	// Changed signals that there is more; closed when nothing more comes. One watcher.
	Changed() <-chan struct{}
	// Problem is why it could not be read to its end, nil when it could.
	Problem() error
	Close()
}

// levels are the filters: the chip's word, the levels it stands for.
var levels = []struct {
	word   string
	sign   kit.Sign
	levels []logs.Severity
}{
	{"Errors", kit.Sign{Shape: kit.Triangle, Color: kit.ColorBad}, []logs.Severity{logs.Fatal, logs.Error, logs.SystemErr}},
	{"Warnings", kit.Sign{Shape: kit.Diamond, Color: kit.ColorWarn}, []logs.Severity{logs.Warning}},
	{"Information", kit.Sign{Shape: kit.Info, Color: kit.ColorDim}, []logs.Severity{logs.Audit, logs.Info, logs.Config, logs.Detail, logs.SystemOut,
		logs.Other}},
	{"Trace", kit.Sign{Shape: kit.Dash, Color: kit.ColorDim}, []logs.Severity{logs.Fine, logs.Finer, logs.Finest, logs.Entry, logs.Exit}},
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject

	doc    document
	filter filterState
	search searchState
	strip  stripState
	side   sideState
	book   logbook.Book
	marked map[string]bool // keys of the bookmarks
	rows   map[int][]kit.LogLine

	header   *kit.Header
	follow   *kit.Button
	openLog  *kit.Button
	record   *kit.Button
	save     *kit.Button
	chips    []*kit.Chip
	failed   *kit.Chip
	folds    *kit.Chip
	beside   *kit.Chip
	timeline *kit.Timeline
	span     *kit.Text
	view     *kit.LogView
	status   *kit.Text
	encoding *kit.Button
	body     *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e, marked: map[string]bool{}, rows: map[int][]kit.LogLine{}}
	v.follow = kit.NewPrimary("Following the end", v.followEnd)
	v.openLog = kit.NewButton("Open a log", v.askOpen)
	v.record = kit.NewButton("Open the recording", v.openRecording)
	v.save = kit.NewButton("Save", v.askSave)
	v.header = kit.NewHeader("Log", v.follow, v.openLog, v.record, v.save)
	v.build()
	v.showFollowed()
	v.loadBook()
	return v
}

func (v *View) build() {
	v.buildLog()
	v.buildFilter()
	v.buildSearch()
	v.timeline = kit.NewTimeline()
	v.timeline.OnJump = v.jumpTime
	v.timeline.OnHand = v.tellPart
	v.span = kit.NewText("", kit.Small)
	v.folds = kit.NewChip(kit.State{Word: "Fold traces"}, func(on bool) { v.foldAll(on) })
	v.folds.Set(true)
	v.beside = kit.NewChip(kit.State{Word: "Side panel"}, func(on bool) { v.showSide(on) })
	v.beside.Set(true)
	var chips []fyne.CanvasObject
	for i, l := range levels {
		c := kit.NewChip(kit.State{Sign: l.sign, Word: l.word}, func(on bool) { v.switchLevel(i, on) })
		v.chips = append(v.chips, c)
		chips = append(chips, c)
	}
	v.failed = kit.NewChip(kit.State{Word: "Failures"}, func(on bool) { v.filter.failures = on; v.refilter() })
	tools := kit.Wrap(6, append(chips, v.failed, v.folds, v.beside)...)
	fields := kit.Columns(10, []float32{1, 1.2}, v.search.row, v.filter.row)
	top := kit.Stack(7, tools, fields, v.filter.tags, kit.Stack(2, v.timeline, v.span))
	v.status = kit.NewText("", kit.Small)
	v.encoding = kit.NewQuiet("Encoding", v.askEncoding)
	// Tools and panel stand on the ground of the window itself: a ground of their own would be painted anew with each frame of the log.
	foot := kit.Stack(0, kit.HLine(), kit.Inset(12, 0, 4, 0, kit.RowFill(8, 0, v.status, v.encoding)))
	head := kit.Stack(0, kit.Inset(12, 8, 12, 6, top), kit.HLine())
	log := kit.Edged(container.NewBorder(head, foot, nil, nil, v.view))
	v.buildSide()
	v.body = kit.Columns(12, []float32{3.3, 1}, log, v.side.panel)
	v.content = kit.Page(v.header, v.body)
	v.shortcuts()
}

func (v *View) buildLog() {
	v.view = kit.NewLogView()
	v.view.OnFollow = v.showFollow
	v.view.OnCurrent = v.tellCurrent
	v.view.OnFold = v.turn
	v.view.OnFlag = v.toggleBookmark
	v.view.OnFind = v.find
	v.view.OnRune = v.typed
	v.view.OnKey = v.pressed
	v.view.OnMenu = v.menu
	v.view.OnSeen = v.showSeen
	v.view.OnCopied = v.tellCopied
	v.view.CopyItem = v.textOf
	v.view.OnLack = v.loadFonts
}

// loadFonts looks in the system for the characters that are not in the program's own fonts. Without them frames stay in their place.
func (v *View) loadFonts() {
	observe.Load(v.host.Scope, "fonts", func(context.Context) (*kit.SystemFonts, error) { return kit.LoadSystemFonts() }, func(f *kit.SystemFonts, err error) {
		if err == nil {
			v.view.UseFonts(f)
		}
	})
}

// shortcuts of the window work from anywhere, but only while this screen is in front.
func (v *View) shortcuts() {
	c := v.host.Canvas
	if c == nil {
		return
	}
	add := func(k fyne.KeyName, do func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierControl}, func(fyne.Shortcut) {
			if v.inFront() {
				do()
			}
		})
	}
	add(fyne.KeyF, func() { v.host.Focus(v.search.entry) })
	add(fyne.KeyG, v.askPlace)
	add(fyne.KeyK, func() { v.host.Focus(v.filter.entry) })
	add(fyne.KeyO, v.askOpen)
	add(fyne.KeyS, v.askSave)
	add(fyne.KeyB, func() { v.toggleBookmark(v.view.Current()) })
}

// inFront tells whether this screen is seen, and no gate stands over it.
func (v *View) inFront() bool {
	c := v.host.Canvas
	return c != nil && c.Overlays().Top() == nil && v.host.IsFront(screen.Log)
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.view) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	if v.doc.live() {
		v.host.Run("watch", "--failures")
	}
	v.loadBook()
	v.grown()
}

// Len implements kit.LogItems.
func (v *View) Len() int { return v.doc.window.Len() }

// maxRows is how many dressed entries are kept; a page shows some fifty.
const maxRows = 2000

// Rows implements kit.LogItems.
func (v *View) Rows(item int) []kit.LogLine {
	n := v.doc.window.Number(item)
	if lines, ok := v.rows[n]; ok {
		return lines
	}
	rows, e, ok := v.doc.window.Rows(item)
	fold := kit.Unfolded
	if v.doc.window.Folded(n) {
		fold = kit.Folded
	}
	lines := kit.LogLines(rows, fold, e.Record != nil && len(v.marked) > 0 && v.marked[logbook.Key(e.Record)])
	if ok {
		if len(v.rows) >= maxRows {
			clear(v.rows)
		}
		v.rows[n] = lines
	}
	return lines
}

// redraw draws the entries anew that are seen.
func (v *View) redraw() {
	clear(v.rows)
	v.view.Grown()
}

// say tells something in passing, below the log.
func (v *View) say(text string) { v.status.SetText(text) }

func (v *View) turn(item int) {
	v.doc.window.Turn(v.doc.window.Number(item))
	v.redraw()
}

// foldAll folds or unfolds all traces; the place stays.
func (v *View) foldAll(fold bool) {
	v.folds.Set(fold)
	v.doc.fold = fold
	v.doc.window.FoldAll(fold)
	v.redraw()
}

func (v *View) showSide(on bool) {
	v.beside.Set(on)
	if v.side.panel.Visible() == on {
		return
	}
	if on {
		v.side.panel.Show()
	} else {
		v.side.panel.Hide()
	}
	v.body.Refresh()
	v.header.Update()
}

// watch shows a signal's snapshots until the scope ends.
func watch(s *observe.Scope, changed <-chan struct{}, show func()) {
	observe.Watch(s, changed, func() struct{} { return struct{}{} }, func(struct{}) { show() })
}
