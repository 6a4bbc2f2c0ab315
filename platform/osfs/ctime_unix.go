//go:build unix && !linux

package osfs

import (
	"syscall"
	"time"
)

// changeTime stays unknown: its field has another name on each of these systems.
func changeTime(*syscall.Stat_t) time.Time { return time.Time{} }
