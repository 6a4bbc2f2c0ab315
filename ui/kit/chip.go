package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Chip is a filter that is on or off: sign, word, count. Space and Return switch it.
type Chip struct {
	widget.BaseWidget
	State    State
	OnSwitch func(on bool)
	count    string
	on       bool
	focused  bool
	hovered  bool
}

// NewChip makes a chip that is off.
func NewChip(s State, switched func(on bool)) *Chip {
	c := &Chip{State: s, OnSwitch: switched}
	c.ExtendBaseWidget(c)
	return c
}

// On tells whether it is on.
func (c *Chip) On() bool { return c.on }

// Set shows a state without calling back.
func (c *Chip) Set(on bool) {
	if c.on != on {
		c.on = on
		c.Refresh()
	}
}

// SetCount shows a number after the word; empty for none.
func (c *Chip) SetCount(n string) {
	if c.count != n {
		c.count = n
		c.Refresh()
	}
}

// Count is the number shown.
func (c *Chip) Count() string { return c.count }

// Tapped implements fyne.Tappable.
func (c *Chip) Tapped(*fyne.PointEvent) {
	c.on = !c.on
	c.Refresh()
	if c.OnSwitch != nil {
		c.OnSwitch(c.on)
	}
}

// FocusGained implements fyne.Focusable.
func (c *Chip) FocusGained() { c.focused = true; c.Refresh() }

// FocusLost implements fyne.Focusable.
func (c *Chip) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *Chip) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (c *Chip) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		c.Tapped(nil)
	}
}

// MouseIn implements desktop.Hoverable.
func (c *Chip) MouseIn(*desktop.MouseEvent) { c.hovered = true; c.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (c *Chip) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (c *Chip) MouseOut() { c.hovered = false; c.Refresh() }

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	ground, ring := canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	mark := NewMark(c.State.Sign)
	word, count := canvas.NewText("", nil), canvas.NewText("", nil)
	dress := func() {
		fill, edge := ColorSurface, ColorLine
		if c.on {
			fill, edge = ColorTint, ColorAccent
		} else if c.hovered {
			fill = ColorHover
		}
		ground.FillColor, ground.StrokeColor, ground.StrokeWidth, ground.CornerRadius = colorOf(fill, c), colorOf(edge, c), 1, 12
		ring.FillColor, ring.StrokeColor, ring.StrokeWidth, ring.CornerRadius = color.Transparent, colorOf(ColorAccent, c), 2, 14
		ring.Hidden = !c.focused
		mark.Set(c.State.Sign)
		mark.Hidden = c.State.Shape == NoShape
		size := sizeOf(SizeSmall, c)
		word.Text, word.TextSize, word.Color = c.State.Word, size, colorOf(ColorInk, c)
		count.Text, count.TextSize, count.Color = c.count, size, colorOf(ColorDim, c)
		count.TextStyle = fyne.TextStyle{Bold: true}
	}
	dress()
	var p *parts
	p = &parts{
		objects: []fyne.CanvasObject{ground, ring, mark, word, count},
		layout: func(s fyne.Size) {
			place(ground, 0, 0, s.Width, s.Height)
			place(ring, -2, -2, s.Width+4, s.Height+4)
			x := float32(10)
			if !mark.Hidden {
				place(mark, x-2, (s.Height-14)/2, 14, 14)
				x += 17
			}
			m := word.MinSize()
			place(word, x, (s.Height-m.Height)/2, m.Width, m.Height)
			x += m.Width + 5
			m = count.MinSize()
			place(count, x, (s.Height-m.Height)/2, m.Width, m.Height)
		},
		min: func() fyne.Size {
			w := 20 + word.MinSize().Width
			if c.State.Shape != NoShape {
				w += 17
			}
			if c.count != "" {
				w += 5 + count.MinSize().Width
			}
			return fyne.NewSize(ceil(w), 24)
		},
		refresh: func() {
			dress()
			p.layout(c.Size())
			canvas.Refresh(c)
		},
	}
	return p
}
