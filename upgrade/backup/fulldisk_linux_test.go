package backup_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func TestADiskThatFillsUpLeavesNoBackupAndRoomForItContinues(t *testing.T) {
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=2m"); err != nil {
		t.Skip("a small volume needs the right to mount one:", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(disk, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	inst := volt(t, func(dir string) {
		for i, name := range []string{"a.nsf", "b.nsf", "c.nsf", "d.nsf"} {
			write(t, filepath.Join(dir, name), nsf(uint64(i), 900_000))
		}
	})
	o := backup.Options{To: filepath.Join(disk, "backups"), Workers: 1}
	plan := planOf(t, ports(), inst, o)
	wantKind(t, plan.Blocker(), upgrade.KindBlocked, "SB-2005")

	p := ports() // the same volume, claiming room that another program then takes
	p.FS = tight{osfs.FS{}, func(s *backup.Space) { s.Free = 1 << 40 }}
	plan = planOf(t, p, inst, o)
	_, err := backup.Create(t.Context(), op.Silent{}, p, plan, o)
	wantKind(t, err, upgrade.KindFailed, "SB-2044")
	noBackupIn(t, o.To)

	if err := unix.Mount("tmpfs", disk, "tmpfs", unix.MS_REMOUNT, "size=16m"); err != nil {
		t.Fatal(err)
	}
	result := made(t, ports(), inst, o)
	if result.Resumed == 0 {
		t.Error("nothing of the first try was kept")
	}
	verifyOK(t, ports(), result.Backup)

	if err := unix.Mount("tmpfs", disk, "tmpfs", unix.MS_REMOUNT, "size=5m"); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(disk, "restored")
	_, err = backup.Restore(t.Context(), op.Silent{}, ports(), result.Backup, backup.RestoreOptions{To: target})
	wantKind(t, err, upgrade.KindBlocked, "SB-2005")
	_, err = backup.Restore(t.Context(), op.Silent{}, p, result.Backup, backup.RestoreOptions{To: target})
	wantKind(t, err, upgrade.KindFailed, "SB-2059")
	if left, _ := filepath.Glob(target + "*"); len(left) != 0 {
		t.Errorf("left on the full disk: %v", left)
	}
}
