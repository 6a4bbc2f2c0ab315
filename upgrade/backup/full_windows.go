package backup

import "syscall"

// What systems say of a volume that takes no more, beside ENOSPC.
const (
	errQuota    = syscall.Errno(1295) // ERROR_DISK_QUOTA_EXCEEDED
	errDiskFull = syscall.Errno(112)  // ERROR_DISK_FULL
)
