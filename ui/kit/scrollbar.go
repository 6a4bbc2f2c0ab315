package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Scrollbar is addressed by lines or rows, not by pixels: at a million rows a pixel offset in 32 bits no longer tells one row from the next.
type Scrollbar struct {
	widget.BaseWidget
	OnMove func(first int)
	across bool // horizontal
	total  int
	page   int
	first  int
	grip   float32 // exact position while dragging
	drag   bool
}

// NewScrollbar makes a bar; across makes it horizontal.
func NewScrollbar(across bool, moved func(first int)) *Scrollbar {
	s := &Scrollbar{OnMove: moved, across: across}
	s.ExtendBaseWidget(s)
	return s
}

// Set tells how much there is, how much is seen and where it begins.
func (s *Scrollbar) Set(total, page, first int) {
	if s.total == total && s.page == page && s.first == first {
		return
	}
	s.total, s.page, s.first = total, page, first
	s.Refresh()
}

func (s *Scrollbar) length() float32 {
	if s.across {
		return s.Size().Width
	}
	return s.Size().Height
}

// knob gives where the handle is and how long.
func (s *Scrollbar) knob() (at, length float32) {
	room := s.length()
	if s.total <= s.page || s.page <= 0 {
		return 0, room
	}
	length = max(24, room*float32(s.page)/float32(s.total))
	at = (room - length) * float32(float64(s.first)/float64(s.total-s.page))
	return at, length
}

func (s *Scrollbar) moveTo(at float32) {
	_, length := s.knob()
	room := s.length() - length
	if room <= 0 {
		return
	}
	f := float64(min(max(at/room, 0), 1))
	first := int(f*float64(s.total-s.page) + 0.5)
	if first != s.first && s.OnMove != nil {
		s.OnMove(first)
	}
}

// Tapped implements fyne.Tappable: a tap beside the handle pages.
func (s *Scrollbar) Tapped(e *fyne.PointEvent) {
	pos := e.Position.Y
	if s.across {
		pos = e.Position.X
	}
	at, length := s.knob()
	first := s.first
	switch {
	case pos < at:
		first = max(0, s.first-s.page)
	case pos > at+length:
		first = min(s.total-s.page, s.first+s.page)
	}
	if first != s.first && s.OnMove != nil {
		s.OnMove(first)
	}
}

// Dragged implements fyne.Draggable.
func (s *Scrollbar) Dragged(e *fyne.DragEvent) {
	if !s.drag {
		s.drag = true
		s.grip, _ = s.knob()
	}
	if s.across {
		s.grip += e.Dragged.DX
	} else {
		s.grip += e.Dragged.DY
	}
	s.moveTo(s.grip)
}

// DragEnd implements fyne.Draggable.
func (s *Scrollbar) DragEnd() { s.drag = false }

// CreateRenderer implements fyne.Widget.
func (s *Scrollbar) CreateRenderer() fyne.WidgetRenderer {
	knob := canvas.NewRectangle(color.Transparent)
	p := &parts{objects: []fyne.CanvasObject{knob}}
	p.layout = func(size fyne.Size) {
		at, length := s.knob()
		if s.across {
			place(knob, at, 2, length, max(0, size.Height-4))
		} else {
			place(knob, 2, at, max(0, size.Width-4), length)
		}
		knob.FillColor, knob.CornerRadius = colorOf(ColorEdge, s), 3
		knob.Hidden = s.total <= s.page
	}
	p.min = func() fyne.Size { return fyne.NewSize(10, 10) }
	p.refresh = func() { p.layout(s.Size()); knob.Refresh(); canvas.Refresh(s) }
	return p
}
