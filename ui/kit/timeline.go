package kit

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Timeline is a log over time: records grow upwards from a line, errors hang below it, so that they are told apart by more than their colour. A frame shows
// the part that is seen in the log view, ticks the bookmarks, dots the silences that were shortened. A press goes there; so do Left, Right, Home, End and
// Return, and E and Shift+E go to the next and the previous part with errors.
type Timeline struct {
	widget.BaseWidget
	OnJump func(part int)
	OnHand func(part int) // the part under the pointer or the keyboard, -1 for none

	all, errors []float64
	pauses      []int
	flags       []int
	seen        [2]int
	hand        int
	focused     bool
	raster      *canvas.Raster
	buf         imageBuffer
}

// TimelineHeight is enough to tell one error from many.
const TimelineHeight float32 = 46

// NewTimeline makes an empty one.
func NewTimeline() *Timeline {
	t := &Timeline{hand: -1, seen: [2]int{-1, -1}}
	t.raster = canvas.NewRaster(t.draw)
	t.raster.ScaleMode = canvas.ImageScalePixels
	t.ExtendBaseWidget(t)
	return t
}

// Set shows numbers of records, and of errors among them, in parts of equal length; pauses are the parts before which time was left out.
func (t *Timeline) Set(all, errors []float64, pauses []int) {
	t.all, t.errors, t.pauses = all, errors, pauses
	t.hand = min(t.hand, len(all)-1)
	t.Refresh()
}

// SetSeen frames the parts that are seen in the log; -1 for none.
func (t *Timeline) SetSeen(from, to int) {
	if t.seen != [2]int{from, to} {
		t.seen = [2]int{from, to}
		t.Refresh()
	}
}

// Seen is the frame.
func (t *Timeline) Seen() (from, to int) { return t.seen[0], t.seen[1] }

// SetFlags marks the parts in which something is bookmarked.
func (t *Timeline) SetFlags(parts []int) {
	t.flags = parts
	t.Refresh()
}

func (t *Timeline) partAt(x float32) int {
	n := len(t.all)
	if n == 0 || t.Size().Width <= 0 {
		return -1
	}
	return max(0, min(n-1, int(x/t.Size().Width*float32(n))))
}

func (t *Timeline) setHand(part int) {
	if part == t.hand {
		return
	}
	t.hand = part
	t.Refresh()
	if t.OnHand != nil {
		t.OnHand(part)
	}
}

func (t *Timeline) jump(part int) {
	if part < 0 || part >= len(t.all) {
		return
	}
	t.setHand(part)
	if t.OnJump != nil {
		t.OnJump(part)
	}
}

// Tapped implements fyne.Tappable.
func (t *Timeline) Tapped(e *fyne.PointEvent) { t.jump(t.partAt(e.Position.X)) }

// Dragged implements fyne.Draggable: the log goes along.
func (t *Timeline) Dragged(e *fyne.DragEvent) { t.jump(t.partAt(e.Position.X)) }

// DragEnd implements fyne.Draggable.
func (t *Timeline) DragEnd() {}

// MouseIn implements desktop.Hoverable.
func (t *Timeline) MouseIn(e *desktop.MouseEvent) { t.setHand(t.partAt(e.Position.X)) }

// MouseMoved implements desktop.Hoverable.
func (t *Timeline) MouseMoved(e *desktop.MouseEvent) { t.setHand(t.partAt(e.Position.X)) }

// MouseOut implements desktop.Hoverable.
func (t *Timeline) MouseOut() {
	if !t.focused {
		t.setHand(-1)
	}
}

// Cursor implements desktop.Cursorable.
func (t *Timeline) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements fyne.Focusable.
func (t *Timeline) FocusGained() { t.focused = true; t.Refresh() }

// FocusLost implements fyne.Focusable.
func (t *Timeline) FocusLost() { t.focused = false; t.setHand(-1); t.Refresh() }

// TypedRune implements fyne.Focusable.
func (t *Timeline) TypedRune(r rune) {
	switch r {
	case 'e':
		t.jump(t.nextError(1))
	case 'E':
		t.jump(t.nextError(-1))
	}
}

func (t *Timeline) nextError(by int) int {
	for part := t.hand + by; part >= 0 && part < len(t.errors); part += by {
		if t.errors[part] > 0 {
			return part
		}
	}
	return -1
}

