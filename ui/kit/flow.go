package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Hop is one way from a station to another, over a third when Via is set.
type Hop struct {
	From, Via, To string
	State         State  // of the (first) arrow: reached, cut, unknown
	Then          State  // of the arrow behind Via
	Note          string // below the first arrow, e.g. when it was looked at
}

// Flow draws who reaches what: stations as boxes, the ways between them as arrows with a word and a sign.
type Flow struct {
	widget.BaseWidget
	hops []Hop
}

// NewFlow makes a picture of hops below each other.
func NewFlow() *Flow {
	f := &Flow{}
	f.ExtendBaseWidget(f)
	return f
}

// Set shows other hops.
func (f *Flow) Set(hops []Hop) {
	f.hops = hops
	f.Refresh()
}

const hopHeight float32 = 74

type hopView struct {
	boxes  [3]*canvas.Rectangle
	names  [3]*canvas.Text
	arrows [2]arrowView
	note   *canvas.Text
}

// arrowView is a line with its head, and its word with a sign above it.
type arrowView struct {
	line       *canvas.Rectangle
	head, mark *Mark
	word       *canvas.Text
}

func newHopView() *hopView {
	v := &hopView{note: canvas.NewText("", nil)}
	for i := range v.boxes {
		v.boxes[i], v.names[i] = canvas.NewRectangle(color.Transparent), canvas.NewText("", nil)
	}
	for i := range v.arrows {
		v.arrows[i] = arrowView{canvas.NewRectangle(color.Transparent), NewMark(Sign{}), NewMark(Sign{}), canvas.NewText("", nil)}
	}
	return v
}

func (h *hopView) objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{h.note}
	for _, a := range h.arrows {
		out = append(out, a.line, a.head, a.mark, a.word)
	}
	for i := range h.boxes {
		out = append(out, h.boxes[i], h.names[i])
	}
	return out
}

// CreateRenderer implements fyne.Widget.
func (f *Flow) CreateRenderer() fyne.WidgetRenderer {
	f.ExtendBaseWidget(f)
	var views []*hopView
	p := &parts{}
	p.layout = func(s fyne.Size) {
		for len(views) < len(f.hops) {
			views = append(views, newHopView())
		}
		p.objects = p.objects[:0]
		for i, h := range f.hops {
			f.lay(views[i], h, float32(i)*hopHeight, s.Width)
			p.objects = append(p.objects, views[i].objects()...)
		}
	}
	p.min = func() fyne.Size { return fyne.NewSize(320, hopHeight*float32(max(1, len(f.hops)))) }
	p.refresh = func() { p.layout(f.Size()); canvas.Refresh(f) }
	return p
}

func (f *Flow) lay(v *hopView, h Hop, y, width float32) {
	box := min(150, width*0.24)
	// Who comes has the longest name, the product the shortest: what the boxes leave is for the words between them.
	names, widths, states := []string{h.From, h.To}, []float32{box, box * 0.64}, []State{h.State}
	if h.Via != "" {
		names, widths, states = []string{h.From, h.Via, h.To}, []float32{box, box * 0.88, box * 0.64}, []State{h.State, h.Then}
	}
	gap := width
	for _, w := range widths {
		gap -= w
	}
	gap /= float32(len(states))
	text := func(t *canvas.Text, s string, size fyne.ThemeSizeName, c fyne.ThemeColorName) {
		t.Text, t.TextSize, t.Color, t.Alignment = s, sizeOf(size, f), colorOf(c, f), fyne.TextAlignCenter
	}
	at := func(i int) (x float32) {
		for _, w := range widths[:i] {
			x += w + gap
		}
		return x
	}
	for i := range v.boxes {
		v.boxes[i].Hidden, v.names[i].Hidden = i >= len(names), i >= len(names)
		if i >= len(names) {
			continue
		}
		b := v.boxes[i]
		b.FillColor, b.StrokeColor, b.StrokeWidth, b.CornerRadius = colorOf(ColorRaised, f), colorOf(ColorEdge, f), 1, 4
		place(b, at(i), y+8, widths[i], 40)
		text(v.names[i], names[i], SizeBody, ColorInk)
		place(v.names[i], at(i), y+8, widths[i], 40)
	}
	for i, a := range v.arrows {
		hidden := i >= len(states)
		a.line.Hidden, a.head.Hidden, a.mark.Hidden, a.word.Hidden = hidden, hidden, hidden, hidden
		if !hidden {
			f.arrow(a, states[i], at(i)+widths[i]+6, at(i+1)-6, y)
		}
	}
	text(v.note, h.Note, SizeSmall, ColorDim)
	place(v.note, box+6, y+32, at(1)-box-12, 18)
}

func (f *Flow) arrow(a arrowView, s State, left, right, y float32) {
	a.line.FillColor = colorOf(s.Color, f)
	place(a.line, left, y+27, max(0, right-left-10), 2)
	a.head.Set(Sign{Arrow, s.Color})
	if s.Shape == Cross {
		a.head.Set(s.Sign)
	}
	place(a.head, right-14, y+21, 14, 14)
	a.word.Text, a.word.TextSize, a.word.Color, a.word.Alignment = s.Word, sizeOf(SizeBody, f), colorOf(ColorInk, f), fyne.TextAlignCenter
	m := a.word.MinSize()
	mid := (left + right) / 2
	a.mark.Set(s.Sign)
	place(a.mark, mid-m.Width/2-10, y+6, 14, 14)
	place(a.word, mid-m.Width/2+8, y+3, m.Width, 20)
}
