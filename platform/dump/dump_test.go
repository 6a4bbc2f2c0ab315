package dump

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/db/dbtest"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func code(err error) string {
	if f, ok := upgrade.AsFault(err); ok {
		return f.Code
	}
	return ""
}

// leapFile is a small SQLite database as a lab has it.
func leapFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "leap.sqlite")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range []string{`CREATE TABLE APP_UPGRADE (APPID TEXT, EXCEPTION TEXT)`, `CREATE TABLE "odd ""name""" (x)`,
		`INSERT INTO APP_UPGRADE VALUES ('a', NULL), ('b', 'boom')`, `INSERT INTO "odd ""name""" VALUES (1)`} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestSQLiteIsDumpedAndProven(t *testing.T) {
	d := SQLite{File: leapFile(t)}
	plan, err := d.Plan(t.Context())
	if err != nil || plan.Origin != d.File || plan.Bytes == 0 {
		t.Fatalf("%+v %v", plan, err)
	}
	dir := t.TempDir()
	dumped, err := d.Dump(t.Context(), op.Silent{}, dir)
	if err != nil || dumped.Rows["APP_UPGRADE"] != 2 || dumped.Rows[`odd "name"`] != 1 {
		t.Fatalf("%+v %v", dumped, err)
	}
	was, err := os.ReadFile(d.File)
	if err != nil {
		t.Fatal(err)
	}
	if is, err := os.ReadFile(filepath.Join(dir, "leap.sqlite")); err != nil || !bytes.Equal(is, was) {
		t.Errorf("the dump has not the same bytes as the file, %v", err)
	}
	note, err := d.Prove(t.Context(), op.Silent{}, dir, t.TempDir(), dumped)
	if err != nil || !strings.Contains(note, "2 tables, 3 rows") {
		t.Errorf("%q %v", note, err)
	}
}

