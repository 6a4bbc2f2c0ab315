package osfs

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// From quotactl(2): the subcommand that asks for a quota, shifted beside its kind, and what is valid in the answer.
const (
	getQuota     = 0x800007
	userQuota    = 0
	groupQuota   = 1
	quotaBlock   = 1024 // limits are in blocks of this size, usage is in bytes
	sysQuotactlF = 443  // quotactl_fd(2), the same number on every architecture
)

// dqblk is struct if_dqblk of linux/quota.h.
type dqblk struct {
	hardBlocks, softBlocks, bytes  uint64
	hardInodes, softInodes, inodes uint64
	blockTime, inodeTime           uint64
	valid                          uint32
	_                              uint32
}

// quota lowers what is free to what the quotas of this user and his group leave. A volume without quotas, and a kernel that cannot be asked by path,
// change nothing: EDQUOT then tells, as a full disk does.
func quota(path string, s *backup.Space) {
	d, err := os.Open(path)
	if err != nil {
		return
	}
	defer d.Close()
	for kind, id := range map[uintptr]int{userQuota: os.Geteuid(), groupQuota: os.Getegid()} {
		var q dqblk
		_, _, errno := unix.Syscall6(sysQuotactlF, d.Fd(), getQuota<<8|kind, uintptr(id), uintptr(unsafe.Pointer(&q)), 0, 0)
		if errno == 0 && id != 0 { // the kernel lets root write past every quota
			lower(s, q)
		}
	}
}

func lower(s *backup.Space, q dqblk) {
	if limit := limitOf(q.hardBlocks, q.softBlocks); limit > 0 {
		if left := int64(limit)*quotaBlock - int64(q.bytes); left < s.Free {
			s.Free, s.Quota = max(0, left), true
		}
	}
	if limit := limitOf(q.hardInodes, q.softInodes); limit > 0 {
		if left := int64(limit) - int64(q.inodes); s.FreeFiles == 0 || left < s.FreeFiles {
			s.FreeFiles, s.Quota = max(1, left), true
		}
	}
}

// limitOf is the hard limit; a soft one alone lets writes through for some days only, so it counts as a limit too.
func limitOf(hard, soft uint64) uint64 {
	if hard > 0 {
		return hard
	}
	return soft
}
