package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// leap makes a Leap on WebSphere below a new root. fsp.properties lies in the .ear and is a settings file too.
func leap(t testing.TB) upgrade.Installation {
	t.Helper()
	root := filepath.Join(fastDir(t), "L")
	at := func(p string) string { return filepath.Join(root, filepath.FromSlash(p)) }
	profile := "opt/IBM/WebSphere/AppServer/profiles/AppSrv01/"
	ear := profile + "installedApps/cell1/HCL Leap.ear"
	write(t, at(ear+"/META-INF/application.xml"), []byte("<application/>"))
	write(t, at(ear+"/builder.war/WEB-INF/classes/fsp.properties"), []byte("extensions=/opt/HCL/Leap/extensions\n"))
	write(t, at(profile+"config/cells/cell1/applications/HCL Leap.ear/deployments/HCL Leap/deployment.xml"), []byte("<d/>"))
	write(t, at(profile+"config/cells/cell1/virtualhosts.xml"), []byte("<v/>"))
	write(t, at(profile+"config/cells/cell1/nodes/n/servers/s/server.xml"), []byte("<s/>"))
	write(t, at("opt/HCL/Leap/extensions/Leap_config.properties"), []byte("a=b\n"))
	write(t, at("opt/HCL/Leap/extensions/w.jar"), random(1, 500))
	write(t, at("opt/HCL/Leap/data/leap.db"), random(2, 5000))
	age(t, root)
	return upgrade.Installation{
		ID: "leap-was-cell1", Product: upgrade.Leap, Runtime: upgrade.WAS, Version: "9.3.8.12", Root: root, Cell: "cell1", Home: at(profile), Program: at(ear),
		Extensions: upgrade.Extensions{Dirs: []string{at("opt/HCL/Leap/extensions")}},
		DataSource: &upgrade.DataSource{Kind: "sqlite", Database: at("opt/HCL/Leap/data/leap.db")},
		SettingsFiles: []upgrade.SettingsFile{
			{Path: at(ear + "/builder.war/WEB-INF/classes/fsp.properties"), Kind: "fsp", Exists: true},
			{Path: at("opt/HCL/Leap/extensions/Leap_config.properties"), Kind: "leap-config", Exists: true},
			{Path: at(profile + "config/cells/cell1/nodes/n/servers/s/server.xml"), Kind: "was-server", Exists: true},
			{Path: at("opt/none.xml"), Kind: "resources"},
		},
	}
}

// fileDumper dumps a database that is a file, as the lab's is.
type fileDumper struct {
	file, origin          string
	planErr, dumpErr, bad error
	proven                []byte
}

func (d *fileDumper) Plan(context.Context) (backup.DumpPlan, error) {
	return backup.DumpPlan{What: "the file " + d.file, Bytes: 5000, Origin: d.origin}, d.planErr
}

func (d *fileDumper) Dump(_ context.Context, _ op.Reporter, dir string) (backup.Dumped, error) {
	data, err := os.ReadFile(d.file)
	return backup.Dumped{Tool: "copy 1.0", Rows: map[string]int64{"APP_UPGRADE": 3}},
		errors.Join(err, os.WriteFile(filepath.Join(dir, filepath.Base(d.file)), data, 0o600), d.dumpErr)
}

func (d *fileDumper) Prove(_ context.Context, _ op.Reporter, dir, scratch string, taken backup.Dumped) (string, error) {
	data, err := os.ReadFile(filepath.Join(dir, filepath.Base(d.file)))
	if _, statErr := os.Stat(scratch); err == nil && statErr != nil || taken.Rows["APP_UPGRADE"] != 3 {
		err = errors.New("not what was dumped")
	}
	d.proven = data
	return "rows compared", errors.Join(err, d.bad)
}

