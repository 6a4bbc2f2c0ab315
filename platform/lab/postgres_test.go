package lab

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/db/dbtest"
	"github.com/springboard-leap/springboard/upgrade"
)

func TestALabOnPostgreSQL(t *testing.T) {
	t.Parallel()
	server := dbtest.StartPostgreSQL(t)
	url := server.URL
	server.Exec(t, "CREATE SCHEMA app_data; CREATE TABLE app_data.precious (x int)")
	_, err := Create(t.Context(), Options{Dir: t.TempDir(), Database: url})
	wantFault(t, err, "SB-7006")
	if server.Int(t, "SELECT count(*) FROM app_data.precious") != 0 {
		t.Error("the foreign schema was touched")
	}
	server.Exec(t, "DROP SCHEMA app_data CASCADE")

	_, err = Create(t.Context(), Options{Dir: t.TempDir(), Database: strings.Replace(url, "s3cret", "wrong", 1)})
	wantFault(t, err, "SB-7007")
	if err != nil && strings.Contains(err.Error(), "wrong%2F") {
		t.Error("the error tells the password")
	}

	made, l := create(t, Options{Apps: 30, Fail: 4, Database: url})
	records := server.Int(t, "SELECT "+countRecords())
	if made.Records == 0 || records != made.Records || server.Int(t, "SELECT count(*) FROM freedom.application") != 30 {
		t.Errorf("made %+v, %d records in the database", made, records)
	}
	checkSecret(t, l, server.Credentials)
	s := serve(t, l)
	if result, err := Upgrade(t.Context(), l.dir, nil); err != nil || result.Pending != 30 {
		t.Fatalf("%+v, %v", result, err)
	}
	if failed := s.sweep(); len(failed) != 4 {
		t.Errorf("unavailable %v", failed)
	}
	if n := server.Int(t, "SELECT count(*) FROM freedom.app_upgrade WHERE appid <> '' AND name <> '' AND exception LIKE 'com.ibm.form%' AND upgrade_version = '9.3.9.17'"); n != 4 {
		t.Errorf("%d rows in app_upgrade", n)
	}
	recoverOne(t, s, l.mark.Failures[0].UID)
	if n := server.Int(t, "SELECT count(*) FROM freedom.app_upgrade"); n != 3 {
		t.Errorf("%d rows in app_upgrade after the recovery", n)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	create(t, Options{Dir: l.dir, Apps: 4, Fail: -1, Database: url}) // a lab's schemas are replaced
	if server.Int(t, "SELECT count(*) FROM freedom.application") != 4 {
		t.Error("the schemas of the old lab are still there")
	}
}

func countRecords() string {
	parts := make([]string, 16)
	for i := range parts {
		parts[i] = fmt.Sprintf("(SELECT count(*) FROM app_data.t%02d)", i)
	}
	return strings.Join(parts, " + ")
}

// recoverOne deletes a failed application and imports it with data from an archive that another lab gives.
func recoverOne(t *testing.T, s *served, uid string) {
	t.Helper()
	_, old := create(t, Options{Apps: 30, Fail: 4})
	before := serve(t, old)
	status, saved := before.get("/apps-basic/secure/org/app/" + uid + "/archive?mode=source&submitted=true")
	if status != 200 {
		t.Fatalf("export: %d", status)
	}
	if status, _, _ := s.do("DELETE", "/apps-basic/secure/org/app/"+uid, User, Password, nil, ""); status != 204 {
		t.Errorf("delete: %d", status)
	}
	if status, body := s.upload("/apps-basic/secure/org/app?deploy=true&importData=true&cleanIds=false", saved); status != 200 {
		t.Errorf("import: %d %s", status, body)
	}
	if status, page := s.launch(uid); status != 200 || strings.Contains(page, "unavailable") {
		t.Errorf("launch after the import: %d", status)
	}
}

// checkSecret looks for the password in every file of the lab: it stands in one place, which only its owner reads.
func checkSecret(t *testing.T, l *Lab, want upgrade.Credentials) {
	t.Helper()
	for name := range walk(t, l.dir) {
		path := filepath.Join(l.dir, name)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.IsDir() {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(string(data), "s3cret"); has != (name == SecretFile) {
			t.Errorf("%s holds the password: %v", name, has)
		}
		if name == SecretFile && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	c, err := l.DatabaseCredentials()
	if err != nil || c.User != want.User || c.Password.Reveal() != want.Password.Reveal() {
		t.Errorf("credentials %+v, %v", c, err)
	}
	config, err := os.ReadFile(below(l.dir, wasProfile+"/config/cells/"+wasCell+"/nodes/"+wasNode+"/servers/"+wasServer+"/resources.xml"))
	if err != nil || !strings.Contains(string(config), `name="databaseName" type="java.lang.String" value="postgres"`) {
		t.Errorf("resources.xml does not name the database: %v", err)
	}
}

func TestADatabaseThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	dir := filepath.Join(t.TempDir(), "new")
	_, err = Create(t.Context(), Options{Dir: dir, Database: "postgres://u:p@" + address + "/db"})
	wantFault(t, err, "SB-7007")
	if upgrade.KindOf(err) != upgrade.KindFailed {
		t.Errorf("kind %v", upgrade.KindOf(err))
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("the folder was made all the same")
	}
}
