package osfs

import (
	"errors"

	"golang.org/x/sys/windows"
)

// keptAttributes are those that a person or a program sets; the others follow from what a file is. Read-only comes with the mode.
const keptAttributes = windows.FILE_ATTRIBUTE_HIDDEN | windows.FILE_ATTRIBUTE_SYSTEM | windows.FILE_ATTRIBUTE_ARCHIVE | windows.FILE_ATTRIBUTE_NOT_CONTENT_INDEXED

// copyExtra copies the attributes, the time of creation, the owner and the access control list, and whether the list goes without what the folder above gives. What the
// target's volume (FAT) or this user cannot set is left out, as elsewhere.
func copyExtra(from, to string) error {
	source, err := windows.UTF16PtrFromString(longPath(from))
	if err != nil {
		return err
	}
	target, err := windows.UTF16PtrFromString(longPath(to))
	if err != nil {
		return err
	}
	return errors.Join(extraError(copyAttributes(source, target)), extraError(copyCreated(source, target)), extraError(copySecurity(longPath(from), longPath(to))))
}

func copyAttributes(source, target *uint16) error {
	had, err := windows.GetFileAttributes(source)
	if err != nil {
		return err
	}
	has, err := windows.GetFileAttributes(target)
	if err != nil {
		return err
	}
	want := has&^keptAttributes | had&keptAttributes
	if want == has {
		return nil
	}
	return windows.SetFileAttributes(target, want)
}

// copyCreated gives the time of creation.
func copyCreated(source, target *uint16) error {
	from, err := openMeta(source, windows.FILE_READ_ATTRIBUTES)
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(from) }() // it was only read
	var created, used, written windows.Filetime
	if err := windows.GetFileTime(from, &created, &used, &written); err != nil {
		return err
	}
	to, err := openMeta(target, windows.FILE_WRITE_ATTRIBUTES)
	if err != nil {
		return err
	}
	return errors.Join(windows.SetFileTime(to, &created, nil, nil), windows.CloseHandle(to))
}

// openMeta opens a file or folder for its times only; others may use it as they like.
func openMeta(name *uint16, access uint32) (windows.Handle, error) {
	return windows.CreateFile(name, access, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil, windows.OPEN_EXISTING,
		windows.FILE_FLAG_BACKUP_SEMANTICS|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
}

// copySecurity copies the access control list; the entries that a list has from the folder above come from the new folder above. The owner needs a right that
// administrators have, so it is tried by itself.
func copySecurity(from, to string) error {
	const list = windows.DACL_SECURITY_INFORMATION
	sd, err := windows.GetNamedSecurityInfo(from, windows.SE_FILE_OBJECT, list|windows.OWNER_SECURITY_INFORMATION|windows.GROUP_SECURITY_INFORMATION)
	if err != nil {
		return err
	}
	control, _, err := sd.Control()
	if err != nil {
		return err
	}
	var what windows.SECURITY_INFORMATION = list | windows.UNPROTECTED_DACL_SECURITY_INFORMATION
	if control&windows.SE_DACL_PROTECTED != 0 {
		what = list | windows.PROTECTED_DACL_SECURITY_INFORMATION
	}
	dacl, _, err := sd.DACL()
	if err == nil {
		err = windows.SetNamedSecurityInfo(to, windows.SE_FILE_OBJECT, what, nil, nil, dacl, nil)
	}
	owner, _, ownerErr := sd.Owner()
	group, _, groupErr := sd.Group()
	if ownerErr == nil && groupErr == nil {
		ownerErr = windows.SetNamedSecurityInfo(to, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.GROUP_SECURITY_INFORMATION, owner, group, nil, nil)
	}
	return errors.Join(err, extraError(ownerErr), extraError(groupErr))
}

// extraError keeps only errors that tell of a damaged volume.
func extraError(err error) error {
	for _, damage := range []error{windows.ERROR_CRC, windows.ERROR_IO_DEVICE, windows.ERROR_DISK_CORRUPT, windows.ERROR_FILE_CORRUPT, windows.ERROR_SECTOR_NOT_FOUND} {
		if errors.Is(err, damage) {
			return err
		}
	}
	return nil
}

// sameExtra has nothing to compare: ReplaceFileW keeps the ACL or fails.
func sameExtra(string, string) error { return nil }
