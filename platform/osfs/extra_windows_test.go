package osfs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

func wide(t *testing.T, path string) *uint16 {
	t.Helper()
	p, err := windows.UTF16PtrFromString(longPath(path))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func aFile(t *testing.T, path string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAttributesAndTheTimeOfCreationAreCopied(t *testing.T) {
	dir := t.TempDir()
	from, to := aFile(t, filepath.Join(dir, "from")), aFile(t, filepath.Join(dir, "to"))
	const want = windows.FILE_ATTRIBUTE_HIDDEN | windows.FILE_ATTRIBUTE_SYSTEM
	if err := windows.SetFileAttributes(wide(t, from), want); err != nil {
		t.Fatal(err)
	}
	h, err := openMeta(wide(t, from), windows.FILE_WRITE_ATTRIBUTES)
	if err != nil {
		t.Fatal(err)
	}
	made := windows.NsecToFiletime(1_500_000_000_123_456_700)
	if err := windows.SetFileTime(h, &made, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := windows.CloseHandle(h); err != nil {
		t.Fatal(err)
	}
	look := func(path string) windows.ByHandleFileInformation {
		h, err := openMeta(wide(t, path), windows.FILE_READ_ATTRIBUTES)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = windows.CloseHandle(h) }()
		var info windows.ByHandleFileInformation
		if err := windows.GetFileInformationByHandle(h, &info); err != nil {
			t.Fatal(err)
		}
		return info
	}
	was := look(from)
	if err := (FS{}).CopyExtra(from, to); err != nil {
		t.Fatal(err)
	}
	got := look(to)
	if got.FileAttributes&keptAttributes != was.FileAttributes&keptAttributes {
		t.Errorf("attributes %x, want %x", got.FileAttributes, was.FileAttributes)
	}
	if was.CreationTime == made && got.CreationTime != made {
		t.Errorf("made %v, want %v", got.CreationTime, made)
	}
}

// aList is an access control list that takes nothing from the folder above: the system and this user only.
func aList(t *testing.T) string {
	t.Helper()
	me, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	return "D:P(A;;FA;;;SY)(A;;FA;;;" + me.User.Sid.String() + ")"
}

func TestTheAccessControlListIsCopied(t *testing.T) {
	dir := t.TempDir()
	for _, kind := range []string{"file", "folder"} {
		from, to := filepath.Join(dir, kind+" from"), filepath.Join(dir, kind+" to")
		if kind == "file" {
			aFile(t, from)
			aFile(t, to)
		} else if err := os.Mkdir(from, 0o700); err != nil {
			t.Fatal(err)
		} else if err := os.Mkdir(to, 0o700); err != nil {
			t.Fatal(err)
		}
		sd, err := windows.SecurityDescriptorFromString(aList(t))
		if err != nil {
			t.Fatal(err)
		}
		dacl, _, err := sd.DACL()
		if err != nil {
			t.Fatal(err)
		}
		if err := windows.SetNamedSecurityInfo(from, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil); err != nil {
			t.Fatal(err)
		}
		before, want := listOf(t, to), listOf(t, from)
		if before == want {
			t.Skipf("this system keeps no lists: both are %s", want)
		}
		if err := (FS{}).CopyExtra(from, to); err != nil {
			t.Fatal(err)
		}
		if got := listOf(t, to); got != want {
			t.Errorf("%s: the list is %s, want %s", kind, got, want)
		}
	}
}

func listOf(t *testing.T, path string) string {
	t.Helper()
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	return sd.String()
}

func TestAPathBeyondTheOldLimitIsCopiedWithItsExtras(t *testing.T) {
	dir := t.TempDir()
	for len(dir) < 400 {
		dir = filepath.Join(dir, strings.Repeat("n", 60))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	from, to := aFile(t, filepath.Join(dir, "from")), aFile(t, filepath.Join(dir, "to"))
	if err := windows.SetFileAttributes(wide(t, from), windows.FILE_ATTRIBUTE_HIDDEN); err != nil {
		t.Fatal(err)
	}
	if err := copyAttributes(wide(t, from), wide(t, to)); err != nil {
		t.Fatal(err)
	}
	if got, err := windows.GetFileAttributes(wide(t, to)); err != nil || got&windows.FILE_ATTRIBUTE_HIDDEN == 0 {
		t.Errorf("%x %v", got, err)
	}
	deep, err := space(dir)
	if err != nil {
		t.Fatal(err)
	}
	if flat, err := space(t.TempDir()); err != nil || flat.Volume != deep.Volume {
		t.Errorf("one volume has the names %s and %s: %v", flat.Volume, deep.Volume, err)
	}
	if r, err := (FS{}).Open(from); err != nil {
		t.Error(err)
	} else {
		_ = r.Close()
	}
}

func TestLongPathsAreWrittenAsTheSystemTakesThem(t *testing.T) {
	long := strings.Repeat("n", 250)
	for path, want := range map[string]string{
		`C:\short`: `C:\short`, `relative\` + long: `relative\` + long, `C:\a\` + long: `\\?\C:\a\` + long, `C:/a/../b/` + long: `\\?\C:\b\` + long,
		`\\server\share\` + long: `\\?\UNC\server\share\` + long, `\\?\C:\a\` + long: `\\?\C:\a\` + long,
	} {
		if got := longPath(path); got != want {
			t.Errorf("%s is written as %s", path, got)
		}
	}
}
