package osfs

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/sys/unix"
)

// copyExtra copies the extended attributes, which hold the POSIX ACL and the SELinux label too. What the target's volume or this user cannot set
// is left out: it is copied where it is cheap, and a manifest promises content, names and modes only.
func copyExtra(from, to string) error {
	size, err := unix.Llistxattr(from, nil)
	if err != nil || size == 0 {
		return extraError(err)
	}
	names := make([]byte, size)
	if size, err = unix.Llistxattr(from, names); err != nil {
		return extraError(err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(names[:size]), "\x00"), "\x00") {
		if err := copyAttribute(from, to, name); err != nil {
			return err
		}
	}
	return nil
}

func copyAttribute(from, to, name string) error {
	size, err := unix.Lgetxattr(from, name, nil)
	if err != nil {
		return extraError(err)
	}
	value := make([]byte, size)
	if size > 0 {
		if size, err = unix.Lgetxattr(from, name, value); err != nil {
			return extraError(err)
		}
	}
	return extraError(unix.Lsetxattr(to, name, value[:size], 0))
}

// extraError keeps only errors that tell of a damaged volume.
func extraError(err error) error {
	if errors.Is(err, unix.EIO) {
		return err
	}
	return nil
}

// sameExtra fails when a file has not got the owner, the group and the attributes of another. Attributes that the kernel computes from the content do not count.
func sameExtra(old, fresh string) error {
	var a, b unix.Stat_t
	if err := errors.Join(unix.Lstat(old, &a), unix.Lstat(fresh, &b)); err != nil {
		return err
	}
	switch {
	case a.Uid != b.Uid:
		return fmt.Errorf("it belongs to user %d, and this user cannot give the new file to him: %w", a.Uid, fs.ErrPermission)
	case a.Gid != b.Gid:
		return fmt.Errorf("it belongs to group %d, and this user cannot give the new file to it: %w", a.Gid, fs.ErrPermission)
	}
	had, err := attributes(old)
	if err != nil {
		return err
	}
	has, err := attributes(fresh)
	if err != nil {
		return err
	}
	for name, value := range had {
		if has[name] != value && name != "security.ima" && name != "security.evm" {
			return fmt.Errorf("its attribute %s cannot be given to the new file: %w", name, fs.ErrPermission)
		}
	}
	return nil
}

// attributes reads the extended attributes of a file; a volume that knows none has none.
func attributes(path string) (map[string]string, error) {
	out := map[string]string{}
	size, err := unix.Llistxattr(path, nil)
	if err != nil || size == 0 {
		return out, extraError(err)
	}
	names := make([]byte, size)
	if size, err = unix.Llistxattr(path, names); err != nil {
		return out, extraError(err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(names[:size]), "\x00"), "\x00") {
		value := make([]byte, 64<<10)
		n, err := unix.Lgetxattr(path, name, value)
		if err != nil {
			if err := extraError(err); err != nil {
				return nil, err
			}
			continue
		}
		out[name] = string(value[:n])
	}
	return out, nil
}
