package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/db/dbtest"
	"github.com/springboard-leap/springboard/platform/db/sqlite"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

func create(t *testing.T, path string) func(string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	exec := func(statements string) {
		t.Helper()
		if _, err := db.Exec(strings.ReplaceAll(statements, "{table}", "APP_UPGRADE")); err != nil {
			t.Fatal(err)
		}
	}
	exec(`PRAGMA journal_mode=WAL; CREATE TABLE other (x)`)
	return exec
}

func TestContract(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leap.sqlite")
	dbtest.Run(t, dbtest.Database{Exec: create(t, path), Text: "CLOB", Open: func() (apps.UpgradeTable, error) { return sqlite.Open(t.Context(), path) }})
}

func TestFileOfAnOddNameIsOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "läb #1?mode=rwc %41 &.sqlite")
	exec := create(t, "file:"+strings.NewReplacer("%", "%25", "#", "%23", "?", "%3f").Replace(path))
	exec(`CREATE TABLE app_upgrade (app_id TEXT, exception TEXT); INSERT INTO app_upgrade VALUES ('u1', 'boom')`)
	table, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	rows, err := table.Rows(t.Context())
	if err != nil || len(rows.Rows) != 1 || rows.Query != "SELECT * FROM app_upgrade" {
		t.Errorf("%+v %v", rows, err)
	}
}

func TestFileThatIsNoDatabase(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database at all\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "absent"), dir, text, ""} {
		_, err := sqlite.Open(t.Context(), path)
		if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4308" {
			t.Errorf("%s: %v", path, err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("looking for a database made files: %v", left)
	}
}

func TestStoppedReadIsNoFaultOfTheDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leap.sqlite")
	create(t, path)(`CREATE TABLE {table} (APPID, EXCEPTION)`)
	table, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := table.Rows(ctx); err == nil {
		t.Error("a stopped read gave rows")
	} else if _, ok := upgrade.AsFault(err); ok {
		t.Error(err)
	}
}
