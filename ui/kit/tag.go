package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Tag is a condition in force. A press on it, Delete, Backspace, Space or Return takes it away; its cross says so.
type Tag struct {
	widget.BaseWidget
	OnRemove func()
	text     string
	focused  bool
	hovered  bool
}

// tagWidth is as wide as a tag becomes; longer texts are cut.
const tagWidth float32 = 260

// NewTag makes one.
func NewTag(text string, removed func()) *Tag {
	t := &Tag{text: text, OnRemove: removed}
	t.ExtendBaseWidget(t)
	return t
}

// Text is what it says.
func (t *Tag) Text() string { return t.text }

// Tapped implements fyne.Tappable.
func (t *Tag) Tapped(*fyne.PointEvent) {
	if t.OnRemove != nil {
		t.OnRemove()
	}
}

// FocusGained implements fyne.Focusable.
func (t *Tag) FocusGained() { t.focused = true; t.Refresh() }

// FocusLost implements fyne.Focusable.
func (t *Tag) FocusLost() { t.focused = false; t.Refresh() }

// TypedRune implements fyne.Focusable.
func (t *Tag) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (t *Tag) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDelete, fyne.KeyBackspace, fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		t.Tapped(nil)
	default:
		forwardKey(t, e)
	}
}

// MouseIn implements desktop.Hoverable.
func (t *Tag) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (t *Tag) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (t *Tag) MouseOut() { t.hovered = false; t.Refresh() }

// Cursor implements desktop.Cursorable.
func (t *Tag) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer implements fyne.Widget.
func (t *Tag) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	ground, ring, text, cross := canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent), canvas.NewText("", nil), NewMark(Sign{})
	size := func() float32 { return sizeOf(SizeSmall, t) }
	measure := func(s string) float32 { return fyne.MeasureText(s, size(), fyne.TextStyle{}).Width }
	p := &parts{objects: []fyne.CanvasObject{ground, ring, text, cross}}
	p.layout = func(s fyne.Size) {
		ground.FillColor, ground.StrokeColor, ground.StrokeWidth, ground.CornerRadius = colorOf(ColorTint, t), colorOf(ColorAccent, t), 1, 4
		if t.hovered {
			ground.FillColor = colorOf(ColorHover, t)
		}
		ring.FillColor, ring.StrokeColor, ring.StrokeWidth, ring.CornerRadius, ring.Hidden = color.Transparent, colorOf(ColorAccent, t), 2, 6, !t.focused
		place(ground, 0, 0, s.Width, s.Height)
		place(ring, -2, -2, s.Width+4, s.Height+4)
		text.Text, text.TextSize, text.Color = Ellipsis(t.text, s.Width-32, measure), size(), colorOf(ColorInk, t)
		m := text.MinSize()
		place(text, 8, (s.Height-m.Height)/2, m.Width, m.Height)
		cross.Set(Sign{Cross, ColorDim})
		place(cross, s.Width-19, (s.Height-12)/2, 12, 12)
	}
	p.min = func() fyne.Size { return fyne.NewSize(min(tagWidth, ceil(measure(t.text))+33), 24) }
	p.refresh = func() { p.layout(t.Size()); canvas.Refresh(t) }
	return p
}

// wrap puts objects beside each other, and below each other where the width ends.
type wrap struct {
	gap   float32
	width float32
}

// Wrap puts objects beside each other at their own width, in as many rows as that takes.
func Wrap(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&wrap{gap: gap}, objects...)
}

func (l *wrap) each(objects []fyne.CanvasObject, width float32, put func(o fyne.CanvasObject, x, y float32, m fyne.Size)) (height float32) {
	x, y, row := float32(0), float32(0), float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if x > 0 && x+m.Width > width {
			x, y, row = 0, y+row+l.gap, 0
		}
		put(o, x, y, m)
		x += m.Width + l.gap
		row = max(row, m.Height)
	}
	return y + row
}

func (l *wrap) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.each(objects, size.Width, func(o fyne.CanvasObject, x, y float32, m fyne.Size) {
		place(o, x, y, min(m.Width, size.Width), m.Height)
	})
}

func (l *wrap) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width, widest := l.width, float32(0)
	if width <= 0 {
		width = 1 << 20
	}
	height := l.each(objects, width, func(_ fyne.CanvasObject, _, _ float32, m fyne.Size) { widest = max(widest, m.Width) })
	return fyne.NewSize(widest, height)
}
