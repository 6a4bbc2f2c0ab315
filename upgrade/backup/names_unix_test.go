//go:build unix

package backup_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func blocks(t *testing.T, path string) int64 {
	t.Helper()
	fi, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return int64(fi.Sys().(*syscall.Stat_t).Blocks) //nolint:unconvert,errcheck,forcetypeassert // the type differs between systems
}

// named makes a volt folder with files that have several names, in one folder and across folders.
func named(t *testing.T) upgrade.Installation {
	return volt(t, func(dir string) {
		write(t, filepath.Join(dir, "b.nsf"), nsf(1, 4000))
		write(t, filepath.Join(dir, "sub", "x"), nsf(2, 100))
		for _, name := range []string{"a.nsf", "c.nsf", "sub/b again.nsf", "zz"} {
			if err := os.Link(filepath.Join(dir, "b.nsf"), filepath.Join(dir, name)); err != nil {
				t.Skip("files have one name here")
			}
		}
		if err := os.Link(filepath.Join(dir, "sub", "x"), filepath.Join(filepath.Dir(dir), "outside of the backup")); err != nil {
			t.Fatal(err)
		}
		age(t, dir)
	})
}

func sameInode(t *testing.T, dir string, names ...string) bool {
	t.Helper()
	var first os.FileInfo
	for _, name := range names {
		fi, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = fi
		}
		if !os.SameFile(first, fi) {
			return false
		}
	}
	return true
}

func TestSeveralNamesOfOneFileComeBackAsSuch(t *testing.T) {
	all := []string{"a.nsf", "b.nsf", "c.nsf", "sub/b again.nsf", "zz"}
	for name, o := range map[string]backup.Options{"plain": {}, "packed": {Compress: true}, "read back from the cache": {Reread: backup.ReadBackCache}} {
		t.Run(name, func(t *testing.T) {
			inst, p := named(t), ports()
			o.To = fastDir(t)
			dir := made(t, p, inst, o).Backup
			verifyOK(t, p, dir)
			if err := sha256sum(t, dir); err != nil {
				t.Error(err)
			}
			target := filepath.Join(fastDir(t), "r")
			if _, err := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{To: target}); err != nil {
				t.Fatal(err)
			}
			back := filepath.Join(target, "local", "notesdata", "volt")
			sameTree(t, inst.AppData, back)
			if !sameInode(t, back, all...) {
				t.Error("they are files of their own now")
			}
			if o.Compress {
				return
			}
			if !sameInode(t, filepath.Join(dir, voltDir), all...) {
				t.Error("the backup holds the file more than once")
			}
		})
	}
}

func TestAVolumeWithOneNameAFileGetsCopies(t *testing.T) {
	inst, p := named(t), ports()
	p.FS = without{osfs.FS{}}
	dir := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	verifyOK(t, p, dir)
	if sameInode(t, filepath.Join(dir, voltDir), "a.nsf", "b.nsf") {
		t.Error("the backup was linked")
	}
	for _, fs := range []backup.FS{osfs.FS{}, without{osfs.FS{}}} {
		p.FS = fs
		target := filepath.Join(fastDir(t), "r")
		if _, err := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{To: target}); err != nil {
			t.Fatal(err)
		}
		back := filepath.Join(target, "local", "notesdata", "volt")
		sameTree(t, inst.AppData, back)
		if linked := sameInode(t, back, "a.nsf", "b.nsf"); linked != (fs == backup.FS(osfs.FS{})) {
			t.Errorf("linked: %v", linked)
		}
	}
}

func TestOneNameOfAFileThatWasReplacedInTheBackupIsFound(t *testing.T) {
	inst, p := named(t), ports()
	dir := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	place := filepath.Join(dir, voltDir, "c.nsf")
	if err := os.Remove(place); err != nil {
		t.Fatal(err)
	}
	write(t, place, bytes.Repeat([]byte("x"), 4006))
	report, err := backup.Verify(t.Context(), op.Silent{}, p, dir)
	wantKind(t, err, upgrade.KindVerify, "SB-2020")
	if len(report.Problems) != 1 || report.Problems[0].Path != voltDir+"c.nsf" {
		t.Errorf("%+v", report.Problems)
	}
	_, err = backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{To: filepath.Join(fastDir(t), "r")})
	wantKind(t, err, upgrade.KindVerify, "SB-2020")
}

