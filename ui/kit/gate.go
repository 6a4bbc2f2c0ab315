package kit

import (
	"image/color"

	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Field of a gate: something a person has to say before going on.
type Field struct {
	Label    string
	Hint     string
	Value    string
	Required bool
	Secret   bool
}

// Gate is a question that stands between a person and something that matters. The button that goes on is never the default: Escape and Return
// keep things as they are until it is chosen, and a Word, when given, has to be typed first.
type Gate struct {
	Title   string
	Body    fyne.CanvasObject
	Fields  []Field
	Word    string
	Confirm string
	Keep    string // the button that changes nothing; "Cancel" when empty
	Danger  bool
	OnGo    func(values []string)
	OnKeep  func()
	Extra   *Button // a third way, e.g. "Stop safely and close"
}

// GateView is a gate that is open.
type GateView struct {
	Go, Keep *Button
	Entries  []*Entry
	Typed    *Entry

	gate Gate
	pop  *modal
}

// ShowGate opens a gate over a window.
func ShowGate(c fyne.Canvas, g Gate) *GateView {
	v := &GateView{gate: g}
	v.Go = NewPrimary(g.Confirm, v.confirm)
	if g.Danger {
		v.Go = NewDanger(g.Confirm, v.confirm)
	}
	keep := g.Keep
	if keep == "" {
		keep = "Cancel"
	}
	v.Keep = NewButton(keep, v.Close)
	for _, b := range []*Button{v.Go, v.Keep} {
		b.OnKey = v.key
	}
	rows := []fyne.CanvasObject{NewPara(g.Title, Heading)}
	if g.Body != nil {
		rows = append(rows, g.Body)
	}
	rows = append(rows, v.fields()...)
	buttons := []fyne.CanvasObject{NewText("", Body)}
	if g.Extra != nil {
		tapped := g.Extra.OnTap
		g.Extra.OnTap = func() { v.hide(); tapped() }
		g.Extra.OnKey = v.key
		buttons = append(buttons, g.Extra)
	}
	buttons = append(buttons, v.Keep, v.Go)
	rows = append(rows, Inset(0, Unit, 0, 0, RowFill(Unit, 0, buttons...)))
	v.pop = showModal(c, 520, Stack(12, rows...))
	v.judge()
	if len(v.Entries) > 0 {
		c.Focus(v.Entries[0])
	} else if v.Typed != nil {
		c.Focus(v.Typed)
	} else {
		c.Focus(v.Keep)
	}
	return v
}

func (v *GateView) fields() []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, f := range v.gate.Fields {
		e := NewEntry(f.Hint, func(string) { v.judge() })
		e.Password = f.Secret
		e.Text = f.Value
		e.OnEscape = v.Close
		v.Entries = append(v.Entries, e)
		rows = append(rows, Stack(3, NewText(f.Label, SmallStrong), e))
	}
	if v.gate.Word != "" {
		v.Typed = NewEntry(v.gate.Word, func(string) { v.judge() })
		v.Typed.OnEscape = v.Close
		rows = append(rows, Stack(3, NewText("Type "+v.gate.Word+" to go on", SmallStrong), v.Typed))
	}
	return rows
}

// ByReturn lets Return in a field go on, for questions that change nothing of the server: where to go, what to open. Escape in it closes.
func (v *GateView) ByReturn(e *Entry) {
	e.OnEscape = v.Close
	e.OnSubmitted = func(string) {
		if !v.Go.Disabled() {
			v.confirm()
		}
	}
}

// judge switches the button by what was filled in.
func (v *GateView) judge() {
	ok := v.Typed == nil || strings.TrimSpace(v.Typed.Text) == v.gate.Word
	for i, f := range v.gate.Fields {
		if f.Required && strings.TrimSpace(v.Entries[i].Text) == "" {
			ok = false
		}
	}
	v.Go.SetEnabled(ok)
}

func (v *GateView) key(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		v.Close()
	}
}

func (v *GateView) confirm() {
	values := make([]string, 0, len(v.Entries))
	for _, e := range v.Entries {
		values = append(values, strings.TrimSpace(e.Text))
	}
	v.hide()
	if v.gate.OnGo != nil {
		v.gate.OnGo(values)
	}
}

// Close keeps things as they are.
func (v *GateView) Close() {
	v.hide()
	if v.gate.OnKeep != nil {
		v.gate.OnKeep()
	}
}

func (v *GateView) hide() { v.pop.hide() }

// modal is a panel over a dimmed window. Fyne's own pop-up sizes itself by a minimum that wrapped text does not have yet.
type modal struct {
	canvas fyne.Canvas
	body   fyne.CanvasObject
	root   *modalRoot
}

type modalRoot struct {
	widget.BaseWidget
	panel fyne.CanvasObject
	width float32
}

func showModal(c fyne.Canvas, width float32, body fyne.CanvasObject) *modal {
	panel := container.NewStack(NewFill(ColorSurface, ColorEdge, 6), Pad(20, body))
	root := &modalRoot{panel: panel, width: width}
	root.ExtendBaseWidget(root)
	m := &modal{canvas: c, body: body, root: root}
	c.Overlays().Add(root)
	root.Resize(c.Size())
	return m
}

func (m *modal) hide() { m.canvas.Overlays().Remove(m.root) }

// Tapped keeps presses from what lies below.
func (r *modalRoot) Tapped(*fyne.PointEvent) {}

// MouseIn keeps the pointer from what lies below.
func (r *modalRoot) MouseIn(*desktop.MouseEvent) {}

// MouseMoved implements desktop.Hoverable.
func (r *modalRoot) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *modalRoot) MouseOut() {}

// CreateRenderer implements fyne.Widget.
func (r *modalRoot) CreateRenderer() fyne.WidgetRenderer {
	veil := canvas.NewRectangle(color.Transparent)
	return &parts{
		objects: []fyne.CanvasObject{veil, r.panel},
		layout: func(s fyne.Size) {
			veil.FillColor = veilColor
			place(veil, 0, 0, s.Width, s.Height)
			w := min(r.width, s.Width-2*Gap)
			r.panel.Resize(fyne.NewSize(w, r.panel.MinSize().Height))
			h := min(r.panel.MinSize().Height, s.Height-2*Gap)
			place(r.panel, (s.Width-w)/2, max(Gap, (s.Height-h)/3), w, h)
		},
		min:     func() fyne.Size { return fyne.NewSize(200, 100) },
		refresh: func() {},
	}
}
