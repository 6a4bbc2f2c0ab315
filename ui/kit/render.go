package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// parts is the renderer of every widget in this package: its objects, and three functions that say where they go, how small they may be and
// how they look now. A widget whose objects come and go changes objects in refresh.
type parts struct {
	objects []fyne.CanvasObject
	layout  func(fyne.Size)
	min     func() fyne.Size
	refresh func()
}

func (p *parts) Layout(s fyne.Size)           { p.layout(s) }
func (p *parts) MinSize() fyne.Size           { return p.min() }
func (p *parts) Objects() []fyne.CanvasObject { return p.objects }
func (p *parts) Destroy()                     {}
func (p *parts) Refresh() {
	if p.refresh != nil {
		p.refresh()
	}
}

// colorOf asks the theme in force at the widget.
func colorOf(name fyne.ThemeColorName, w fyne.Widget) color.Color {
	return theme.ColorForWidget(name, w)
}

func sizeOf(name fyne.ThemeSizeName, w fyne.Widget) float32 { return theme.SizeForWidget(name, w) }

// place moves and resizes an object in one go.
func place(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// ceil rounds up to whole units, so that text keeps to the pixel grid at scale 1.
func ceil(v float32) float32 {
	n := float32(int(v))
	if v > n {
		n++
	}
	return n
}

// plainColor gives a colour as red, green, blue and alpha.
func plainColor(c color.Color) color.NRGBA {
	if n, ok := color.NRGBAModel.Convert(c).(color.NRGBA); ok {
		return n
	}
	return color.NRGBA{A: 0xff}
}
