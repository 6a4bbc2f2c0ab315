package protectview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// shelf puts a table above what tells about its selected row. The table gets the height of its rows, and never more than its share.
type shelf struct {
	rows  func() int
	share float32 // of the height, that the table gets at most
}

// The heights of a table's head and rows.
const (
	shelfRow = 28
	shelfPad = 6
)

func shelved(rows func() int, share float32, table, below fyne.CanvasObject) *fyne.Container {
	return container.New(&shelf{rows, share}, table, below)
}

// Layout implements fyne.Layout.
func (l *shelf) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rows := 1 + l.rows() // the head is one
	if rows == 1 {
		rows = 3 // room for the words that nothing is there
	}
	most := int((size.Height*l.share - shelfPad) / shelfRow)
	h := float32(max(2, min(rows, most)))*shelfRow + shelfPad
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(fyne.NewSize(size.Width, h))
	objects[1].Move(fyne.NewPos(0, h))
	objects[1].Resize(fyne.NewSize(size.Width, size.Height-h))
}

// MinSize implements fyne.Layout.
func (l *shelf) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height+b.Height)
}
