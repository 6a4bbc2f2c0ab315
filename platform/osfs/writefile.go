package osfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile replaces path by data so that a reader, or a machine after a power loss, sees the old content or the new one and nothing between: a
// temporary file in the same folder, flushed, renamed, the folder flushed. A target that exists keeps its mode, and its owner and ACL where this
// user may set them; perm is for a new file. A link is followed, so that the file it names is replaced and the link stays.
func WriteFile(path string, data []byte, perm fs.FileMode) error {
	return Disk{}.WriteFile(path, data, perm)
}

// WriteFile is the function of the same name on this disk.
func (d Disk) WriteFile(path string, data []byte, perm fs.FileMode) error {
	return d.writeFile(path, data, perm, replace, nil)
}

// ReplaceFile is WriteFile for a file that others rely on: when owner, group, ACL, SELinux label or another attribute of the old file cannot be given to the
// new one it fails, and the old file stays.
func (d Disk) ReplaceFile(path string, data []byte, perm fs.FileMode) error {
	return d.writeFile(path, data, perm, replaceKeeping, sameExtra)
}

func (d Disk) writeFile(path string, data []byte, perm fs.FileMode, swap func(from, to string) error, same func(old, fresh string) error) (err error) {
	path, err = throughLinks(path)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	old, statErr := os.Lstat(path)
	if statErr == nil && !old.Mode().IsRegular() {
		return &fs.PathError{Op: "write", Path: path, Err: errors.New("not a regular file")}
	}
	if err := d.before(OpCreate, path); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+shorten(filepath.Base(path))+".tmp*")
	if err != nil {
		return err
	}
	temp := f.Name()
	defer func() {
		if err != nil {
			_ = os.Remove(temp)
		}
	}()
	if err := d.fill(f, path, data); err != nil {
		return err
	}
	if err := d.before(OpChmod, path); err != nil {
		return err
	}
	if statErr == nil {
		perm = old.Mode().Perm()
		keepOwner(temp, old)
		_ = copyExtra(path, temp) // the ACL of a settings file; a volume without ACL has none to lose
	}
	if err := os.Chmod(temp, perm); err != nil {
		return err
	}
	if statErr == nil && same != nil {
		if err := same(path, temp); err != nil {
			return &fs.PathError{Op: "replace", Path: path, Err: err}
		}
	}
	if statErr != nil {
		swap = replace // there is nothing to keep
	}
	if err := d.before(OpRename, path); err != nil {
		return err
	}
	if err := swap(temp, path); err != nil {
		return err
	}
	return d.syncDir(dir)
}

// fill writes, flushes and closes.
func (d Disk) fill(f *os.File, path string, data []byte) error {
	if err := d.put(f, path, data); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// throughLinks gives the file that path names in the end, which need not exist.
func throughLinks(path string) (string, error) {
	for range 40 {
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // no link, or nothing there: both are for the caller to write
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", fmt.Errorf("%s: links go round in a circle", path)
}

// shorten keeps a temporary name below the limit of 255 bytes of a name.
func shorten(name string) string {
	if len(name) > 200 {
		return name[:200]
	}
	return name
}
