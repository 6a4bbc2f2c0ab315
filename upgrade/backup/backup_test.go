package backup_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func TestABackupIsSealedVerifiedProvenAndRestoredAsItWas(t *testing.T) {
	inst, p := domino(t), ports()
	to := filepath.Join(t.TempDir(), "backups")
	before := snapshot(t, inst.Root)
	result := made(t, p, inst, backup.Options{To: to})
	if result.State != backup.Sealed || len(result.ManifestSHA256) != 64 || filepath.Dir(result.Backup) != to {
		t.Errorf("result %+v", result)
	}
	if result.Files != 10 {
		t.Errorf("%d files, want 10", result.Files)
	}
	if err := sha256sum(t, result.Backup); err != nil {
		t.Error(err)
	}
	report := verifyOK(t, p, to)
	if report.Backup != result.Backup || report.ManifestSHA256 != result.ManifestSHA256 || report.Files != 10 || report.State != backup.Sealed {
		t.Errorf("report %+v", report)
	}
	proof, err := backup.Prove(t.Context(), op.Silent{}, p, to, t.TempDir())
	if err != nil || proof.State != backup.Proven || len(proof.Warnings) != 0 {
		t.Fatalf("prove: %v %+v", err, proof)
	}
	if again := verifyOK(t, p, to); again.State != backup.Proven {
		t.Errorf("after the proof the state is %s", again.State)
	}
	target := filepath.Join(t.TempDir(), "restored")
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, to, backup.RestoreOptions{To: target}); err != nil {
		t.Fatalf("restore: %v", err)
	}
	sameTree(t, inst.Root, target)
	if after := snapshot(t, inst.Root); len(after) != len(before) {
		t.Error("the source was touched")
	}
	entries, _ := os.ReadDir(filepath.Dir(target))
	if len(entries) != 1 {
		t.Errorf("left beside the target: %v", entries)
	}
}

