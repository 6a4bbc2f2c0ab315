package shell_test

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/uitest"
)

// The toolkit paints the whole window anew for each frame. With a software renderer nearly all of a frame's time goes into points of rectangles, each of
// which runs a program of its own; so a frame of the log is quick only while little beside the log itself is filled.
func TestAFrameOfTheLogFillsLittleBesideTheLog(t *testing.T) {
	b := open(t, newEngine(), kit.Dark, normal)
	b.shell.Go(screen.Log)
	b.Settle()
	var plain, round float32
	uitest.Walk(b.Window.Canvas().Content(), func(o fyne.CanvasObject) {
		r, ok := o.(*canvas.Rectangle)
		if !ok || !fills(r) {
			return
		}
		area := r.Size().Width * r.Size().Height
		if r.CornerRadius > 0 {
			round += area
		} else {
			plain += area
		}
	})
	window := normal.Width * normal.Height
	if part := plain / window; part > 0.15 {
		t.Errorf("plain rectangles fill %.0f %% of the window", 100*part)
	}
	if part := round / window; part > 0.10 {
		t.Errorf("round rectangles, which cost twice as much, fill %.0f %% of the window", 100*part)
	}
	t.Logf("plain %.1f %%, round %.1f %%", 100*plain/window, 100*round/window)
}

// fills tells whether the renderer does anything for a rectangle.
func fills(r *canvas.Rectangle) bool {
	none := func(c color.Color) bool { return c == nil || c == color.Transparent }
	return !none(r.FillColor) || r.StrokeWidth > 0 && !none(r.StrokeColor)
}
