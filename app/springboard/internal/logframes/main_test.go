package main

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// A probe as large as the window once added a third to each frame that it measured.
func TestTheProbePaintsOnePoint(t *testing.T) {
	test.NewTempApp(t)
	p := newProbe()
	w := test.NewTempWindow(t, container.NewStack(p))
	w.Resize(fyne.NewSize(1280, 800))
	if got := p.raster.Size(); got != fyne.NewSize(1, 1) {
		t.Errorf("in a window of %v it paints %v", w.Canvas().Size(), got)
	}
}
