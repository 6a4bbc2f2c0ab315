package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Bars is a small chart of equal bars: throughput over time, or the density of a log, with a second series drawn over the first.
type Bars struct {
	widget.BaseWidget
	OnTap  func(bar int)
	base   []float64
	over   []float64
	low    fyne.ThemeColorName
	high   fyne.ThemeColorName
	height float32
}

// NewBars makes a chart; low is the colour of the first series, high of the second.
func NewBars(low, high fyne.ThemeColorName, height float32) *Bars {
	b := &Bars{low: low, high: high, height: height}
	b.ExtendBaseWidget(b)
	return b
}

// Set shows values. over may be nil; otherwise it is as long as base.
func (b *Bars) Set(base, over []float64) {
	b.base, b.over = base, over
	b.Refresh()
}

// Tapped implements fyne.Tappable.
func (b *Bars) Tapped(e *fyne.PointEvent) {
	if n := len(b.base); n > 0 && b.OnTap != nil && b.Size().Width > 0 {
		b.OnTap(min(n-1, int(e.Position.X/b.Size().Width*float32(n))))
	}
}

// CreateRenderer implements fyne.Widget.
func (b *Bars) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	floor := canvas.NewRectangle(color.Transparent)
	var pool []*canvas.Rectangle
	p := &parts{}
	p.layout = func(size fyne.Size) {
		n := len(b.base)
		for len(pool) < 2*n {
			pool = append(pool, canvas.NewRectangle(color.Transparent))
		}
		p.objects = append(p.objects[:0], floor)
		floor.FillColor = colorOf(ColorLine, b)
		place(floor, 0, size.Height-1, size.Width, 1)
		top := 0.0
		for _, v := range b.base {
			top = max(top, v)
		}
		if top == 0 {
			return
		}
		w := size.Width / float32(n)
		bar := func(r *canvas.Rectangle, i int, v float64, c fyne.ThemeColorName) {
			h := float32(v/top) * (size.Height - 2)
			if v > 0 {
				h = max(h, 2)
			}
			r.FillColor = colorOf(c, b)
			place(r, float32(i)*w, size.Height-1-h, max(1, w-1), h)
			p.objects = append(p.objects, r)
		}
		for i, v := range b.base {
			bar(pool[2*i], i, v, b.low)
			if i < len(b.over) && b.over[i] > 0 {
				bar(pool[2*i+1], i, b.over[i], b.high)
			}
		}
	}
	p.min = func() fyne.Size { return fyne.NewSize(60, b.height) }
	p.refresh = func() { p.layout(b.Size()); canvas.Refresh(b) }
	return p
}
