package dump

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/platform/db/dbtest"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// pgLeap is a real server with a database as Leap has one: an owner of its own, three schemas and one of an old release, tables with odd names, large
// objects, settings and rights.
type pgLeap struct {
	*PostgreSQL
	server dbtest.Server
	t      *testing.T
}

// oddNames are names that each layer between Leap and the disk reads in its own way.
var oddNames = []string{`APP "quoted"`, `Größe ß`, `emoji 🚀`, `UPPER`, `semi;colon`, `back\slash`, `dot.ted`, `per%cent`, `dollar$`, `it's`, `new line? no`, `שלום`}

func makeLeap(t *testing.T, s dbtest.Server, tables, rows, width int) pgLeap {
	t.Helper()
	s.Exec(t, `DROP DATABASE IF EXISTS leap WITH (FORCE)`)
	s.Exec(t, `CREATE DATABASE leap OWNER "leap owner" TEMPLATE template0 ENCODING 'UTF8'`)
	s.Exec(t, `ALTER DATABASE leap SET search_path TO freedom, public; ALTER DATABASE leap SET statement_timeout TO '99999s'; GRANT CONNECT ON DATABASE leap TO reader`)
	l := pgLeap{PostgreSQL: &PostgreSQL{Source: s.Source, Credentials: s.Credentials}, server: s, t: t}
	l.Source.Database = "leap"
	l.do(`CREATE SCHEMA freedom AUTHORIZATION "leap owner"; CREATE SCHEMA "APP_DATA"; CREATE SCHEMA if_cmis; CREATE SCHEMA "S__old app";
		CREATE TABLE freedom.app_upgrade (appid text, exception text); INSERT INTO freedom.app_upgrade SELECT g::text, NULL FROM generate_series(1, 500) g;
		ALTER TABLE freedom.app_upgrade OWNER TO "leap owner"; GRANT SELECT ON freedom.app_upgrade TO reader;
		CREATE TABLE if_cmis.content (d bytea); INSERT INTO if_cmis.content VALUES ('\x00ff');
		CREATE TABLE "S__old app"."T" (x int); INSERT INTO "S__old app"."T" VALUES (1);
		CREATE TABLE freedom.empty (x int); CREATE MATERIALIZED VIEW freedom.seen AS SELECT count(*) FROM freedom.app_upgrade;
		SELECT lo_from_bytea(0, convert_to(repeat('object ' || g, 1000), 'UTF8')) FROM generate_series(1, 20) g`)
	for i := range tables {
		name := pgx.Identifier{"APP_DATA", fmt.Sprintf("%s %d", oddNames[i%len(oddNames)], i)}.Sanitize()
		l.do(fmt.Sprintf(`CREATE TABLE %s (id bigserial PRIMARY KEY, "Größe" text, at timestamptz);
			INSERT INTO %s ("Größe", at) SELECT (SELECT string_agg(md5(random()::text || g || k), '') FROM generate_series(1, %d) k), now() FROM generate_series(1, %d) g`,
			name, name, width, rows))
	}
	return l
}

// in opens a session on a database of the server.
func (l pgLeap) in(database string) *pgx.Conn {
	l.t.Helper()
	conn, err := l.connect(l.t.Context(), database, true)
	if err != nil {
		l.t.Fatal(err)
	}
	return conn
}

func (l pgLeap) do(text string) {
	l.t.Helper()
	conn := l.in("leap")
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(l.t.Context(), text); err != nil {
		l.t.Fatalf("%.200s: %v", text, err)
	}
}

// content is a hash of every row of every table, and of every large object.
func (l pgLeap) content() string {
	l.t.Helper()
	conn := l.in("leap")
	defer func() { _ = conn.Close(context.Background()) }()
	tx, err := conn.Begin(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	names, err := texts(l.t.Context(), tx, `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' ' || pg_get_userbyid(c.relowner) || ' ' || coalesce(c.relacl::text, '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' ORDER BY 1`)
	if err != nil {
		l.t.Fatal(err)
	}
	list, err := texts(l.t.Context(), tx, `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' ORDER BY 1`)
	if err != nil {
		l.t.Fatal(err)
	}
	all := strings.Join(names, "\n")
	for _, table := range list {
		sums, err := texts(l.t.Context(), tx, `SELECT coalesce(md5(string_agg(h, '' ORDER BY h)), 'empty') FROM (SELECT md5(x::text) h FROM `+table+` x) hashes`)
		if err != nil {
			l.t.Fatal(table, err)
		}
		all += "\n" + table + " " + sums[0]
	}
	for _, query := range []string{`SELECT coalesce(md5(string_agg(md5(lo_get(oid)), '' ORDER BY oid)), 'none') FROM pg_largeobject_metadata`,
		`SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE datname = 'leap'`,
		`SELECT pg_get_userbyid(datdba) || ' ' || (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(datacl) x) || ' ' || datcollate FROM pg_database WHERE datname = 'leap'`} {
		found, err := texts(l.t.Context(), tx, query)
		if err != nil {
			l.t.Fatal(err)
		}
		all += "\n" + strings.Join(found, "\n")
	}
	return all
}

// differs shows the lines that differ.
func differs(t *testing.T, was, is string) {
	t.Helper()
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Errorf("was %s\nis  %s", a[i], b[i])
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d lines, were %d", len(b), len(a))
	}
}

