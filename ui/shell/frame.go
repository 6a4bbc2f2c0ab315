package shell

import "fyne.io/fyne/v2"

// The places that never move.
const (
	topHeight    float32 = 44
	bottomHeight float32 = 36
	navWidth     float32 = 188
)

// frame lays out the window: top line, navigation, bar, middle, and the point that tells of the first frame.
type frame struct{}

func (frame) Layout(o []fyne.CanvasObject, s fyne.Size) {
	nav, top, bottom, middle := o[0], o[1], o[2], o[3]
	top.Move(fyne.NewPos(0, 0))
	top.Resize(fyne.NewSize(s.Width, topHeight))
	bottom.Move(fyne.NewPos(0, s.Height-bottomHeight))
	bottom.Resize(fyne.NewSize(s.Width, bottomHeight))
	h := s.Height - topHeight - bottomHeight
	nav.Move(fyne.NewPos(0, topHeight))
	nav.Resize(fyne.NewSize(navWidth, h))
	middle.Move(fyne.NewPos(navWidth, topHeight))
	middle.Resize(fyne.NewSize(s.Width-navWidth, h))
	o[4].Resize(fyne.NewSize(1, 1))
}

func (frame) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := o[3].MinSize()
	return fyne.NewSize(max(640, navWidth+m.Width), max(420, topHeight+bottomHeight+max(m.Height, o[0].MinSize().Height)))
}
