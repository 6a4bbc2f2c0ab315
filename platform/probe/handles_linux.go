package probe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// openFiles walks /proc.
func openFiles(ctx context.Context, wanted func(string) bool, limit int) ([]preflight.OpenFile, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var found []preflight.OpenFile
	hidden := 0
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		dir := filepath.Join("/proc", e.Name(), "fd")
		handles, err := os.ReadDir(dir)
		if errors.Is(err, fs.ErrPermission) {
			hidden++
		}
		for _, h := range handles {
			path, err := os.Readlink(filepath.Join(dir, h.Name()))
			if err != nil || !wanted(path) {
				continue
			}
			found = append(found, preflight.OpenFile{PID: pid, Process: read(filepath.Join("/proc", e.Name(), "comm")), Path: strings.TrimSuffix(path, " (deleted)")})
			if len(found) == limit {
				return found, nil
			}
		}
	}
	if len(found) == 0 && hidden > 0 {
		return nil, fmt.Errorf("the open files of %d processes can be seen by root only", hidden)
	}
	return found, nil
}
