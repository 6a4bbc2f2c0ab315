package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// TestASourceThatMovesIsNeverSealed lets another program change the source at many moments of a backup.
func TestASourceThatMovesIsNeverSealed(t *testing.T) {
	later := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, move := range map[string]func(volt string) error{
		"written":       func(volt string) error { return os.WriteFile(filepath.Join(volt, "a.nsf"), nsf(77, 5000), 0o644) },
		"grown":         func(volt string) error { return appendTo(filepath.Join(volt, "sub", "b.nsf")) },
		"shrunk":        func(volt string) error { return os.Truncate(filepath.Join(volt, "a.nsf"), 100) },
		"removed":       func(volt string) error { return os.Remove(filepath.Join(volt, "sub", "b.nsf")) },
		"made":          func(volt string) error { return os.WriteFile(filepath.Join(volt, "new.nsf"), []byte("x"), 0o644) },
		"touched":       func(volt string) error { return os.Chtimes(filepath.Join(volt, "a.nsf"), later, later) },
		"replaced":      func(volt string) error { return replaceKeepingTime(filepath.Join(volt, "a.nsf")) },
		"link turned":   func(volt string) error { return relink(filepath.Join(volt, "link.nsf")) },
		"folder gone":   func(volt string) error { return os.RemoveAll(filepath.Join(volt, "sub")) },
		"file a folder": func(volt string) error { return fileToFolder(filepath.Join(volt, "a.nsf")) },
	} {
		t.Run(name, func(t *testing.T) {
			for moment, n := range map[string]int{"create": 2, "write": 2, "rename": 1, "opendisk": 1, "syncdir": 2} {
				inst, to := small(t), fastDir(t)
				f := newFaulty(osfs.FS{}, moment, n, nil)
				f.onHit = func(string) {
					if err := move(inst.AppData); err != nil {
						t.Error(err)
					}
				}
				p := ports()
				plan := planOf(t, p, inst, backup.Options{To: to})
				p.FS = f
				_, err := backup.Create(t.Context(), op.Silent{}, p, plan, backup.Options{To: to, Workers: 1})
				if f.wasHit() == "" {
					t.Fatalf("%s never happened", moment)
				}
				fault, ok := upgrade.AsFault(err)
				if !ok || fault.Kind != upgrade.KindSourceChanged || !strings.HasPrefix(fault.Args["path"], inst.AppData) {
					t.Errorf("at %s: %v", moment, err)
				}
				noBackupIn(t, to)
			}
		})
	}
}

func appendTo(path string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString("more")
	return errors.Join(err, f.Close())
}

// replaceKeepingTime puts another file of the same size and time in place, as a program does that writes a new version aside.
func replaceKeepingTime(path string) error {
	fi, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", make([]byte, fi.Size()), 0o644); err != nil {
		return err
	}
	return errors.Join(os.Chtimes(path+".new", fi.ModTime(), fi.ModTime().Add(time.Nanosecond)), os.Rename(path+".new", path))
}

func relink(path string) error { return errors.Join(os.Remove(path), os.Symlink("sub/b.nsf", path)) }

func fileToFolder(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o755)) }

// noBackupIn proves that nothing in the folder passes for a backup.
func noBackupIn(t *testing.T, to string) {
	t.Helper()
	list, err := backup.List(t.Context(), ports(), to)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if !s.Incomplete || s.State != "" || !strings.HasSuffix(s.Backup, ".incomplete") {
			t.Errorf("it looks like a backup: %+v", s)
		}
		_, err := backup.Verify(t.Context(), op.Silent{}, ports(), s.Backup)
		if upgrade.KindOf(err) != upgrade.KindVerify {
			t.Errorf("verify of an unfinished backup says %v", err)
		}
	}
}

func TestAServerThatStartsDuringTheBackupEndsIt(t *testing.T) {
	inst, p, to := small(t), ports(), fastDir(t)
	plan := planOf(t, p, inst, backup.Options{To: to})
	f := newFaulty(osfs.FS{}, "rename", 1, nil)
	q := &starting{}
	f.onHit = func(string) { q.now = true }
	p.FS, p.Quiet = f, q
	_, err := backup.Create(t.Context(), op.Silent{}, p, plan, backup.Options{To: to})
	wantKind(t, err, upgrade.KindBlocked, "SB-2009")
	noBackupIn(t, to)
}

type starting struct {
	quiet
	now bool
}

