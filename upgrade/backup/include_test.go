package backup_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func TestSeveralPartsGoBackAndTheOthersStayAsTheyAre(t *testing.T) {
	inst, p := domino(t), ports()
	dir := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	before := snapshot(t, inst.AppData)
	ini, jar := inst.SettingsFiles[0].Path, filepath.Join(inst.Program, "eclipse", "plugins", "dleap_1.1.8.jar")
	for _, path := range []string{ini, jar, filepath.Join(inst.AppData, "0c1e.nsf")} {
		write(t, path, []byte("upgraded"))
	}
	o := backup.RestoreOptions{InPlace: true, Installation: inst, Include: []string{backup.PartVolt, backup.PartSettings}}
	plan, err := backup.PlanRestore(t.Context(), p, dir, o)
	if err != nil || !slices.Equal(plan.Parts, []string{backup.PartSettings, backup.PartVolt}) {
		t.Fatalf("%v %v", err, plan.Parts)
	}
	if order := strings.Join(plan.WayBack, "\n"); !strings.Contains(order, "NOT CHOSEN, and in the backup: restore the program files") {
		t.Errorf("the way back is\n%s", order)
	}
	report, err := backup.Restore(t.Context(), op.Silent{}, p, dir, o)
	if err != nil {
		t.Fatal(err)
	}
	sameSnapshot(t, "volt", before, snapshot(t, inst.AppData))
	for path, want := range map[string]string{ini: "[Notes]\nDirectory=/local/notesdata\n", jar: "upgraded"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: %q %v", path, got, err)
		}
	}
	if !slices.ContainsFunc(report.Warnings, func(w string) bool { return strings.Contains(w, "volt goes back together with the program files") }) {
		t.Errorf("what must go back too was not told: %v", report.Warnings)
	}
}

func TestPartsThatGoBackTogetherAreNotWarnedAbout(t *testing.T) {
	inst, p := domino(t), ports()
	dir := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	to := filepath.Join(fastDir(t), "r")
	report, err := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{To: to, Include: []string{backup.PartVolt, backup.PartProgram}})
	if err != nil || len(report.Warnings) > 0 {
		t.Errorf("%v %v", err, report.Warnings)
	}
	if _, err := os.Stat(filepath.Join(to, "local", "notesdata", "volt", "0c1e.nsf")); err != nil {
		t.Errorf("it did not come to its own path: %v", err)
	}
	if _, err := os.Stat(filepath.Join(to, "local", "notesdata", "notes.ini")); err == nil {
		t.Error("a part came that was not chosen")
	}
}

func TestWhatWasLeftBehindIsNamedOnlyWhereItBelongs(t *testing.T) {
	inst, p := domino(t), ports()
	without := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	write(t, filepath.Join(inst.Data, "DAOS", "0001", "x.nlo"), random(1, 100))
	with := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	for name, c := range map[string]struct {
		dir     string
		include []string
		told    []string
	}{
		"volt, and there are no attachments":     {without, []string{backup.PartVolt, backup.PartProgram}, nil},
		"volt without its attachments":           {with, []string{backup.PartVolt, backup.PartProgram}, []string{"volt goes back together with the attachments"}},
		"attachments without volt":               {with, []string{backup.PartDAOS}, []string{"the attachments (daos) go back together with volt"}},
		"volt with its attachments, not program": {with, []string{backup.PartVolt, backup.PartDAOS}, []string{"volt goes back together with the program files"}},
		"all of it by name":                      {with, []string{backup.PartVolt, backup.PartDAOS, backup.PartProgram, backup.PartSettings}, nil},
	} {
		report, err := backup.Restore(t.Context(), op.Silent{}, p, c.dir, backup.RestoreOptions{To: filepath.Join(fastDir(t), "r"), Include: c.include})
		if err != nil || !slices.EqualFunc(report.Warnings, c.told, strings.HasPrefix) {
			t.Errorf("%s: %v %q", name, err, report.Warnings)
		}
	}
}

func TestAPartThatABackupDoesNotHoldIsNotRestoredInSilence(t *testing.T) {
	inst, p := domino(t), ports()
	dir := made(t, p, inst, backup.Options{To: fastDir(t), Include: []string{backup.PartVolt}}).Backup
	for code, o := range map[string]backup.RestoreOptions{
		"SB-2032": {Include: []string{backup.PartVolt, backup.PartProgram}},
		"SB-2055": {Include: []string{backup.PartVolt}, Part: backup.PartVolt},
	} {
		o.To = filepath.Join(fastDir(t), "r")
		_, err := backup.Restore(t.Context(), op.Silent{}, p, dir, o)
		wantKind(t, err, upgrade.KindUsage, code)
		if _, err := os.Stat(o.To); err == nil {
			t.Errorf("%s: something was restored", code)
		}
	}
}