func (l pgLeap) databases(like string) (names []string) {
	l.t.Helper()
	conn := l.in("postgres")
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(l.t.Context(), `SELECT datname FROM pg_database WHERE datname LIKE $1 ORDER BY 1`, like)
	if err == nil {
		names, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		l.t.Fatal(err)
	}
	return names
}

func (l pgLeap) dumped() (string, backup.Dumped) {
	l.t.Helper()
	dir := l.t.TempDir()
	d, err := l.Dump(l.t.Context(), op.Silent{}, dir)
	if err != nil {
		l.t.Fatal(err)
	}
	return dir, d
}

// restore is what upgrade/backup does with a Restorer.
func (l pgLeap) restore(dir string, d backup.Dumped, stamp string) error {
	plan, err := l.PlanRestore(l.t.Context(), dir, d, stamp)
	if err != nil {
		return err
	}
	if plan.OnRequest {
		return errors.New("it is no restore by rename")
	}
	if err := l.Stage(l.t.Context(), op.Silent{}, dir, d, stamp); err != nil {
		return err
	}
	return l.Swap(l.t.Context(), dir, d, stamp)
}

const stampA, stampB = "20261125T220000Z", "20261125T230000Z"

// TestPostgreSQL holds what needs a real server: one serves all, and the last part stops it.
func TestPostgreSQL(t *testing.T) {
	s := dbtest.StartPostgreSQL(t)
	s.Exec(t, `CREATE ROLE "leap owner" LOGIN CREATEDB PASSWORD 'x'; CREATE ROLE reader`)
	t.Run("comes back as it was", func(t *testing.T) { comesBack(t, s) })
	t.Run("a proof that fails leaves no scratch database", func(t *testing.T) { failedProof(t, s) })
	t.Run("a dump onto a full disk is none", func(t *testing.T) { fullDisk(t, s) })
	t.Run("a bad dump is seen at once", func(t *testing.T) { badDumps(t, s) })
}

