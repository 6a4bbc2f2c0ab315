//go:build !linux

package osfs

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// OpenFiles cannot see the files of other processes on this system. A file that another program locks against reading is found by the plan, which
// opens every file.
func (Quiescence) OpenFiles(context.Context, []string) ([]backup.Process, bool, error) {
	return nil, false, nil
}
