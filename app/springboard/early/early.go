// Package early sets what Fyne reads while it is initialised. It imports only os, so that Go initialises it before Fyne: packages are initialised in
// the order of their paths once all that they import is. A test in the program's folder looks whether it took effect.
package early

import "os"

// Took is what FYNE_CACHE was when this package was initialised.
var Took = set()

// set keeps drawn texts for three seconds instead of a minute: paging through a long table for a minute took 1.9 GB, and 270 MB with this.
func set() string {
	if os.Getenv("FYNE_CACHE") == "" {
		// The only way to fail is a malformed name.
		_ = os.Setenv("FYNE_CACHE", "3s")
	}
	return os.Getenv("FYNE_CACHE")
}
