// Package logview is the living log on the screen: the server's files as one stream, its density over time, filters, search, and the failures that the
// rules found in it, each a jump away.
package logview

import (
	"context"
	"math"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
)

// Engine is what this screen needs. Its methods may be called on any goroutine and return at once.
type Engine interface {
	// Stream is the buffer that the engine fills with the lines of the log.
	Stream() *present.LogBuffer
	LogState() port.LogState
	Failures() []upgrade.Failure
	// LogChanges signals new lines, failures and changes of state, to each caller on its own.
	LogChanges(ctx context.Context) <-chan struct{}
}

// densityBars is the number of parts of the density strip.
const densityBars = 90

// look is what is taken of the engine at once.
type look struct {
	state    port.LogState
	failures []upgrade.Failure
	counts   map[string]int
}

// levels are the filters: the chip's word, the levels it stands for.
var levels = []struct {
	word   string
	sign   kit.Sign
	levels []string
}{
	{"Errors", kit.Sign{Shape: kit.Triangle, Color: kit.ColorBad}, []string{"fatal", "error", "err"}},
	{"Warnings", kit.Sign{Shape: kit.Diamond, Color: kit.ColorWarn}, []string{"warning"}},
	{"Information", kit.Sign{Shape: kit.Info, Color: kit.ColorDim}, []string{"audit", "info", "config", "detail", "out", "other"}},
	{"Trace", kit.Sign{Shape: kit.Dash, Color: kit.ColorDim}, []string{"fine", "finer", "finest", "entry", "exit"}},
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	window  *present.LogWindow
	filter  present.LogFilter
	now     look
	bars    int // lines when the density was last drawn

	header  *kit.Header
	follow  *kit.Button
	chips   []*kit.Chip
	only    *kit.Chip
	traces  *kit.Chip
	failed  *kit.Chip
	search  *kit.Entry
	hits    *kit.Text
	density *kit.Bars
	span    *kit.Text
	view    *kit.LogView
	table   *kit.DataTable
	quote   *kit.Text
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e, filter: present.LogFilter{Levels: map[string]bool{}, Traces: true}}
	v.follow = kit.NewPrimary("Following", func() { v.view.Follow() })
	v.header = kit.NewHeader("Log", v.follow)
	v.build()
	v.refilter()
	observe.Watch(h.Scope, e.LogChanges(h.Scope.Context()), func() look {
		return look{e.LogState(), e.Failures(), e.Stream().Counts()}
	}, v.show)
	return v
}

func (v *View) build() {
	v.view = kit.NewLogView()
	v.view.OnFollow = v.showFollow
	var chips []fyne.CanvasObject
	for i, l := range levels {
		c := kit.NewChip(kit.State{Sign: l.sign, Word: l.word}, func(on bool) { v.switchLevel(i, on) })
		v.chips = append(v.chips, c)
		chips = append(chips, c)
	}
	v.failed = kit.NewChip(kit.State{Word: "Failures only"}, func(on bool) { v.filter.Failures = on; v.refilter() })
	v.traces = kit.NewChip(kit.State{Word: "Stack traces"}, func(on bool) { v.filter.Traces = on; v.refilter() })
	v.traces.Set(true)
	v.only = kit.NewChip(kit.State{Word: "Matches only"}, func(on bool) { v.filter.Only = on; v.refilter() })
	v.search = kit.NewEntry("Search", v.find)
	v.search.OnSubmitted = func(string) { v.hit(v.view.Find(true)) }
	v.search.OnDown = func() { v.host.Focus(v.view) }
	v.hits = kit.NewText("", kit.Small)
	v.density = kit.NewBars(kit.ColorEdge, kit.ColorBad, 34)
	v.density.OnTap = v.jumpTime
	v.span = kit.NewText("", kit.Small)
	v.quote = kit.NewText("", kit.Small)
	tools := kit.Row(6, append(chips, v.traces)...)
	find := kit.RowFill(8, 0, v.search, v.hits, v.only, v.failed, kit.NewButton("Next", func() { v.hit(v.view.Find(true)) }))
	top := kit.Stack(8, tools, find, kit.Stack(1, v.density, v.span))
	v.table = kit.NewDataTable([]kit.Column{{ID: "what", Title: "Failure", Min: 120, Weight: 1}, {ID: "at", Title: "At", Min: 74}})
	v.table.Empty = "No failure was found so far"
	v.table.OnSelect = v.jumpFailure
	v.table.OnOpen = func(row int) { v.host.Open(v.now.failures[len(v.now.failures)-1-row].Evidence) }
	failures := kit.Titled("Failures", nil, container.NewBorder(nil, kit.Inset(12, 6, 12, 8, v.quote), nil, nil, v.table))
	log := kit.Panel(container.NewBorder(kit.Inset(12, 10, 12, 8, top), nil, nil, nil, container.NewBorder(kit.HLine(), nil, nil, nil, v.view)))
	v.content = kit.Page(v.header, kit.Columns(12, []float32{2.9, 1}, log, failures))
	if c := v.host.Canvas; c != nil {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierControl}, func(fyne.Shortcut) { v.host.Focus(v.search) })
	}
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.view) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	v.host.Run("watch", "--failures")
	v.show(look{v.engine.LogState(), v.engine.Failures(), v.engine.Stream().Counts()})
}

