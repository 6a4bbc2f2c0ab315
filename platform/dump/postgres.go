package dump

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/platform/db/postgres"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// PostgreSQL dumps the product's schemas with pg_dump, in one snapshot with the rows that are counted.
type PostgreSQL struct {
	Source      upgrade.DataSource
	Credentials upgrade.Credentials
	// Tools is the folder of pg_dump and pg_restore; empty: PATH and the usual places.
	Tools string
}

// connect opens a session. Writing is allowed only where a scratch database is made.
func (p *PostgreSQL) connect(ctx context.Context, database string, write bool) (*pgx.Conn, error) {
	config, err := postgres.Config(p.Source, p.Credentials)
	if err != nil {
		return nil, err
	}
	if database != "" {
		config.Database = database
	}
	delete(config.RuntimeParams, "statement_timeout") // a large table takes its time to count
	if write {
		delete(config.RuntimeParams, "default_transaction_read_only")
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, postgres.Fault(ctx, p.Source, err)
	}
	return conn, nil
}

// Plan implements backup.Dumper.
func (p *PostgreSQL) Plan(ctx context.Context) (backup.DumpPlan, error) {
	conn, err := p.connect(ctx, "", false)
	if err != nil {
		return backup.DumpPlan{}, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	server, schemas, err := p.describe(ctx, conn)
	if err != nil {
		return backup.DumpPlan{}, err
	}
	tool, err := p.tool(ctx, "pg_dump", server)
	if err != nil {
		return backup.DumpPlan{}, err
	}
	var bytes int64
	err = conn.QueryRow(ctx, `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'm') AND n.nspname = ANY($1)`, schemas).Scan(&bytes)
	if err != nil {
		return backup.DumpPlan{}, postgres.Fault(ctx, p.Source, err)
	}
	what := fmt.Sprintf("PostgreSQL %s at %s:%d, schemas %s", conn.Config().Database, conn.Config().Host, conn.Config().Port, strings.Join(schemas, ", "))
	return backup.DumpPlan{What: what, Bytes: bytes, Tool: tool.String(), Online: true}, nil
}

// productSchemas: the three of Leap, and S__ ones that old releases left, in whatever case the server has them.
const productSchemas = `SELECT nspname FROM pg_namespace WHERE lower(nspname) IN ('freedom', 'app_data', 'if_cmis') OR lower(nspname) LIKE 's\_\_%' ORDER BY 1`

func (p *PostgreSQL) describe(ctx context.Context, conn *pgx.Conn) (server int, schemas []string, err error) {
	if err = conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int / 10000`).Scan(&server); err != nil {
		return 0, nil, postgres.Fault(ctx, p.Source, err)
	}
	rows, err := conn.Query(ctx, productSchemas)
	if err == nil {
		schemas, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		return 0, nil, postgres.Fault(ctx, p.Source, err)
	}
	for _, want := range []string{"freedom", "app_data"} {
		if !containsFold(schemas, want) {
			return 0, nil, upgrade.NewFault("SB-2404", upgrade.KindFailed, nil, "database", conn.Config().Database, "schema", want)
		}
	}
	return server, schemas, nil
}

func containsFold(list []string, want string) bool {
	for _, s := range list {
		if strings.EqualFold(s, want) {
			return true
		}
	}
	return false
}

// Dump implements backup.Dumper. The rows are counted in the snapshot that pg_dump reads, so a server at work does not make them differ.
func (p *PostgreSQL) Dump(ctx context.Context, rep op.Reporter, dir string) (backup.Dumped, error) {
	conn, err := p.connect(ctx, "", false)
	if err != nil {
		return backup.Dumped{}, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	server, schemas, err := p.describe(ctx, conn)
	if err != nil {
		return backup.Dumped{}, err
	}
	tool, err := p.tool(ctx, "pg_dump", server)
	if err != nil {
		return backup.Dumped{}, err
	}
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return backup.Dumped{}, postgres.Fault(ctx, p.Source, err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	var snapshot string
	if err := tx.QueryRow(ctx, `SELECT pg_export_snapshot()`).Scan(&snapshot); err != nil {
		return backup.Dumped{}, postgres.Fault(ctx, p.Source, err)
	}
	rep.Item(tool.String())
	to := filepath.Join(dir, "pg_dump")
	args := []string{"--format=directory", "--jobs=2", "--snapshot=" + snapshot, "--no-password", "--file=" + to}
	for _, s := range schemas {
		args = append(args, "--schema="+`"`+strings.ReplaceAll(s, `"`, `""`)+`"`)
	}
	output, err := p.run(ctx, tool, conn.Config(), conn.Config().Database, args...)
	if err != nil {
		return backup.Dumped{}, err
	}
	rows, err := countRows(ctx, tx, schemas)
	if err != nil {
		return backup.Dumped{}, postgres.Fault(ctx, p.Source, err)
	}
	if err := p.readable(ctx, to, server, rows); err != nil {
		return backup.Dumped{}, err
	}
	return backup.Dumped{Tool: tool.String(), Output: output, Rows: rows}, nil
}

