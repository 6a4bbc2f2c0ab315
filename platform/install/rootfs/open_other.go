//go:build !windows

package rootfs

import "os"

// openShared opens a file for reading; only Windows needs more than that.
func openShared(path string) (*os.File, error) { return os.Open(path) }
