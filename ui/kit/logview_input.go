package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func (v *LogView) at(p fyne.Position) place2 {
	col := int((p.X-2)/v.cellW+0.5) - gutter + v.left
	return place2{line: min(v.first+int(p.Y/v.cellH), max(0, v.Len()-1)), col: max(0, col)}
}

// MouseDown implements desktop.Mouseable: a selection begins where the button goes down.
func (v *LogView) MouseDown(e *desktop.MouseEvent) {
	Focus(v)
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	if e.Modifier&fyne.KeyModifierShift != 0 && v.Len() > 0 {
		v.to, v.selected = v.at(e.Position), true
	} else {
		v.from, v.selected = v.at(e.Position), false
	}
	v.Refresh()
}

// MouseUp implements desktop.Mouseable.
func (v *LogView) MouseUp(*desktop.MouseEvent) {}

// Tapped implements fyne.Tappable.
func (v *LogView) Tapped(e *fyne.PointEvent) {
	if v.OnTap != nil && v.Len() > 0 {
		v.OnTap(v.at(e.Position).line)
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
		v.first = max(0, v.first-1)
	case e.Position.Y > v.Size().Height-barRoom:
		v.first = min(max(0, v.Len()-v.page()), v.first+1)
	}
	v.to, v.selected = v.at(e.Position), true
	v.Refresh()
}

// DragEnd implements fyne.Draggable.
func (v *LogView) DragEnd() { v.dragging = false }

// Scrolled implements fyne.Scrollable.
func (v *LogView) Scrolled(e *fyne.ScrollEvent) {
	if e.Scrolled.DX != 0 {
		v.left = max(0, v.left-int(e.Scrolled.DX/v.cellW))
		v.Refresh()
	}
	v.wheel -= e.Scrolled.DY
	if n := int(v.wheel / v.cellH * 2); n != 0 {
		v.wheel = 0
		v.ScrollTo(v.first + n)
	}
}

// Cursor implements desktop.Cursorable.
func (v *LogView) Cursor() desktop.Cursor { return desktop.TextCursor }

// FocusGained implements fyne.Focusable.
func (v *LogView) FocusGained() { v.focused = true; v.Refresh() }

// FocusLost implements fyne.Focusable.
func (v *LogView) FocusLost() { v.focused = false; v.Refresh() }

// TypedRune implements fyne.Focusable.
func (v *LogView) TypedRune(r rune) {
	switch r {
	case 'n':
		v.Find(true)
	case 'N':
		v.Find(false)
	}
}

// TypedKey implements fyne.Focusable.
func (v *LogView) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp:
		v.ScrollTo(v.first - 1)
	case fyne.KeyDown:
		v.ScrollTo(v.first + 1)
	case fyne.KeyPageUp:
		v.ScrollTo(v.first - v.page())
	case fyne.KeyPageDown:
		v.ScrollTo(v.first + v.page())
	case fyne.KeyHome:
		v.ScrollTo(0)
	case fyne.KeyEnd:
		v.Follow()
	case fyne.KeyLeft:
		v.left = max(0, v.left-8)
		v.Refresh()
	case fyne.KeyRight:
		v.left += 8
		v.Refresh()
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (v *LogView) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutCopy:
		if text := v.Selection(); text != "" {
			Copy(text)
		}
	case *fyne.ShortcutSelectAll:
		v.SelectAll()
	default:
		forward(v, s)
	}
}
