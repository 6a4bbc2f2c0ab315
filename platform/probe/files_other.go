//go:build !windows

package probe

import "os"

func openShared(path string) (*os.File, error) { return os.Open(path) }
