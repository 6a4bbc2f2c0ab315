//go:build !linux

package install

// isMountOfNetwork is known on Linux only; elsewhere the walk's bounds have to do.
func isMountOfNetwork(string) bool { return false }
