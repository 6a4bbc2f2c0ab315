package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Hop is one way from a station to the next.
type Hop struct {
	From, To string
	State    State  // of the arrow: reached, cut, unknown
	Note     string // below the arrow, e.g. when it was looked at
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
	from, to         *canvas.Rectangle
	fromText, toText *canvas.Text
	line             *canvas.Rectangle
	head             *Mark
	mark             *Mark
	word, note       *canvas.Text
}

func newHopView() *hopView {
	r := func() *canvas.Rectangle { return canvas.NewRectangle(color.Transparent) }
	t := func() *canvas.Text { return canvas.NewText("", nil) }
	return &hopView{r(), r(), t(), t(), r(), NewMark(Sign{}), NewMark(Sign{}), t(), t()}
}

func (h *hopView) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{h.line, h.from, h.to, h.fromText, h.toText, h.head, h.mark, h.word, h.note}
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
	box := min(170, width*0.28)
	for _, b := range []*canvas.Rectangle{v.from, v.to} {
		b.FillColor, b.StrokeColor, b.StrokeWidth, b.CornerRadius = colorOf(ColorRaised, f), colorOf(ColorEdge, f), 1, 4
	}
	place(v.from, 0, y+8, box, 40)
	place(v.to, width-box, y+8, box, 40)
	text := func(t *canvas.Text, s string, size fyne.ThemeSizeName, c fyne.ThemeColorName) {
		t.Text, t.TextSize, t.Color, t.Alignment = s, sizeOf(size, f), colorOf(c, f), fyne.TextAlignCenter
	}
	text(v.fromText, h.From, SizeBody, ColorInk)
	text(v.toText, h.To, SizeBody, ColorInk)
	place(v.fromText, 0, y+8, box, 40)
	place(v.toText, width-box, y+8, box, 40)
	left, right := box+6, width-box-6
	v.line.FillColor = colorOf(h.State.Color, f)
	place(v.line, left, y+27, max(0, right-left-10), 2)
	v.head.Set(Sign{Arrow, h.State.Color})
	if h.State.Shape == Cross {
		v.head.Set(h.State.Sign)
	}
	place(v.head, right-14, y+21, 14, 14)
	text(v.word, h.State.Word, SizeBody, ColorInk)
	text(v.note, h.Note, SizeSmall, ColorDim)
	m := v.word.MinSize()
	mid := (left + right) / 2
	v.mark.Set(h.State.Sign)
	place(v.mark, mid-m.Width/2-20, y+6, 14, 14)
	place(v.word, mid-m.Width/2, y+3, m.Width, 20)
	place(v.note, left, y+32, right-left, 18)
}
