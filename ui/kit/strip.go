package kit

import (
	"image/color"

	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/ui/present"
)

// Part of a strip: how many, in which state.
type Part struct {
	State State
	Count int
}

// Strip is the ledger as a picture: one bar over the whole, each state its part, and below it the states with their numbers, which add up.
type Strip struct {
	widget.BaseWidget
	parts  []Part
	total  int
	height float32
	legend bool
}

// NewStrip makes a strip with its legend.
func NewStrip() *Strip {
	s := &Strip{height: 18, legend: true}
	s.ExtendBaseWidget(s)
	return s
}

// NewBar makes a thin strip without a legend.
func NewBar() *Strip {
	s := &Strip{height: 6}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows the parts of a total. What the parts leave of the total stays empty.
func (s *Strip) Set(total int, parts []Part) {
	s.total, s.parts = total, parts
	s.Refresh()
}

// Legend is the text of the legend, for tests and screen readers.
func (s *Strip) Legend() string {
	var words []string
	for _, p := range s.parts {
		words = append(words, present.Count(int64(p.Count))+" "+p.State.Word)
	}
	return strings.Join(words, ", ")
}

type stripItem struct {
	bar  *canvas.Rectangle
	mark *Mark
	text *canvas.Text
}

// CreateRenderer implements fyne.Widget.
func (s *Strip) CreateRenderer() fyne.WidgetRenderer {
	s.ExtendBaseWidget(s)
	ground := canvas.NewRectangle(color.Transparent)
	var items []stripItem
	p := &parts{}
	rebuild := func() {
		for len(items) < len(s.parts) {
			items = append(items, stripItem{canvas.NewRectangle(color.Transparent), NewMark(Sign{}), canvas.NewText("", nil)})
		}
		p.objects = []fyne.CanvasObject{ground}
		for _, it := range items[:len(s.parts)] {
			p.objects = append(p.objects, it.bar)
			if s.legend {
				p.objects = append(p.objects, it.mark, it.text)
			}
		}
	}
	p.layout = func(size fyne.Size) {
		rebuild()
		ground.FillColor, ground.CornerRadius = colorOf(ColorRaised, s), 3
		place(ground, 0, 0, size.Width, s.height)
		s.layBars(items, size.Width)
		if s.legend {
			s.layLegend(items, size.Width)
		}
	}
	p.min = func() fyne.Size {
		if !s.legend {
			return fyne.NewSize(60, s.height)
		}
		return fyne.NewSize(200, s.height+26)
	}
	p.refresh = func() { p.layout(s.Size()); canvas.Refresh(s) }
	rebuild()
	return p
}

// layBars gives each part that is not empty at least three units, so that one failed application of ten thousand is still seen.
func (s *Strip) layBars(items []stripItem, width float32) {
	least, total := float32(3), s.total
	sum := 0
	for _, p := range s.parts {
		sum += p.Count
	}
	total = max(total, sum)
	x := float32(0)
	for i, p := range s.parts {
		bar := items[i].bar
		bar.Hidden = p.Count <= 0 || total == 0
		if bar.Hidden {
			continue
		}
		w := max(least, width*float32(p.Count)/float32(total))
		w = min(w, width-x)
		bar.FillColor, bar.CornerRadius = colorOf(p.State.Color, s), 2
		if p.State.Shape == Ring {
			bar.FillColor = colorOf(ColorEdge, s)
		}
		place(bar, x, 0, max(0, w-1), s.height)
		x += w
	}
}

func (s *Strip) layLegend(items []stripItem, width float32) {
	x := float32(0)
	for i, p := range s.parts {
		it := items[i]
		it.mark.Set(p.State.Sign)
		it.text.Text = present.Count(int64(p.Count)) + " " + p.State.Word
		it.text.TextSize, it.text.Color = sizeOf(SizeBody, s), colorOf(ColorInk, s)
		if p.Count == 0 {
			it.text.Color = colorOf(ColorDim, s)
		}
		m := it.text.MinSize()
		over := x+20+m.Width > width
		it.mark.Hidden, it.text.Hidden = over, over
		place(it.mark, x, s.height+9, 14, 14)
		place(it.text, x+19, s.height+7, m.Width, m.Height)
		x += 19 + m.Width + 18
	}
}

// Ladder shows steps that fill: copied > flushed > reread > sealed > proven. Several may fill side by side, for one pass over the files does more than
// one of them.
type Ladder struct {
	widget.BaseWidget
	words  []string
	notes  []string  // what each step means, below its word; may be empty
	fills  []float32 // 0 to 1 each
	failed int       // the step that failed, -1 for none
}

// NewLadder makes an empty ladder of words.
func NewLadder(words ...string) *Ladder {
	l := &Ladder{words: words, fills: make([]float32, len(words)), failed: -1}
	l.ExtendBaseWidget(l)
	return l
}

// Explain writes what each step means below its word.
func (l *Ladder) Explain(notes ...string) *Ladder {
	l.notes = notes
	return l
}

// Set tells how far each step is, 0 to 1, and which one failed (-1: none).
func (l *Ladder) Set(failed int, fills ...float32) {
	l.failed = failed
	for i := range l.fills {
		l.fills[i] = 0
		if i < len(fills) {
			l.fills[i] = min(max(fills[i], 0), 1)
		}
	}
	l.Refresh()
}

// Reach fills the first n steps.
func (l *Ladder) Reach(n int) {
	fills := make([]float32, len(l.words))
	for i := range min(n, len(fills)) {
		fills[i] = 1
	}
	l.Set(-1, fills...)
}

// Reached is the number of steps that are full.
func (l *Ladder) Reached() int {
	n := 0
	for n < len(l.fills) && l.fills[n] == 1 {
		n++
	}
	return n
}

type ladderStep struct {
	ground, fill *canvas.Rectangle
	mark         *Mark
	text, note   *canvas.Text
}

// CreateRenderer implements fyne.Widget.
func (l *Ladder) CreateRenderer() fyne.WidgetRenderer {
	var steps []ladderStep
	p := &parts{}
	for range l.words {
		s := ladderStep{canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent), NewMark(Sign{}), canvas.NewText("", nil), canvas.NewText("", nil)}
		steps = append(steps, s)
		p.objects = append(p.objects, s.ground, s.fill, s.mark, s.text, s.note)
	}
	p.layout = func(size fyne.Size) {
		w := (size.Width - 4*float32(len(steps)-1)) / float32(len(steps))
		for i, s := range steps {
			l.layStep(i, s, float32(i)*(w+4), w)
		}
	}
	p.min = func() fyne.Size {
		if len(l.notes) > 0 {
			return fyne.NewSize(68*float32(len(steps)), 50)
		}
		return fyne.NewSize(68*float32(len(steps)), 32)
	}
	p.refresh = func() { p.layout(l.Size()); canvas.Refresh(l) }
	return p
}

