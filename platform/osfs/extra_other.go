//go:build !linux

package osfs

func copyExtra(string, string) error { return nil }
