//go:build !windows

package backup

import "syscall"

// What systems say of a volume that takes no more, beside ENOSPC.
const (
	errQuota    = syscall.EDQUOT
	errDiskFull = syscall.ENOSPC
)
