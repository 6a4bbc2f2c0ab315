package rehearseview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// borderTop puts one object above another that gets the rest.
func borderTop(top, rest fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(top, nil, nil, nil, rest)
}
