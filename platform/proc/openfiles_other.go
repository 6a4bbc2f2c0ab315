//go:build !linux

package proc

import "context"

// OpenFiles cannot be told here without a driver: complete is false, and whoever asks looks at sizes and times instead.
func OpenFiles(context.Context, []string, int) (open []Open, complete bool, err error) {
	return nil, false, nil
}
