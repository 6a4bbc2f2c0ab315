package backup_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func TestAttributesOfFilesAndFoldersComeBack(t *testing.T) {
	inst, p := domino(t), ports()
	places := []string{inst.AppData, filepath.Join(inst.AppData, "empty"), filepath.Join(inst.AppData, "0c1e.nsf")}
	for _, place := range places {
		if err := unix.Setxattr(place, "user.springboard.test", []byte(filepath.Base(place)), 0); err != nil {
			t.Skipf("this volume keeps no attributes: %v", err)
		}
	}
	dir := made(t, p, inst, backup.Options{To: t.TempDir()}).Backup
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{InPlace: true, Installation: inst}); err != nil {
		t.Fatal(err)
	}
	for _, place := range places {
		value := make([]byte, 64)
		n, err := unix.Getxattr(place, "user.springboard.test", value)
		if err != nil || string(value[:n]) != filepath.Base(place) {
			t.Errorf("%s: %q %v", place, value[:max(n, 0)], err)
		}
	}
}
