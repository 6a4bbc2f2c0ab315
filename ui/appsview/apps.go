// Package appsview is the sixth phase on the screen: the ledger of applications, each with its state and what every source says about it, and the
// failures grouped by cause.
package appsview

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	// Ledger gives the account; fresh reads every source anew, else what the run holds is enough.
	Ledger(ctx context.Context, fresh bool) (port.Ledger, error)
	Census(ctx context.Context, rep op.Reporter) error
	// Sweep accesses every application that is not settled, so that the server upgrades it now.
	Sweep(ctx context.Context, rep op.Reporter) error
	// Import takes APP_UPGRADE over from a file and gives the number of rows.
	Import(ctx context.Context, file string) (int, error)
}

// state is what the screen shows, apart from its widgets.
type state struct {
	ledger   port.Ledger
	read     bool
	reading  bool // every source is being read anew
	order    []int
	filter   present.AppFilter
	selected string // UID
	running  string
	progress op.Progress
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	st      state
	content fyne.CanvasObject

	header *kit.Header
	main   *kit.Button
	take   *kit.Button
	strip  *kit.Strip
	sum    *kit.Text
	chips  map[upgrade.AppState]*kit.Chip
	search *kit.Entry
	table  *kit.DataTable
	causes *fyne.Container
	detail *fyne.Container
	scroll *container.Scroll
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e, chips: map[upgrade.AppState]*kit.Chip{}}
	v.st.filter = present.AppFilter{States: map[upgrade.AppState]bool{}, Sort: present.AppStateCol}
	v.main = kit.NewPrimary("Take the census", v.act)
	v.take = kit.NewButton("Import app_upgrade_out.txt", v.askImport)
	v.header = kit.NewHeader("Applications", v.main, v.take)
	v.build()
	observe.Watch(h.Scope, h.Tasks.Changes(h.Scope.Context()), v.look, v.showProgress)
	observe.Tick(h.Scope, time.Second, func(time.Time) {
		if v.st.running != "" {
			v.load(false)
		}
	})
	v.tell()
	return v
}

func (v *View) build() {
	v.strip = kit.NewStrip()
	v.sum = kit.NewText("", kit.Small)
	var chips []fyne.CanvasObject
	for _, s := range []upgrade.AppState{upgrade.Failed, upgrade.UnknownIn, upgrade.Pending, upgrade.Upgraded} {
		c := kit.NewChip(kit.AppState(s), func(on bool) { v.filterState(s, on) })
		v.chips[s] = c
		chips = append(chips, c)
	}
	v.search = kit.NewEntry("Name, UID or error", func(q string) { v.st.filter.Query = q; v.arrange() })
	v.table = kit.NewDataTable([]kit.Column{{ID: present.AppName, Title: "Application", Min: 150, Weight: 1.5}, {ID: present.AppStateCol,
		Title: "State", Min: 104, Weight: 0.2},
		{ID: present.AppSeconds, Title: "Took", Min: 70, Right: true}, {ID: present.AppRecords, Title: "Records", Min: 74, Right: true},
		{ID: present.AppEvidence, Title: "Known from", Min: 120, Weight: 0.6}})
	v.table.OnSelect = v.choose
	v.table.OnSort = func(col string, down bool) { v.st.filter.Sort, v.st.filter.Descending = col, down; v.arrange() }
	v.table.SetSort(present.AppStateCol, false)
	v.table.Empty = "The ledger has not been read yet" // an empty table must not claim anything before
	v.search.OnDown = func() { v.host.Focus(v.table) }
	v.causes = kit.Stack(4)
	v.detail = kit.Stack(10)
	v.scroll = kit.Scroll(kit.Pad(14, v.detail))
	head := kit.Stack(6, kit.RowFill(8, 0, kit.NewText("Every application of the census", kit.Strong), kit.FixedWidth(190, v.search)), kit.Row(6, chips...))
	list := kit.TitledWith(kit.Inset(0, 2, 0, 4, head), v.table)
	causes := kit.Titled("Causes of failure", nil, kit.Scroll(kit.Pad(8, v.causes)))
	right := kit.Tiers(10, []float32{0.55, 1}, causes, kit.Panel(v.scroll))
	ledger := kit.Panel(kit.Inset(14, 12, 14, 10, kit.Stack(4, v.strip, v.sum)))
	v.content = kit.Page(v.header, container.NewBorder(kit.Inset(0, 0, 0, 10, ledger), nil, nil, nil, kit.Columns(12, []float32{1.7, 1}, list, right)))
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.table) }

// Shown implements screen.Screen.
func (v *View) Shown() { v.load(v.st.running == "") }

func (v *View) load(fresh bool) {
	if fresh {
		v.st.reading = true
		v.tell()
	}
	observe.Load(v.host.Scope, "ledger", func(ctx context.Context) (port.Ledger, error) { return v.engine.Ledger(ctx, fresh) }, func(l port.Ledger, err error) {
		v.st.reading = false
		v.header.Notice.Loaded("ledger", err)
		if err != nil {
			v.tell()
			return
		}
		v.st.ledger, v.st.read = l, true
		v.table.Empty = "No application matches"
		v.arrange()
		v.showCauses()
	})
}

