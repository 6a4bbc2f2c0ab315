package osfs

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// volumeTypes are the magic numbers of statfs(2).
var volumeTypes = map[int64]string{
	0xEF53: "ext4", 0x58465342: "xfs", 0x9123683E: "btrfs", 0x01021994: "tmpfs", 0x4d44: "vfat", 0x2011BAB0: "exfat",
	0x5346544e: "ntfs", 0x7366746e: "ntfs3", 0x65735546: "fuse", 0x6969: "nfs", 0xFF534D42: "cifs", 0xFE534D42: "smb2",
	0x517B: "smb", 0x794c7630: "overlay", 0x2FC12FC1: "zfs", 0xF2F52010: "f2fs", 0x73717368: "squashfs", 0x9660: "iso9660",
	0x3153464a: "jfs", 0x01021997: "9p", 0x858458f6: "ramfs", 0x47504653: "gpfs",
}

func space(path string) (backup.Space, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return backup.Space{}, &os.PathError{Op: "statfs", Path: path, Err: err}
	}
	fi, err := os.Stat(path)
	if err != nil {
		return backup.Space{}, err
	}
	s := backup.Space{
		Type: volumeTypes[int64(uint32(st.Type))], //nolint:unconvert // the type differs between architectures
		Free: int64(st.Bavail) * int64(st.Bsize), Total: int64(st.Blocks) * int64(st.Bsize),
	}
	if st.Files > 0 { // btrfs and network volumes answer 0: they have no such limit
		s.FreeFiles = max(1, int64(st.Ffree))
	}
	if sys, ok := fi.Sys().(*syscall.Stat_t); ok {
		s.Volume = fmt.Sprintf("%d:%d", unix.Major(uint64(sys.Dev)), unix.Minor(uint64(sys.Dev)))
	}
	quota(path, &s)
	limits(&s)
	return s, nil
}
