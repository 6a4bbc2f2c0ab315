//go:build !linux && !windows

package osfs

func copyExtra(string, string) error { return nil }

// sameExtra has nothing to compare here.
func sameExtra(string, string) error { return nil }
