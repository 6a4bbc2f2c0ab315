package dump

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
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
	// Practice marks all sessions as those of a lab.
	Practice bool
}

// The files of a dump, below its folder.
const (
	pgDumpDir   = "pg_dump"       // what pg_dump wrote, in its directory format
	pgAboutFile = "database.json" // what the dump does not hold of the database
	pgRolesFile = "roles.sql"     // the server's roles, without passwords
)

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
	t, err := p.tool(ctx, "pg_dump", server.major)
	if err != nil {
		return backup.DumpPlan{}, err
	}
	var bytes, objects int64
	err = conn.QueryRow(ctx, `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint, (SELECT count(*) FROM pg_largeobject_metadata)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') AND n.nspname = ANY($1)`, schemas).Scan(&bytes, &objects)
	if err == nil && objects > 0 {
		var large int64
		err = conn.QueryRow(ctx, `SELECT pg_total_relation_size('pg_catalog.pg_largeobject')`).Scan(&large)
		bytes += large
	}
	if err != nil {
		return backup.DumpPlan{}, postgres.Fault(ctx, p.Source, err)
	}
	plan := backup.DumpPlan{What: p.what(conn, schemas), Bytes: bytes, Tool: t.String(), Online: true,
		Commands: []string{p.dumpProgram(t, conn.Config(), schemas, "", filepath.Join("DIR", pgDumpDir)).shown}}
	if _, cmis := missingSchemas(schemas); cmis {
		plan.Notes = append(plan.Notes, noCMIS)
	}
	if objects > 0 {
		plan.Notes = append(plan.Notes, fmt.Sprintf("%d large objects are in it: they belong to no schema, so all of the database are taken", objects))
	}
	return plan, nil
}

func (p *PostgreSQL) what(conn *pgx.Conn, schemas []string) string {
	c := conn.Config()
	return fmt.Sprintf("PostgreSQL %s at %s:%d, schemas %s", c.Database, c.Host, c.Port, strings.Join(schemas, ", "))
}

// pgServer is the version of a server.
type pgServer struct {
	major   int
	version string
}

// productSchemas: the three of Leap, and S__ ones that old releases left, in whatever case the server has them.
const productSchemas = `SELECT nspname FROM pg_namespace WHERE lower(nspname) IN ('freedom', 'app_data', 'if_cmis') OR lower(nspname) LIKE 's\_\_%' ORDER BY 1`

func (p *PostgreSQL) describe(ctx context.Context, conn *pgx.Conn) (server pgServer, schemas []string, err error) {
	if server, err = p.server(ctx, conn); err != nil {
		return server, nil, err
	}
	rows, err := conn.Query(ctx, productSchemas)
	if err == nil {
		schemas, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		return server, nil, postgres.Fault(ctx, p.Source, err)
	}
	if needed, _ := missingSchemas(schemas); len(needed) > 0 {
		return server, nil, upgrade.NewFault("SB-2404", upgrade.KindFailed, nil, "database", conn.Config().Database, "schema", strings.Join(needed, ", "),
			"found", p.otherSchemas(ctx, conn))
	}
	return server, schemas, nil
}

func (p *PostgreSQL) server(ctx context.Context, conn *pgx.Conn) (s pgServer, err error) {
	err = conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version')`).Scan(&s.major, &s.version)
	if err != nil {
		return s, postgres.Fault(ctx, p.Source, err)
	}
	return s, nil
}

