package probe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// SettingsFiles is the file system as settings are edited in it. What an atomic replace would silently change about a file, it refuses: a read-only mark, a
// second name, an owner that this user cannot give it back to. The zero value is ready.
type SettingsFiles struct {
	Disk osfs.Disk // the zero value is the operating system's
}

var _ settings.Files = SettingsFiles{}

// Read gives a whole file; a pipe, a folder and a file larger than 64 MB are errors.
func (SettingsFiles) Read(path string) ([]byte, error) { return Files{}.Read(path) }

// WriteAtomic implements settings.Files.
func (s SettingsFiles) WriteAtomic(path string, data []byte) error {
	if err := s.Disk.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	fi, err := os.Stat(path)
	switch {
	case err == nil:
		if err := replaceable(path, fi); err != nil {
			return &fs.PathError{Op: "replace", Path: path, Err: err}
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return s.Disk.ReplaceFile(path, data, 0o600)
}

func replaceable(path string, fi os.FileInfo) error {
	if !fi.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	if fi.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("it is marked read-only: %w", fs.ErrPermission)
	}
	if n := names(path, fi); n > 1 {
		return fmt.Errorf("it has %d names (hard links), which replacing it would separate", n)
	}
	return ownable(fi)
}

// Remove deletes one file.
func (s SettingsFiles) Remove(path string) error { return s.Disk.Remove(path) }

// List gives the names in a folder, sorted; a folder that does not exist has none.
func (SettingsFiles) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}
