package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/platform/db/dbtest"
	"github.com/springboard-leap/springboard/platform/db/postgres"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

func rows(source upgrade.DataSource, c upgrade.Credentials) (apps.Table, error) {
	table, err := postgres.Open(context.Background(), source, c)
	if err != nil {
		return apps.Table{}, err
	}
	defer table.Close()
	return table.Rows(context.Background())
}

func wantFault(t *testing.T, what string, err error, code string, kind upgrade.Kind) {
	t.Helper()
	f, ok := upgrade.AsFault(err)
	if !ok || f.Code != code || f.Kind != kind {
		t.Errorf("%s: got %v, want %s of kind %d", what, err, code, kind)
	}
	if err != nil && (strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "wrong-password")) {
		t.Errorf("%s: the password is in the error: %v", what, err)
	}
}

func TestRealServer(t *testing.T) {
	t.Setenv("PGPASSWORD", "of somebody else")
	t.Setenv("PGUSER", "nobody")
	t.Setenv("PGSSLMODE", "verify-full")
	s := dbtest.StartPostgreSQL(t)
	for _, table := range []string{`freedom.app_upgrade`, `"FREEDOM"."APP_UPGRADE"`, `"Freedom"."App_Upgrade"`} {
		schema, _, _ := strings.Cut(table, ".")
		t.Run("contract with "+table, func(t *testing.T) {
			s.Exec(t, "CREATE SCHEMA "+schema)
			dbtest.Run(t, dbtest.Database{Text: "TEXT", Exec: func(sql string) { s.Exec(t, strings.ReplaceAll(sql, "{table}", table)) },
				Open: func() (apps.UpgradeTable, error) { return postgres.Open(t.Context(), s.Source, s.Credentials) }})
			s.Exec(t, "DROP SCHEMA "+schema)
		})
	}
	t.Run("faults", func(t *testing.T) { faults(t, s) })
	t.Run("schemas", func(t *testing.T) { schemas(t, s) })
	t.Run("connections are counted", func(t *testing.T) {
		first, err := postgres.Open(t.Context(), s.Source, s.Credentials)
		if err != nil {
			t.Fatal(err)
		}
		defer first.Close()
		second, err := postgres.Open(t.Context(), s.Source, s.Credentials)
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		if n, err := first.Connections(t.Context()); err != nil || n < 1 {
			t.Errorf("%d %v", n, err)
		}
	})
	t.Run("a JDBC URL is enough", func(t *testing.T) {
		s.Exec(t, `CREATE SCHEMA freedom; CREATE TABLE freedom.app_upgrade (appid text, exception text)`)
		defer s.Exec(t, `DROP SCHEMA freedom CASCADE`)
		for _, url := range []string{"jdbc:postgresql://127.0.0.1:%d/postgres?currentSchema=FREEDOM", "postgres://127.0.0.1:%d/postgres?sslmode=disable"} {
			if _, err := rows(upgrade.DataSource{Kind: "postgresql", URL: fmt.Sprintf(url, s.Source.Port)}, s.Credentials); err != nil {
				t.Errorf("%s: %v", url, err)
			}
		}
	})
}