func TestAPlanNamesWhatIsInAndWhatIsOutBeforeAnyByte(t *testing.T) {
	inst, p := domino(t), ports()
	to := filepath.Join(t.TempDir(), "deep", "backups")
	plan := planOf(t, p, inst, backup.Options{To: to, Include: []string{"volt"}})
	if _, err := os.Stat(filepath.Dir(to)); err == nil {
		t.Error("the plan made a folder")
	}
	data, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"name":"volt","in":true`, `"name":"settings","in":false,"why":"not asked for"`, `"free":`, `"needed":`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the plan lacks %s: %s", want, data)
		}
	}
	if plan.Files != 6 || plan.Bytes < 700_000 {
		t.Errorf("%d files, %d bytes", plan.Files, plan.Bytes)
	}
}

func TestPlansThatMustNotStartAreRefusedBeforeAnyByte(t *testing.T) {
	inst := domino(t)
	running := ports()
	running.Quiet = quiet{running: []backup.Process{{PID: 42, Name: "server", How: "pid file"}}}
	open := ports()
	open.Quiet = quiet{open: []backup.Process{{PID: 43, Name: "backup tool", How: "open file"}}}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(inst.AppData, link); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		p    backup.Ports
		o    backup.Options
		code string
	}{
		"target in the source":        {ports(), backup.Options{To: filepath.Join(inst.AppData, "backups")}, "SB-2003"},
		"target is the source":        {ports(), backup.Options{To: inst.AppData}, "SB-2003"},
		"target by a link":            {ports(), backup.Options{To: filepath.Join(link, "x")}, "SB-2003"},
		"server runs":                 {running, backup.Options{To: t.TempDir()}, "SB-2009"},
		"file is open":                {open, backup.Options{To: t.TempDir()}, "SB-2010"},
		"part that the product lacks": {ports(), backup.Options{To: t.TempDir(), Include: []string{"ear"}}, "SB-2002"},
	} {
		plan := planOf(t, c.p, inst, c.o)
		f := plan.Blocker()
		if f == nil || f.Code != c.code {
			t.Errorf("%s: blocker %v, want %s", name, f, c.code)
			continue
		}
		if _, err := backup.Create(t.Context(), op.Silent{}, c.p, plan, c.o); upgrade.KindOf(err) != upgrade.KindBlocked {
			t.Errorf("%s: create said %v", name, err)
		}
		if list, _ := os.ReadDir(c.o.To); name != "target is the source" && len(list) > 0 {
			t.Errorf("%s: something was written: %v", name, list)
		}
	}
	_, err := backup.PlanFor(t.Context(), ports(), inst, backup.Options{To: t.TempDir(), Include: []string{"volts"}})
	wantKind(t, err, upgrade.KindUsage, "SB-2001")
	_, err = backup.PlanFor(t.Context(), ports(), inst, backup.Options{})
	wantKind(t, err, upgrade.KindUsage, "SB-2000")
}

func TestARunningServerIsANamedRiskInTheManifest(t *testing.T) {
	inst, p := domino(t), ports()
	p.Quiet = quiet{running: []backup.Process{{PID: 42, Name: "server", How: "pid file"}}}
	result := made(t, p, inst, backup.Options{To: t.TempDir(), WhileRunning: true})
	text, err := os.ReadFile(filepath.Join(result.Backup, "manifest.json"))
	if err != nil || !strings.Contains(string(text), `"while_running": true`) || !strings.Contains(string(text), `"pid": 42`) {
		t.Errorf("the manifest does not name the risk: %v", err)
	}
	found := false
	for _, w := range result.Warnings {
		found = found || w.Code == "SB-2042"
	}
	if !found {
		t.Errorf("warnings %+v", result.Warnings)
	}
}

func TestAPartIsRestoredIntoExactlyTheNamedFolder(t *testing.T) {
	inst, p := domino(t), ports()
	result := made(t, p, inst, backup.Options{To: t.TempDir()})
	target := filepath.Join(t.TempDir(), "volt")
	report, err := backup.Restore(t.Context(), op.Silent{}, p, result.Backup, backup.RestoreOptions{To: target, Part: "volt"})
	if err != nil || !report.OK || report.Files != 6 {
		t.Fatalf("%v %+v", err, report)
	}
	sameTree(t, inst.AppData, target)
}

func TestARestoreOverAnInstallationKeepsTheFormerState(t *testing.T) {
	inst, p := domino(t), ports()
	result := made(t, p, inst, backup.Options{To: t.TempDir()})
	want := snapshot(t, inst.AppData)
	write(t, filepath.Join(inst.AppData, "VoltConfig.nsf"), []byte("broken by the upgrade"))
	write(t, filepath.Join(inst.AppData, "new.nsf"), []byte("made by the upgrade"))
	write(t, filepath.Join(inst.Data, "names.nsf"), []byte("not ours"))
	report, err := backup.Restore(t.Context(), op.Silent{}, p, result.Backup, backup.RestoreOptions{InPlace: true, Installation: inst})
	if err != nil {
		t.Fatal(err)
	}
	got := snapshot(t, inst.AppData)
	for path := range want {
		if got[path] != want[path] {
			t.Errorf("%s is not as it was", path)
		}
	}
	if _, there := got["new.nsf"]; there {
		t.Error("what the upgrade made is still there")
	}
	if data, _ := os.ReadFile(filepath.Join(inst.Data, "names.nsf")); string(data) != "not ours" {
		t.Error("a file outside of the backup was touched")
	}
	kept := ""
	for _, k := range report.Kept {
		if strings.Contains(k, "volt.before-restore-") {
			kept = k
		}
	}
	if data, err := os.ReadFile(filepath.Join(kept, "new.nsf")); err != nil || string(data) != "made by the upgrade" {
		t.Errorf("the former state is not kept: %v %v", report.Kept, err)
	}
}

func TestAListTellsOfBackupsNewestFirstWithTheirProofs(t *testing.T) {
	inst, p := domino(t), ports()
	to := t.TempDir()
	first := made(t, p, inst, backup.Options{To: to})
	second := made(t, p, inst, backup.Options{To: to, Include: []string{"volt"}})
	if _, err := backup.Prove(t.Context(), op.Silent{}, p, first.Backup, ""); err != nil {
		t.Fatal(err)
	}
	list, err := backup.List(t.Context(), p, to, filepath.Join(to, "nowhere"))
	if err != nil || len(list) != 2 {
		t.Fatalf("%v %+v", err, list)
	}
	if list[0].Backup != second.Backup || list[0].State != backup.Sealed || list[1].State != backup.Proven || len(list[1].Proofs) != 1 {
		t.Errorf("%+v", list)
	}
	_, err = backup.Verify(t.Context(), op.Silent{}, p, to)
	wantKind(t, err, upgrade.KindUsage, "SB-2025")
}

func TestARestoreOverATreeReplacesWhatWasBackedUpAndNothingElse(t *testing.T) {
	inst, p := domino(t), ports()
	result := made(t, p, inst, backup.Options{To: t.TempDir()})
	want := snapshot(t, inst.AppData)
	write(t, filepath.Join(inst.AppData, "VoltConfig.nsf"), []byte("broken by the upgrade"))
	write(t, filepath.Join(inst.Root, "etc", "hosts"), []byte("not ours"))
	report, err := backup.Restore(t.Context(), op.Silent{}, p, result.Backup, backup.RestoreOptions{To: inst.Root})
	if err != nil || report.Files != result.Files {
		t.Fatalf("%v %+v", err, report)
	}
	got := snapshot(t, inst.AppData)
	for path := range want {
		if got[path] != want[path] {
			t.Errorf("%s is not as it was", path)
		}
	}
	if data, _ := os.ReadFile(filepath.Join(inst.Root, "etc", "hosts")); string(data) != "not ours" {
		t.Error("a file outside of the backup was touched")
	}
	if len(report.Kept) != 5 {
		t.Errorf("kept %v; want volt, osgi/volt, volt.link, notes.ini and rcpinstall.properties", report.Kept)
	}
}

func TestARestoreThatWouldMoveItsOwnBackupIsRefused(t *testing.T) {
	inst, p := domino(t), ports()
	to := t.TempDir()
	result := made(t, p, inst, backup.Options{To: to})
	for _, target := range []string{result.Backup, filepath.Join(result.Backup, "data", "volt"), filepath.Join(result.Backup, "new")} {
		_, err := backup.Restore(t.Context(), op.Silent{}, p, result.Backup, backup.RestoreOptions{To: target, Part: "volt"})
		wantKind(t, err, upgrade.KindBlocked, "SB-2035")
	}
	verifyOK(t, p, result.Backup)
}

func TestWhatIsNoBackupIsSaidSo(t *testing.T) {
	p, dir := ports(), t.TempDir()
	for name, call := range map[string]func(string) error{
		"verify": func(d string) error { _, err := backup.Verify(t.Context(), op.Silent{}, p, d); return err },
		"prove":  func(d string) error { _, err := backup.Prove(t.Context(), op.Silent{}, p, d, ""); return err },
		"restore": func(d string) error {
			_, err := backup.Restore(t.Context(), op.Silent{}, p, d, backup.RestoreOptions{To: filepath.Join(d, "x")})
			return err
		},
	} {
		if f, ok := upgrade.AsFault(call(dir)); !ok || f.Kind != upgrade.KindVerify || f.Code != "SB-2021" {
			t.Errorf("%s of an empty folder: %v", name, f)
		}
		if f, ok := upgrade.AsFault(call(filepath.Join(dir, "none"))); !ok || f.Kind != upgrade.KindUsage || f.Code != "SB-2026" {
			t.Errorf("%s of a folder that is not there: %v", name, f)
		}
	}
}
