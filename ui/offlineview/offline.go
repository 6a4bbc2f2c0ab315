// Package offlineview is the fourth phase on the screen: who reaches what while users are kept out, by probes, what was changed for the time of the upgrade, and the
// maintenance page with the configuration of the web server that shows it.
package offlineview

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/notesview"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/undoview"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Situation is what is known of who gets in.
type Situation struct {
	Offline        bool
	Interrupted    string // begin or end, when it was killed
	Since, Until   time.Time
	Public, Direct string
	ServerURI      upgrade.Setting // zero when it is not set
	Trace          upgrade.Trace
	Ways           []offline.Way     // to turn the running trace off
	Changes        []settings.Record // in force, for being offline
	Probes         []offline.Probe   // empty until probed
	Proven         bool
	Pages          []Page // the maintenance page as it was written
	Timers         []offline.Timer
	Remind         []string
	Notes          []present.NotesTask // Domino Leap: what a person changes in VoltConfig.nsf
}

// Page is the configuration of one web server.
type Page struct{ Title, File, Enable, Back string }

// Wish is what a person wants while users are out.
type Wish struct{ Direct, Notice, Text string }

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	Situation(ctx context.Context) (Situation, error)
	// Probe is Situation with a look at each address from this machine, as users, their programs and the administrator would take it.
	Probe(ctx context.Context) (Situation, error)
	// PlanOffline is the diff of what going offline changes.
	PlanOffline(ctx context.Context, w Wish) (string, error)
	GoOffline(ctx context.Context, w Wish) error
	// ComeBack puts everything back and tells how many files.
	ComeBack(ctx context.Context, prefer settings.Prefer) (int, error)
	// ServePage shows the maintenance page at an address until it is stopped.
	ServePage(ctx context.Context, rep op.Reporter, listen string) error
	UndoSettings(ctx context.Context, file string, prefer settings.Prefer) error
	TickNotes(ctx context.Context, t notesview.Tick) error
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	now     Situation
	read    bool
	page    int // the web server whose configuration is shown

	header *kit.Header
	act    *kit.Button
	probe  *kit.Button
	serve  *kit.Button
	flow   *kit.Flow
	proof  *fyne.Container
	during *fyne.Container
	pages  *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e}
	v.act = kit.NewPrimary("Take the product offline", v.ask)
	v.probe = kit.NewButton("Probe who gets in", v.look)
	v.header = kit.NewHeader("Offline", v.act, v.probe)
	v.flow = kit.NewFlow()
	v.proof, v.during, v.pages = kit.Stack(10), kit.Stack(14), kit.Stack(10)
	v.serve = kit.NewButton("Serve it from here", v.askServe)
	picture := kit.Titled("Who reaches what, seen from this machine", nil, kit.Scroll(kit.Inset(18, 16, 18, 14, kit.Stack(14, v.flow, v.proof))))
	during := kit.Titled("For the time of the upgrade", nil, kit.Scroll(kit.Pad(14, v.during)))
	pages := kit.Titled("Maintenance page", v.serve, kit.Scroll(kit.Pad(14, v.pages)))
	v.content = kit.Page(v.header, kit.Columns(12, []float32{1.15, 1}, picture, kit.Tiers(10, []float32{1.15, 1}, during, pages)))
	v.show()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.probe) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	observe.Load(v.host.Scope, "situation", v.engine.Situation, func(s Situation, err error) {
		v.header.Notice.Loaded("situation", err)
		if err == nil {
			if s.Offline == v.now.Offline { // what was probed in another state says nothing of this one
				s.Probes, s.Proven = v.now.Probes, v.now.Proven
			}
			v.now, v.read = s, true
		}
		v.show()
	})
}

func (v *View) look() {
	v.host.Run("offline", "status")
	observe.Load(v.host.Scope, "probe", v.engine.Probe, func(s Situation, err error) {
		v.header.Notice.ShowErrorIf(err)
		if err == nil {
			v.now, v.read = s, true
		}
		v.show()
	})
}

func (v *View) show() {
	v.showPicture()
	v.showDuring()
	v.showPages()
	v.tell()
	v.header.Update()
}

// ask opens the gate to the other state.
func (v *View) ask() {
	if v.now.Offline {
		v.askBack()
		return
	}
	observe.Load(v.host.Scope, "plan", func(ctx context.Context) (string, error) { return v.engine.PlanOffline(ctx, Wish{}) }, func(diff string, err error) {
		v.header.Notice.ShowError(err)
		if err != nil {
			return
		}
		body := []fyne.CanvasObject{kit.NewPara("The files change as shown, each with its bytes kept for the way back. The maintenance page is written for four web servers; "+
			"putting it in force there is their administrator's.", kit.Body)}
		if diff != "" {
			body = append(body, kit.AtLeast(0, 150, kit.Scroll(kit.DiffView(diff))))
		} else {
			body = append(body, kit.NewPara("No setting has to change.", kit.Dim))
		}
		kit.ShowGate(v.host.Canvas, kit.Gate{Title: "Take the product offline", Body: kit.Stack(8, body...), Confirm: "Take it offline", Fields: []kit.Field{
			{Label: "Server's own address, for serverURI (empty: commented out)", Hint: "http://leap01:9080"},
			{Label: "Notice on the login page (empty: as it is)", Hint: "Leap is upgraded tonight from 22:00"},
			{Label: "Text of the maintenance page (empty: a plain sentence)", Hint: "We are back at six."},
		}, OnGo: func(values []string) { v.begin(Wish{values[0], values[1], values[2]}) }})
	})
}

