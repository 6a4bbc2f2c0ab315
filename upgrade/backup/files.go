package backup

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
)

// mkdirAll makes a folder with those above it and flushes each name.
func mkdirAll(fsys FS, path string) error {
	if info, err := fsys.Lstat(path); err == nil {
		if info.Mode.IsDir() {
			return nil
		}
		real, err := fsys.Real(path)
		if err != nil {
			return err
		}
		if info, err = fsys.Lstat(real); err == nil && !info.Mode.IsDir() {
			return &fs.PathError{Op: "mkdir", Path: path, Err: errors.New("not a folder")}
		}
		return err
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	up := filepath.Dir(path)
	if up != path {
		if err := mkdirAll(fsys, up); err != nil {
			return err
		}
	}
	if err := fsys.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return fsys.SyncDir(up)
}

// removeTree removes a folder with its content; links are removed, never followed. What is not there is removed already.
func removeTree(fsys FS, path string) error {
	info, err := fsys.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode.IsDir() {
		if info.Mode.Perm()&0o700 != 0o700 { // a folder that keeps its owner out keeps him from clearing it up
			if err := fsys.Apply(path, Meta{Mode: info.Mode | 0o700, UID: -1, GID: -1}); err != nil {
				return err
			}
		}
		if err := clearFolder(fsys, path); err != nil {
			return err
		}
	}
	return fsys.Remove(path)
}

// clearFolder removes what a folder holds, some at a time.
func clearFolder(fsys FS, path string) error {
	for {
		list, err := fsys.ReadDir(path, fewEntries)
		if err != nil {
			return err
		}
		for _, child := range list {
			if err := removeTree(fsys, filepath.Join(path, child.Name)); err != nil {
				return err
			}
		}
		if len(list) < fewEntries {
			return nil
		}
	}
}

const smallFile = 16 << 20

// readSmall reads a file that is known to be small.
func readSmall(fsys FS, path string) ([]byte, error) {
	r, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, smallFile+1))
	if err == nil && len(data) > smallFile {
		err = &fs.PathError{Op: "read", Path: path, Err: errors.New("too large")}
	}
	return data, err
}
