// Package postgres reads APP_UPGRADE from PostgreSQL, in a read-only session. Schema and table are found in whatever case the server has them.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// Times within which the server must connect and answer, unless the caller's context is shorter.
const (
	connectTimeout   = 15 * time.Second
	statementTimeout = 60 * time.Second
)

// Table is one connection to a server. Its methods may be called from several goroutines; they wait for each other.
type Table struct {
	mu     sync.Mutex
	conn   *pgx.Conn
	source string // host:port/database, for messages
	schema string // the schema that the configuration names, or FREEDOM
	named  bool   // the configuration names it
}

// Open connects. Errors are faults, see package db.
func Open(ctx context.Context, source upgrade.DataSource, creds upgrade.Credentials) (*Table, error) {
	target, err := targetOf(source)
	if err != nil {
		return nil, err
	}
	config, err := target.config(creds)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fault(ctx, target.String(), err)
	}
	t := &Table{conn: conn, source: target.String(), schema: target.schema, named: target.schema != ""}
	if !t.named {
		t.schema = "freedom"
	}
	return t, nil
}

// Close ends the session.
func (t *Table) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return t.conn.Close(ctx)
}

// Connections counts the other sessions on this database.
func (t *Table) Connections(ctx context.Context) (n int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	err = t.conn.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&n)
	return n, fault(ctx, t.source, err)
}

// found is a table that may be the one.
type found struct {
	schema, table string
	readable      bool
	onPath        bool // found without naming a schema
}

func (f found) String() string { return pgx.Identifier{f.schema, f.table}.Sanitize() }

// pg_catalog shows tables that the user may not read too, so that a missing right is told from a missing table.
const findTable = `
SELECT n.nspname, c.relname,
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
       pg_table_is_visible(c.oid)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE lower(c.relname) = 'app_upgrade' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
 ORDER BY 1, 2`

func (t *Table) find(ctx context.Context) (found, error) {
	rows, err := t.conn.Query(ctx, findTable)
	if err != nil {
		return found{}, fault(ctx, t.source, err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f found, err error) {
		return f, row.Scan(&f.schema, &f.table, &f.readable, &f.onPath)
	})
	if err != nil {
		return found{}, fault(ctx, t.source, err)
	}
	return t.choose(all)
}

// choose picks the table of the schema: exactly as written, else without regard to case, else the only one there is. A schema that the configuration
// names is binding; otherwise the wrong table might tell of another installation's applications.
func (t *Table) choose(all []found) (found, error) {
	var exact, alike []found
	for _, f := range all {
		if f.schema == t.schema {
			exact = append(exact, f)
		}
		if strings.EqualFold(f.schema, t.schema) {
			alike = append(alike, f)
		}
	}
	candidates := all
	switch {
	case len(exact) > 0 && t.named:
		candidates = exact
	case len(alike) > 0 || t.named:
		candidates = alike
	}
	switch len(candidates) {
	case 0:
		return found{}, upgrade.NewFault("SB-4304", upgrade.KindIncomplete, nil, "source", t.source)
	case 1:
		f := candidates[0]
		if !f.readable {
			return f, upgrade.NewFault("SB-4305", upgrade.KindAuth, nil, "source", t.source, "table", f.String())
		}
		return f, nil
	}
	var names []string
	for _, f := range candidates {
		names = append(names, f.String())
	}
	return found{}, upgrade.NewFault("SB-4311", upgrade.KindIncomplete, nil, "source", t.source, "tables", strings.Join(names, ", "))
}

// Rows reads the whole table, each value as the server prints it.
func (t *Table) Rows(ctx context.Context) (apps.Table, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f, err := t.find(ctx)
	if err != nil {
		return apps.Table{}, err
	}
	table := apps.Table{Query: "SELECT * FROM " + display(f), Rows: []apps.Row{}}
	rows, err := t.conn.Query(ctx, "SELECT * FROM "+f.String(), pgx.QueryExecModeSimpleProtocol) // text format
	if err != nil {
		return apps.Table{}, fault(ctx, t.source, err)
	}
	defer rows.Close()
	for _, d := range rows.FieldDescriptions() {
		table.Columns = append(table.Columns, d.Name)
	}
	for rows.Next() {
		row := apps.Row{Values: make([]*string, len(table.Columns))}
		for i, raw := range rows.RawValues() {
			if raw != nil {
				s := strings.ToValidUTF8(string(raw), "\uFFFD")
				row.Values[i] = &s
			}
		}
		table.Rows = append(table.Rows, row)
	}
	if err := rows.Err(); err != nil {
		return apps.Table{}, fault(ctx, t.source, err)
	}
	return table, nil
}

// display is the name as a person would type it: quoted only where the server needs it.
func display(f found) string {
	var parts []string
	for _, p := range []string{f.schema, f.table} {
		if p == "" || strings.Trim(p, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" || (p[0] >= '0' && p[0] <= '9') {
			p = pgx.Identifier{p}.Sanitize()
		}
		parts = append(parts, p)
	}
	return strings.Join(parts, ".")
}

var errNoCause = errors.New("the connection was lost")

func describe(err error) error {
	if err == nil {
		return errNoCause
	}
	return fmt.Errorf("%w", err)
}