func (v *View) look() op.Progress {
	for _, k := range []string{"sweep", "census"} {
		if t := v.host.Tasks.Of(k); t != nil {
			if p := t.Progress(); p.State == op.Running {
				return p
			}
		}
	}
	return op.Progress{}
}

func (v *View) showProgress(p op.Progress) {
	v.st.progress = p
	if p.Kind != "" {
		v.st.running = p.Kind
	}
	v.tell()
}

// act does what the primary button says.
func (v *View) act() {
	if !v.st.ledger.Taken {
		v.begin("census", "Take the census", []string{"apps", "census"}, v.engine.Census)
		return
	}
	v.begin("sweep", v.main.Text, []string{"apps", "sweep"}, v.engine.Sweep)
}

func (v *View) begin(kind, title string, args []string, work func(context.Context, op.Reporter) error) {
	if v.st.running != "" {
		return
	}
	v.header.Notice.ShowError(nil)
	v.st.running = kind
	v.host.Tasks.Start(kind, title, v.host.Run(args...), string(screen.Applications), work, func(p op.Progress) {
		v.st.running, v.st.progress = "", op.Progress{}
		v.host.Changed()
		v.header.Notice.ShowError(kit.Unstopped(p))
		v.tell()
	})
	v.tell()
}

func (v *View) askImport() {
	field := kit.NewPathEntry("app_upgrade_out.txt", true, v.host.List, nil)
	kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "Import the output of the db2 command line",
		Body: kit.Stack(10, kit.NewPara(`Where the database cannot be reached from here, have this run on its machine and bring the file:`, kit.Body),
			kit.NewPara(`db2 "SELECT * from FREEDOM.APP_UPGRADE" > app_upgrade_out.txt`, kit.MonoSmall), field.Container),
		Confirm: "Import",
		OnGo: func([]string) {
			file := field.Path()
			v.host.Run("apps", "import", file)
			observe.Load(v.host.Scope, "import", func(ctx context.Context) (int, error) { return v.engine.Import(ctx, file) }, func(n int, err error) {
				v.header.Notice.ShowError(err)
				if err == nil {
					v.header.Notice.Tell("Took over "+present.Plural(int64(n), "row", "rows")+".", "They count as one more source beside log and access.")
					v.host.Changed()
				}
			})
		},
	})
}

// tell writes the header.
func (v *View) tell() {
	l := v.st.ledger
	b := l.Board
	f := kit.Facts{IfStop: "what was accessed stays upgraded. The others upgrade when a user first opens them."}
	open := int64(b.Totals[upgrade.Pending] + b.Totals[upgrade.UnknownIn] + b.Totals[upgrade.Upgrading])
	failed := int64(b.Totals[upgrade.Failed] + b.Totals[upgrade.Missing])
	switch {
	case v.st.running != "":
		f.Sign, f.Now = kit.Sign{Shape: kit.Half, Color: kit.ColorAccent}, present.Doing(v.st.progress, v.host.Now())
		f.Known, f.Next = "Each answer of the server is kept at once", "Wait, or stop safely below"
	case !v.st.read:
		f.Now = "Reading the ledger"
	case v.st.reading && l.Taken:
		f.Sign, f.Now = kit.Sign{Shape: kit.Half, Color: kit.ColorAccent}, "Reading database, log, accesses and list again"
		f.Next = "Wait a moment; the ledger below is the one from before"
	case !l.Taken:
		f.Sign, f.Now, f.Known = kit.Open, "It is not known which applications there are", "No census is in this run"
		f.Next, f.IfStop = "Take the census before anything is upgraded", "nothing has been changed. The census only reads."
	case l.Since.IsZero():
		f.Sign, f.Now = kit.Open, present.Plural(int64(b.Census), "application", "applications")+"; no upgrade was seen yet"
		f.Next = "Upgrade first: an application upgrades at its first access after it"
	case b.Closed && failed == 0:
		f.Sign, f.Now, f.Next = kit.Good, "All "+present.Plural(int64(b.Census), "application is", "applications are")+" accounted for, none failed",
			"Go on with Reopen"
	case b.Closed:
		f.Sign, f.Now = kit.Bad, present.Plural(failed, "application", "applications")+" failed, "+present.Plural(int64(len(l.Clusters)), "cause", "causes")
		f.Next = "Look at the causes, then go on with Recover"
	default:
		f.Sign, f.Now, f.Next = kit.Warn, present.Plural(open, "application is", "applications are")+" not accounted for",
			"Access them, so that they upgrade now and failures show"
	}
	if f.Known == "" && l.Taken {
		f.Known = "Census of " + present.Clock(l.At, v.host.Now()) + "; database, log, access and list read " + present.Clock(l.Read, v.host.Now())
	}
	v.header.Set(f)
	v.writeMain(open)
}

// writeMain makes the button say what will happen.
func (v *View) writeMain(open int64) {
	l := v.st.ledger
	text, on := "Take the census", v.st.running == "" && v.st.read && !v.st.reading
	switch {
	case !l.Taken:
	case open > 0:
		text = "Access " + present.Plural(open, "application", "applications")
		on = on && !l.Since.IsZero()
	default:
		text, on = "Nothing is left to access", false
	}
	v.main.SetText(text)
	v.main.SetEnabled(on)
	v.header.Update()
}
