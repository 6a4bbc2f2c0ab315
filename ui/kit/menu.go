package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// ShowMenu opens a menu at a place of a widget. It is used by arrows, Return and Escape, or by mouse.
func ShowMenu(c fyne.Canvas, over fyne.CanvasObject, at fyne.Position, items ...*fyne.MenuItem) {
	m := widget.NewPopUpMenu(fyne.NewMenu("", items...), c)
	place := at
	if app := fyne.CurrentApp(); app != nil {
		place = app.Driver().AbsolutePositionForObject(over).Add(at)
	}
	size := m.MinSize()
	place.X = max(0, min(place.X, c.Size().Width-size.Width))
	place.Y = max(0, min(place.Y, c.Size().Height-size.Height))
	m.ShowAtPosition(place)
	c.Focus(m)
}
