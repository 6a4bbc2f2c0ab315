package shell

import (
	"image/color"

	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// navigation is the roadmap of the run: its phases, the point of no return between them, and below what is always at hand.
type navigation struct {
	*fyne.Container
	items map[screen.ID]*navItem
	order []*navItem
}

func newNavigation(choose func(screen.ID)) *navigation {
	n := &navigation{items: map[screen.ID]*navItem{}}
	var rows []fyne.CanvasObject
	for i, id := range screen.All {
		item := newNavItem(id, Title(id), choose)
		if i < len(run.Phases) {
			item.number = strconv.Itoa(i + 1)
		}
		at := i
		item.move = func(step int) {
			if to := at + step; to >= 0 && to < len(n.order) {
				kit.Focus(n.order[to])
			}
		}
		n.items[id] = item
		n.order = append(n.order, item)
		if id == screen.Upgrade {
			rows = append(rows, noReturn())
		}
		if id == screen.Log {
			rows = append(rows, kit.Inset(0, 10, 0, 10, kit.HLine()))
		}
		rows = append(rows, item)
	}
	body := kit.Inset(0, 10, 0, 8, kit.Stack(1, rows...))
	n.Container = container.NewBorder(nil, nil, nil, kit.NewFill(kit.ColorLine, "", 0), body) // on the window's own ground
	return n
}

// noReturn draws the line behind which the way back is the restored backup.
func noReturn() fyne.CanvasObject {
	text := kit.NewText("from here, back by restore", kit.Small).Centred()
	line := kit.AtLeast(0, 1, kit.NewFill(kit.ColorWarn, "", 0))
	return kit.Inset(12, 5, 12, 3, kit.Stack(2, line, text))
}

func (n *navigation) show(rows []present.PhaseRow) {
	for _, r := range rows {
		if it, ok := n.items[screen.ID(r.ID)]; ok {
			state, current := kit.PhaseState(r.Mark), r.Mark == present.MarkCurrent
			if it.state != state || it.current != current {
				it.state, it.current = state, current
				it.Refresh()
			}
		}
	}
}

func (n *navigation) showFailures(count int) {
	it := n.items[screen.Log]
	text := ""
	if count > 0 {
		text = present.Count(int64(count))
	}
	if it.count != text {
		it.count = text
		it.Refresh()
	}
}

func (n *navigation) mark(id screen.ID) {
	for _, it := range n.order {
		if on := it.id == id; on != it.selected {
			it.selected = on
			it.Refresh()
		}
	}
}

func (n *navigation) focus() {
	for _, it := range n.order {
		if it.selected {
			kit.Focus(it)
			return
		}
	}
	kit.Focus(n.order[0])
}

// navItem is one line of the navigation.
type navItem struct {
	widget.BaseWidget
	id       screen.ID
	number   string
	title    string
	state    kit.State
	count    string
	choose   func(screen.ID)
	move     func(step int)
	selected bool
	current  bool
	focused  bool
	hovered  bool
}

func newNavItem(id screen.ID, title string, choose func(screen.ID)) *navItem {
	it := &navItem{id: id, title: title, choose: choose}
	it.ExtendBaseWidget(it)
	return it
}

// Tapped implements fyne.Tappable.
func (it *navItem) Tapped(*fyne.PointEvent) { it.choose(it.id) }

// FocusGained implements fyne.Focusable.
func (it *navItem) FocusGained() { it.focused = true; it.Refresh() }

// FocusLost implements fyne.Focusable.
func (it *navItem) FocusLost() { it.focused = false; it.Refresh() }

// TypedRune implements fyne.Focusable.
func (it *navItem) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (it *navItem) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		it.choose(it.id)
	case fyne.KeyDown:
		it.move(1)
	case fyne.KeyUp:
		it.move(-1)
	}
}

// MouseIn implements desktop.Hoverable.
func (it *navItem) MouseIn(*desktop.MouseEvent) { it.hovered = true; it.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (it *navItem) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (it *navItem) MouseOut() { it.hovered = false; it.Refresh() }

// CreateRenderer implements fyne.Widget.
func (it *navItem) CreateRenderer() fyne.WidgetRenderer {
	it.ExtendBaseWidget(it)
	v := &navRender{it: it, ground: canvas.NewRectangle(color.Transparent), edge: canvas.NewRectangle(color.Transparent),
		ring:   canvas.NewRectangle(color.Transparent),
		number: canvas.NewText("", nil), title: canvas.NewText("", nil), count: canvas.NewText("", nil), mark: kit.NewMark(kit.Sign{})}
	v.dress()
	return v
}

type navRender struct {
	it                   *navItem
	ground, edge, ring   *canvas.Rectangle
	number, title, count *canvas.Text
	mark                 *kit.Mark
}

func (v *navRender) dress() {
	it := v.it
	col := func(n fyne.ThemeColorName) { v.ground.FillColor = theme.ColorForWidget(n, it) }
	switch {
	case it.selected:
		col(kit.ColorTint)
	case it.hovered:
		col(kit.ColorHover)
	default:
		v.ground.FillColor = color.Transparent
	}
	v.edge.FillColor, v.edge.Hidden = theme.ColorForWidget(kit.ColorAccent, it), !it.selected
	v.ring.FillColor, v.ring.StrokeColor, v.ring.StrokeWidth, v.ring.CornerRadius = color.Transparent, theme.ColorForWidget(kit.ColorAccent, it), 2, 3
	v.ring.Hidden = !it.focused
	size := theme.SizeForWidget(kit.SizeBody, it)
	v.number.Text, v.number.TextSize, v.number.Color = it.number, size, theme.ColorForWidget(kit.ColorDim, it)
	v.number.Alignment = fyne.TextAlignTrailing
	v.title.Text, v.title.TextSize, v.title.Color = it.title, size, theme.ColorForWidget(kit.ColorInk, it)
	v.title.TextStyle = fyne.TextStyle{Bold: it.selected || it.current}
	v.count.Text, v.count.TextSize, v.count.Color = it.count, theme.SizeForWidget(kit.SizeSmall, it), theme.ColorForWidget(kit.ColorBad, it)
	v.count.Alignment, v.count.TextStyle = fyne.TextAlignTrailing, fyne.TextStyle{Bold: true}
	v.mark.Set(it.state.Sign)
	v.mark.Hidden = it.state.Shape == kit.NoShape
}

func (v *navRender) Layout(s fyne.Size) {
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	}
	put(v.ground, 0, 0, s.Width, s.Height)
	put(v.edge, 0, 0, 3, s.Height)
	put(v.ring, 2, 1, s.Width-4, s.Height-2)
	put(v.number, 8, 0, 14, s.Height)
	left := float32(32)
	if v.it.number == "" {
		left = 16
	}
	put(v.title, left, 0, s.Width-left-34, s.Height)
	put(v.count, s.Width-60, 0, 46, s.Height)
	put(v.mark, s.Width-28, (s.Height-14)/2, 14, 14)
}

func (v *navRender) MinSize() fyne.Size { return fyne.NewSize(160, 34) }
func (v *navRender) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{v.ground, v.edge, v.number, v.title, v.count, v.mark, v.ring}
}
func (v *navRender) Destroy() {}
func (v *navRender) Refresh() {
	v.dress()
	v.Layout(v.it.Size())
	canvas.Refresh(v.it)
}