func TestASQLiteDumpHoldsTheWriteAheadLogAndNothingUncommitted(t *testing.T) {
	d := SQLite{File: leapFile(t)}
	db, err := sql.Open("sqlite", d.File+"?_pragma=journal_mode(wal)&_pragma=wal_autocheckpoint(0)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(`INSERT INTO APP_UPGRADE VALUES ('c', 'in the log only')`); err != nil {
		t.Fatal(err)
	}
	if log, err := os.Stat(d.File + "-wal"); err != nil || log.Size() == 0 {
		t.Fatalf("nothing stands in the write-ahead log: %v", err)
	}
	open, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Rollback() }()
	if _, err := open.Exec(`INSERT INTO APP_UPGRADE VALUES ('d', 'never committed')`); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	dumped, err := d.Dump(t.Context(), op.Silent{}, dir)
	if err != nil || dumped.Rows["APP_UPGRADE"] != 3 {
		t.Fatalf("%+v %v", dumped, err)
	}
	if note, err := d.Prove(t.Context(), op.Silent{}, dir, t.TempDir(), dumped); err != nil || !strings.Contains(note, "2 tables, 4 rows") {
		t.Errorf("%q %v", note, err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("the dump is more than its file: %v %v", list, err)
	}
	back, err := sql.Open("sqlite", filepath.Join(dir, "leap.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = back.Close() }()
	var text string
	if err := back.QueryRow(`SELECT group_concat(APPID) FROM (SELECT APPID FROM APP_UPGRADE ORDER BY APPID)`).Scan(&text); err != nil || text != "a,b,c" {
		t.Errorf("%q came back: %v", text, err)
	}
}

func TestADamagedOrOtherSQLiteDumpIsNotProven(t *testing.T) {
	d := SQLite{File: leapFile(t)}
	dir := t.TempDir()
	dumped, err := d.Dump(t.Context(), op.Silent{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	dumped.Rows["APP_UPGRADE"] = 3
	if _, err := d.Prove(t.Context(), op.Silent{}, dir, t.TempDir(), dumped); code(err) != "SB-2403" {
		t.Errorf("a missing row went unseen: %v", err)
	}
	dumped.Rows["APP_UPGRADE"] = 2
	if err := os.Truncate(filepath.Join(dir, "leap.sqlite"), 5000); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Prove(t.Context(), op.Silent{}, dir, t.TempDir(), dumped); err == nil {
		t.Error("a truncated dump was proven")
	}
}

func TestWhatIsNoDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leap.sqlite")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (SQLite{File: path}).Plan(t.Context()); code(err) != "SB-2402" {
		t.Errorf("got %v", err)
	}
}

// leapServer is a PostgreSQL with Leap's schemas, some rows, and odd names.
func leapServer(t *testing.T) (*PostgreSQL, func(string)) {
	t.Helper()
	s := dbtest.StartPostgreSQL(t)
	do := func(text string) { t.Helper(); s.Exec(t, text) }
	do(`CREATE SCHEMA freedom; CREATE SCHEMA "APP_DATA"; CREATE SCHEMA if_cmis; CREATE SCHEMA other;
		CREATE TABLE freedom.app_upgrade (appid text); INSERT INTO freedom.app_upgrade SELECT g::text FROM generate_series(1, 500) g;
		CREATE TABLE "APP_DATA"."Größe ""x""" (d bytea); INSERT INTO "APP_DATA"."Größe ""x""" VALUES ('\x00ff');
		CREATE TABLE other.not_ours (x int);`)
	return &PostgreSQL{Source: s.Source, Credentials: s.Credentials}, do
}

func TestPostgreSQLIsDumpedAndProvenInAScratchDatabase(t *testing.T) {
	d, do := leapServer(t)
	plan, err := d.Plan(t.Context())
	if err != nil || !strings.Contains(plan.What, "APP_DATA, freedom, if_cmis") || strings.Contains(plan.What, "other") || plan.Bytes == 0 {
		t.Fatalf("%+v %v", plan, err)
	}
	dir := t.TempDir()
	dumped, err := d.Dump(t.Context(), op.Silent{}, dir)
	if err != nil || dumped.Rows["freedom.app_upgrade"] != 500 || dumped.Rows[`APP_DATA.Größe "x"`] != 1 || len(dumped.Rows) != 2 {
		t.Fatalf("%+v %v", dumped, err)
	}
	do(`DELETE FROM freedom.app_upgrade`) // the proof is about the dump, not about the server's present state
	note, err := d.Prove(t.Context(), op.Silent{}, dir, "", dumped)
	if err != nil || !strings.Contains(note, "2 tables, 501 rows") {
		t.Fatalf("%q %v", note, err)
	}
	t.Run("no scratch database is left", func(t *testing.T) {
		conn, err := d.connect(t.Context(), "", false)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(t.Context()) }()
		var n int
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_database WHERE datname LIKE 'springboard%'`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d left, %v", n, err)
		}
	})
	t.Run("a truncated dump is not proven", func(t *testing.T) {
		data, err := filepath.Glob(filepath.Join(dir, "pg_dump", "*.dat.gz"))
		if err != nil || len(data) == 0 {
			t.Fatal(data, err)
		}
		for _, f := range data {
			if err := os.Truncate(f, 12); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Prove(t.Context(), op.Silent{}, dir, "", dumped); err == nil {
			t.Error("it was proven")
		}
	})
	t.Run("a wrong password is one", func(t *testing.T) {
		bad := *d
		bad.Credentials.Password = upgrade.NewSecret("wrong")
		if _, err := bad.Plan(t.Context()); upgrade.KindOf(err) != upgrade.KindAuth || strings.Contains(err.Error(), "wrong") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a missing schema is named", func(t *testing.T) {
		do(`ALTER SCHEMA freedom RENAME TO elsewhere`)
		if _, err := d.Plan(t.Context()); code(err) != "SB-2404" {
			t.Errorf("got %v", err)
		}
	})
}

func TestAToolThatFailsLeavesItsWordsAndNoDump(t *testing.T) {
	d, _ := leapServer(t)
	d.Tools = t.TempDir()
	script := "#!/bin/sh\n[ \"$1\" = --version ] && { echo 'pg_dump (PostgreSQL) 99.1'; exit 0; }\necho 'pg_dump: error: out of memory' >&2\nexit 1\n"
	for _, name := range []string{"pg_dump", "pg_restore"} {
		if err := os.WriteFile(filepath.Join(d.Tools, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	_, err := d.Dump(t.Context(), op.Silent{}, t.TempDir())
	if code(err) != "SB-2409" || !strings.Contains(err.Error(), "out of memory") {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(filepath.Join(d.Tools, "pg_dump"), []byte("#!/bin/sh\n[ \"$1\" = --version ] && echo 'pg_dump (PostgreSQL) 99.1'\nexit 0\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Dump(t.Context(), op.Silent{}, t.TempDir()); code(err) != "SB-2405" {
		t.Errorf("a tool that did nothing and said it was well: %v", err)
	}
	if err := os.WriteFile(filepath.Join(d.Tools, "pg_dump"), []byte("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Plan(t.Context()); code(err) != "SB-2408" {
		t.Errorf("an old tool: %v", err)
	}
}

func TestOnlyKnownKindsHaveADumper(t *testing.T) {
	if d, why := For(t.Context(), &upgrade.DataSource{Kind: "derby"}, upgrade.Credentials{}, Options{}); d != nil || !strings.Contains(why, "closed folder") {
		t.Errorf("%v %q", d, why)
	}
	if d, why := For(t.Context(), &upgrade.DataSource{Kind: "other"}, upgrade.Credentials{}, Options{}); d != nil || !strings.Contains(why, "other") {
		t.Errorf("%v %q", d, why)
	}
	if d, _ := For(t.Context(), nil, upgrade.Credentials{}, Options{}); d != nil {
		t.Error("a dumper without a data source")
	}
}