// readable asks pg_restore for the dump's table of contents: a dump that it cannot read, or that lacks a table, is none.
func (p *PostgreSQL) readable(ctx context.Context, dir string, server int, rows map[string]int64) error {
	info, err := os.Stat(filepath.Join(dir, "toc.dat"))
	if err != nil || info.Size() == 0 {
		return upgrade.NewFault("SB-2405", upgrade.KindVerify, err, "dir", dir, "detail", "it has no table of contents")
	}
	restore, err := p.tool(ctx, "pg_restore", server)
	if err != nil {
		return err
	}
	list, err := p.run(ctx, restore, nil, "", "--list", dir)
	if err != nil {
		return err
	}
	if n := strings.Count(list, " TABLE DATA "); n < len(rows) {
		return upgrade.NewFault("SB-2405", upgrade.KindVerify, nil, "dir", dir, "detail", fmt.Sprintf("it has the data of %d tables, not of %d", n, len(rows)))
	}
	return nil
}

// Prove implements backup.Dumper: a scratch database is created on the same server, restored, its rows are compared, and it is dropped.
func (p *PostgreSQL) Prove(ctx context.Context, rep op.Reporter, dir, _ string, taken backup.Dumped) (note string, err error) {
	admin, err := p.connect(ctx, "", true)
	if err != nil {
		return "", err
	}
	defer func() { _ = admin.Close(context.WithoutCancel(ctx)) }()
	server, schemas, err := p.describe(ctx, admin)
	if err != nil {
		return "", err
	}
	restore, err := p.tool(ctx, "pg_restore", server)
	if err != nil {
		return "", err
	}
	scratch := "springboard_scratch_" + random()
	rep.Item("scratch database " + scratch)
	if _, err := admin.Exec(ctx, `CREATE DATABASE `+scratch+` TEMPLATE template0`); err != nil {
		return "", fmt.Errorf("%w: %w", backup.ErrUnsupported, postgres.Fault(ctx, p.Source, err))
	}
	defer func() {
		_, derr := admin.Exec(context.WithoutCancel(ctx), `DROP DATABASE `+scratch+` WITH (FORCE)`)
		if err == nil && derr != nil {
			err = upgrade.NewFault("SB-2406", upgrade.KindPartial, derr, "database", scratch)
		}
	}()
	if _, err := p.run(ctx, restore, admin.Config(), scratch, "--jobs=2", "--no-owner", "--no-privileges", "--exit-on-error", "--no-password", filepath.Join(dir, "pg_dump")); err != nil {
		return "", err
	}
	rows, err := p.countIn(ctx, scratch, schemas)
	if err != nil {
		return "", err
	}
	if diff := compare(taken.Rows, rows); diff != "" {
		return "", upgrade.NewFault("SB-2403", upgrade.KindVerify, nil, "database", scratch, "detail", diff)
	}
	return fmt.Sprintf("PostgreSQL: %d tables, %d rows restored into a scratch database and compared", len(rows), sum(rows)), nil
}

func (p *PostgreSQL) countIn(ctx context.Context, database string, schemas []string) (rows map[string]int64, err error) {
	conn, err := p.connect(ctx, database, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, postgres.Fault(ctx, p.Source, err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if rows, err = countRows(ctx, tx, schemas); err != nil {
		return nil, postgres.Fault(ctx, p.Source, err)
	}
	return rows, nil
}

// countRows counts the rows of every table of the schemas.
func countRows(ctx context.Context, tx pgx.Tx, schemas []string) (map[string]int64, error) {
	list, err := tx.Query(ctx, `SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'r' AND n.nspname = ANY($1) ORDER BY 1, 2`, schemas)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(list, func(r pgx.CollectableRow) (id pgx.Identifier, err error) {
		id = make(pgx.Identifier, 2)
		return id, r.Scan(&id[0], &id[1])
	})
	if err != nil {
		return nil, err
	}
	rows := make(map[string]int64, len(names))
	for _, id := range names {
		var n int64
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM `+id.Sanitize()).Scan(&n); err != nil {
			return nil, err
		}
		rows[id[0]+"."+id[1]] = n
	}
	return rows, nil
}

func random() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
