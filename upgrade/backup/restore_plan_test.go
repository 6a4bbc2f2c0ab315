package backup_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func TestARestoreIsToldBeforeItRunsAndNothingIsWritten(t *testing.T) {
	inst, p := domino(t), ports()
	dir := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	before := snapshot(t, inst.Root)
	plan, err := backup.PlanRestore(t.Context(), p, dir, backup.RestoreOptions{InPlace: true, Installation: inst})
	if err != nil || len(plan.Problems) > 0 {
		t.Fatalf("%v %+v", err, plan.Problems)
	}
	sameSnapshot(t, "the plan", before, snapshot(t, inst.Root))
	report, err := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{InPlace: true, Installation: inst})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, r := range plan.Replaces {
		if _, err := os.Lstat(r.Path); err != nil || !r.Exists || !strings.HasPrefix(r.Kept, r.Path+".before-restore-") {
			t.Errorf("%+v: %v", r, err)
		}
		told[r.Path] = true
	}
	for _, kept := range report.Kept {
		if path, _, _ := strings.Cut(kept, ".before-restore-"); !told[path] {
			t.Errorf("%s was replaced and not told", path)
		}
	}
	if len(report.Kept) != len(plan.Replaces) || plan.Bytes != report.Bytes {
		t.Errorf("%d replaced, %d told; %d bytes, %d told", len(report.Kept), len(plan.Replaces), report.Bytes, plan.Bytes)
	}
	order := strings.Join(plan.WayBack, "\n")
	volt, program := strings.Index(order, "restore volt"), strings.Index(order, "restore the program files")
	if volt < 0 || program < volt || strings.Contains(order, "NOT") {
		t.Errorf("the way back is\n%s", order)
	}
}

func TestAPlanOfARestoreNamesWhatIsMissingAndWhatRefusesIt(t *testing.T) {
	inst, p := domino(t), ports()
	dir := made(t, p, inst, backup.Options{To: fastDir(t), Include: []string{backup.PartVolt, backup.PartSettings}}).Backup
	p.Quiet = quiet{running: []backup.Process{{PID: 7, Name: "server", How: "process list"}}}
	plan, err := backup.PlanRestore(t.Context(), p, dir, backup.RestoreOptions{InPlace: true, Installation: inst, Part: backup.PartVolt})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Problems) != 1 || plan.Problems[0].Code != "SB-2009" || len(plan.Replaces) != 1 {
		t.Errorf("%+v", plan)
	}
	order := strings.Join(plan.WayBack, "\n")
	if !strings.Contains(order, "NOT IN THIS BACKUP, bring it back by other means: the program files") || !strings.Contains(order, "NOT CHOSEN, and in the backup: restore notes.ini") {
		t.Errorf("the way back is\n%s", order)
	}
	_, err = backup.PlanRestore(t.Context(), p, filepath.Join(dir, "data"), backup.RestoreOptions{To: fastDir(t)})
	if err == nil {
		t.Error("no backup is there, and there is a plan")
	}
}
