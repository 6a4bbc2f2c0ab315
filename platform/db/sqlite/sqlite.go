// Package sqlite reads APP_UPGRADE from a SQLite file, which is what a lab keeps its data in. The file is opened read-only.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// Table is an open SQLite file. Its methods may be called from several goroutines.
type Table struct {
	db   *sql.DB
	path string
}

// Open opens the file; it must exist and be a database.
func Open(ctx context.Context, path string) (*Table, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return nil, upgrade.NewFault("SB-4308", upgrade.KindFailed, err, "file", path)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, upgrade.NewFault("SB-4308", upgrade.KindFailed, err, "file", path)
	}
	full = filepath.ToSlash(full)
	if !strings.HasPrefix(full, "/") {
		full = "/" + full // C:/... on Windows
	}
	name := url.URL{Scheme: "file", Path: full, RawQuery: "mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, upgrade.NewFault("SB-4308", upgrade.KindFailed, err, "file", path)
	}
	t := &Table{db: db, path: path}
	if _, err := t.name(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return t, nil
}

// Close lets the file go.
func (t *Table) Close() error { return t.db.Close() }

// name finds the table, in whatever case it is written.
func (t *Table) name(ctx context.Context) (string, error) {
	var name string
	err := t.db.QueryRowContext(ctx,
		`SELECT name FROM sqlite_master WHERE type IN ('table','view') AND lower(name) IN ('app_upgrade','freedom.app_upgrade') ORDER BY length(name)`).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", upgrade.NewFault("SB-4304", upgrade.KindIncomplete, nil, "source", t.path)
	}
	return name, t.fault(ctx, err)
}

// Rows reads the whole table.
func (t *Table) Rows(ctx context.Context) (apps.Table, error) {
	name, err := t.name(ctx)
	if err != nil {
		return apps.Table{}, err
	}
	query := "SELECT * FROM " + name
	if strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz_") != "" {
		query = `SELECT * FROM "` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	rows, err := t.db.QueryContext(ctx, query)
	if err != nil {
		return apps.Table{}, t.fault(ctx, err)
	}
	defer rows.Close()
	table, err := scan(rows)
	table.Query = query
	return table, t.fault(ctx, err)
}

func scan(rows *sql.Rows) (apps.Table, error) {
	columns, err := rows.Columns()
	table := apps.Table{Columns: columns, Rows: []apps.Row{}}
	if err != nil {
		return table, err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return table, err
		}
		row := apps.Row{Values: make([]*string, len(columns))}
		for i, cell := range cells {
			row.Values[i] = text(cell)
		}
		table.Rows = append(table.Rows, row)
	}
	return table, rows.Err()
}

func text(cell any) *string {
	var s string
	switch v := cell.(type) {
	case nil:
		return nil
	case []byte:
		s = string(v)
	case string:
		s = v
	case time.Time: // the driver reads times without a zone as UTC; who wrote them meant another, maybe
		layout := "2006-01-02 15:04:05.999999999"
		if _, offset := v.Zone(); offset != 0 {
			layout += "Z07:00"
		}
		s = v.Format(layout)
	default:
		s = fmt.Sprint(v)
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	return &s
}

func (t *Table) fault(ctx context.Context, err error) error {
	var e *driver.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return upgrade.NewFault("SB-4307", upgrade.KindFailed, err, "source", t.path)
	case ctx.Err() != nil:
		return fmt.Errorf("read %s: %w", t.path, context.Cause(ctx))
	case errors.As(err, &e) && (e.Code()&0xff == lib.SQLITE_BUSY || e.Code()&0xff == lib.SQLITE_LOCKED):
		return upgrade.NewFault("SB-4307", upgrade.KindFailed, err, "source", t.path)
	case errors.As(err, &e) && (e.Code()&0xff == lib.SQLITE_NOTADB || e.Code()&0xff == lib.SQLITE_CORRUPT || e.Code()&0xff == lib.SQLITE_CANTOPEN):
		return upgrade.NewFault("SB-4308", upgrade.KindFailed, err, "file", t.path)
	}
	return upgrade.NewFault("SB-4309", upgrade.KindFailed, err, "source", t.path)
}