func (l *Ladder) layStep(i int, s ladderStep, x, w float32) {
	part, ink := l.fills[i], ColorInk
	sign, col := Sign{Half, ColorAccent}, ColorAccent
	switch {
	case i == l.failed:
		part, sign, col = max(part, 0.02), Sign{Triangle, ColorBad}, ColorBad
	case part == 1:
		sign, col = Sign{Check, ColorGood}, ColorGood
	case part == 0:
		sign, ink = Sign{Ring, ColorDim}, ColorDim
	}
	s.ground.FillColor, s.fill.FillColor = colorOf(ColorRaised, l), colorOf(col, l)
	s.ground.CornerRadius, s.fill.CornerRadius = 3, 3
	place(s.ground, x, 0, w, 6)
	place(s.fill, x, 0, w*part, 6)
	s.fill.Hidden = part == 0
	s.mark.Set(sign)
	place(s.mark, x, 13, 14, 14)
	s.text.Text, s.text.TextSize, s.text.Color = l.words[i], sizeOf(SizeSmall, l), colorOf(ink, l)
	m := s.text.MinSize()
	place(s.text, x+18, 12, m.Width, m.Height)
	if s.note.Hidden = i >= len(l.notes); !s.note.Hidden {
		s.note.TextSize, s.note.Color = sizeOf(SizeSmall, l), colorOf(ColorDim, l)
		s.note.Text = Ellipsis(l.notes[i], w-18, func(t string) float32 { return fyne.MeasureText(t, s.note.TextSize, s.note.TextStyle).Width })
		n := s.note.MinSize()
		place(s.note, x+18, 12+m.Height, n.Width, n.Height)
	}
}
