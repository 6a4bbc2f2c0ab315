package probe

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// Files is the file system as checks read it. The zero value is ready.
type Files struct{}

var _ preflight.Files = Files{}

// readLimit bounds what Read takes into memory: settings files are small.
const readLimit = 64 << 20

// Read gives a whole file of at most 64 MB.
func (f Files) Read(path string) ([]byte, error) {
	data, err := f.Head(path, readLimit+1)
	if err == nil && len(data) > readLimit {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("larger than 64 MB")}
	}
	return data, err
}

// Stat follows links.
func (Files) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// ReadDir lists a folder.
func (Files) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

// open refuses what is no regular file, so that a pipe does not hang a check.
func open(path string) (*os.File, int64, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if !fi.Mode().IsRegular() {
		return nil, 0, &fs.PathError{Op: "read", Path: path, Err: errors.New("not a regular file")}
	}
	f, err := logfile.Open(path)
	return f, fi.Size(), err
}

// Head gives the first n bytes at most.
func (Files) Head(path string, n int) ([]byte, error) {
	f, _, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(n)))
}

// Tail gives the last n bytes at most.
func (Files) Tail(path string, n int) ([]byte, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := f.Seek(max(0, size-int64(n)), io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, int64(n)))
}

// Usage adds up the regular files at and below path. Links are not followed. A folder that does not exist is an error; a file that vanishes while it
// is counted is not.
func (Files) Usage(ctx context.Context, path string) (preflight.Usage, error) {
	var u preflight.Usage
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			if p != path && errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		if !d.Type().IsRegular() {
			return nil
		}
		fi, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		u.Bytes += fi.Size()
		u.Files++
		return nil
	})
	return u, err
}

// nearest is the closest folder above path, or path itself, that exists.
func nearest(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Stat(path)
		if err == nil {
			return path, nil
		}
		up := filepath.Dir(path)
		if !errors.Is(err, fs.ErrNotExist) || up == path {
			return "", err
		}
		path = up
	}
}
