// Package display tells, before the window system is touched, whether a window can be opened at all. Without a display the graphics library
// panics, and without OpenGL it hangs with no window: both are the worst answer.
package display

import (
	"context"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// patience is how long an X server may take to answer.
const patience = 3 * time.Second

// Check looks at the display that the environment names. getenv is os.Getenv but in tests. A nil answer means that nothing speaks against a window;
// where the system cannot be asked (Wayland, Windows) only the first frame tells.
func Check(ctx context.Context, getenv func(string) string) error {
	if !needsDisplay {
		return nil
	}
	name := getenv("DISPLAY")
	switch {
	case getenv("WAYLAND_DISPLAY") != "":
		return nil
	case name == "":
		return upgrade.NewFault("SB-9101", upgrade.KindUnsupported, nil)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	glx, err := hasGLX(ctx, name, authority(getenv))
	switch {
	case err != nil:
		return upgrade.NewFault("SB-9102", upgrade.KindUnsupported, err, "display", name)
	case !glx:
		return upgrade.NewFault("SB-9103", upgrade.KindUnsupported, nil, "display", name)
	}
	return nil
}
