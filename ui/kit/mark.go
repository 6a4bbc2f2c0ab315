package kit

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Shape is a state's shape. State is never colour alone: each has a shape of its own, and words beside it where there is room.
type Shape string

// The shapes.
const (
	NoShape  Shape = ""
	Disc     Shape = "disc"     // done, upgraded, ok
	Check    Shape = "check"    // done, of a step
	Triangle Shape = "triangle" // failed, blocker
	Diamond  Shape = "diamond"  // warning
	Ring     Shape = "ring"     // pending
	Half     Shape = "half"     // under way
	Question Shape = "question" // unknown
	Cross    Shape = "cross"    // missing, cut
	Dash     Shape = "dash"     // waived, not applicable
	Arrow    Shape = "arrow"    // current
	Lock     Shape = "lock"     // locked
	Return   Shape = "return"   // recovered
	Info     Shape = "info"
)

// The drawings on a grid of 16; %[1]s is the colour, %[2]s the ground that cuts through.
var shapeDrawings = map[Shape]string{
	Disc:     `<circle cx="8" cy="8" r="5.5" fill="%[1]s"/>`,
	Check:    `<circle cx="8" cy="8" r="6.5" fill="%[1]s"/><path d="M5 8.3 L7.2 10.5 L11.2 5.9" fill="none" stroke="%[2]s" stroke-width="1.7"/>`,
	Triangle: `<path d="M8 1.8 L15 14 L1 14 Z" fill="%[1]s"/><path d="M8 6 L8 10" stroke="%[2]s" stroke-width="1.7" fill="none"/><circle cx="8" cy="12" r="1" fill="%[2]s"/>`,
	Diamond:  `<path d="M8 1.2 L14.8 8 L8 14.8 L1.2 8 Z" fill="%[1]s"/><path d="M8 4.6 L8 8.8" stroke="%[2]s" stroke-width="1.6" fill="none"/><circle cx="8" cy="11" r="1" fill="%[2]s"/>`,
	Ring:     `<circle cx="8" cy="8" r="5" fill="none" stroke="%[1]s" stroke-width="1.6"/>`,
	Half:     `<circle cx="8" cy="8" r="5" fill="none" stroke="%[1]s" stroke-width="1.6"/><path d="M8 3 A5 5 0 0 1 8 13 Z" fill="%[1]s"/>`,
	Question: `<circle cx="8" cy="8" r="6.5" fill="none" stroke="%[1]s" stroke-width="1.5"/><path d="M5.9 6.3 C5.9 3.6 10.1 3.6 10.1 6.2 C10.1 7.9 8 7.8 8 9.5" fill="none" stroke="%[1]s" stroke-width="1.5"/><circle cx="8" cy="11.7" r="0.9" fill="%[1]s"/>`,
	Cross:    `<path d="M3.5 3.5 L12.5 12.5 M12.5 3.5 L3.5 12.5" stroke="%[1]s" stroke-width="2" fill="none"/>`,
	Dash:     `<path d="M3.5 8 L12.5 8" stroke="%[1]s" stroke-width="2" fill="none"/>`,
	Arrow:    `<path d="M4 2.5 L13 8 L4 13.5 Z" fill="%[1]s"/>`,
	Lock:     `<path d="M3.5 7.5 L12.5 7.5 L12.5 14 L3.5 14 Z" fill="%[1]s"/><path d="M5.5 7.5 L5.5 5 C5.5 1.6 10.5 1.6 10.5 5 L10.5 7.5" fill="none" stroke="%[1]s" stroke-width="1.5"/>`,
	Return:   `<circle cx="8" cy="8" r="6.5" fill="%[1]s"/><path d="M11 6 L11 8.8 L5.2 8.8 M7.2 6.7 L5 8.8 L7.2 10.9" fill="none" stroke="%[2]s" stroke-width="1.4"/>`,
	Info:     `<circle cx="8" cy="8" r="6.5" fill="none" stroke="%[1]s" stroke-width="1.4"/><path d="M8 7.2 L8 11.4" stroke="%[1]s" stroke-width="1.6" fill="none"/><circle cx="8" cy="4.8" r="0.95" fill="%[1]s"/>`,
}

// Sign is a shape in a colour of the theme.
type Sign struct {
	Shape Shape
	Color fyne.ThemeColorName
}

func hexColor(c color.Color) string {
	n := plainColor(c)
	return fmt.Sprintf("#%02x%02x%02x", n.R, n.G, n.B)
}

// signResource gives the drawing; its name holds everything that it depends on, because Fyne keeps drawings by name.
func signResource(s Shape, ink, ground color.Color) fyne.Resource {
	drawing, ok := shapeDrawings[s]
	if !ok {
		return nil
	}
	a, b := hexColor(ink), hexColor(ground)
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16">` + fmt.Sprintf(drawing, a, b) + `</svg>`
	if !usesGround(s) {
		svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16">` + fmt.Sprintf(drawing+"%[2]s", a, "") + `</svg>`
	}
	return fyne.NewStaticResource(fmt.Sprintf("sb-%s-%s-%s.svg", s, a, b), []byte(svg))
}

func usesGround(s Shape) bool {
	switch s {
	case Check, Triangle, Diamond, Return:
		return true
	}
	return false
}

// Mark shows a sign.
type Mark struct {
	widget.BaseWidget
	sign Sign
	side float32
}

// NewMark makes a mark of 14 units.
func NewMark(s Sign) *Mark {
	m := &Mark{sign: s, side: 14}
	m.ExtendBaseWidget(m)
	return m
}

// Set changes the sign.
func (m *Mark) Set(s Sign) {
	if m.sign == s {
		return
	}
	m.sign = s
	m.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (m *Mark) CreateRenderer() fyne.WidgetRenderer {
	img := &canvas.Image{FillMode: canvas.ImageFillContain}
	dress := func() {
		img.Resource = nil
		img.Hidden = m.sign.Shape == NoShape
		if !img.Hidden {
			img.Resource = signResource(m.sign.Shape, colorOf(m.sign.Color, m), colorOf(ColorSurface, m))
		}
	}
	dress()
	return &parts{
		objects: []fyne.CanvasObject{img},
		layout: func(s fyne.Size) {
			place(img, (s.Width-m.side)/2, (s.Height-m.side)/2, m.side, m.side)
		},
		min:     func() fyne.Size { return fyne.NewSquareSize(m.side) },
		refresh: func() { dress(); img.Refresh() },
	}
}

// State is a sign with its word.
type State struct {
	Sign
	Word string
}

// StateLine shows a state: shape and word, the word in the shape's colour when strong.
type StateLine struct {
	widget.BaseWidget
	mark *Mark
	text *Text
}

// NewStateLine makes a state line.
func NewStateLine(s State) *StateLine {
	l := &StateLine{mark: NewMark(s.Sign), text: NewText(s.Word, Body).Whole()}
	l.ExtendBaseWidget(l)
	return l
}

// Set changes the state.
func (l *StateLine) Set(s State) {
	l.mark.Set(s.Sign)
	l.text.SetText(s.Word)
	l.Refresh()
}

// Word is what it says.
func (l *StateLine) Word() string { return l.text.Text() }

// CreateRenderer implements fyne.Widget.
func (l *StateLine) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(Row(6, l.mark, l.text))
}
