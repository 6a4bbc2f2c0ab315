package backup_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// harmless tells of a failure that takes nothing from a verification or a proof: it met the history of earlier proofs, the other spelling of the folder's name, or the
// read that finds the end of a manifest, which was read whole before.
func harmless(hit string) bool {
	return strings.Contains(hit, "proof.json") || strings.HasPrefix(hit, "real ") || strings.HasPrefix(hit, "read ") && strings.HasSuffix(hit, "manifest.json")
}

func TestEveryFailureOfAVerificationIsNeverAnOK(t *testing.T) {
	dir := made(t, ports(), small(t), backup.Options{To: fastDir(t)}).Backup
	before := snapshot(t, dir)
	for which := range mixes {
		hits := 0
		for n := 1; ; n = every(n) {
			f := mixed(osfs.FS{}, n, which)
			p := ports()
			p.FS = f
			report, err := backup.Verify(t.Context(), op.Silent{}, p, dir)
			hit := f.wasHit()
			if hit == "" {
				if err != nil {
					t.Fatalf("nothing was hit and it failed: %v", err)
				}
				break
			}
			hits++
			if err == nil && !harmless(hit) || report.OK == (err != nil) {
				t.Errorf("%s: %v %+v", hit, err, report)
			}
			if _, coded := upgrade.AsFault(err); err != nil && !coded {
				t.Errorf("%s: the error has no code: %v", hit, err)
			}
			verifyOK(t, ports(), dir)
		}
		if hits < 12 {
			t.Errorf("%d: only %d failures were made", which, hits)
		}
	}
	sameSnapshot(t, "the backup", before, snapshot(t, dir))
}

func TestEveryFailureOfAProofProvesNothingAndTheNextOneDoes(t *testing.T) {
	sealed := made(t, ports(), small(t), backup.Options{To: fastDir(t)}).Backup
	for which := range mixes {
		hits := 0
		for n := 1; ; n = every(n) {
			dir, scratch := copyTree(t, sealed), fastDir(t)
			before := snapshot(t, dir)
			f := mixed(osfs.FS{}, n, which)
			p := ports()
			p.FS = f
			report, err := backup.Prove(t.Context(), op.Silent{}, p, dir, scratch)
			hit := f.wasHit()
			if hit == "" {
				if err != nil {
					t.Fatalf("nothing was hit and it failed: %v", err)
				}
				break
			}
			hits++
			judgeProof(t, hit, dir, scratch, report, err)
			if again, err := backup.Prove(t.Context(), op.Silent{}, ports(), dir, fastDir(t)); err != nil || again.State != backup.Proven {
				t.Errorf("%s: the next proof: %v %+v", hit, err, again)
			}
			after := snapshot(t, dir)
			delete(after, "proof.json")
			sameSnapshot(t, hit+": the backup", before, after)
			os.RemoveAll(scratch)
			os.RemoveAll(filepath.Dir(dir))
		}
		if hits < 20 {
			t.Errorf("%d: only %d failures were made", which, hits)
		}
	}
}

// judgeProof proves that a failed proof changed nothing of the backup's standing, and that what it could not clear up is named.
func judgeProof(t *testing.T, hit, dir, scratch string, report backup.Report, err error) {
	t.Helper()
	inScratch := strings.Contains(hit, scratch)
	op, _, _ := strings.Cut(hit, " ")
	f, coded := upgrade.AsFault(err)
	switch {
	case err != nil && !coded:
		t.Errorf("%s: the error has no code: %v", hit, err)
	case err == nil && !harmless(hit) && (op != "readdir" || !inScratch): // a scratch folder that cannot be listed hides what an earlier proof left, no more
		t.Errorf("%s: proven all the same: %+v", hit, report)
	case err != nil && report.OK:
		t.Errorf("%s: %v, and OK", hit, err)
	}
	if verified := verifyOK(t, ports(), dir); err != nil && verified.State != backup.Sealed {
		t.Errorf("%s: %v, and the state is %s", hit, err, verified.State)
	}
	if left, _ := os.ReadDir(scratch); len(left) > 0 && (err == nil || !strings.HasPrefix(f.Args["path"], scratch)) {
		t.Errorf("%s: left in the scratch folder and not told: %v (%v)", hit, left, err)
	}
}

func TestAFileThatVanishesWhileABackupIsReadIsNeverAnOK(t *testing.T) {
	sealed := made(t, ports(), small(t), backup.Options{To: fastDir(t)}).Backup
	hits := 0
	for _, name := range []string{"opendisk", "open", "lstat"} {
		for _, prove := range []bool{false, true} {
			for n := 1; ; n++ {
				dir := copyTree(t, sealed)
				f := vanishing(osfs.FS{}, name, n, func(path string) bool {
					return strings.HasPrefix(path, dir+string(filepath.Separator)) && isFile(path) && filepath.Base(path) != "proof.json"
				})
				p := ports()
				p.FS = f
				var report backup.Report
				var err error
				if prove {
					report, err = backup.Prove(t.Context(), op.Silent{}, p, dir, fastDir(t))
				} else {
					report, err = backup.Verify(t.Context(), op.Silent{}, p, dir)
				}
				hit := f.wasHit()
				os.RemoveAll(filepath.Dir(dir))
				if hit == "" {
					break
				}
				hits++
				if err == nil || report.OK || report.State == backup.Proven {
					t.Errorf("%s, prove %v: %v %+v", hit, prove, err, report)
				}
			}
		}
	}
	if hits < 15 {
		t.Errorf("only %d files vanished", hits)
	}
}
