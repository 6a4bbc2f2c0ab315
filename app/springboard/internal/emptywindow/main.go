// Emptywindow opens a window with nothing in it and says when its first frame is drawn, and ends. It is what scripts/bench measures the start of the real window against.
package main

import (
	"fmt"
	"image"
	"os"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
)

func main() {
	app.SetMetadata(fyne.AppMetadata{Name: "Empty"})
	a := app.NewWithID("")
	w := a.NewWindow("Empty")
	w.Resize(fyne.NewSize(1280, 800))
	picture, end := image.NewRGBA(image.Rect(0, 0, 1, 1)), sync.OnceFunc(func() {
		fmt.Fprintln(os.Stdout, "first frame")
		fyne.Do(a.Quit)
	})
	w.SetContent(canvas.NewRaster(func(int, int) image.Image {
		end()
		return picture
	}))
	w.ShowAndRun()
}