func TestLeapIsBackedUpWithItsDatabaseAndRestoredAsATree(t *testing.T) {
	inst, p, to := leap(t), ports(), fastDir(t)
	dumper := &fileDumper{file: inst.DataSource.Database, origin: inst.DataSource.Database}
	p.Dumper = dumper
	result := made(t, p, inst, backup.Options{To: to})
	if err := sha256sum(t, result.Backup); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(result.Backup, "data/database/opt/HCL/Leap/data/leap.db")); err != nil {
		t.Error(err)
	}
	target := filepath.Join(fastDir(t), "r")
	report, err := backup.Restore(t.Context(), op.Silent{}, p, to, backup.RestoreOptions{To: target})
	if err != nil {
		t.Fatal(err)
	}
	if report.Files != result.Files || report.Bytes != result.Bytes {
		t.Errorf("restored %d files, %d bytes of %d, %d", report.Files, report.Bytes, result.Files, result.Bytes)
	}
	if err := os.Chmod(filepath.Join(target, "opt/HCL/Leap/data/leap.db"), 0o644); err != nil { // the dumper's own mode
		t.Error(err)
	}
	db := filepath.Join(target, "opt/HCL/Leap/data/leap.db")
	fi, _ := os.Stat(inst.DataSource.Database)
	if err := os.Chtimes(db, fi.ModTime(), fi.ModTime()); err != nil {
		t.Error(err)
	}
	sameTree(t, inst.Root, target)

	if _, err := backup.Prove(t.Context(), op.Silent{}, p, to, fastDir(t)); err != nil || len(dumper.proven) != 5000 {
		t.Errorf("prove: %v, %d bytes of the dump were seen", err, len(dumper.proven))
	}
	dumper.bad = errors.New("APP_UPGRADE has 2 rows, 3 were dumped")
	_, err = backup.Prove(t.Context(), op.Silent{}, p, to, fastDir(t))
	wantKind(t, err, upgrade.KindVerify, "SB-2045")
	list, err := backup.List(t.Context(), p, to)
	if err != nil || len(list[0].Proofs) != 2 || list[0].State != backup.Sealed {
		t.Errorf("after a proof that failed the state is %s: %+v", list[0].State, list[0].Proofs)
	}
}

// A file that two parts bring (fsp.properties lies in the .ear and is a setting) is restored once, and yet neither copy may be damaged unseen.
func TestARestoreSeesADamagedByteInWhicheverFileItIs(t *testing.T) {
	inst, p, to := leap(t), ports(), fastDir(t)
	p.Dumper = &fileDumper{file: inst.DataSource.Database, origin: inst.DataSource.Database}
	result := made(t, p, inst, backup.Options{To: to})
	flipped := 0
	err := filepath.WalkDir(filepath.Join(result.Backup, "data"), func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) == 0 {
			return err
		}
		flipped++
		was := data[len(data)/2]
		for _, b := range []byte{was ^ 1, was} { // damaged, then as it was
			data[len(data)/2] = b
			if err := os.WriteFile(path, data, 0o600); err != nil {
				return err
			}
			if b == was {
				break
			}
			target := filepath.Join(fastDir(t), "r")
			report, err := backup.Restore(t.Context(), op.Silent{}, p, to, backup.RestoreOptions{To: target})
			wantKind(t, err, upgrade.KindVerify, "SB-2020")
			if _, err := os.Stat(target); err == nil || report.OK {
				t.Errorf("%s is damaged, and was restored: %+v", path, report)
			}
		}
		return nil
	})
	if err != nil || flipped < 3 {
		t.Fatalf("%d files damaged: %v", flipped, err)
	}
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, to, backup.RestoreOptions{To: filepath.Join(fastDir(t), "r")}); err != nil {
		t.Errorf("as it was: %v", err)
	}
}

func TestADumpOfAServerStaysInAFolderOfItsOwn(t *testing.T) {
	inst, p := leap(t), ports()
	p.Dumper = &fileDumper{file: inst.DataSource.Database}
	result := made(t, p, inst, backup.Options{To: fastDir(t), Include: []string{"database"}})
	if _, err := os.Stat(filepath.Join(result.Backup, "data/database/dump/leap.db")); err != nil {
		t.Error(err)
	}
	verifyOK(t, p, result.Backup)
}

func TestLeapWithoutItsDatabaseIsSaidNotHidden(t *testing.T) {
	inst := leap(t)
	for name, p := range map[string]backup.Ports{
		"no tool": ports(),
		"it fails": func() backup.Ports {
			p := ports()
			p.Dumper = &fileDumper{planErr: errors.New("server is down")}
			return p
		}(),
	} {
		plan := planOf(t, p, inst, backup.Options{To: fastDir(t)})
		said := false
		for _, f := range plan.Warnings() {
			said = said || f.Code == "SB-2040"
		}
		if !said || plan.Blocker() != nil {
			t.Errorf("%s: warnings %v, blocker %v", name, plan.Warnings(), plan.Blocker())
		}
		plan = planOf(t, p, inst, backup.Options{To: fastDir(t), Include: []string{"database"}})
		wantKind(t, plan.Blocker(), upgrade.KindBlocked, "SB-2040")
	}
	p, to := ports(), fastDir(t)
	p.Dumper = &fileDumper{file: inst.DataSource.Database, dumpErr: errors.New("disk of the server is full")}
	plan := planOf(t, p, inst, backup.Options{To: to})
	_, err := backup.Create(t.Context(), op.Silent{}, p, plan, backup.Options{To: to})
	wantKind(t, err, upgrade.KindFailed, "SB-2041")
	noBackupIn(t, to)
}

