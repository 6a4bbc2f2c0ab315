package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// at is the place in the log at a place of the widget; cells are rounded, as between two letters a cursor stands.
func (v *LogView) at(p fyne.Position) spot {
	s := v.step(v.top, max(0, int(p.Y/v.cellH)))
	s.col = max(0, int((p.X-2)/v.cellW+0.5)-gutter+v.left)
	return s
}

// MouseDown implements desktop.Mouseable: the cursor and a selection go to where the button goes down; in the gutter it folds or flags.
func (v *LogView) MouseDown(e *desktop.MouseEvent) {
	Focus(v)
	if v.Len() == 0 {
		return
	}
	p := v.at(e.Position)
	if e.Button == desktop.MouseButtonSecondary {
		v.putCursor(p)
		if v.OnMenu != nil {
			v.OnMenu(p.item, e.Position)
		}
		return
	}
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	switch cell := int((e.Position.X - 2) / v.cellW); {
	case e.Modifier&fyne.KeyModifierShift != 0:
		if !v.selected {
			v.anchor = spot{item: max(0, v.cursor.item), row: v.cursor.row}
		}
		v.head, v.selected = p, true
	case cell == flagCell && v.OnFlag != nil:
		v.putCursor(p)
		v.OnFlag(p.item)
	case cell == foldCell && v.OnFold != nil && v.rows(p.item)[p.row].Fold != NoFold:
		v.putCursor(p)
		v.OnFold(p.item)
	default:
		v.anchor, v.selected = p, false
		v.putCursor(p)
	}
	v.Refresh()
}

// putCursor sets the cursor without scrolling. A log that moves would carry away what a person points at.
func (v *LogView) putCursor(p spot) {
	before := v.cursor.item
	v.cursor = spot{item: p.item, row: p.row}
	v.Pause()
	v.Refresh()
	if before != p.item {
		v.tellCurrent()
	}
}

// MouseUp implements desktop.Mouseable.
func (v *LogView) MouseUp(*desktop.MouseEvent) {}

// DoubleTapped implements fyne.DoubleTappable: it selects a word.
func (v *LogView) DoubleTapped(e *fyne.PointEvent) {
	if v.Len() > 0 {
		v.selectWord(v.at(e.Position))
	}
}

// Dragged implements fyne.Draggable: it selects, and scrolls at the edges.
func (v *LogView) Dragged(e *fyne.DragEvent) {
	if v.Len() == 0 {
		return
	}
	if !v.dragging {
		v.dragging = true
		v.Pause()
	}
	switch {
	case e.Position.Y < 0:
		v.top = v.step(v.top, -1)
	case e.Position.Y > v.Size().Height-barRoom:
		v.top = v.clampTop(v.step(v.top, 1))
	}
	v.head, v.selected = v.at(e.Position), true
	v.Refresh()
}

// DragEnd implements fyne.Draggable.
func (v *LogView) DragEnd() { v.dragging = false }

// Scrolled implements fyne.Scrollable.
func (v *LogView) Scrolled(e *fyne.ScrollEvent) {
	if e.Scrolled.DX != 0 {
		v.sideways(-int(e.Scrolled.DX / v.cellW))
	}
	v.wheel -= e.Scrolled.DY
	if n := int(v.wheel / v.cellH * 2); n != 0 {
		v.wheel = 0
		v.scrollTop(v.step(v.top, n))
	}
}

// Cursor implements desktop.Cursorable.
func (v *LogView) Cursor() desktop.Cursor { return desktop.TextCursor }

// FocusGained implements fyne.Focusable.
func (v *LogView) FocusGained() { v.focused = true; v.Refresh() }

// FocusLost implements fyne.Focusable.
func (v *LogView) FocusLost() { v.focused = false; v.Refresh() }

// TypedRune implements fyne.Focusable: n and N go to the next and the previous hit; the rest is the screen's.
func (v *LogView) TypedRune(r rune) {
	if v.OnRune != nil && v.OnRune(r) {
		return
	}
	switch r {
	case 'n':
		v.find(true)
	case 'N':
		v.find(false)
	}
}

// TypedKey implements fyne.Focusable: arrows move the cursor and scroll sideways, Page Up, Page Down, Home and End scroll (End follows), Return and Space
// fold, Escape drops the selection. With Shift, the keys that move the cursor select.
func (v *LogView) TypedKey(e *fyne.KeyEvent) {
	if v.OnKey != nil && v.OnKey(e) {
		return
	}
	shift := false
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		shift = d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
	}
	if move := v.movement(e.Name); move != nil {
		if shift {
			v.extend(move)
		} else {
			move()
		}
		return
	}
	switch e.Name {
	case fyne.KeyLeft:
		v.sideways(-8)
	case fyne.KeyRight:
		v.sideways(8)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if v.OnFold != nil && v.cursor.item >= 0 {
			v.OnFold(v.cursor.item)
		}
	case fyne.KeyEscape:
		if !v.ClearSelection() {
			forwardKey(v, e)
		}
	case desktop.KeyMenu:
		if v.OnMenu != nil && v.cursor.item >= 0 {
			v.OnMenu(v.cursor.item, v.PlaceOf(v.cursor.item))
		}
	default:
		forwardKey(v, e)
	}
}

func (v *LogView) movement(k fyne.KeyName) func() {
	switch k {
	case fyne.KeyUp:
		return func() { v.moveCursor(-1) }
	case fyne.KeyDown:
		return func() { v.moveCursor(1) }
	case fyne.KeyPageUp:
		return func() { v.pageBy(-1) }
	case fyne.KeyPageDown:
		return func() { v.pageBy(1) }
	case fyne.KeyHome:
		return v.home
	case fyne.KeyEnd:
		return v.end
	}
	return nil
}

// PlaceOf is where the first line of an item is drawn, at the top when it is not seen.
func (v *LogView) PlaceOf(item int) fyne.Position {
	at := spot{item: v.top.item, row: v.top.row}
	for n := range v.page() {
		if at.item == item {
			return fyne.NewPos(gutter*v.cellW, float32(n+1)*v.cellH)
		}
		at = v.step(at, 1)
	}
	return fyne.NewPos(gutter*v.cellW, v.cellH)
}

// TypedShortcut implements fyne.Shortcutable.
func (v *LogView) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutCopy:
		v.copy()
	case *fyne.ShortcutSelectAll:
		v.SelectAll()
	default:
		forward(v, s)
	}
}
