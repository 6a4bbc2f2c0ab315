package osfs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// FS is the file system of this machine as backup declares it. The zero value is ready; any goroutine.
type FS struct{}

var _ backup.FS = FS{}

// Lstat describes a path; a link is described itself.
func (FS) Lstat(path string) (backup.Info, error) {
	fi, err := os.Lstat(path)
	if err != nil {
		return backup.Info{}, err
	}
	return describe(fi), nil
}

// readAtOnce bounds what the system's own description of a folder takes beside ours.
const readAtOnce = 1024

// ReadDir lists the first limit entries of a folder, in no order; 0: all. What vanishes between listing and looking is left out.
func (FS) ReadDir(path string, limit int) ([]backup.Info, error) {
	d, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var list []backup.Info
	for {
		entries, err := d.Readdir(readAtOnce)
		for _, fi := range entries {
			list = append(list, describe(fi))
			if len(list) == limit {
				return list, nil
			}
		}
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// Names hands on the names in a folder without looking at what they name.
func (FS) Names(path string, each func(name string, kind fs.FileMode)) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		entries, err := d.ReadDir(readAtOnce)
		for _, e := range entries {
			each(e.Name(), e.Type())
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Readlink gives the target of a link as it is written.
func (FS) Readlink(path string) (string, error) { return os.Readlink(path) }

// Real gives an absolute path without links.
func (FS) Real(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// SameFile compares by identity, so that another spelling or a mount does not hide that two paths are one.
func (FS) SameFile(a, b string) (bool, error) {
	fa, err := os.Stat(a)
	if err != nil {
		return false, err
	}
	fb, err := os.Stat(b)
	if err != nil {
		return false, err
	}
	return os.SameFile(fa, fb), nil
}

// Space describes the volume of an existing path.
func (FS) Space(path string) (backup.Space, error) { return space(path) }

// Mkdir makes one folder.
func (FS) Mkdir(path string, perm fs.FileMode) error { return os.Mkdir(path, perm) }

// Symlink makes a link.
func (FS) Symlink(target, path string) error { return os.Symlink(target, path) }

// Link gives a regular file a second name.
func (FS) Link(old, path string) error {
	err := os.Link(old, path)
	if err != nil && cannotLink(err) {
		return backup.ErrUnsupported
	}
	return err
}

// Rename moves within a volume and replaces a file.
func (FS) Rename(from, to string) error { return replace(from, to) }

// Exchange lets two existing paths change places at once.
func (FS) Exchange(a, b string) error { return exchange(a, b) }

// Remove removes a file, a link or an empty folder.
func (FS) Remove(path string) error { return os.Remove(path) }

// Apply gives owner, mode and times, as far as this user may and the volume keeps them: a volume without modes is no reason to fail.
func (FS) Apply(path string, m backup.Meta) error { return apply(path, m) }

// CopyExtra copies extended attributes and with them the ACL.
func (FS) CopyExtra(from, to string) error { return copyExtra(from, to) }

// SyncDir flushes a folder, so that the names in it survive a power loss.
func (FS) SyncDir(path string) error { return syncDir(path) }

// WriteFile replaces a small file at once.
func (FS) WriteFile(path string, data []byte, perm fs.FileMode) error {
	return WriteFile(path, data, perm)
}

// SyncFile flushes a file that another program wrote.
func (FS) SyncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