func TestASettingsFileInsideOfTheEarComesBackWithIt(t *testing.T) {
	inst, p := leap(t), ports()
	result := made(t, p, inst, backup.Options{To: fastDir(t)})
	fsp := inst.SettingsFiles[0].Path
	write(t, fsp, []byte("# fresh\n"))
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, result.Backup, backup.RestoreOptions{InPlace: true, Installation: inst}); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(fsp); !strings.HasPrefix(string(data), "extensions=") {
		t.Errorf("fsp.properties holds %q", data)
	}
	write(t, fsp, []byte("# fresh\n"))
	_, err := backup.Restore(t.Context(), op.Silent{}, p, result.Backup, backup.RestoreOptions{InPlace: true, Part: "settings", Installation: inst})
	if err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(fsp); !strings.HasPrefix(string(data), "extensions=") {
		t.Errorf("alone, fsp.properties holds %q", data)
	}
}

func TestDAOSIsInWhenNotesIniTurnsItOn(t *testing.T) {
	inst := domino(t)
	plan := planOf(t, ports(), inst, backup.Options{To: fastDir(t)})
	for _, part := range plan.Parts {
		if part.Name == "daos" && (part.In || !strings.Contains(part.Why, "notes.ini does not turn DAOS on")) {
			t.Errorf("DAOS is off: %+v", part)
		}
	}
	write(t, inst.SettingsFiles[0].Path, []byte("DAOSEnable = 1\r\nDAOSBasePath=/local/daos\r\nKeyFilename=server.id\r\n"))
	write(t, filepath.Join(inst.Root, "local/daos/0001/x.nlo"), random(1, 100))
	write(t, filepath.Join(inst.Data, "daoscat.nsf"), nsf(1, 100))
	write(t, filepath.Join(inst.Data, "server.id"), random(2, 100))
	plan = planOf(t, ports(), inst, backup.Options{To: fastDir(t), Include: []string{"daos"}})
	var files int64
	for _, part := range plan.Parts {
		if part.Name == "daos" && part.In {
			files = part.Files
		}
	}
	if files != 3 {
		t.Errorf("%d files of DAOS, want the .nlo, the catalogue and the id: %+v", files, plan.Parts)
	}
}

func TestDAOSThatWasTurnedOffOrIsUnknownIsNotForgotten(t *testing.T) {
	inst := domino(t)
	part := func(o backup.Options) (backup.Part, backup.Plan) {
		o.To = fastDir(t)
		plan := planOf(t, ports(), inst, o)
		for _, p := range plan.Parts {
			if p.Name == "daos" {
				return p, plan
			}
		}
		return backup.Part{}, plan
	}
	write(t, filepath.Join(inst.Data, "DAOS/0001/x.nlo"), random(1, 100))
	if p, plan := part(backup.Options{}); !p.In || p.Files != 1 || !strings.Contains(p.Why, "may still be referred to") || !has(plan, "SB-2046") {
		t.Errorf("off in notes.ini, and its files are there: %+v", p)
	}
	if p, _ := part(backup.Options{DAOS: backup.DAOSNone}); p.In {
		t.Errorf("a person said none: %+v", p)
	}
	elsewhere := filepath.Join(inst.Root, "attachments")
	write(t, filepath.Join(elsewhere, "y.nlo"), random(2, 100))
	if p, _ := part(backup.Options{DAOS: elsewhere}); !p.In || p.Paths[0] != elsewhere {
		t.Errorf("a person named the folder: %+v", p)
	}
	if err := os.RemoveAll(filepath.Join(inst.Data, "DAOS")); err != nil {
		t.Fatal(err)
	}
	inst.SettingsFiles = inst.SettingsFiles[1:]
	if p, plan := part(backup.Options{}); p.In || !has(plan, "SB-2441") || !strings.Contains(p.Why, "for you to say") {
		t.Errorf("no notes.ini, and nothing is asked: %v", plan.Warnings())
	}
}
