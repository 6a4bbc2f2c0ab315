package dump

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// SQLite dumps one file. The copy is consistent although others write to the file meanwhile.
type SQLite struct {
	File string
}

// open opens a file for reading only.
func (s SQLite) open(path string) (*sql.DB, error) {
	full := filepath.ToSlash(path)
	if !strings.HasPrefix(full, "/") {
		full = "/" + full
	}
	name := url.URL{Scheme: "file", Path: full, RawQuery: "mode=ro&_pragma=busy_timeout(10000)"}
	return sql.Open("sqlite", name.String())
}

// Plan implements backup.Dumper.
func (s SQLite) Plan(ctx context.Context) (backup.DumpPlan, error) {
	info, err := os.Stat(s.File)
	if err != nil {
		return backup.DumpPlan{}, upgrade.NewFault("SB-2401", upgrade.KindFailed, err, "database", s.File)
	}
	version, _, err := s.look(ctx, s.File)
	if err != nil {
		return backup.DumpPlan{}, err
	}
	return backup.DumpPlan{What: "SQLite " + filepath.Base(s.File), Bytes: info.Size(), Origin: s.File, Tool: "SQLite " + version, Online: true}, nil
}

// Dump implements backup.Dumper: the copy is made by SQLite itself, checked, and its rows are counted.
func (s SQLite) Dump(ctx context.Context, rep op.Reporter, dir string) (backup.Dumped, error) {
	rep.Item(filepath.Base(s.File))
	db, err := s.open(s.File)
	if err != nil {
		return backup.Dumped{}, upgrade.NewFault("SB-2401", upgrade.KindFailed, err, "database", s.File)
	}
	to := filepath.Join(dir, filepath.Base(s.File))
	err = s.pages(ctx, db, to)
	if err = errors.Join(err, db.Close()); err != nil {
		return backup.Dumped{}, s.failed(ctx, err)
	}
	version, rows, err := s.look(ctx, to)
	if err != nil {
		return backup.Dumped{}, err
	}
	return backup.Dumped{Tool: "SQLite " + version + ", pages in one read transaction", Output: "integrity_check: ok", Rows: rows}, nil
}

// pages copies the database page by page within one read transaction: the same bytes as the file has, whatever writers do meanwhile. SQLite's own backup
// and VACUUM change bytes (https://sqlite.org/dbpage.html).
func (s SQLite) pages(ctx context.Context, db *sql.DB, to string) (err error) {
	rows, err := db.QueryContext(ctx, "SELECT data FROM sqlite_dbpage('main') ORDER BY pgno")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for rows.Next() {
		var page sql.RawBytes
		if err := rows.Scan(&page); err != nil {
			return err
		}
		if _, err := f.Write(page); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return f.Sync()
}

// Prove implements backup.Dumper: the dump is copied into scratch as a restore would, checked there and its rows are compared.
func (s SQLite) Prove(ctx context.Context, rep op.Reporter, dir, scratch string, taken backup.Dumped) (string, error) {
	rep.Item(filepath.Base(s.File))
	from, to := filepath.Join(dir, filepath.Base(s.File)), filepath.Join(scratch, "restored.sqlite")
	db, err := s.open(from)
	if err != nil {
		return "", s.failed(ctx, err)
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	if err = errors.Join(err, db.Close()); err != nil {
		return "", s.failed(ctx, err)
	}
	_, rows, err := s.look(ctx, to)
	if rerr := os.Remove(to); err == nil && rerr != nil {
		err = rerr
	}
	if err != nil {
		return "", err
	}
	if diff := compare(taken.Rows, rows); diff != "" {
		return "", upgrade.NewFault("SB-2403", upgrade.KindVerify, nil, "database", s.File, "detail", diff)
	}
	return fmt.Sprintf("SQLite: %d tables, %d rows restored and compared", len(rows), sum(rows)), nil
}

// look checks a file and counts the rows of its tables.
func (s SQLite) look(ctx context.Context, path string) (version string, rows map[string]int64, err error) {
	db, err := s.open(path)
	if err != nil {
		return "", nil, s.failed(ctx, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var ok string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return "", nil, s.failed(ctx, err)
	}
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&ok); err != nil {
		return "", nil, s.failed(ctx, err)
	}
	if ok != "ok" {
		return "", nil, upgrade.NewFault("SB-2403", upgrade.KindVerify, nil, "database", path, "detail", ok)
	}
	names, err := s.tables(ctx, db)
	if err != nil {
		return "", nil, s.failed(ctx, err)
	}
	rows = make(map[string]int64, len(names))
	for _, n := range names {
		var count int64
		if err := db.QueryRowContext(ctx, `SELECT count(*) FROM "`+strings.ReplaceAll(n, `"`, `""`)+`"`).Scan(&count); err != nil {
			return "", nil, s.failed(ctx, err)
		}
		rows[n] = count
	}
	return version, rows, nil
}

func (s SQLite) tables(ctx context.Context, db *sql.DB) (names []string, err error) {
	list, err := db.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, list.Close()) }()
	for list.Next() {
		var name string
		if err := list.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, list.Err()
}

func (s SQLite) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return upgrade.NewFault("SB-2402", upgrade.KindFailed, err, "database", s.File)
}
