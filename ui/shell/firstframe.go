package shell

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// firstFrame is an invisible point that tells when it is drawn. The toolkit itself tells when its loop begins, which it does also where no window
// ever comes.
func firstFrame(drawn func()) fyne.CanvasObject {
	if drawn == nil {
		return canvas.NewRectangle(color.Transparent)
	}
	picture := image.NewRGBA(image.Rect(0, 0, 1, 1))
	r := canvas.NewRaster(func(int, int) image.Image {
		drawn()
		return picture
	})
	return r
}