func (v *View) begin(w Wish) {
	args := []string{"offline", "begin"}
	for i, value := range []string{w.Direct, w.Notice, w.Text} {
		if value != "" {
			args = append(args, []string{"--direct", "--notice", "--page-text"}[i], value)
		}
	}
	v.host.Run(args...)
	observe.Load(v.host.Scope, "begin", func(ctx context.Context) (struct{}, error) { return struct{}{}, v.engine.GoOffline(ctx, w) }, func(_ struct{}, err error) {
		v.host.Changed()
		v.header.Notice.ShowError(err)
		if err == nil {
			v.look()
		}
	})
}

func (v *View) askBack() {
	rows := []fyne.CanvasObject{}
	for _, c := range v.now.Changes {
		rows = append(rows, kit.Beside(kit.Sign{Shape: kit.Return, Color: kit.ColorAccent}, kit.NewPara(c.File, kit.Mono)))
	}
	rows = append(rows, kit.NewPara("Each file gets back the bytes it had. Take the maintenance page out of the web server afterwards, then probe.", kit.Body))
	kit.ShowGate(v.host.Canvas, kit.Gate{Title: "Bring the product back", Body: kit.Stack(6, rows...), Confirm: "Put everything back", OnGo: func([]string) { v.comeBack("") }})
}

// comeBack brings the product back. Where somebody else edited the same setting since, it asks whose value stays and does it again.
func (v *View) comeBack(prefer settings.Prefer) {
	v.host.Run(undoview.Line(prefer, "offline", "end")...)
	observe.Load(v.host.Scope, "end", func(ctx context.Context) (int, error) { return v.engine.ComeBack(ctx, prefer) }, func(n int, err error) {
		v.host.Changed()
		v.header.Notice.ShowError(err)
		undoview.Ask(v.host, err, v.comeBack)
		if err != nil {
			return
		}
		how := " byte for byte as before."
		if prefer != "" {
			how = " as before, but for what somebody else wrote since."
		}
		v.header.Notice.Tell(present.Plural(int64(n), "file is", "files are")+how, "Take the maintenance page out of the web server, then probe.")
		v.look()
	})
}

func (v *View) askServe() {
	kit.ShowGate(v.host.Canvas, kit.Gate{Title: "Serve the maintenance page from this machine", Confirm: "Serve it", Body: kit.NewPara("Every request is answered with 503 "+
		"and the page, or JSON for programs, until it is stopped below. Send the load balancer here; "+offline.HealthPath+" answers 200.", kit.Body),
		Fields: []kit.Field{{Label: "Address", Hint: ":8080", Value: ":8080", Required: true}}, OnGo: func(values []string) {
			line := v.host.Run("offline", "serve", "--listen", values[0])
			v.host.Tasks.Start("maintenance-page", "Maintenance page at "+values[0], line, string(screen.Offline), func(ctx context.Context, rep op.Reporter) error {
				return v.engine.ServePage(ctx, rep, values[0])
			}, func(p op.Progress) {
				if p.State == op.Failed {
					v.header.Notice.ShowError(p.Err)
				}
			})
		}})
}

// tell writes the header.
func (v *View) tell() {
	text := "Take the product offline"
	if v.now.Offline {
		text = "Bring the product back"
	}
	v.act.SetText(text)
	v.act.SetEnabled(v.read)
	f := kit.Facts{IfStop: "users get in as before.", Known: "No probe was made yet: nothing is known of who gets in", Sign: kit.Dunno}
	state := "The product is online"
	if v.now.Offline {
		state = "Offline since " + present.Clock(v.now.Since, v.host.Now())
		f.IfStop = "users stay out until it is brought back."
	}
	out, in, known := v.summary()
	switch {
	case !v.read:
		f.Now, f.Next = "Reading how it stands", ""
	case v.now.Interrupted != "":
		f.Sign, f.Now, f.Next = kit.Warn, state+"; going "+map[string]string{"begin": "offline", "end": "back"}[v.now.Interrupted]+" was interrupted", "Bring it back, or go on with springboardctl offline "+
			v.now.Interrupted
	case present.NotesOpen(v.now.Notes) > 0:
		f.Sign, f.Now, f.Next = kit.Warn, state+"; "+present.Plural(int64(present.NotesOpen(v.now.Notes)), "change", "changes")+" in VoltConfig.nsf to be made by hand", "Make each with a Notes client and tick it"
	case !known:
		f.Now, f.Next = state+". It is not known who gets in", "Probe who gets in"
	case v.now.Offline && v.now.Proven:
		f.Sign, f.Now, f.Next = kit.Good, state+": users are out, the administrator gets in", "Go on with Upgrade"
	case v.now.Offline && out && in:
		f.Sign, f.Now, f.Next = kit.Warn, state+": users are out, the maintenance page was not recognised", "See what to do at each way"
	case v.now.Offline && out:
		f.Sign, f.Now, f.Next = kit.Bad, state+": nobody gets in, the administrator neither", "See what to do at the administrator's way"
	case v.now.Offline:
		f.Sign, f.Now, f.Next = kit.Bad, state+" in its settings, and users still get in", "Put the maintenance page in force on the web server, then probe"
	case v.now.Proven:
		f.Sign, f.Now, f.Next = kit.Good, state+": users get in", "Before the upgrade: take it offline"
	default:
		f.Sign, f.Now, f.Next = kit.Warn, state+", and not everybody gets in as they should", "See what to do at each way"
	}
	if known {
		f.Known = "Probed " + present.Ago(v.now.Probes[0].At, v.host.Now()) + " from this machine"
	}
	v.header.Set(f)
}

// summary tells whether users are out by every way of theirs, and whether the administrator gets in.
func (v *View) summary() (out, in, known bool) {
	out = true
	for _, p := range v.now.Probes {
		if p.From == offline.Administrator {
			in = p.Right
		} else {
			out = out && !p.Reached
		}
	}
	return out, in, len(v.now.Probes) > 0
}
