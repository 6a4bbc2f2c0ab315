package osfs

import (
	"errors"
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
