//go:build unix

package osfs

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// describe takes what lstat gave.
func describe(fi os.FileInfo) backup.Info {
	info := backup.Info{Name: fi.Name(), Mode: fi.Mode(), ModTime: fi.ModTime(), UID: -1, GID: -1}
	if fi.Mode().IsRegular() {
		info.Size = fi.Size()
	}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		info.Device, info.Inode, info.Links = uint64(st.Dev), uint64(st.Ino), uint64(st.Nlink)
		info.Change = changeTime(st)
		info.UID, info.GID = int(st.Uid), int(st.Gid)
		info.Sparse = fi.Mode().IsRegular() && int64(st.Blocks)*512 < fi.Size()
	}
	return info
}

// apply sets the owner first, because a change of owner takes the set-user bits away, and the times last.
func apply(path string, m backup.Meta) error {
	if m.UID >= 0 && m.GID >= 0 {
		if err := os.Lchown(path, m.UID, m.GID); err != nil && !cannotKeep(err) {
			return err
		}
	}
	if m.Mode&fs.ModeSymlink == 0 {
		if err := os.Chmod(path, m.Mode); err != nil && !cannotKeep(err) {
			return err
		}
	}
	if m.ModTime.IsZero() {
		return nil
	}
	return setTimes(path, m.ModTime)
}

func setTimes(path string, t time.Time) error {
	spec := unix.NsecToTimespec(t.UnixNano())
	err := unix.UtimesNanoAt(unix.AT_FDCWD, path, []unix.Timespec{spec, spec}, unix.AT_SYMLINK_NOFOLLOW)
	if err != nil && !cannotKeep(err) {
		return &fs.PathError{Op: "utimes", Path: path, Err: err}
	}
	return nil
}

// cannotKeep tells that the volume, or this user, cannot keep an owner or a mode: FAT has none, and only root gives files away.
func cannotKeep(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL)
}

// cannotLink tells that a volume knows no second names, or no more of them for this file.
func cannotLink(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.EMLINK) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EXDEV)
}

func keepOwner(path string, old os.FileInfo) {
	if st, ok := old.Sys().(*syscall.Stat_t); ok {
		_ = os.Lchown(path, int(st.Uid), int(st.Gid)) // only root gives files away; the file is this user's then
	}
}

func openShared(path string) (*os.File, error) {
	// O_NOFOLLOW and O_NONBLOCK: a name that has become a link or a pipe since it was listed is refused, not followed or waited for.
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if fi, err := f.Stat(); err != nil || !fi.Mode().IsRegular() {
		_ = f.Close()
		if err == nil {
			err = &fs.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")}
		}
		return nil, err
	}
	return f, nil
}

func replace(from, to string) error { return os.Rename(from, to) }

// replaceKeeping is replace: what has to be kept was given to the new file before.
func replaceKeeping(from, to string) error { return os.Rename(from, to) }

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	// Some network and FUSE volumes know no flush of folders; they answer EINVAL.
	if err := d.Sync(); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOTSUP) {
		return err
	}
	return nil
}
