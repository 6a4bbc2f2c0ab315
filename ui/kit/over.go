package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// stackOver lays content over a ground.
func stackOver(ground, content fyne.CanvasObject) *fyne.Container {
	return container.NewStack(ground, content)
}
