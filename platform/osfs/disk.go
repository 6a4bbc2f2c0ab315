package osfs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Op names one call that changes the disk.
type Op string

// The calls. Between two of them a program may be killed or the volume may fail; everything that is written goes through them.
const (
	OpMkdir    Op = "mkdir"
	OpCreate   Op = "create"   // of the temporary file
	OpWrite    Op = "write"    // its bytes, or those appended
	OpSync     Op = "sync"     // of a file
	OpChmod    Op = "chmod"    // owner, mode and attributes of the temporary file
	OpRename   Op = "rename"   // over the file in force
	OpSyncDir  Op = "sync-dir" // of the folder
	OpRemove   Op = "remove"
	OpTruncate Op = "truncate"
)

// Disk is the disk as files are changed on it. The zero value is the operating system's. Safe for several goroutines if Before is.
type Disk struct {
	// Before is asked before each call that changes the disk; an error is the call's own, and io.ErrShortWrite writes half of the bytes first. It is for tests, which
	// inject faults and kills with it; nil in every program.
	Before func(op Op, path string) error
}

func (d Disk) before(op Op, path string) error {
	if d.Before == nil {
		return nil
	}
	return d.Before(op, path)
}

// MkdirAll makes a folder with those above it.
func (d Disk) MkdirAll(path string, perm fs.FileMode) error {
	if fi, err := os.Stat(path); err == nil && fi.IsDir() {
		return nil
	}
	if err := d.before(OpMkdir, path); err != nil {
		return err
	}
	return os.MkdirAll(path, perm)
}

// Remove deletes a file; the folder is flushed.
func (d Disk) Remove(path string) error {
	if err := d.before(OpRemove, path); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return d.syncDir(filepath.Dir(path))
}

// Append writes data at the end of a file, which is made when missing, and flushes it; a new file's folder too.
func (d Disk) Append(path string, data []byte) (err error) {
	_, statErr := os.Stat(path)
	fresh := errors.Is(statErr, fs.ErrNotExist)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := d.put(f, path, data); err != nil {
		return err
	}
	if fresh {
		return d.syncDir(filepath.Dir(path))
	}
	return nil
}

// Truncate cuts a file off and flushes it.
func (d Disk) Truncate(path string, size int64) (err error) {
	if err := d.before(OpTruncate, path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Truncate(size); err != nil {
		return err
	}
	return f.Sync()
}

// put writes and flushes.
func (d Disk) put(f *os.File, path string, data []byte) error {
	if err := d.before(OpWrite, path); err != nil {
		if errors.Is(err, io.ErrShortWrite) {
			_, werr := f.Write(data[:len(data)/2])
			return errors.Join(err, werr)
		}
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := d.before(OpSync, path); err != nil {
		return err
	}
	return f.Sync()
}

func (d Disk) syncDir(dir string) error {
	if err := d.before(OpSyncDir, dir); err != nil {
		return err
	}
	return syncDir(dir)
}
