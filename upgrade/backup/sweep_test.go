package backup_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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
	return upgrade.Installation{ID: "small", Product: upgrade.DominoLeap, Runtime: upgrade.Domino, Root: root, AppData: volt,
		SettingsFiles: []upgrade.SettingsFile{{Path: filepath.Join(root, "local", "notesdata", "notes.ini"), Kind: "notes-ini", Exists: true}}}
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

func TestEveryFailureOfAVerificationIsNeverAnOK(t *testing.T) {
	p := ports()
	dir := made(t, p, small(t), backup.Options{To: fastDir(t)}).Backup
	for _, name := range []string{"read", "opendisk", "readdir", "readlink"} {
		for n := 1; ; n = every(n) {
			f := newFaulty(osfs.FS{}, name, n, errIO)
			p.FS = f
			report, err := backup.Verify(t.Context(), op.Silent{}, p, dir)
			if f.wasHit() == "" {
				break
			}
			if err == nil && !strings.Contains(f.wasHit(), "proof.json") || report.OK && err != nil {
				t.Errorf("%s: %v %+v", f.wasHit(), err, report)
			}
		}
	}
}

func TestEveryFailureOfAProofLeavesNoScratchAndNoProof(t *testing.T) {
	p := ports()
	sealed := made(t, p, small(t), backup.Options{To: fastDir(t)}).Backup
	for _, name := range []string{"read", "opendisk", "open", "create", "write", "sync", "symlink", "apply", "syncdir", "space", "stat", "copyextra"} {
		for n := 1; ; n = every(n) {
			dir, scratch := copyTree(t, sealed), fastDir(t)
			f := newFaulty(osfs.FS{}, name, n, errIO)
			p.FS = f
			report, err := backup.Prove(t.Context(), op.Silent{}, p, dir, scratch)
			hit := f.wasHit()
			if hit == "" {
				break
			}
			if strings.Contains(hit, "proof.json") || strings.HasPrefix(hit, "read ") && strings.HasSuffix(hit, "manifest.json") && err == nil {
				continue // the read that finds the end of a manifest that was read before
			}
			if err == nil || report.OK {
				t.Errorf("%s: %v %+v", hit, err, report)
			}
			if left, _ := os.ReadDir(scratch); len(left) > 0 {
				t.Errorf("%s: left in the scratch folder: %v", hit, left)
			}
			verifySealed(t, dir, hit)
		}
	}
}

func verifySealed(t *testing.T, dir, hit string) {
	t.Helper()
	if report := verifyOK(t, ports(), dir); report.State != backup.Sealed {
		t.Errorf("%s: the state is %s", hit, report.State)
	}
}

// TestEveryFailureOfARestoreLeavesTheOldStateOrTheNewOne fails each operation once, over an installation that an upgrade has changed, with and without the
// system's help to let two names change places.
func TestEveryFailureOfARestoreLeavesTheOldStateOrTheNewOne(t *testing.T) {
	inst := small(t)
	p := ports()
	dir := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	newState := snapshot(t, inst.AppData)
	write(t, filepath.Join(inst.AppData, "a.nsf"), []byte("upgraded"))
	write(t, filepath.Join(inst.AppData, "more.nsf"), []byte("made by the upgrade"))
	old := copyLinks(t, inst.AppData)
	oldState := snapshot(t, old)
	hits := 0
	for _, inner := range []backup.FS{osfs.FS{}, without{osfs.FS{}}} {
		for _, dead := range []bool{false, true} {
			for n := 1; ; n = every(n) {
				f := newFaulty(inner, "", n, errIO)
				f.keepFailing = dead
				p.FS = f
				_, err := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{InPlace: true, Installation: inst})
				hit := f.wasHit()
				if hit == "" {
					if err != nil {
						t.Fatalf("nothing was hit and it failed: %v", err)
					}
					break
				}
				hits++
				if dead {
					// The machine is gone. What is there must be whole, under its name or, without exchange, under a name beside it.
					p.FS = inner
				}
				wholeState(t, inst, oldState, newState, hit, err)
				if _, err := backup.Restore(t.Context(), op.Silent{}, ports(), dir, backup.RestoreOptions{InPlace: true, Installation: inst}); err != nil {
					t.Fatalf("%s: the next restore failed: %v", hit, err)
				}
				sameSnapshot(t, hit, newState, snapshot(t, inst.AppData))
				resetTo(t, inst, old)
			}
			resetTo(t, inst, old)
		}
	}
	if hits < 60 {
		t.Errorf("only %d failures were made", hits)
	}
}

// wholeState proves that the old state or the new one is whole.
func wholeState(t *testing.T, inst upgrade.Installation, old, fresh map[string]string, hit string, err error) {
	t.Helper()
	places, _ := filepath.Glob(inst.AppData + "*")
	for _, place := range places {
		got := snapshot(t, place)
		if place == inst.AppData && !equal(got, old) && !equal(got, fresh) {
			t.Errorf("%s: %s is neither the old state nor the new one (%v)", hit, place, err)
		}
		if equal(got, old) {
			return
		}
	}
	if _, statErr := os.Stat(inst.AppData); statErr != nil || !equal(snapshot(t, inst.AppData), fresh) {
		t.Errorf("%s: neither state is whole in %v (%v)", hit, places, err)
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

// resetTo gives the installation its upgraded state again and clears what restores left beside it.
func resetTo(t *testing.T, inst upgrade.Installation, old string) {
	t.Helper()
	for _, pattern := range []string{inst.AppData + "*", filepath.Join(filepath.Dir(inst.AppData), "notes.ini?*")} {
		places, _ := filepath.Glob(pattern)
		for _, place := range places {
			if err := os.RemoveAll(place); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.Rename(copyLinks(t, old), inst.AppData); err != nil {
		t.Fatal(err)
	}
}
