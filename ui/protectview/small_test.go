package protectview_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/uitest"
	"github.com/springboard-leap/springboard/upgrade/backup"
)

// inSmallWindow is what a window of 1024x768 leaves for a screen.
var inSmallWindow = fyne.NewSize(836, 688)

func TestInASmallWindowNothingOfTheStateIsCutOff(t *testing.T) {
	e := newEngine()
	e.list = []backup.Summary{sealed()}
	b := open(t, e, kit.Light, inSmallWindow)
	found := 0
	for _, o := range uitest.Roots(b.Window.Canvas()) {
		uitest.Walk(o, func(o fyne.CanvasObject) {
			text, ok := o.(*kit.Text)
			if !ok || !strings.HasPrefix(text.Text(), "The best backup is sealed") && !strings.HasPrefix(text.Text(), "manifest.json ") {
				return
			}
			found++
			drawn := ""
			for _, part := range test.WidgetRenderer(text).Objects() {
				if line, ok := part.(*canvas.Text); ok && line.Visible() {
					drawn += line.Text
				}
			}
			if squeeze(drawn) != squeeze(text.Text()) {
				t.Errorf("%q is drawn as %q", text.Text(), drawn)
			}
		})
	}
	if found != 2 {
		t.Errorf("%d of the two texts were found", found)
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func TestInASmallWindowEveryPartOfTheScopeHasItsRow(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, inSmallWindow)
	rows, heights := len(e.plan.Parts), []float32{}
	for _, o := range uitest.Roots(b.Window.Canvas()) {
		uitest.Walk(o, func(o fyne.CanvasObject) {
			if table, ok := o.(*kit.DataTable); ok {
				heights = append(heights, table.Size().Height)
			}
		})
	}
	if len(heights) != 2 || rows < 3 || heights[0] < float32(rows+1)*28 {
		t.Errorf("%d parts have tables of the heights %v", rows, heights)
	}
}
