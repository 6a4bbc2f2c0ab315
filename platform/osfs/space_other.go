//go:build unix && !linux

package osfs

import (
	"fmt"
	"math"
	"os"
	"syscall"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// space knows the volume's identity only: its room is not asked for on this system, so a plan does not stop for it.
func space(path string) (backup.Space, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return backup.Space{}, err
	}
	s := backup.Space{Free: math.MaxInt64, Total: math.MaxInt64}
	if sys, ok := fi.Sys().(*syscall.Stat_t); ok {
		s.Volume = fmt.Sprint(sys.Dev)
	}
	return s, nil
}
