// Package screen is the contract between the window's shell and its screens: what a screen may ask of the window, and what the window asks of a
// screen.
package screen

import (
	"time"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
)

// ID names a screen: on the command line (--screen), in the navigation and in tests.
type ID string

// The screens.
const (
	Survey       ID = "survey"
	Rehearse     ID = "rehearse"
	Protect      ID = "protect"
	Offline      ID = "offline"
	Upgrade      ID = "upgrade"
	Applications ID = "applications"
	Recover      ID = "recover"
	Reopen       ID = "reopen"
	SignOff      ID = "sign-off"
	Log          ID = "log"
	Settings     ID = "settings"
	Journal      ID = "journal"
	File         ID = "file" // evidence, opened at its line; not in the navigation
)

// All lists the screens in the order of the navigation.
var All = []ID{Survey, Rehearse, Protect, Offline, Upgrade, Applications, Recover, Reopen, SignOff, Log, Settings, Journal}

// Host is what the window offers to a screen. Its functions are called on Fyne's goroutine.
type Host struct {
	Scope   *observe.Scope // of this screen: ends with the window
	Tasks   *observe.Tasks
	Command present.Command
	Canvas  fyne.Canvas
	Person  string // who is at the keyboard, as a suggestion for "by"
	Lab     bool
	List    kit.ListFolder

	ShowCommand func(line string)       // the command line of what was just done
	Open        func(upgrade.Evidence)  // shows evidence at its place
	Go          func(ID)                // goes to another screen
	IsFront     func(ID) bool           // tells whether a screen is the one that is seen
	ShowLog     func(port.LogPlace)     // goes to the log, at a place in it
	OpenPath    func(path string) error // with the system's program
	Changed     func()                  // something was done that other screens and the roadmap may show
}

// Now is the time as the window has it.
func (h Host) Now() time.Time { return h.Scope.Clock.Time() }

// Focus gives the keyboard to a widget of the screen, also before it was drawn for the first time.
func (h Host) Focus(f fyne.Focusable) {
	if h.Canvas != nil {
		h.Canvas.Focus(f)
	}
}

// Run shows the command line of an action and gives it back.
func (h Host) Run(args ...string) string {
	line := h.Command.Line(args...)
	if h.ShowCommand != nil {
		h.ShowCommand(line)
	}
	return line
}

// Screen is one screen. It is made when it is first visited.
type Screen interface {
	// Content is its object, always the same.
	Content() fyne.CanvasObject
	// Shown is called each time it comes to the front, and for F5: it looks again. It gives no keyboard focus away.
	Shown()
	// Focus gives the keyboard to what a person most likely wants there.
	Focus()
}
