//go:build !linux

package osfs

func copyExtra(string, string) error { return nil }

// sameExtra has nothing to compare: on Windows ReplaceFileW keeps the ACL or fails.
func sameExtra(string, string) error { return nil }
