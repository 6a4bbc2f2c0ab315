// Emptywindow opens an empty Fyne window and ends with its first frame: the peer that Springboard's own first frame is measured against.
package main

import (
	"image"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"

	"github.com/springboard-leap/springboard/ui/observe"
)

func main() {
	a := app.NewWithID("com.springboard-leap.emptywindow")
	w := a.NewWindow("empty")
	w.Resize(fyne.NewSize(1280, 800))
	drawn := sync.OnceFunc(func() { observe.Fyne{}.Do(a.Quit) })
	// A raster is made when it is first drawn.
	w.SetContent(canvas.NewRaster(func(int, int) image.Image {
		drawn()
		return image.NewUniform(color.Transparent)
	}))
	w.ShowAndRun()
}