// TypedKey implements fyne.Focusable.
func (t *Timeline) TypedKey(e *fyne.KeyEvent) {
	switch last := len(t.all) - 1; e.Name {
	case fyne.KeyLeft:
		t.jump(max(0, t.hand-1))
	case fyne.KeyRight:
		t.jump(min(last, t.hand+1))
	case fyne.KeyHome:
		t.jump(0)
	case fyne.KeyEnd:
		t.jump(last)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		t.jump(t.hand)
	default:
		forwardKey(t, e)
	}
}

// height of a bar: logarithmic, so that a quiet hour is seen beside a second with thousands of records.
func barHeight(v, top float64, room int) int {
	if v <= 0 || top <= 0 {
		return 0
	}
	return max(2, int(math.Log1p(v)/math.Log1p(top)*float64(room)))
}

func (t *Timeline) draw(w, h int) image.Image {
	dst := t.buf.take(w, h)
	c := func(n fyne.ThemeColorName) color.NRGBA { return plainColor(colorOf(n, t)) }
	fillRect(dst, dst.Rect, c(ColorGround))
	n := len(t.all)
	if n == 0 {
		return dst
	}
	scale := max(1, float64(h)/float64(TimelineHeight))
	px := func(units float64) int { return max(1, int(units*scale)) }
	floor := h * 64 / 100
	top, topErrors := 0.0, 0.0
	for i := range n {
		top, topErrors = max(top, t.all[i]), max(topErrors, t.errors[i])
	}
	x := func(part int) int { return part * w / n }
	if t.seen[0] >= 0 {
		fillRect(dst, image.Rect(x(t.seen[0]), 0, max(x(t.seen[1]+1), x(t.seen[0])+px(3)), h), c(ColorTint))
	}
	grey, bad, line := c(ColorEdge), c(ColorBad), c(ColorLine)
	for i := range n {
		left, right := x(i), max(x(i)+1, x(i+1)-px(1))
		up := barHeight(t.all[i], top, floor-px(5))
		fillRect(dst, image.Rect(left, floor-up, right, floor), grey)
		down := barHeight(t.errors[i], topErrors, h-floor-px(2))
		fillRect(dst, image.Rect(left, floor+px(1), right, floor+px(1)+down), bad)
	}
	fillRect(dst, image.Rect(0, floor, w, floor+px(1)), line)
	for _, p := range t.pauses {
		for y := 0; y < h; y += px(4) {
			fillRect(dst, image.Rect(x(p), y, x(p)+px(1), y+px(2)), c(ColorDim))
		}
	}
	for _, p := range t.flags {
		fillRect(dst, image.Rect(x(p), 0, x(p)+px(4), px(4)), c(ColorAccent))
		fillRect(dst, image.Rect(x(p), 0, x(p)+px(1), floor), c(ColorAccent))
	}
	if t.seen[0] >= 0 {
		t.frame(dst, image.Rect(x(t.seen[0]), 0, max(x(t.seen[1]+1), x(t.seen[0])+px(3)), h), px(1), c(ColorAccent))
	}
	if t.hand >= 0 {
		fillRect(dst, image.Rect(x(t.hand), 0, x(t.hand)+px(1), h), c(ColorInk))
	}
	return dst
}

func (t *Timeline) frame(dst *image.RGBA, r image.Rectangle, w int, c color.NRGBA) {
	fillRect(dst, image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+w), c)
	fillRect(dst, image.Rect(r.Min.X, r.Max.Y-w, r.Max.X, r.Max.Y), c)
	fillRect(dst, image.Rect(r.Min.X, r.Min.Y, r.Min.X+w, r.Max.Y), c)
	fillRect(dst, image.Rect(r.Max.X-w, r.Min.Y, r.Max.X, r.Max.Y), c)
}

// CreateRenderer implements fyne.Widget.
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	ring := canvas.NewRectangle(color.Transparent)
	p := &parts{objects: []fyne.CanvasObject{t.raster, ring}}
	dress := func() {
		ring.Hidden = !t.focused
		ring.StrokeColor, ring.StrokeWidth, ring.CornerRadius = colorOf(ColorAccent, t), 2, 4
	}
	p.layout = func(s fyne.Size) {
		place(t.raster, 0, 0, s.Width, s.Height)
		place(ring, -2, -2, s.Width+4, s.Height+4)
		dress()
	}
	p.min = func() fyne.Size { return fyne.NewSize(120, TimelineHeight) }
	p.refresh = func() { dress(); t.raster.Refresh(); ring.Refresh(); canvas.Refresh(t) }
	return p
}
