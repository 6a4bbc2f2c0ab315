package dump

import (
	"database/sql"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/springboard-leap/springboard/platform/db/dbtest"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// smallDisk is a volume of its own with little room.
func smallDisk(t *testing.T) string {
	t.Helper()
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=256k"); err != nil {
		t.Skip("a small volume needs the right to mount one:", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(disk, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return disk
}

func fullDisk(t *testing.T, s dbtest.Server) {
	disk := smallDisk(t)
	l := makeLeap(t, s, 1, 400, 100)
	if _, err := l.Dump(t.Context(), op.Silent{}, disk); code(err) != "SB-2411" {
		t.Errorf("%v", err)
	}
}

func TestADumpOfSQLiteOntoAFullDiskIsNone(t *testing.T) {
	disk := smallDisk(t)
	file := leapFile(t)
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE big AS SELECT zeroblob(600000) b`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := (SQLite{File: file}).Dump(t.Context(), op.Silent{}, disk); code(err) != "SB-2402" {
		t.Errorf("%v", err)
	}
}
