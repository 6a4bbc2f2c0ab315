package osfs

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

func space(path string) (backup.Space, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return backup.Space{}, err
	}
	name, err := windows.UTF16PtrFromString(longPath(abs))
	if err != nil {
		return backup.Space{}, &os.PathError{Op: "volume", Path: path, Err: err}
	}
	mount := make([]uint16, windows.MAX_LONG_PATH)
	if err := windows.GetVolumePathName(name, &mount[0], uint32(len(mount))); err != nil {
		return backup.Space{}, &os.PathError{Op: "volume", Path: path, Err: err}
	}
	s := backup.Space{Volume: strings.TrimPrefix(strings.ToLower(windows.UTF16ToString(mount)), `\\?\`)}
	var free, total, all uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, &total, &all); err != nil {
		return backup.Space{}, &os.PathError{Op: "free space", Path: path, Err: err}
	}
	s.Free, s.Total = int64(free), int64(total)
	kind := make([]uint16, 64)
	if err := windows.GetVolumeInformation(&mount[0], nil, 0, nil, nil, nil, &kind[0], uint32(len(kind))); err == nil {
		s.Type = strings.ToLower(windows.UTF16ToString(kind))
	}
	limits(&s)
	s.FoldsCase = true
	return s, nil
}