func comesBack(t *testing.T, s dbtest.Server) {
	l := makeLeap(t, s, 14, 20, 2)
	was := l.content()
	dir, d := l.dumped()
	if d.Rows[largeObjects] != 20 || d.Rows["freedom.app_upgrade"] != 500 || d.Rows["S__old app.T"] != 1 || len(d.Rows) != 14+5 {
		t.Errorf("%v", d.Rows)
	}
	roles, err := os.ReadFile(filepath.Join(dir, pgRolesFile))
	if err != nil || !strings.Contains(string(roles), "leap owner") || strings.Contains(string(roles), "SCRAM-SHA-256") {
		t.Errorf("the roles are not noted, or with their passwords: %.300s %v", roles, err)
	}
	note, err := l.Prove(t.Context(), op.Silent{}, dir, "", d)
	if err != nil || !strings.Contains(note, "19 tables") && !strings.Contains(note, "rows restored") {
		t.Fatalf("%q %v", note, err)
	}
	if left := l.databases("springboard%"); len(left) != 0 {
		t.Errorf("scratch databases are left: %v", left)
	}

	l.do(`DROP SCHEMA freedom CASCADE; DROP SCHEMA "APP_DATA" CASCADE; SELECT lo_unlink(oid) FROM pg_largeobject_metadata; CREATE SCHEMA freedom; CREATE TABLE freedom.newer (x int)`)
	if err := l.restore(dir, d, stampA); err != nil {
		t.Fatal(err)
	}
	if is := l.content(); is != was {
		differs(t, was, is)
	}
	if kept := l.databases("leap\\_%"); len(kept) != 1 || kept[0] != "leap_before_restore_"+stampA {
		t.Errorf("kept: %v", kept)
	}
	t.Run("the swap may be called again, and taken back", func(t *testing.T) {
		if err := l.Swap(t.Context(), dir, d, stampA); err != nil {
			t.Error(err)
		}
		if err := l.SwapBack(t.Context(), d, stampA); err != nil {
			t.Fatal(err)
		}
		if rows, err := l.countIn(t.Context(), "leap", nil); err != nil || rows["freedom.newer"] != 0 || len(rows) > 4 {
			t.Errorf("not the former one: %v %v", rows, err)
		}
		if err := l.Drop(t.Context(), d, stampA); err != nil || len(l.databases("leap\\_%")) != 0 {
			t.Errorf("%v %v", l.databases("leap\\_%"), err)
		}
	})
	t.Run("an interruption before the swap leaves the old one, and the next restore clears up", func(t *testing.T) {
		if err := l.Stage(t.Context(), op.Silent{}, dir, d, stampA); err != nil {
			t.Fatal(err)
		}
		if rows, err := l.countIn(t.Context(), "leap", nil); err != nil || len(rows) > 4 {
			t.Errorf("%v %v", rows, err)
		}
		if err := l.restore(dir, d, stampB); err != nil || l.content() != was {
			t.Errorf("%v", err)
		}
		if all := l.databases("leap\\_%"); len(all) != 1 || all[0] != "leap_before_restore_"+stampB {
			t.Errorf("%v", all)
		}
	})
	t.Run("a database that is gone comes back", func(t *testing.T) {
		admin := l.in("postgres")
		defer func() { _ = admin.Close(context.Background()) }()
		if _, err := admin.Exec(t.Context(), `DROP DATABASE leap`); err != nil {
			t.Fatal(err)
		}
		if err := l.restore(dir, d, "20261126T000000Z"); err != nil || l.content() != was {
			t.Errorf("%v", err)
		}
	})
	l.refusals(dir, d)
}

