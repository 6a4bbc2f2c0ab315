package probe

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/springboard-leap/springboard/upgrade"
)

const edited = "a = 2\nb = 2\n"

func asRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can do this")
	}
}

func refused(t *testing.T, err error, words string) {
	t.Helper()
	f, ok := upgrade.AsFault(err)
	if !ok || (f.Code != "SB-5013" && f.Code != "SB-5014") || !strings.Contains(f.Args["detail"], words) {
		t.Errorf("%v, want words of %q", err, words)
	}
}

func TestAnEditKeepsTheOwnerAndTheGroup(t *testing.T) {
	asRoot(t)
	file := filepath.Join(t.TempDir(), "f.properties")
	write(t, file, theText)
	if err := os.Chown(file, 1234, 4321); err != nil {
		t.Skip(err)
	}
	if err := edit(t, file); err != nil {
		t.Fatal(err)
	}
	var st unix.Stat_t
	if err := unix.Stat(file, &st); err != nil || st.Uid != 1234 || st.Gid != 4321 || content(t, file) != edited {
		t.Errorf("owner %d:%d, %v, %q", st.Uid, st.Gid, err, content(t, file))
	}
}

// attributesKept are an access control list (rw for the owner and for user 4321, r for the group), a SELinux label, and one of a person's own.
var attributesKept = map[string]string{
	"system.posix_acl_access": "\x02\x00\x00\x00" + "\x01\x00\x06\x00\xff\xff\xff\xff" + "\x02\x00\x06\x00\xe1\x10\x00\x00" + "\x04\x00\x04\x00\xff\xff\xff\xff" +
		"\x10\x00\x06\x00\xff\xff\xff\xff" + "\x20\x00\x00\x00\xff\xff\xff\xff",
	"security.selinux": "system_u:object_r:usr_t:s0\x00",
	"user.note":        "ours",
}

func TestAnEditKeepsAccessControlListSELinuxLabelAndAttributes(t *testing.T) {
	for name, value := range attributesKept {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "f.properties")
			write(t, file, theText)
			if err := unix.Setxattr(file, name, []byte(value), 0); err != nil {
				t.Skipf("%s cannot be set here: %v", name, err)
			}
			if err := edit(t, file); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 256)
			n, err := unix.Getxattr(file, name, got)
			if err != nil || string(got[:max(n, 0)]) != value || content(t, file) != edited {
				t.Errorf("%q, %v", got[:max(n, 0)], err)
			}
		})
	}
}

// mounted is a small volume of its own; skipped where none can be made.
func mounted(t *testing.T, kilobytes int) string {
	t.Helper()
	asRoot(t)
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kilobytes)); err != nil {
		t.Skip("no volume can be mounted here:", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

func TestAFullDiskLosesNothing(t *testing.T) {
	volume := mounted(t, 64)
	file := filepath.Join(volume, "f.properties")
	write(t, file, theText)
	filler, err := os.Create(filepath.Join(volume, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(filler, io.LimitReader(zeros{}, 1<<20))
	_ = filler.Close()
	if err == nil {
		t.Fatal("the volume did not fill")
	}
	refused(t, edit(t, file), "no space left")
	if got := content(t, file); got != theText {
		t.Errorf("%q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(volume, ".*tmp*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestALinkToAnotherVolumeIsFollowedAndStays(t *testing.T) {
	volume := mounted(t, 256)
	file, link := filepath.Join(volume, "f.properties"), filepath.Join(t.TempDir(), "link.properties")
	write(t, file, theText)
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := edit(t, link); err != nil {
		t.Fatal(err)
	}
	if fi, err := os.Lstat(link); err != nil || fi.Mode()&os.ModeSymlink == 0 || content(t, file) != edited {
		t.Errorf("%v, %v, %q", fi, err, content(t, file))
	}
}

func TestAReadOnlyVolumeIsToldAndNothingChanges(t *testing.T) {
	volume := mounted(t, 256)
	file := filepath.Join(volume, "f.properties")
	write(t, file, theText)
	if err := unix.Mount("", volume, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Skip(err)
	}
	refused(t, edit(t, file), "read-only file system")
	if got := content(t, file); got != theText {
		t.Errorf("%q", got)
	}
}

func TestAFileThatTheSystemLocksIsToldAndStays(t *testing.T) {
	asRoot(t)
	file := filepath.Join(t.TempDir(), "f.properties")
	write(t, file, theText)
	if out, err := exec.Command("chattr", "+i", file).CombinedOutput(); err != nil {
		t.Skipf("no file can be made immutable here: %s", out)
	}
	defer func() { _ = exec.Command("chattr", "-i", file).Run() }()
	refused(t, edit(t, file), "not permitted")
	if got := content(t, file); got != theText {
		t.Errorf("%q", got)
	}
}

// TestAFileOfAnotherUserIsNotTakenOver edits as the user nobody, in a copy of this test that is run for it.
func TestAFileOfAnotherUserIsNotTakenOver(t *testing.T) {
	if file := os.Getenv("SPRINGBOARD_TEST_EDIT"); file != "" {
		refused(t, edit(t, file), "belongs to another user")
		return
	}
	asRoot(t)
	dir := t.TempDir()
	if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o777)); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "again.test")
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "f.properties")
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(theText), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^TestAFileOfAnotherUserIsNotTakenOver$", "-test.v")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "SPRINGBOARD_TEST_EDIT="+file, "TMPDIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PASS") {
		t.Errorf("%v\n%s", err, out)
	}
	if got := content(t, file); got != theText {
		t.Errorf("%q", got)
	}
}