func TestWhereTheCopiesWereReadBackFromIsSaidEverywhere(t *testing.T) {
	p := ports()
	for _, want := range []backup.ReadBack{backup.ReadBackDisk, backup.ReadBackCache} {
		result := made(t, p, small(t), backup.Options{To: fastDir(t), Reread: want})
		verifyOK(t, p, result.Backup)
		text, err := os.ReadFile(filepath.Join(result.Backup, "manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		var manifest struct{ Reread backup.ReadBack }
		list, err := backup.List(t.Context(), p, result.Backup)
		if err != nil || json.Unmarshal(text, &manifest) != nil || len(list) != 1 {
			t.Fatalf("%v %+v", err, list)
		}
		if result.Reread != want || manifest.Reread != want || list[0].Reread != want {
			t.Errorf("result %s, manifest %s, list %s; want %s", result.Reread, manifest.Reread, list[0].Reread, want)
		}
		guide, _ := os.ReadFile(filepath.Join(result.Backup, "RESTORE.txt"))
		if told := bytes.Contains(guide, []byte("--reread cache")); told != (want == backup.ReadBackCache) {
			t.Errorf("%s: RESTORE.txt tells of it: %v", want, told)
		}
	}
	_, err := backup.PlanFor(t.Context(), p, small(t), backup.Options{To: fastDir(t), Reread: "never"})
	wantKind(t, err, upgrade.KindUsage, "SB-2049")
}

// lying is a file system whose memory gives back other bytes than were written.
type lying struct{ osfs.FS }

type lyingWriter struct{ backup.Writer }

func (l lying) CreateCached(path string, perm os.FileMode) (backup.Writer, error) {
	w, err := l.FS.CreateCached(path, perm)
	return lyingWriter{w}, err
}

func (w lyingWriter) ReadBack(p []byte, at int64) (int, error) {
	n, err := w.Writer.ReadBack(p, at)
	if n > 0 {
		p[n/2] ^= 1
	}
	return n, err
}

func TestAPieceThatMemoryGivesBackOtherwiseIsNeverSealed(t *testing.T) {
	p := ports()
	p.FS = lying{}
	o := backup.WithLarge(backup.Options{To: fastDir(t), Reread: backup.ReadBackCache}, 1000)
	_, err := backup.Create(t.Context(), op.Silent{}, p, planOf(t, p, small(t), o), o)
	wantKind(t, err, upgrade.KindVerify, "SB-2016")
}

// TestLargeFilesGoTheSameWay sets the size of a large file to a megabyte: large ones come first, in rings of pieces, and the result is the same.
func TestLargeFilesGoTheSameWay(t *testing.T) {
	inst := volt(t, func(dir string) {
		for i, size := range []int{1 << 20, 1<<20 + 1, 3<<20 - 1, 5 << 20, 100} {
			write(t, filepath.Join(dir, "sub", string(rune('a'+i)), "x.nsf"), random(uint64(i), size))
		}
		age(t, dir)
	})
	p := ports()
	for name, o := range map[string]backup.Options{"plain": {}, "packed": {Compress: true}, "cache": {Reread: backup.ReadBackCache}} {
		t.Run(name, func(t *testing.T) {
			o.To = fastDir(t)
			o = backup.WithLarge(o, 1<<20)
			dir := made(t, p, inst, o).Backup
			verifyOK(t, p, dir)
			target := filepath.Join(fastDir(t), "r")
			if _, err := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{To: target}); err != nil {
				t.Fatal(err)
			}
			sameTree(t, inst.AppData, filepath.Join(target, "local", "notesdata", "volt"))
		})
	}
	for _, name := range []string{"read", "write", "opendisk", "sync"} {
		for n := 1; n < 30; n += 3 {
			o := backup.WithLarge(backup.Options{To: filepath.Join(fastDir(t), "b")}, 1<<20)
			f := newFaulty(osfs.FS{}, name, n, errIO)
			p.FS = f
			result, err := attemptWith(t, p, inst, o)
			if hit := f.wasHit(); hit != "" {
				judgeFailed(t, name, n, hit, o.To, result, err)
			}
		}
	}
}

func attemptWith(t *testing.T, p backup.Ports, inst upgrade.Installation, o backup.Options) (backup.Result, error) {
	plan, err := backup.PlanFor(t.Context(), p, inst, o)
	if err != nil {
		return backup.Result{}, err
	}
	return backup.Create(t.Context(), op.Silent{}, p, plan, o)
}