// refusals: what a restore would spoil is refused before anything changes.
func (l pgLeap) refusals(dir string, d backup.Dumped) {
	t := l.t
	want := func(name, code_ string) {
		t.Helper()
		if _, err := l.PlanRestore(t.Context(), dir, d, stampA); code(err) != code_ {
			t.Errorf("%s: %v, not %s", name, err, code_)
		}
	}
	other := l.in("leap")
	if _, err := other.Exec(t.Context(), `SET application_name TO 'leap server'`); err != nil {
		t.Fatal(err)
	}
	want("somebody is connected", "SB-2418")
	if list, err := l.Sessions(t.Context()); err != nil || len(list) != 1 || list[0].Program != "leap server" {
		t.Errorf("%+v %v", list, err)
	}
	_ = other.Close(t.Context())
	l.do(`CREATE SCHEMA payroll; CREATE TABLE payroll.salaries (x int)`)
	want("the database holds more", "SB-2417")
	l.do(`DROP SCHEMA payroll CASCADE`)
	about := filepath.Join(dir, pgAboutFile)
	whole, err := os.ReadFile(about)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(about, []byte(strings.ReplaceAll(string(whole), `"reader"`, `"gone reader"`)), 0o600); err != nil {
		t.Fatal(err)
	}
	want("a role is missing", "SB-2416")
	if err := os.WriteFile(about, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	newer := d
	newer.Server = "99.1"
	if _, err := l.PlanRestore(t.Context(), dir, newer, stampA); code(err) != "SB-2413" {
		t.Errorf("an older server: %v", err)
	}
	weak := pgLeap{PostgreSQL: &PostgreSQL{Source: l.Source, Credentials: upgrade.Credentials{User: "weak", Password: upgrade.NewSecret("w")}}, t: t}
	l.do(`CREATE ROLE weak LOGIN PASSWORD 'w'`)
	if _, err := weak.PlanRestore(t.Context(), dir, d, stampA); code(err) != "SB-2415" {
		t.Errorf("an account without the right: %v", err)
	}
	if note, err := weak.Prove(t.Context(), op.Silent{}, dir, "", d); !errors.Is(err, backup.ErrUnsupported) || note == "" {
		t.Errorf("an account that may create no database: %q %v", note, err)
	}
}

func failedProof(t *testing.T, s dbtest.Server) {
	l := makeLeap(t, s, 1, 3, 1)
	dir, d := l.dumped()
	d.Rows["freedom.app_upgrade"]++
	if _, err := l.Prove(t.Context(), op.Silent{}, dir, "", d); code(err) != "SB-2403" {
		t.Errorf("%v", err)
	}
	if err := l.restore(dir, d, stampA); code(err) != "SB-2403" {
		t.Errorf("a restore whose rows differ: %v", err)
	}
	if err := os.Truncate(filepath.Join(dir, pgDumpDir, "toc.dat"), 300); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Prove(t.Context(), op.Silent{}, dir, "", d); err == nil {
		t.Error("a dump without its table of contents was proven")
	}
	if left := append(l.databases("springboard%"), l.databases("leap\\_restoring%")...); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// wrapper puts a script in the place of pg_dump that runs the real one as $REAL; the other tools are the real ones.
func (l pgLeap) wrapper(script string) {
	l.t.Helper()
	dir := l.t.TempDir()
	l.Tools = ""
	for _, name := range []string{"pg_dump", "pg_restore", "pg_dumpall"} {
		real, err := l.PostgreSQL.tool(l.t.Context(), name, 9)
		if err != nil {
			l.t.Fatal(err)
		}
		text := "#!/bin/sh\nREAL=" + real.path + "\n[ \"$1\" = --version ] && exec $REAL --version\n" + script + "\n"
		if name != "pg_dump" {
			text = "#!/bin/sh\nexec " + real.path + " \"$@\"\n"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			l.t.Fatal(err)
		}
	}
	l.Tools = dir
}

const lastArgument = `for out; do :; done; out=${out#--file=}`

func badDumps(t *testing.T, s dbtest.Server) {
	l := makeLeap(t, s, 1, 3, 1)
	for name, script := range map[string]string{
		"a data file of 0 bytes":        `$REAL "$@" && ` + lastArgument + ` && for f in "$out"/*.dat.gz; do : > "$f"; done`,
		"a data file that was cut off":  `$REAL "$@" && ` + lastArgument + ` && for f in "$out"/*.dat.gz; do truncate -s 15 "$f"; done`,
		"a data file that is gone":      `$REAL "$@" && ` + lastArgument + ` && rm "$out"/*.dat.gz`,
		"a dump without one of schemas": `` + lastArgument + `; $REAL --format=directory --file="$out" --host=127.0.0.1 --port=$PGPORT_TEST --username=leap --schema=freedom leap`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PGPORT_TEST", fmt.Sprint(l.Source.Port))
			l.wrapper(script)
			if _, err := l.Dump(t.Context(), op.Silent{}, t.TempDir()); code(err) != "SB-2405" {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("a server that stops in the middle", func(t *testing.T) {
		l.wrapper(lastArgument + "\n$REAL \"$@\" & p=$!\nuntil [ -d \"$out\" ]; do :; done\nkill -QUIT $(head -1 " + filepath.Join(l.server.Data, "postmaster.pid") + ")\n" +
			"while [ -e " + filepath.Join(l.server.Data, "postmaster.pid") + " ]; do :; done\nwait $p")
		if _, err := l.Dump(t.Context(), op.Silent{}, t.TempDir()); err == nil {
			t.Error("it was called good")
		} else if upgrade.KindOf(err) == upgrade.KindPartial {
			t.Error(err)
		}
	})
}

// TestSoakPostgreSQLOfManyTables is the whole round with 300 tables; with SPRINGBOARD_SOAK=1 of a GB of data.
func TestSoakPostgreSQLOfManyTables(t *testing.T) {
	tables, rows, width := 40, 4, 2
	if os.Getenv("SPRINGBOARD_SOAK") == "1" {
		tables, rows, width = 300, 2200, 50 // 32 bytes each: 1.06 GB
	}
	s := dbtest.StartPostgreSQL(t)
	s.Exec(t, `CREATE ROLE "leap owner" LOGIN CREATEDB PASSWORD 'x'; CREATE ROLE reader`)
	l := makeLeap(t, s, tables, rows, width)
	was := l.content()
	plan, err := l.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir, d := l.dumped()
	if note, err := l.Prove(t.Context(), op.Silent{}, dir, "", d); err != nil {
		t.Fatalf("%q %v", note, err)
	}
	admin := l.in("postgres")
	if _, err := admin.Exec(t.Context(), `DROP DATABASE leap`); err != nil {
		t.Fatal(err)
	}
	_ = admin.Close(t.Context())
	if err := l.restore(dir, d, stampA); err != nil {
		t.Fatal(err)
	}
	if l.content() != was {
		t.Error("it came back otherwise")
	}
	t.Logf("%d tables, %d rows, %d MB on the server", len(d.Rows), sum(d.Rows), plan.Bytes>>20)
}
