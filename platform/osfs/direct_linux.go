package osfs

import (
	"errors"
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// direct moves a file's bytes between the caller's memory and the disk without a copy in the page cache, as long as the caller's pieces allow it.
// The zero value, and every file after turnOff, goes the ordinary way.
type direct struct{ on bool }

// createDirect makes a new file that is written past the page cache where the volume knows how.
func createDirect(path string, perm fs.FileMode) (*os.File, direct, error) {
	const flags = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	f, err := os.OpenFile(path, flags|unix.O_DIRECT, perm)
	if err == nil {
		return f, direct{on: true}, nil
	}
	if !errors.Is(err, unix.EINVAL) {
		return nil, direct{}, err
	}
	_ = os.Remove(path) // some systems make the name before they refuse
	f, err = os.OpenFile(path, flags, perm)
	return f, direct{}, err
}

// startReading makes reads of an open file go past the page cache.
func (d *direct) startReading(f *os.File) { d.on = setDirect(f, true) == nil }

// fits tells whether a piece may be moved directly; when it may not, the file goes the ordinary way from here on. A piece that does not fit is the
// last one of a file, or the caller's memory is not aligned at all.
func (d *direct) fits(f *os.File, p []byte) {
	if d.on && (len(p)%block != 0 || len(p) == 0 || uintptr(unsafe.Pointer(&p[0]))%block != 0) {
		d.turnOff(f)
	}
}

func (d *direct) turnOff(f *os.File) {
	if d.on {
		d.on = false
		_ = setDirect(f, false) // a file that stays direct answers EINVAL, which is an error the caller sees
	}
}

func setDirect(f *os.File, on bool) error {
	flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0)
	if err != nil {
		return err
	}
	if on {
		flags |= unix.O_DIRECT
	} else {
		flags &^= unix.O_DIRECT
	}
	_, err = unix.FcntlInt(f.Fd(), unix.F_SETFL, flags)
	return err
}

// refused tells that a volume that took the flag does not take the transfer.
func refused(err error) bool { return errors.Is(err, unix.EINVAL) }
