package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/upgrade"
)

// postgresTool finds a program of PostgreSQL, in PATH or where Debian puts it.
func postgresTool(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err == nil && len(found) > 0 {
		return found[len(found)-1]
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("PostgreSQL's %s is not on this machine", name)
	}
	return path
}

const pgPassword = "s3cret/with:signs@in it"

// startPostgres runs a real server in a temporary folder on a free port and gives the URL of its database.
func startPostgres(t *testing.T) string {
	t.Helper()
	initdb, postgres := postgresTool(t, "initdb"), postgresTool(t, "postgres")
	dir, err := os.MkdirTemp("", "lab-pg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	secret := filepath.Join(dir, "pw")
	if err := os.WriteFile(secret, []byte(pgPassword+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	attr := asNobody(t, dir)
	data := filepath.Join(dir, "data")
	make := exec.CommandContext(t.Context(), initdb, "-D", data, "-U", "leap", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--no-sync", "--locale=C")
	make.SysProcAttr, make.Dir = attr, dir
	if out, err := make.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	_ = free.Close()
	log, err := os.Create(filepath.Join(t.TempDir(), "pg.log"))
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command(postgres, "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off")
	run.SysProcAttr, run.Dir, run.Stdout, run.Stderr = attr, dir, log, log
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.Process.Signal(os.Interrupt) // fast shutdown
		_ = run.Wait()
		_ = log.Close()
	})
	url := "postgres://leap:s3cret%2Fwith%3Asigns%40in%20it@127.0.0.1:" + port + "/postgres?sslmode=disable"
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond) // a process of another maker starts in its own time
	defer again.Stop()
	for {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			_ = conn.Close(ctx)
			return url
		}
		if ctx.Err() != nil {
			t.Fatalf("PostgreSQL does not start: %v", err)
		}
		<-again.C
	}
}

func queryInt(t *testing.T, url, text string) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var n int
	if err := conn.QueryRow(t.Context(), text).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func execSQL(t *testing.T, url, text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

func TestALabOnPostgreSQL(t *testing.T) {
	url := startPostgres(t)
	execSQL(t, url, "CREATE SCHEMA app_data; CREATE TABLE app_data.precious (x int)")
	_, err := Create(t.Context(), Options{Dir: t.TempDir(), Database: url})
	wantFault(t, err, "SB-7006")
	if queryInt(t, url, "SELECT count(*) FROM app_data.precious") != 0 {
		t.Error("the foreign schema was touched")
	}
	execSQL(t, url, "DROP SCHEMA app_data CASCADE")

	_, err = Create(t.Context(), Options{Dir: t.TempDir(), Database: strings.Replace(url, "s3cret", "wrong", 1)})
	wantFault(t, err, "SB-7007")
	if err != nil && strings.Contains(err.Error(), "wrong%2F") {
		t.Error("the error tells the password")
	}

	made, l := create(t, Options{Apps: 30, Fail: 4, Database: url})
	records := queryInt(t, url, "SELECT "+countRecords())
	if made.Records == 0 || records != made.Records || queryInt(t, url, "SELECT count(*) FROM freedom.application") != 30 {
		t.Errorf("made %+v, %d records in the database", made, records)
	}
	checkSecret(t, l)
	s := serve(t, l)
	if result, err := Upgrade(t.Context(), l.dir, nil); err != nil || result.Pending != 30 {
		t.Fatalf("%+v, %v", result, err)
	}
	if failed := s.sweep(); len(failed) != 4 {
		t.Errorf("unavailable %v", failed)
	}
	if n := queryInt(t, url, "SELECT count(*) FROM freedom.app_upgrade WHERE appid <> '' AND name <> '' AND exception LIKE 'com.ibm.form%' AND upgrade_version = '9.3.9.17'"); n != 4 {
		t.Errorf("%d rows in app_upgrade", n)
	}
	recoverOne(t, s, l.mark.Failures[0].UID)
	if n := queryInt(t, url, "SELECT count(*) FROM freedom.app_upgrade"); n != 3 {
		t.Errorf("%d rows in app_upgrade after the recovery", n)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	create(t, Options{Dir: l.dir, Apps: 4, Fail: -1, Database: url}) // a lab's schemas are replaced
	if queryInt(t, url, "SELECT count(*) FROM freedom.application") != 4 {
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
func checkSecret(t *testing.T, l *Lab) {
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
	if err != nil || c.User != "leap" || c.Password.Reveal() != pgPassword {
		t.Errorf("credentials %+v, %v", c, err)
	}
	config, err := os.ReadFile(below(l.dir, wasProfile+"/config/cells/"+wasCell+"/nodes/"+wasNode+"/servers/"+wasServer+"/resources.xml"))
	if err != nil || !strings.Contains(string(config), `name="databaseName" type="java.lang.String" value="postgres"`) {
		t.Errorf("resources.xml does not name the database: %v", err)
	}
}

func TestADatabaseThatIsNotThereIsNamed(t *testing.T) {
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
