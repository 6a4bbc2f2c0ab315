//go:build !linux && !windows

package proc

import "syscall"

// Gentle makes this process give way to the others of the machine, for the processor.
func Gentle() error { return syscall.Setpriority(syscall.PRIO_PROCESS, 0, 10) }