func (v *View) show(l look) {
	v.now = l
	added, dropped, anew := v.window.Grow()
	switch {
	case anew:
		v.view.SetLines(v)
	case dropped > 0:
		v.view.Shift(dropped)
	}
	if added > 0 || dropped > 0 {
		v.view.Grown()
	}
	for i, set := range levels {
		n := 0
		for _, name := range set.levels {
			n += l.counts[name]
		}
		v.chips[i].SetCount(present.Count(int64(n)))
	}
	v.failed.SetCount(present.Count(int64(len(l.failures))))
	v.table.SetRows(kit.RowsOf{Count: func() int { return len(v.now.failures) }, At: v.failureCell})
	if v.window.Len() != v.bars {
		v.drawDensity()
	}
	v.tell()
}

func (v *View) failureCell(row, col int) kit.Cell {
	f := v.now.failures[len(v.now.failures)-1-row] // newest first
	if col == 1 {
		return kit.Cell{Text: present.ShortClock(f.Time, v.host.Now()), Dim: true}
	}
	name := f.Name
	if name == "" {
		name = f.Text
	}
	return kit.Cell{Text: name, Sign: kit.SeverityState(f.Severity).Sign}
}

func (v *View) drawDensity() {
	v.bars = v.window.Len()
	d := v.window.Density(densityBars)
	v.density.Set(logarithmic(d.All), logarithmic(d.Errors))
	if d.From.IsZero() {
		v.span.SetText("")
		return
	}
	v.span.SetText("Records over time, " + present.Clock(d.From, v.host.Now()) + " to " + present.Clock(d.To,
		v.host.Now()) + " on a logarithmic scale, silences shortened; errors in their colour")
}

// logarithmic lets a quiet hour be seen beside a second with thousands of records.
func logarithmic(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Log1p(v)
	}
	return out
}

// Len implements kit.Lines.
func (v *View) Len() int { return v.window.Len() }

// Line implements kit.Lines.
func (v *View) Line(i int) kit.LogLine {
	l := v.window.Line(i)
	switch {
	case l.Note != "":
		return kit.LogLine{Text: l.Note, Level: kit.LineNote}
	case !l.Head:
		return kit.LogLine{Text: l.Text, Level: kit.LineTrace}
	case present.Loud(l.Level):
		return kit.LogLine{Text: l.Text, Level: kit.LineError}
	case l.Level == "warning":
		return kit.LogLine{Text: l.Text, Level: kit.LineWarning}
	}
	return kit.LogLine{Text: l.Text}
}

func (v *View) switchLevel(i int, on bool) {
	for _, name := range levels[i].levels {
		delete(v.filter.Levels, name)
		if on {
			v.filter.Levels[name] = true
		}
	}
	v.refilter()
}

// refilter makes the window of lines anew.
func (v *View) refilter() {
	v.window = v.engine.Stream().View(v.filter)
	v.view.SetLines(v)
	v.drawDensity()
}

func (v *View) find(q string) {
	v.filter.Query = q
	if v.filter.Only {
		v.refilter()
	}
	v.view.Highlight(q)
	v.hits.SetText("")
}

func (v *View) hit(found bool) {
	v.hits.SetText("")
	if !found && v.filter.Query != "" {
		v.hits.SetText("Not found")
	}
}

// jumpTime goes to the first record of a bar of the density.
func (v *View) jumpTime(bar int) {
	if at := v.window.Density(densityBars).First[bar]; at >= 0 {
		v.view.GoTo(at)
	}
}

func (v *View) jumpFailure(row int) {
	f := v.now.failures[len(v.now.failures)-1-row]
	v.quote.SetText(f.Text)
	if at := v.window.Find(f.Evidence.File, f.Evidence.Line); at >= 0 {
		v.view.GoTo(at)
		return
	}
	v.host.Open(f.Evidence)
}

func (v *View) showFollow(following bool, unseen int) {
	text := "Following the end"
	if !following {
		text = "Follow the end"
		if unseen > 0 {
			text = "Follow: " + present.Plural(int64(unseen), "new line", "new lines")
		}
	}
	v.follow.SetText(text)
	v.follow.SetEnabled(!following)
	v.header.Update()
}

// tell writes the header.
func (v *View) tell() {
	s := v.now.state
	st := kit.StreamState(s.State)
	f := kit.Facts{Sign: st.Sign, IfStop: "the server's log stays as it is. What was recorded stays in the run."}
	switch s.State {
	case "live":
		f.Now = "Live: every byte that was written is read"
		f.Next = "Nothing; failures are listed on the right as they come"
	case "delayed":
		f.Now, f.Next = "Reading is behind the server", "Wait; the gap closes by itself"
	case "silent":
		f.Now, f.Next = "Silent: the server writes nothing", "If it should be running, look whether it is, or whether it writes elsewhere"
	case "lost":
		f.Now, f.Next = "Lost: "+present.Sentence(s.Reason), "Look at the server's logging settings; what is missing is marked in the stream"
	default:
		f.Now, f.Next = "No log is followed", "See on Survey where the server writes its log"
	}
	if len(s.Files) > 0 {
		names := make([]string, 0, len(s.Files))
		for _, file := range s.Files {
			names = append(names, filepath.Base(file))
		}
		f.Known = present.Join(names) + " and rotated siblings as one stream"
		if s.Bytes > 0 {
			f.Known += "; " + present.Size(s.Bytes) + " recorded"
		}
	}
	v.header.Set(f)
}
