package osfs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// describe takes what the listing gave. Identity and links would cost one open a file, so they stay unknown.
func describe(fi os.FileInfo) backup.Info {
	info := backup.Info{Name: fi.Name(), Mode: fi.Mode(), ModTime: fi.ModTime(), UID: -1, GID: -1}
	if fi.Mode().IsRegular() {
		info.Size = fi.Size()
	}
	if d, ok := fi.Sys().(*syscall.Win32FileAttributeData); ok {
		info.Sparse = d.FileAttributes&windows.FILE_ATTRIBUTE_SPARSE_FILE != 0
	}
	return info
}

// apply keeps the read-only attribute and the time of the last change. Folders and links take no time here.
func apply(path string, m backup.Meta) error {
	if m.Mode&fs.ModeSymlink != 0 {
		return nil
	}
	if !m.ModTime.IsZero() && !m.Mode.IsDir() {
		if err := os.Chtimes(path, m.ModTime, m.ModTime); err != nil {
			return err
		}
	}
	if m.Mode.IsDir() {
		return nil // the read-only attribute of a folder means something else on Windows
	}
	return os.Chmod(path, m.Mode)
}

func keepOwner(string, os.FileInfo) {}

// openShared opens with FILE_SHARE_DELETE, so that the server's own rename and delete go on; Go's os.Open does not.
func openShared(path string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(longPath(path))
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil, windows.OPEN_EXISTING,
		windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_SEQUENTIAL_SCAN|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

// longPath takes away the limit of 260 characters, of shares too (https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation). Behind such a prefix
// the system takes a path as it is written, so it is cleaned first.
func longPath(path string) string {
	switch {
	case len(path) < 248 || !filepath.IsAbs(path) || strings.HasPrefix(path, `\\?\`) || strings.HasPrefix(path, `\\.\`):
		return path
	case strings.HasPrefix(path, `\\`):
		return `\\?\UNC\` + filepath.Clean(path)[2:]
	}
	return `\\?\` + filepath.Clean(path)
}

// replace tries again for a short while: a virus scanner or an indexer holds a new file for a moment.
func replace(from, to string) error { return patiently(os.Rename, from, to) }

// replaceKeeping gives the new file the ACL, the attributes and the streams of the old one, which a rename would lose. A file that a server holds open for
// reading and lets be deleted is replaced too; one that it does not is an error, and stays.
func replaceKeeping(from, to string) error { return patiently(replaceFile, from, to) }

var replaceFileW = windows.NewLazySystemDLL("kernel32.dll").NewProc("ReplaceFileW")

func replaceFile(from, to string) error {
	target, err := windows.UTF16PtrFromString(longPath(to))
	if err != nil {
		return err
	}
	source, err := windows.UTF16PtrFromString(longPath(from))
	if err != nil {
		return err
	}
	ok, _, err := replaceFileW.Call(uintptr(unsafe.Pointer(target)), uintptr(unsafe.Pointer(source)), 0, 0, 0, 0)
	if ok == 0 {
		return &os.LinkError{Op: "replace", Old: from, New: to, Err: err}
	}
	return nil
}

func patiently(swap func(from, to string) error, from, to string) error {
	var err error
	for wait := 10 * time.Millisecond; wait < 2*time.Second; wait *= 2 {
		err = swap(from, to)
		if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) && !errors.Is(err, windows.ERROR_ACCESS_DENIED) {
			return err
		}
		if to, statErr := os.Lstat(to); statErr == nil && to.IsDir() {
			return err // a folder is never replaced by waiting
		}
		time.Sleep(wait)
	}
	return err
}

// syncDir has nothing to do: NTFS journals its names, and a folder's handle cannot be flushed without rights that few have.
func syncDir(string) error { return nil }

// cannotLink tells that a volume knows no second names (FAT), or no more of them for this file.
func cannotLink(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_FUNCTION) || errors.Is(err, windows.ERROR_NOT_SUPPORTED) || errors.Is(err, windows.ERROR_TOO_MANY_LINKS) ||
		errors.Is(err, windows.ERROR_NOT_SAME_DEVICE)
}
