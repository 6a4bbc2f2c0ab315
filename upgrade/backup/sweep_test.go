package backup_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// fastDir is a temporary folder in memory where the system has one: a sweep flushes thousands of times, and what it tests is the order of calls.
func fastDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "springboard-test")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// every gives the next n of a sweep. All of the first dozen, then every eleventh: SPRINGBOARD_SWEEP=full takes all.
func every(n int) int {
	if n < 12 || os.Getenv("SPRINGBOARD_SWEEP") == "full" {
		return n + 1
	}
	return n + 11
}

// small makes an installation of few files, so that every operation of a backup can be made to fail once.
func small(t testing.TB) upgrade.Installation {
	t.Helper()
	root := filepath.Join(fastDir(t), "L")
	volt := filepath.Join(root, "local", "notesdata", "volt")
	write(t, filepath.Join(volt, "a.nsf"), nsf(1, 5000))
	write(t, filepath.Join(volt, "sub", "b.nsf"), nsf(2, 5000))
	write(t, filepath.Join(root, "local", "notesdata", "notes.ini"), []byte("[Notes]\n"))
	if err := os.Symlink("a.nsf", filepath.Join(volt, "link.nsf")); err != nil {
		t.Skip("links cannot be made here")
	}
	sparse, err := os.Create(filepath.Join(volt, "sparse.nsf"))
	if err != nil {
		t.Fatal(err)
	}
	defer sparse.Close()
	if err := errors.Join(sparse.Truncate(1<<20), func() error { _, err := sparse.WriteAt([]byte("end"), 1<<20); return err }()); err != nil {
		t.Fatal(err)
	}
	age(t, root)
	return installationAt(root)
}

// installationAt describes what small made.
func installationAt(root string) upgrade.Installation {
	data := filepath.Join(root, "local", "notesdata")
	return upgrade.Installation{ID: "small", Product: upgrade.DominoLeap, Runtime: upgrade.Domino, Root: root, AppData: filepath.Join(data, "volt"),
		SettingsFiles: []upgrade.SettingsFile{{Path: filepath.Join(data, "notes.ini"), Kind: "notes-ini", Exists: true}}}
}

// faultsFor gives the errors that an operation may meet.
func faultsFor(op string) []error {
	switch op {
	case "write":
		return []error{errIO, syscall.ENOSPC, errShort}
	case "create", "mkdir", "sync", "writefile", "rename":
		return []error{errIO, syscall.ENOSPC, syscall.EACCES}
	case "open", "readdir", "lstat":
		return []error{errIO, syscall.EACCES, fs.ErrNotExist}
	}
	return []error{errIO}
}

func TestEveryFailureOfABackupIsToldAndTheNextTryReachesTheSameBytes(t *testing.T) {
	inst := small(t)
	before := snapshot(t, inst.Root)
	hits := 0
	for _, name := range ops {
		for _, cause := range faultsFor(name) {
			for n := 1; ; n = every(n) {
				to := filepath.Join(fastDir(t), "b")
				f := newFaulty(osfs.FS{}, name, n, cause)
				p := ports()
				p.FS = f
				result, err := attempt(t, p, inst, to)
				hit := f.wasHit()
				if hit == "" {
					if err != nil {
						t.Fatalf("%s %d: nothing was hit and it failed: %v", name, n, err)
					}
					os.RemoveAll(to)
					break
				}
				hits++
				judgeFailed(t, name, n, hit, to, result, err)
				p.FS = osfs.FS{}
				again := made(t, p, inst, backup.Options{To: to})
				verifyOK(t, p, again.Backup)
				sameTree(t, inst.AppData, filepath.Join(again.Backup, filepath.FromSlash(voltDir)))
				os.RemoveAll(to)
			}
		}
	}
	if hits < 120 {
		t.Errorf("only %d failures were made", hits)
	}
	after := snapshot(t, inst.Root)
	for path, was := range before {
		if after[path] != was {
			t.Errorf("the source was touched: %s", path)
		}
	}
	if len(after) != len(before) {
		t.Error("something was made in the source")
	}
}

// TestABackupWhoseDiskIsPulledOrWhoseProcessIsKilledContinues lets everything fail from the n-th operation on, so that no clearing up works either.
func TestABackupWhoseDiskIsPulledOrWhoseProcessIsKilledContinues(t *testing.T) {
	inst := small(t)
	pulled := 0
	for n := 1; ; n = every(n) {
		to := filepath.Join(fastDir(t), "b")
		f := newFaulty(osfs.FS{}, "", n, errIO)
		f.keepFailing = true
		p := ports()
		plan := planOf(t, p, inst, backup.Options{To: to})
		p.FS = f
		result, err := backup.Create(t.Context(), op.Silent{}, p, plan, backup.Options{To: to})
		hit := f.wasHit()
		if hit == "" {
			if err != nil {
				t.Fatalf("nothing was hit and it failed: %v", err)
			}
			break
		}
		pulled++
		judgeFailed(t, "any", n, hit, to, result, err)
		again := made(t, ports(), inst, backup.Options{To: to})
		verifyOK(t, ports(), again.Backup)
		sameTree(t, inst.AppData, filepath.Join(again.Backup, filepath.FromSlash(voltDir)))
	}
	if pulled < 15 {
		t.Errorf("only %d failures were made", pulled)
	}
}

// attempt plans and makes a backup; a plan that refuses is a failed attempt.
func attempt(t *testing.T, p backup.Ports, inst upgrade.Installation, to string) (backup.Result, error) {
	plan, err := backup.PlanFor(t.Context(), p, inst, backup.Options{To: to})
	if err != nil {
		return backup.Result{}, err
	}
	return backup.Create(t.Context(), op.Silent{}, p, plan, backup.Options{To: to})
}

// judgeFailed proves that after a failure either nothing looks like a backup, or what stands is good.
func judgeFailed(t *testing.T, name string, n int, hit, to string, result backup.Result, err error) {
	t.Helper()
	if err != nil {
		if _, ok := upgrade.AsFault(err); !ok {
			t.Errorf("%s %d (%s): the error is no fault: %v", name, n, hit, err)
		}
	}
	list, _ := os.ReadDir(to)
	for _, e := range list {
		dir := filepath.Join(to, e.Name())
		if _, statErr := os.Stat(filepath.Join(dir, "manifest.json")); statErr == nil {
			p := ports()
			report, verifyErr := backup.Verify(t.Context(), op.Silent{}, p, dir)
			if verifyErr != nil {
				t.Errorf("%s %d (%s): a sealed backup is bad: %v %+v", name, n, hit, verifyErr, report.Problems)
			}
		} else if err == nil {
			t.Errorf("%s %d (%s): success without a manifest", name, n, hit)
		}
	}
	if err == nil && result.State != backup.Sealed {
		t.Errorf("%s %d (%s): %+v", name, n, hit, result)
	}
}

func equal(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

func sameSnapshot(t *testing.T, hit string, want, got map[string]string) {
	t.Helper()
	if !equal(want, got) {
		t.Errorf("%s: the restored state is not what was backed up", hit)
	}
}

// copyLinks copies a tree with its links, modes and times.
func copyLinks(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(fastDir(t), "copy")
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, path)
		at := filepath.Join(to, rel)
		fi, err := os.Lstat(path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			return os.Mkdir(at, fi.Mode())
		case fi.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			return errors.Join(err, os.Symlink(target, at))
		}
		data, err := os.ReadFile(path)
		return errors.Join(err, os.WriteFile(at, data, fi.Mode()), os.Chtimes(at, fi.ModTime(), fi.ModTime()))
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}
