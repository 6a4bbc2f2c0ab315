package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// stack is a column with a fixed distance. Unlike Fyne's box it asks each child for its height at the width it really gets, so that wrapped
// text is right in the first pass.
type stack struct{ gap float32 }

// Stack puts objects below each other.
func Stack(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&stack{gap}, objects...)
}

func (l *stack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(size.Width, h))
		if again := o.MinSize().Height; again != h {
			h = again
			o.Resize(fyne.NewSize(size.Width, h))
		}
		o.Move(fyne.NewPos(0, y))
		y += h + l.gap
	}
}

func (l *stack) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		s.Width = max(s.Width, m.Width)
		s.Height += m.Height
		n++
	}
	if n > 1 {
		s.Height += l.gap * float32(n-1)
	}
	return s
}

// row puts objects beside each other, centred in height. The stretch-th object takes what is left; -1 for none.
type row struct {
	gap     float32
	stretch int
}

// Row puts objects beside each other at their own width.
func Row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&row{gap, -1}, objects...)
}

// RowFill is Row, but the object with the number fill gets the room that is left.
func RowFill(gap float32, fill int, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&row{gap, fill}, objects...)
}

func (l *row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rest := size.Width - l.MinSize(objects).Width
	x := float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if i == l.stretch {
			m.Width = max(m.Width, m.Width+rest)
		}
		place(o, x, (size.Height-m.Height)/2, m.Width, m.Height)
		x += m.Width + l.gap
	}
}

func (l *row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		s.Width += m.Width
		s.Height = max(s.Height, m.Height)
		n++
	}
	if n > 1 {
		s.Width += l.gap * float32(n-1)
	}
	return s
}

// columns shares the width by weights.
type columns struct {
	gap     float32
	weights []float32
}

// Columns puts objects beside each other, sharing the width by weights (1 for each that has none).
func Columns(gap float32, weights []float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columns{gap, weights}, objects...)
}

func (l *columns) weight(i int) float32 {
	if i < len(l.weights) {
		return l.weights[i]
	}
	return 1
}

func (l *columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	sum, n := float32(0), 0
	for i, o := range objects {
		if o.Visible() {
			sum += l.weight(i)
			n++
		}
	}
	if n == 0 {
		return
	}
	room, x := size.Width-l.gap*float32(n-1), float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		w := room * l.weight(i) / sum
		place(o, x, 0, w, size.Height)
		x += w + l.gap
	}
}

func (l *columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		s.Width += m.Width
		s.Height = max(s.Height, m.Height)
		n++
	}
	if n > 1 {
		s.Width += l.gap * float32(n-1)
	}
	return s
}

type inset struct{ left, top, right, bottom float32 }

// Inset keeps a distance around an object.
func Inset(left, top, right, bottom float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&inset{left, top, right, bottom}, o)
}

// Pad keeps the same distance on all sides.
func Pad(d float32, o fyne.CanvasObject) *fyne.Container { return Inset(d, d, d, d, o) }

func (l *inset) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		place(o, l.left, l.top, max(0, s.Width-l.left-l.right), max(0, s.Height-l.top-l.bottom))
	}
}

func (l *inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		s = s.Max(o.MinSize())
	}
	return s.AddWidthHeight(l.left+l.right, l.top+l.bottom)
}

type atLeast struct{ w, h float32 }

// AtLeast gives an object a minimum size; 0 leaves that side to the object.
func AtLeast(w, h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&atLeast{w, h}, o)
}

func (l *atLeast) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		place(o, 0, 0, s.Width, s.Height)
	}
}

func (l *atLeast) MinSize(objects []fyne.CanvasObject) fyne.Size {
	s := fyne.NewSize(l.w, l.h)
	for _, o := range objects {
		s = s.Max(o.MinSize())
	}
	return s
}

// fixedWidth gives an object a width of its own, whatever its content asks for: columns of a window do not move when their content changes.
type fixedWidth struct{ w float32 }

// FixedWidth gives an object exactly this minimum width.
func FixedWidth(w float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&fixedWidth{w}, o)
}

func (l *fixedWidth) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		place(o, 0, 0, s.Width, s.Height)
	}
}

func (l *fixedWidth) MinSize(objects []fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for _, o := range objects {
		h = max(h, o.MinSize().Height)
	}
	return fyne.NewSize(l.w, h)
}

// Scroll lets a column be taller than its place; its own minimum is small.
func Scroll(o fyne.CanvasObject) *container.Scroll {
	s := container.NewVScroll(o)
	s.SetMinSize(fyne.NewSize(80, 60))
	return s
}

