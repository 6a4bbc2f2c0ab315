//go:build !windows

package probe

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// names counts the hard links of a file.
func names(_ string, fi os.FileInfo) uint64 {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Nlink) //nolint:unconvert // the type differs between systems
	}
	return 1
}

// ownable refuses a file of another user, whom only root could give the new file to.
func ownable(fi os.FileInfo) error {
	st, ok := fi.Sys().(*syscall.Stat_t)
	if me := os.Geteuid(); ok && me != 0 && int(st.Uid) != me {
		return fmt.Errorf("it belongs to another user (id %d), and only root could leave it to him: %w", st.Uid, fs.ErrPermission)
	}
	return nil
}
