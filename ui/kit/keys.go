package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// forward hands a shortcut on to the window. Fyne gives a shortcut to the focused widget alone when that takes any, so without this
// Ctrl+1..9 would be dead while the cursor stands in a field.
func forward(w fyne.CanvasObject, s fyne.Shortcut) {
	if c, ok := canvasOf(w).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// forwardKey hands a key on to the window, for those that every screen knows: F5, F6, Escape.
func forwardKey(w fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := canvasOf(w); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	app := fyne.CurrentApp()
	if app == nil {
		return nil
	}
	return app.Driver().CanvasForObject(o)
}

// Focus gives the keyboard to a widget that is on a canvas.
func Focus(f fyne.Focusable) {
	o, ok := f.(fyne.CanvasObject)
	if !ok {
		return
	}
	if c := canvasOf(o); c != nil {
		c.Focus(f)
	}
}

// Copy puts a text on the clipboard.
func Copy(text string) {
	if app := fyne.CurrentApp(); app != nil {
		app.Clipboard().SetContent(text)
	}
}

// Entry is Fyne's entry that lets the window's shortcuts through and calls OnEscape.
type Entry struct {
	widget.Entry
	OnEscape func()
	OnDown   func() // the arrow down from a single line, e.g. into the table below a filter
}

// NewEntry makes a single line with a hint.
func NewEntry(hint string, changed func(string)) *Entry {
	e := &Entry{}
	e.PlaceHolder, e.OnChanged = hint, changed
	e.ExtendBaseWidget(e)
	return e
}

// TypedShortcut implements fyne.Shortcutable.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if c, ok := s.(*desktop.CustomShortcut); ok && c.KeyName != fyne.KeyLeft && c.KeyName != fyne.KeyRight {
		forward(e, s)
		return
	}
	e.Entry.TypedShortcut(s)
}

// TypedKey implements fyne.Focusable.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	switch {
	case k.Name == fyne.KeyEscape && e.OnEscape != nil:
		e.OnEscape()
	case k.Name == fyne.KeyDown && e.OnDown != nil:
		e.OnDown()
	case k.Name >= "F1" && len(k.Name) > 1 && k.Name[0] == 'F':
		forwardKey(e, k)
	default:
		e.Entry.TypedKey(k)
	}
}
