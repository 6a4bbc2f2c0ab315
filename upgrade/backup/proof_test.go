package backup_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// failingAt is the real file system, of which the n-th operation of that name on that file fails.
func failingAt(name, path string, n int) backup.Ports {
	f := newFaulty(osfs.FS{}, name, n, errIO)
	f.where = func(p string) bool { return p == path }
	p := ports()
	p.FS = f
	return p
}

func TestAHistoryOfProofsThatCannotBeReadIsNotWrittenOver(t *testing.T) {
	dir := made(t, ports(), small(t), backup.Options{To: fastDir(t)}).Backup
	if _, err := backup.Prove(t.Context(), op.Silent{}, ports(), dir, fastDir(t)); err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(dir, "proof.json")
	before, err := os.ReadFile(place)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"open", "read"} {
		_, err = backup.Prove(t.Context(), op.Silent{}, failingAt(name, place, 1), dir, fastDir(t))
		if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-2015" || f.Args["path"] != place {
			t.Errorf("%s fails: %v", name, err)
		}
		if after, err := os.ReadFile(place); err != nil || string(after) != string(before) {
			t.Errorf("%s fails, and the history was %s and is %s (%v)", name, before, after, err)
		}
	}
}

func TestAProofThatWasWrittenDownIsNotReadAgainToBeBelieved(t *testing.T) {
	dir := made(t, ports(), small(t), backup.Options{To: fastDir(t)}).Backup
	p := failingAt("open", filepath.Join(dir, "proof.json"), 2)
	if report, err := backup.Prove(t.Context(), op.Silent{}, p, dir, fastDir(t)); err != nil || report.State != backup.Proven {
		t.Errorf("the state is %s: %v", report.State, err)
	}
}

func TestAVerificationTellsOfASealedTextThatCannotBeLookedAt(t *testing.T) {
	dir := made(t, ports(), small(t), backup.Options{To: fastDir(t)}).Backup
	report, err := backup.Verify(t.Context(), op.Silent{}, failingAt("lstat", filepath.Join(dir, "RESTORE.txt"), 1), dir)
	if err == nil || len(report.Problems) != 1 || report.Problems[0].Path != "RESTORE.txt" {
		t.Errorf("%v %+v", err, report.Problems)
	}
}