func faults(t *testing.T, s dbtest.Server) {
	s.Exec(t, `CREATE ROLE poor LOGIN PASSWORD 'poor'; CREATE ROLE gone LOGIN PASSWORD 'gone' VALID UNTIL '2001-01-01';
		CREATE SCHEMA freedom; CREATE TABLE freedom.app_upgrade (appid text, exception text)`)
	defer s.Exec(t, `DROP SCHEMA freedom CASCADE`)
	as := func(user, password string) upgrade.Credentials {
		return upgrade.Credentials{User: user, Password: upgrade.NewSecret(password)}
	}
	for what, c := range map[string]struct {
		change func(*upgrade.DataSource)
		who    upgrade.Credentials
		code   string
		kind   upgrade.Kind
	}{
		"a wrong password":      {nil, as(s.Credentials.User, "wrong-password"), "SB-4302", upgrade.KindAuth},
		"no password":           {nil, as(s.Credentials.User, ""), "SB-4302", upgrade.KindAuth},
		"an unknown user":       {nil, as("nobody at all", "wrong-password"), "SB-4302", upgrade.KindAuth},
		"an expired account":    {nil, as("gone", "gone"), "SB-4302", upgrade.KindAuth},
		"a user without rights": {nil, as("poor", "poor"), "SB-4305", upgrade.KindAuth},
		"an unknown database":   {func(d *upgrade.DataSource) { d.Database = "no'such db" }, s.Credentials, "SB-4303", upgrade.KindFailed},
		"nobody at the port":    {func(d *upgrade.DataSource) { d.Port = dbtest.FreePort(t) }, s.Credentials, "SB-4303", upgrade.KindFailed},
		"another schema":        {func(d *upgrade.DataSource) { d.Schema = "other" }, s.Credentials, "SB-4304", upgrade.KindIncomplete},
		"encryption wanted":     {func(d *upgrade.DataSource) { d.URL = "jdbc:postgresql://x/y?sslmode=require" }, s.Credentials, "SB-4313", upgrade.KindFailed},
		"encryption by JDBC":    {func(d *upgrade.DataSource) { d.URL = "jdbc:postgresql://x/y?ssl=true" }, s.Credentials, "SB-4313", upgrade.KindFailed},
		"an unknown mode":       {func(d *upgrade.DataSource) { d.URL = "jdbc:postgresql://x/y?sslmode=perhaps" }, s.Credentials, "SB-4312", upgrade.KindFailed},
		"a URL of another kind": {func(d *upgrade.DataSource) { d.URL = "jdbc:db2://x/y" }, s.Credentials, "SB-4312", upgrade.KindFailed},
		"no database named":     {func(d *upgrade.DataSource) { d.Database = "" }, s.Credentials, "SB-4312", upgrade.KindFailed},
	} {
		source := s.Source
		if c.change != nil {
			c.change(&source)
		}
		_, err := rows(source, c.who)
		wantFault(t, what, err, c.code, c.kind)
	}
	table, err := postgres.Open(t.Context(), s.Source, s.Credentials)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	s.Exec(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'springboard'`)
	_, err = table.Rows(t.Context())
	wantFault(t, "a connection that was cut", err, "SB-4303", upgrade.KindFailed)
	locked(t, s)
}

// locked holds the table by another session; a reader gives up instead of waiting for ever.
func locked(t *testing.T, s dbtest.Server) {
	t.Helper()
	other := s.Connect(t)
	defer other.Close(context.Background())
	if _, err := other.Exec(t.Context(), `BEGIN; LOCK TABLE freedom.app_upgrade IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	table, err := postgres.Open(t.Context(), s.Source, s.Credentials)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = table.Rows(ctx)
	wantFault(t, "a locked table", err, "SB-4307", upgrade.KindFailed)
	if _, err := other.Exec(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
}

func schemas(t *testing.T, s dbtest.Server) {
	s.Exec(t, `CREATE SCHEMA freedom; CREATE TABLE freedom.app_upgrade (appid text, exception text); CREATE SCHEMA "FREEDOM"; CREATE TABLE "FREEDOM"."APP_UPGRADE" (APPID text, title text, exception text);
		CREATE TABLE public.app_upgrade (uid text, exception text)`)
	_, err := rows(s.Source, s.Credentials)
	wantFault(t, "two alike", err, "SB-4311", upgrade.KindIncomplete)
	source := s.Source
	source.Schema = "FREEDOM"
	if rows, err := rows(source, s.Credentials); err != nil || len(rows.Columns) != 3 || rows.Query != `SELECT * FROM "FREEDOM"."APP_UPGRADE"` {
		t.Errorf("named exactly: %v %v", rows, err)
	}
	s.Exec(t, `DROP SCHEMA "FREEDOM" CASCADE`)
	if rows, err := rows(source, s.Credentials); err != nil || rows.Query != "SELECT * FROM freedom.app_upgrade" {
		t.Errorf("in the case the server has it: %v %v", rows, err)
	}
	s.Exec(t, `DROP SCHEMA freedom CASCADE`)
	if rows, err := rows(s.Source, s.Credentials); err != nil || rows.Query != "SELECT * FROM public.app_upgrade" {
		t.Errorf("the only one: %v %v", rows, err)
	}
	s.Exec(t, `DROP TABLE public.app_upgrade`)
}