// otherSchemas names what the database has instead, for a person who looks for a schema under another name.
func (p *PostgreSQL) otherSchemas(ctx context.Context, conn *pgx.Conn) string {
	rows, err := conn.Query(ctx, `SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema' ORDER BY 1 LIMIT 12`)
	if err != nil {
		return "unknown"
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// dumpProgram is the run of pg_dump. With chosen schemas pg_dump leaves large objects out unless it is told to take them (--blobs).
func (p *PostgreSQL) dumpProgram(t tool, server *pgx.ConnConfig, schemas []string, snapshot, to string) program {
	args := []string{"--format=directory", "--jobs=2", "--blobs"}
	if snapshot != "" {
		args = append(args, "--snapshot="+snapshot)
	}
	for _, s := range schemas {
		args = append(args, "--schema="+`"`+strings.ReplaceAll(s, `"`, `""`)+`"`)
	}
	return p.program(t, server, server.Database, append(args, "--file="+to)...)
}

// Dump implements backup.Dumper. The rows are counted in the snapshot that pg_dump reads, so a server at work does not make them differ.
func (p *PostgreSQL) Dump(ctx context.Context, rep op.Reporter, dir string) (d backup.Dumped, err error) {
	conn, err := p.connect(ctx, "", false)
	if err != nil {
		return d, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	server, schemas, err := p.describe(ctx, conn)
	if err != nil {
		return d, err
	}
	t, err := p.tool(ctx, "pg_dump", server.major)
	if err != nil {
		return d, err
	}
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return d, postgres.Fault(ctx, p.Source, err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	var snapshot string
	if err := tx.QueryRow(ctx, `SELECT pg_export_snapshot()`).Scan(&snapshot); err != nil {
		return d, postgres.Fault(ctx, p.Source, err)
	}
	d = backup.Dumped{Kind: "postgresql", What: p.what(conn, schemas), Tool: t.String(), Server: server.version, Schemas: schemas}
	rep.Item(t.String())
	to := filepath.Join(dir, pgDumpDir)
	step, err := p.run(ctx, p.dumpProgram(t, conn.Config(), schemas, snapshot, to))
	if err != nil {
		return d, err
	}
	d.Steps, d.Output = []backup.DumpStep{step}, step.Output
	if d.Rows, err = countRows(ctx, tx, schemas); err != nil {
		return d, postgres.Fault(ctx, p.Source, err)
	}
	about, err := readAbout(ctx, tx, schemas)
	if err != nil {
		return d, postgres.Fault(ctx, p.Source, err)
	}
	if err := about.write(filepath.Join(dir, pgAboutFile)); err != nil {
		return d, err
	}
	d.Steps = append(d.Steps, p.noteRoles(ctx, server.major, conn.Config(), dir))
	rep.Item("reading the dump again")
	step, err = p.readBack(ctx, to, server.major, d.Rows)
	if err != nil {
		return d, err
	}
	d.Steps = append(d.Steps, step)
	return d, p.sameServer(ctx, server)
}

// sameServer asks for the version once more: a server that was replaced in the middle of a dump makes it one of two halves.
func (p *PostgreSQL) sameServer(ctx context.Context, was pgServer) error {
	conn, err := p.connect(ctx, "", false)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	now, err := p.server(ctx, conn)
	if err == nil && now != was {
		err = upgrade.NewFault("SB-2412", upgrade.KindSourceChanged, nil, "was", was.version, "now", now.version)
	}
	return err
}

// noteRoles writes the server's roles beside the dump, without their passwords: a server that is built anew needs them before the dump. A server that keeps
// them from this account leaves a note instead.
func (p *PostgreSQL) noteRoles(ctx context.Context, server int, config *pgx.ConnConfig, dir string) backup.DumpStep {
	t, err := p.tool(ctx, "pg_dumpall", server)
	if err != nil {
		return backup.DumpStep{Command: "pg_dumpall", Exit: -1, Output: "the roles were not noted: " + err.Error()}
	}
	prog := p.program(t, nil, "", "--host="+config.Host, "--port="+strconv.Itoa(int(config.Port)), "--username="+config.User, "--no-password",
		"--database="+config.Database, "--roles-only", "--no-role-passwords", "--file="+filepath.Join(dir, pgRolesFile))
	step, err := p.run(ctx, prog)
	if err != nil {
		step.Output = "the roles were not noted: " + err.Error()
	}
	return step
}

// largeObjects is the name under which they are counted among the tables.
const largeObjects = "large objects"

// countRows counts the rows of every table of the schemas, and the large objects where there are any.
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
	rows := make(map[string]int64, len(names)+1)
	for _, id := range names {
		var n int64
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM `+id.Sanitize()).Scan(&n); err != nil {
			return nil, err
		}
		rows[tableName(id)] = n
	}
	var objects int64
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM pg_largeobject_metadata`).Scan(&objects); err != nil {
		return nil, err
	}
	if objects > 0 {
		rows[largeObjects] = objects
	}
	return rows, nil
}

// tableName is a table as it is shown; quoted only where it would be taken for another one.
func tableName(id pgx.Identifier) string {
	if slices.ContainsFunc(id, func(s string) bool { return strings.Contains(s, ".") }) {
		return id.Sanitize()
	}
	return id[0] + "." + id[1]
}

// Sessions implements backup.Sessions.
func (p *PostgreSQL) Sessions(ctx context.Context) ([]backup.Session, error) {
	conn, err := p.connect(ctx, "", false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	found, err := sessionsOn(ctx, conn, conn.Config().Database)
	if err != nil {
		return nil, postgres.Fault(ctx, p.Source, err)
	}
	for i := range found {
		found[i].Practice = p.Practice
	}
	return found, nil
}

// SessionsBy implements backup.Sessions.
func (p *PostgreSQL) SessionsBy() string { return strings.Join(strings.Fields(pgSessionQuery), " ") }

const pgSessionQuery = `SELECT pid::text, coalesce(usename, ''), coalesce(application_name, ''), coalesce(host(client_addr), 'local')
	FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND coalesce(application_name, '') <> 'springboard'
	AND coalesce(backend_type, 'client backend') = 'client backend' ORDER BY pid`

// sessionsOn lists who is connected to a database of the server, without Springboard.
func sessionsOn(ctx context.Context, conn *pgx.Conn, database string) ([]backup.Session, error) {
	rows, err := conn.Query(ctx, pgSessionQuery, database)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (s backup.Session, err error) {
		return s, r.Scan(&s.ID, &s.User, &s.Program, &s.From)
	})
}
