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

	"modernc.org/sqlite" // the driver too

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// SQLite dumps one file. The copy is consistent although others write to the file meanwhile.
type SQLite struct {
	File string
}

// open opens a file for reading only. One that nobody writes to (still) is read without its helper files, so that nothing is made beside a dump.
func (s SQLite) open(path string, still bool) (*sql.DB, error) {
	full := filepath.ToSlash(path)
	if !strings.HasPrefix(full, "/") {
		full = "/" + full
	}
	name := url.URL{Scheme: "file", Path: full, RawQuery: "mode=ro&_pragma=busy_timeout(10000)"}
	if still {
		name.RawQuery += "&immutable=1"
	}
	return sql.Open("sqlite", name.String())
}

// Plan implements backup.Dumper.
func (s SQLite) Plan(ctx context.Context) (backup.DumpPlan, error) {
	info, err := os.Stat(s.File)
	if err != nil {
		return backup.DumpPlan{}, upgrade.NewFault("SB-2401", upgrade.KindFailed, err, "database", s.File)
	}
	version, _, err := s.look(ctx, s.File, false)
	if err != nil {
		return backup.DumpPlan{}, err
	}
	return backup.DumpPlan{What: "SQLite " + filepath.Base(s.File), Bytes: info.Size(), Origin: s.File, Tool: "SQLite " + version, Online: true}, nil
}

// Dump implements backup.Dumper: the copy is made by SQLite itself, checked, and its rows are counted.
func (s SQLite) Dump(ctx context.Context, rep op.Reporter, dir string) (backup.Dumped, error) {
	rep.Item(filepath.Base(s.File))
	db, err := s.open(s.File, false)
	if err != nil {
		return backup.Dumped{}, upgrade.NewFault("SB-2401", upgrade.KindFailed, err, "database", s.File)
	}
	to := filepath.Join(dir, filepath.Base(s.File))
	err = s.pages(ctx, db, to)
	if err = errors.Join(err, db.Close()); err != nil {
		return backup.Dumped{}, s.failed(ctx, err)
	}
	version, rows, err := s.look(ctx, to, true)
	if err != nil {
		return backup.Dumped{}, err
	}
	return backup.Dumped{Tool: "SQLite " + version + ", pages in one read transaction", Output: "integrity_check: ok", Rows: rows}, nil
}

// pages copies the database page by page within one read transaction: the same bytes as the file has with what was committed to its write-ahead log, whatever
// writers do meanwhile. The online backup API gives the same snapshot, and writes a schema cookie and a change counter of its own into the copy
// (https://sqlite.org/fileformat2.html, 1.3): a restore would not bring back the bytes that were there. It makes the copy of the test restore.
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
	db, err := s.open(from, true)
	if err != nil {
		return "", s.failed(ctx, err)
	}
	err = online(ctx, db, to)
	if err = errors.Join(err, db.Close()); err != nil {
		return "", s.failed(ctx, err)
	}
	_, rows, err := s.look(ctx, to, true)
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

// online copies a database into a new file through SQLite's online backup API, a few pages at a time.
func online(ctx context.Context, db *sql.DB, to string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		source, ok := driver.(interface {
			NewBackup(target string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("this SQLite has no online backup")
		}
		b, err := source.NewBackup(to)
		if err != nil {
			return err
		}
		for more := true; more && err == nil; {
			if err = context.Cause(ctx); err == nil {
				more, err = b.Step(1024)
			}
		}
		return errors.Join(err, b.Finish())
	})
}

// look checks a file and counts the rows of its tables.
func (s SQLite) look(ctx context.Context, path string, still bool) (version string, rows map[string]int64, err error) {
	db, err := s.open(path, still)
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
