package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Weight is how much a button asks to be pressed.
type Weight int

// The weights. A screen has one Primary; Danger is never the default of a dialog; Quiet looks like a link.
const (
	Plain Weight = iota
	Primary
	Danger
	Quiet
)

// Button is a press button that says what will happen. Space and Return press it when it has the focus, which is drawn as a ring.
type Button struct {
	widget.DisableableWidget
	Text    string
	Weight  Weight
	OnTap   func()
	OnKey   func(*fyne.KeyEvent) // keys that are not a press, e.g. Escape in a dialog
	sign    Sign
	focused bool
	hovered bool
}

// NewButton makes a plain button.
func NewButton(text string, tapped func()) *Button { return newButton(text, Plain, tapped) }

// NewPrimary makes the one button that a screen suggests.
func NewPrimary(text string, tapped func()) *Button { return newButton(text, Primary, tapped) }

// NewDanger makes a button for what cannot be taken back simply.
func NewDanger(text string, tapped func()) *Button { return newButton(text, Danger, tapped) }

// NewQuiet makes a button without a frame.
func NewQuiet(text string, tapped func()) *Button { return newButton(text, Quiet, tapped) }

func newButton(text string, w Weight, tapped func()) *Button {
	b := &Button{Text: text, Weight: w, OnTap: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// With puts a sign before the text.
func (b *Button) With(s Sign) *Button {
	b.sign = s
	return b
}

// SetText changes what it says.
func (b *Button) SetText(s string) {
	if s == b.Text {
		return
	}
	b.Text = s
	b.Refresh()
}

// SetSign changes its sign.
func (b *Button) SetSign(s Sign) {
	if s == b.sign {
		return
	}
	b.sign = s
	b.Refresh()
}

// SetEnabled switches it.
func (b *Button) SetEnabled(on bool) {
	switch {
	case on && b.Disabled():
		b.Enable()
	case !on && !b.Disabled():
		b.Disable()
	}
}

// Tapped implements fyne.Tappable.
func (b *Button) Tapped(*fyne.PointEvent) {
	if !b.Disabled() && b.OnTap != nil {
		b.OnTap()
	}
}

// FocusGained implements fyne.Focusable.
func (b *Button) FocusGained() { b.focused = true; b.Refresh() }

// FocusLost implements fyne.Focusable.
func (b *Button) FocusLost() { b.focused = false; b.Refresh() }

// TypedRune implements fyne.Focusable.
func (b *Button) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	default:
		if b.OnKey != nil {
			b.OnKey(e)
		}
	}
}

// MouseIn implements desktop.Hoverable.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (b *Button) MouseOut() { b.hovered = false; b.Refresh() }

// Cursor implements desktop.Cursorable.
func (b *Button) Cursor() desktop.Cursor {
	if b.Disabled() {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

type buttonLook struct{ fill, edge, ink fyne.ThemeColorName }

func (b *Button) look() buttonLook {
	switch {
	case b.Disabled():
		if b.Weight == Quiet {
			return buttonLook{"", "", ColorDim}
		}
		return buttonLook{ColorGround, ColorLine, ColorDim}
	case b.Weight == Primary:
		return buttonLook{ColorAccent, ColorAccent, ColorOnAccent}
	case b.Weight == Danger:
		return buttonLook{ColorSurface, ColorBad, ColorBad}
	case b.Weight == Quiet:
		return buttonLook{"", "", ColorAccent}
	}
	return buttonLook{ColorSurface, ColorEdge, ColorInk}
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	ground, ring := canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	text := canvas.NewText("", nil)
	mark := NewMark(b.sign)
	pad, signRoom := float32(12), float32(20)
	if b.Weight == Quiet {
		pad = 6
	}
	dress := func() {
		l := b.look()
		ground.FillColor, ground.StrokeColor, ground.StrokeWidth, ground.CornerRadius = color.Transparent, color.Transparent, 0, 4
		if l.fill != "" {
			ground.FillColor = colorOf(l.fill, b)
			ground.StrokeColor, ground.StrokeWidth = colorOf(l.edge, b), 1
		}
		if b.hovered && !b.Disabled() && b.Weight != Primary {
			ground.FillColor = colorOf(ColorHover, b)
		}
		ring.FillColor, ring.CornerRadius, ring.StrokeWidth = color.Transparent, 6, 2
		ring.StrokeColor = colorOf(ColorAccent, b)
		ring.Hidden = !b.focused
		text.Text, text.Color, text.TextSize = b.Text, colorOf(l.ink, b), sizeOf(SizeBody, b)
		text.TextStyle = fyne.TextStyle{Bold: b.Weight == Primary}
		mark.Set(b.sign)
		mark.Hidden = b.sign.Shape == NoShape
	}
	dress()
	textSize := func() fyne.Size { return fyne.MeasureText(b.Text, sizeOf(SizeBody, b), text.TextStyle) }
	var p *parts
	p = &parts{
		objects: []fyne.CanvasObject{ground, ring, mark, text},
		layout: func(s fyne.Size) {
			place(ground, 0, 0, s.Width, s.Height)
			place(ring, -2, -2, s.Width+4, s.Height+4)
			m := textSize()
			room := m.Width
			if !mark.Hidden {
				room += signRoom
			}
			x := (s.Width - room) / 2
			if !mark.Hidden {
				place(mark, x, (s.Height-14)/2, 14, 14)
				x += signRoom
			}
			place(text, x, (s.Height-m.Height)/2, m.Width, m.Height)
		},
		min: func() fyne.Size {
			w := ceil(textSize().Width) + 2*pad
			if b.sign.Shape != NoShape {
				w += signRoom
			}
			return fyne.NewSize(w, 28)
		},
		refresh: func() {
			dress()
			p.layout(b.Size())
			canvas.Refresh(b)
		},
	}
	return p
}
