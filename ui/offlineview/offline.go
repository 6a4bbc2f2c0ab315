// Package offlineview is the fourth phase on the screen: who reaches what while users are kept out, by probes, and the settings that were changed for the
// time of the upgrade, each with its undo.
package offlineview

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Situation is what is known of who gets in.
type Situation struct {
	Installation upgrade.Installation
	ServerURI    upgrade.Setting // zero when it is not set
	Trace        upgrade.Trace
	Changes      []settings.Record // of this run that are in force
}

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	Situation(ctx context.Context) (Situation, error)
	// Probe looks from this machine: at the address that users have, and at the server itself.
	Probe(ctx context.Context) ([]port.Probe, error)
	UndoSettings(ctx context.Context, file string) error
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	now     Situation
	probes  []port.Probe
	read    bool

	header *kit.Header
	probe  *kit.Button
	flow   *kit.Flow
	proof  *fyne.Container
	three  *fyne.Container
	undo   *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e}
	v.probe = kit.NewPrimary("Probe who gets in", v.look)
	v.header = kit.NewHeader("Offline", v.probe)
	v.flow = kit.NewFlow()
	v.proof, v.three, v.undo = kit.Stack(8), kit.Stack(14), kit.Stack(12)
	picture := kit.Titled("Who reaches what, seen from this machine", nil, kit.Scroll(kit.Inset(18, 16, 18, 14, kit.Stack(12, v.flow, v.proof))))
	three := kit.Titled("For the time of the upgrade", nil, kit.Scroll(kit.Pad(14, v.three)))
	undo := kit.Titled("Changed for it, each with its undo", nil, kit.Scroll(kit.Pad(14, v.undo)))
	v.content = kit.Page(v.header, kit.Columns(12, []float32{1.25, 1}, picture, kit.Tiers(10, []float32{1, 1}, three, undo)))
	v.showProbes()
	v.tell()
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
			v.now, v.read = s, true
			v.showThree()
			v.showUndo()
		}
		v.tell()
	})
}

func (v *View) look() {
	v.host.Run("offline", "status")
	observe.Load(v.host.Scope, "probe", v.engine.Probe, func(p []port.Probe, err error) {
		v.header.Notice.ShowError(err)
		v.probes = p
		v.showProbes()
		v.tell()
	})
}

// hopState is the arrow of a probe.
func hopState(p port.Probe) kit.State {
	word := func(s kit.Shape, c fyne.ThemeColorName, w string) kit.State {
		return kit.State{Sign: kit.Sign{Shape: s, Color: c}, Word: w}
	}
	switch {
	case !p.Known:
		return word(kit.Question, kit.ColorUnsure, "not looked at")
	case p.Reached:
		return word(kit.Disc, kit.ColorGood, "gets through")
	}
	return word(kit.Cross, kit.ColorBad, "cut")
}

func (v *View) showProbes() {
	probes := v.probes
	if len(probes) == 0 {
		probes = []port.Probe{{From: "Users", To: "Web server"}, {From: "Administrator", To: "Leap"}}
	}
	hops := make([]kit.Hop, 0, len(probes))
	v.proof.Objects = nil
	for _, p := range probes {
		note := ""
		if p.Known {
			note = present.Clock(p.At, v.host.Now())
			v.proof.Objects = append(v.proof.Objects, kit.EvidenceRow(p.Evidence, v.host.Open))
		}
		hops = append(hops, kit.Hop{From: p.From, To: p.To, State: hopState(p), Note: note})
	}
	if len(v.probes) == 0 {
		v.proof.Objects = []fyne.CanvasObject{kit.NewPara("A probe asks each address once, without signing in. It shows what this machine sees; users "+
			"on another network may see something else.", kit.Dim)}
	}
	v.flow.Set(hops)
	v.header.Update()
}

// showThree shows the three things that are switched for the upgrade.
func (v *View) showThree() {
	uri := v.now.ServerURI
	uriText, uriSign := "not set: the server answers with the address of its configuration", kit.Open
	var uriLink fyne.CanvasObject
	if uri.Key != "" {
		uriText, uriSign = uri.Value, kit.Sign{Shape: kit.Info, Color: kit.ColorDim}
		uriLink = kit.NewLink(filepath.Base(uri.File)+":"+present.Count(int64(uri.Line)), func() { v.host.Open(uri.Evidence()) })
	}
	traceText, traceSign := "off", kit.Good
	if v.now.Trace.On {
		traceText, traceSign = "on: "+v.now.Trace.Configured, kit.Bad
	}
	v.three.Objects = []fyne.CanvasObject{
		item(kit.Open, "Web server or load balancer", "Turn it off, or send it to a maintenance page. Springboard cannot do that from here; the probe "+
			"shows whether it is done.", nil),
		item(uriSign, "serverURI", uriText, uriLink),
		item(traceSign, "Trace strings", traceText, nil),
		kit.Row(8, kit.NewButton("Change serverURI", func() { v.host.Go(screen.Settings) }), kit.NewButton("Turn traces off",
			func() { v.host.Go(screen.Survey) })),
	}
	v.header.Update()
}

func item(sign kit.Sign, title, text string, link fyne.CanvasObject) fyne.CanvasObject {
	lines := []fyne.CanvasObject{kit.NewText(title, kit.Strong), kit.NewPara(text, kit.Body)}
	if link != nil {
		lines = append(lines, link)
	}
	return kit.Beside(sign, kit.Stack(1, lines...))
}

func (v *View) showUndo() {
	v.undo.Objects = nil
	for _, c := range v.now.Changes {
		file := c.File
		v.undo.Objects = append(v.undo.Objects, kit.Stack(3, kit.NewText(filepath.Base(file), kit.Strong), kit.NewPara(c.Why, kit.Small), kit.DiffView(c.Diff),
			kit.Row(0, kit.NewButton("Take back", func() { v.takeBack(file) }))))
	}
	if len(v.now.Changes) == 0 {
		v.undo.Objects = []fyne.CanvasObject{kit.NewPara("Nothing was changed in this run so far.", kit.Dim)}
	}
	v.header.Update()
}

func (v *View) takeBack(file string) {
	v.host.Run("settings", "undo", file)
	observe.Load(v.host.Scope, "undo", func(ctx context.Context) (struct{}, error) { return struct{}{}, v.engine.UndoSettings(ctx, file) },
		func(_ struct{}, err error) {
			v.host.Changed()
			v.header.Notice.ShowError(err)
		})
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "users get in as before, once what was changed is taken back.", Known: "No probe was made yet",
		Next: "Turn the web server off or to a maintenance page, then probe"}
	users, admin := v.reached(0), v.reached(1)
	switch {
	case len(v.probes) == 0:
		f.Sign, f.Now = kit.Dunno, "It is not known who gets in"
	case users && admin:
		f.Sign, f.Now = kit.Warn, "Users still get in"
	case users:
		f.Sign, f.Now, f.Next = kit.Bad, "Users get in, the administrator does not reach the server itself", "Look at serverURI and the server's port"
	case admin:
		f.Sign, f.Now, f.Next = kit.Good, "Users are out, the administrator gets in", "Go on with Upgrade"
	default:
		f.Sign, f.Now, f.Next = kit.Warn, "Nobody gets in", "Look whether the server runs"
	}
	if len(v.probes) > 0 {
		f.Known = "Probed " + present.Ago(v.probes[0].At, v.host.Now()) + " from this machine"
	}
	v.header.Set(f)
}

func (v *View) reached(i int) bool { return i < len(v.probes) && v.probes[i].Reached }