func (s *starting) Running(context.Context, upgrade.Installation) ([]backup.Process, bool, error) {
	if s.now {
		return []backup.Process{{PID: 7, Name: "java", How: "command line"}}, true, nil
	}
	return nil, true, nil
}

// TestAStopAtAnyMomentLeavesNoBackupAndTheNextTryContinues cancels at every n-th operation.
func TestAStopAtAnyMomentLeavesNoBackupAndTheNextTryContinues(t *testing.T) {
	inst := small(t)
	stops := 0
	for n := 1; ; n = every(n) {
		to := filepath.Join(fastDir(t), "b")
		ctx, cancel := context.WithCancelCause(t.Context())
		p := ports()
		plan := planOf(t, p, inst, backup.Options{To: to})
		f := newFaulty(osfs.FS{}, "", n, nil)
		f.onHit = func(string) { cancel(op.ErrStopped) }
		p.FS = f
		result, err := backup.Create(ctx, op.Silent{}, p, plan, backup.Options{To: to})
		cancel(nil)
		if f.wasHit() == "" {
			break
		}
		if err == nil {
			verifyOK(t, ports(), result.Backup) // the stop came when all was done
			continue
		}
		stops++
		wantKind(t, err, upgrade.KindCancelled, "SB-2013")
		if !errors.Is(err, op.ErrStopped) {
			t.Errorf("%s: the cause of the stop is lost: %v", f.wasHit(), err)
		}
		noBackupIn(t, to)
		again := made(t, ports(), inst, backup.Options{To: to})
		verifyOK(t, ports(), again.Backup)
		if result.Backup != "" && again.Backup != strings.TrimSuffix(result.Backup, ".incomplete") {
			t.Errorf("%s: it was not continued: %s, then %s", f.wasHit(), result.Backup, again.Backup)
		}
	}
	if stops < 20 {
		t.Errorf("only %d stops", stops)
	}
}

func TestAContinuedBackupBelievesNoFileByItsTimeAlone(t *testing.T) {
	inst, to := small(t), fastDir(t)
	p := ports()
	f := newFaulty(osfs.FS{}, "writefile", 2, errIO) // the plan in the work folder is the first, RESTORE.txt the second: all files are there
	plan := planOf(t, p, inst, backup.Options{To: to})
	p.FS = f
	if _, err := backup.Create(t.Context(), op.Silent{}, p, plan, backup.Options{To: to}); err == nil || f.wasHit() == "" {
		t.Fatalf("it was not interrupted: %v", err)
	}
	unfinished, _ := filepath.Glob(filepath.Join(to, "*.incomplete"))
	if len(unfinished) != 1 {
		t.Fatalf("%v", unfinished)
	}
	bad := filepath.Join(unfinished[0], filepath.FromSlash(voltDir+"a.nsf"))
	fi, err := os.Stat(bad)
	if err != nil {
		t.Fatal(err)
	}
	edit(t, bad, flipAt(.5))
	if err := os.Chtimes(bad, fi.ModTime(), fi.ModTime()); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(unfinished[0], filepath.FromSlash(voltDir+"stale.nsf")), []byte("its source is gone"))
	result := made(t, ports(), inst, backup.Options{To: to})
	if result.Resumed != 3 {
		t.Errorf("%d files were taken over, want all but the bad one of 4", result.Resumed)
	}
	verifyOK(t, ports(), result.Backup)
	sameTree(t, inst.AppData, filepath.Join(result.Backup, filepath.FromSlash(voltDir)))
}

func TestAFreshBackupLeavesAnUnfinishedOneAlone(t *testing.T) {
	inst, to := small(t), fastDir(t)
	p := ports()
	plan := planOf(t, p, inst, backup.Options{To: to})
	f := newFaulty(osfs.FS{}, "sync", 2, errIO)
	p.FS = f
	if _, err := backup.Create(t.Context(), op.Silent{}, p, plan, backup.Options{To: to}); err == nil {
		t.Fatal("it was not interrupted")
	}
	result := made(t, ports(), inst, backup.Options{To: to, Fresh: true})
	list, err := backup.List(t.Context(), ports(), to)
	if err != nil || len(list) != 2 || result.Resumed != 0 {
		t.Errorf("%v %+v", err, list)
	}
	if report := verifyOK(t, ports(), to); report.Backup != result.Backup {
		t.Errorf("%s was verified", report.Backup)
	}
}