// Fill is a rectangle in a colour of the theme, with an optional border and radius.
type Fill struct {
	widget.BaseWidget
	fill, edge fyne.ThemeColorName
	radius     float32
}

// NewFill makes a plain ground; edge may be empty.
func NewFill(fill, edge fyne.ThemeColorName, radius float32) *Fill {
	f := &Fill{fill: fill, edge: edge, radius: radius}
	f.ExtendBaseWidget(f)
	return f
}

// Set changes the colours.
func (f *Fill) Set(fill, edge fyne.ThemeColorName) {
	if f.fill == fill && f.edge == edge {
		return
	}
	f.fill, f.edge = fill, edge
	f.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (f *Fill) CreateRenderer() fyne.WidgetRenderer {
	r := canvas.NewRectangle(color.Transparent)
	dress := func() {
		r.FillColor, r.CornerRadius, r.StrokeWidth = color.Transparent, f.radius, 0
		if f.fill != "" {
			r.FillColor = colorOf(f.fill, f)
		}
		if f.edge != "" {
			r.StrokeColor, r.StrokeWidth = colorOf(f.edge, f), 1
		}
	}
	dress()
	return &parts{
		objects: []fyne.CanvasObject{r},
		layout:  func(s fyne.Size) { place(r, 0, 0, s.Width, s.Height) },
		min:     func() fyne.Size { return fyne.NewSize(1, 1) },
		refresh: func() { dress(); r.Refresh() },
	}
}

// HLine is a hairline across.
func HLine() fyne.CanvasObject { return NewFill(ColorLine, "", 0) }

// Panel is a surface with content.
func Panel(content fyne.CanvasObject) *fyne.Container {
	return container.NewStack(NewFill(ColorSurface, ColorLine, 4), content)
}

// edged is the frame of a panel, of straight lines.
type edged struct{ widget.BaseWidget }

// Edged frames what brings its own ground and is drawn anew many times a second: a large rounded ground costs a software renderer as much as everything
// that stands on it.
func Edged(content fyne.CanvasObject) *fyne.Container {
	p := &edged{}
	p.ExtendBaseWidget(p)
	return container.NewStack(content, p)
}

// CreateRenderer implements fyne.Widget.
func (w *edged) CreateRenderer() fyne.WidgetRenderer {
	w.ExtendBaseWidget(w)
	line := newEdge()
	dress := func() { line.dress(colorOf(ColorLine, w), true) }
	dress()
	return &parts{
		objects: line.objects(),
		layout:  func(s fyne.Size) { line.place(s, 1) },
		min:     func() fyne.Size { return fyne.NewSize(1, 1) },
		refresh: func() { dress(); canvas.Refresh(w) },
	}
}

// Titled is a panel with a heading and, at its right, what can be done with it. The body gets all the room that is left.
func Titled(title string, tools fyne.CanvasObject, body fyne.CanvasObject) *fyne.Container {
	head := []fyne.CanvasObject{NewText(title, Strong)}
	if tools != nil {
		head = append(head, tools)
	}
	return TitledWith(RowFill(Unit, 0, head...), body)
}

// TitledWith is Titled with a head of the caller's own.
func TitledWith(head, body fyne.CanvasObject) *fyne.Container {
	return Panel(container.NewBorder(container.NewVBox(Inset(12, 6, 8, 4, AtLeast(0, 26, head)), HLine()), nil, nil, nil, body))
}

// rows shares the height by weights.
type rows struct {
	gap     float32
	weights []float32
}

// Tiers puts objects below each other, sharing the height by weights (1 for each that has none).
func Tiers(gap float32, weights []float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&rows{gap, weights}, objects...)
}

func (l *rows) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c := columns{gap: l.gap, weights: l.weights}
	sum, n := float32(0), 0
	for i, o := range objects {
		if o.Visible() {
			sum += c.weight(i)
			n++
		}
	}
	if n == 0 {
		return
	}
	room, y := size.Height-l.gap*float32(n-1), float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		h := room * c.weight(i) / sum
		place(o, 0, y, size.Width, h)
		y += h + l.gap
	}
}

func (l *rows) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return (&stack{l.gap}).MinSize(objects)
}

// Beside puts a sign before a block of text, at its first line.
func Beside(s Sign, body fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, nil, Inset(0, 2, 10, 0, container.NewVBox(NewMark(s))), nil, body)
}
