package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// phaseOf gives the phase that a screen shows; the screens of the phases are named like them.
func phaseOf(id screen.ID) run.Phase { return run.Phase(id) }

var letterKeys = map[fyne.KeyName]screen.ID{fyne.KeyL: screen.Log, fyne.KeyE: screen.Settings, fyne.KeyJ: screen.Journal}

var digitKeys = []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7, fyne.Key8, fyne.Key9}

// keys sets the window's shortcuts: Ctrl+1 to Ctrl+9 for the phases, Ctrl+L, Ctrl+E and Ctrl+J for log, settings and journal, F5 to look again, F6
// to the navigation, Escape back from evidence, Ctrl+Shift+C copies the command line.
func (s *Shell) keys() {
	c := s.cfg.Window.Canvas()
	add := func(k fyne.KeyName, m fyne.KeyModifier, f func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: m}, func(fyne.Shortcut) { f() })
	}
	for i, k := range digitKeys {
		id := screen.All[i]
		add(k, fyne.KeyModifierControl, func() { s.Go(id) })
	}
	for k, id := range letterKeys {
		add(k, fyne.KeyModifierControl, func() { s.Go(id) })
	}
	add(fyne.KeyQ, fyne.KeyModifierControl, s.Close)
	add(fyne.KeyC, fyne.KeyModifierControl|fyne.KeyModifierShift, s.bottom.copyCommand)
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyF5:
			s.asking.forget()
			s.changed()
		case fyne.KeyF6:
			s.nav.focus()
		case fyne.KeyEscape:
			if s.current == screen.File {
				s.back()
			}
		}
	})
}
