// Package version tells which Springboard this is.
package version

import (
	"runtime/debug"
)

// Number is the version; a release build sets it with -ldflags "-X".
var Number = "0.1.0-dev"

// String is the version with the commit it was built from, where the build knows it.
func String() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Number
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return Number + " (" + s.Value[:12] + ")"
		}
	}
	return Number
}
