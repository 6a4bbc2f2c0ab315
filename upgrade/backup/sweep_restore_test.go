package backup_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
)

// mixes is how many kinds of faults an operation can meet at most.
const mixes = 3

// TestEveryFailureOfARestoreLeavesTheOldStateOrTheNewOne fails each operation once in each way it can fail, over an installation that an upgrade has changed, with
// and without the system's help to let two names change places.
func TestEveryFailureOfARestoreLeavesTheOldStateOrTheNewOne(t *testing.T) {
	s := newStates(t)
	sealed := snapshot(t, s.dir)
	for name, inner := range systems() {
		for which := range mixes {
			hits := sweepRestore(t, s, func(n int) *faulty { return mixed(inner, n, which) }, func(hit string, err error) {
				former := s.oneWhole(hit)
				f, coded := upgrade.AsFault(err)
				switch {
				case err == nil && !former:
					t.Errorf("%s: told as done, and it is not", hit)
				case err != nil && !coded:
					t.Errorf("%s: the error has no code: %v", hit, err)
				case err != nil && (f.Code == "SB-2030" || f.Code == "SB-2059") && former, err != nil && f.Code == "SB-2044", err != nil && f.Code == "SB-2051" && !former:
					t.Errorf("%s: what stands there is not what %v tells", hit, err)
				}
			})
			if hits < 20 {
				t.Errorf("%s, %d: only %d failures were made", name, which, hits)
			}
		}
	}
	sameSnapshot(t, "the backup", sealed, snapshot(t, s.dir))
}

// TestARestoreWhoseDiskIsPulledIsFinishedByTheNextOne lets everything fail from the n-th operation on: no clearing up works either.
func TestARestoreWhoseDiskIsPulledIsFinishedByTheNextOne(t *testing.T) {
	s := newStates(t)
	for name, inner := range systems() {
		hits := sweepRestore(t, s, func(n int) *faulty {
			f := newFaulty(inner, "", n, errIO)
			f.keepFailing = true
			return f
		}, func(hit string, err error) {
			s.eachWhole(hit)
			if _, coded := upgrade.AsFault(err); !coded && err != nil {
				t.Errorf("%s: the error has no code: %v", hit, err)
			}
		})
		if hits < 20 {
			t.Errorf("%s: only %d failures were made", name, hits)
		}
	}
}

// sweepRestore restores with a failure at each n, lets judge look, and proves that the next restore reaches what was backed up.
func sweepRestore(t *testing.T, s *states, make func(n int) *faulty, judge func(hit string, err error)) (hits int) {
	t.Helper()
	for n := 1; ; n = every(n) {
		f := make(n)
		p := ports()
		p.FS = f
		_, err := s.restore(p)
		hit := f.wasHit()
		if hit == "" {
			if err != nil {
				t.Fatalf("nothing was hit and it failed: %v", err)
			}
			s.reset()
			return hits
		}
		hits++
		judge(hit, err)
		if _, err := s.restore(ports()); err != nil {
			t.Fatalf("%s: the next restore failed: %v", hit, err)
		}
		s.wantFormer(hit)
		s.reset()
	}
}

func TestAFileThatVanishesFromABackupIsNeverRestoredAsNothing(t *testing.T) {
	s := newStates(t)
	good := copyTree(t, s.dir)
	hits := 0
	for _, name := range []string{"opendisk", "open", "stat", "lstat"} {
		for n := 1; ; n++ {
			f := vanishing(osfs.FS{}, name, n, func(path string) bool {
				return strings.HasPrefix(path, s.dir+string(filepath.Separator)) && isFile(path)
			})
			p := ports()
			p.FS = f
			_, err := s.restore(p)
			hit := f.wasHit()
			if hit == "" {
				s.reset()
				break
			}
			hits++
			if former := s.oneWhole(hit); (err == nil) != former {
				t.Errorf("%s: %v, and the former state is in place: %v", hit, err, former)
			}
			if _, coded := upgrade.AsFault(err); err != nil && !coded {
				t.Errorf("%s: the error has no code: %v", hit, err)
			}
			if err := os.RemoveAll(s.dir); err != nil {
				t.Fatal(err)
			}
			if err := os.CopyFS(s.dir, os.DirFS(good)); err != nil {
				t.Fatal(err)
			}
			s.reset()
		}
	}
	if hits < 10 {
		t.Errorf("only %d files vanished", hits)
	}
}

func isFile(path string) bool {
	fi, err := os.Lstat(path)
	return err == nil && fi.Mode().IsRegular()
}

func TestEveryFailureOfATakingBackLeavesOneStateAndTheNextOneFinishes(t *testing.T) {
	for name, inner := range systems() {
		s := newStates(t)
		report, err := s.restore(ports())
		if err != nil || len(report.Kept) != 2 {
			t.Fatal(err, report.Kept)
		}
		s.wantFormer("the restore")
		s.rest()
		for which := range mixes + 1 {
			dead := which == mixes // everything fails from there on
			for n := 1; ; n++ {
				f := mixed(inner, n, which)
				f.keepFailing = dead
				if dead {
					f.mix, f.err = nil, errIO
				}
				_, err := backup.SwapBack(f, report.Kept)
				hit := f.wasHit()
				if hit == "" {
					if err != nil || n < 10 {
						t.Fatalf("%s: %d operations: %v", name, n-1, err)
					}
					s.reset()
					break
				}
				judgeTakenBack(t, s, name+", "+hit, err, dead)
				if _, err := backup.SwapBack(osfs.FS{}, report.Kept); err != nil {
					t.Fatalf("%s, %s: the next one failed: %v", name, hit, err)
				}
				s.wantUpgraded(name + ", " + hit)
				if !s.somewhere(s.inst.AppData, s.former[s.inst.AppData]) || !s.somewhere(s.ini(), s.former[s.ini()]) {
					t.Errorf("%s, %s: what the restore had brought is lost", name, hit)
				}
				s.reset()
			}
		}
	}
}

// judgeTakenBack proves that a failed taking back tells what stands there.
func judgeTakenBack(t *testing.T, s *states, hit string, err error, dead bool) {
	t.Helper()
	f, coded := upgrade.AsFault(err)
	if !coded {
		t.Errorf("%s: no fault with a code: %v", hit, err)
		return
	}
	if dead {
		s.eachWhole(hit)
		return
	}
	former := s.oneWhole(hit)
	if f.Code == "SB-2052" && !former || f.Code == "SB-2051" && former || f.Code != "SB-2051" && f.Code != "SB-2052" {
		t.Errorf("%s: what stands there is not what %v tells (the restored state: %v)", hit, err, former)
	}
}
