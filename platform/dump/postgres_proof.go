package dump

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/platform/db/postgres"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Prove implements backup.Dumper: a scratch database is created on the same server, restored, its rows are compared, and it is dropped, also after a failure.
func (p *PostgreSQL) Prove(ctx context.Context, rep op.Reporter, dir, _ string, taken backup.Dumped) (note string, err error) {
	admin, err := p.connectBeside(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = admin.Close(context.WithoutCancel(ctx)) }()
	server, err := p.server(ctx, admin)
	if err != nil {
		return "", err
	}
	if err := notOlder(taken, server); err != nil {
		return "", err
	}
	about, err := loadAbout(filepath.Join(dir, pgAboutFile))
	if err != nil {
		return "", err
	}
	scratch := "springboard_scratch_" + random()
	rep.Item("scratch database " + scratch)
	if _, err := admin.Exec(ctx, about.createDatabase(scratch, false)); err != nil {
		err = postgres.Fault(ctx, p.Source, err)
		return "no scratch database could be created on the server: " + err.Error(), fmt.Errorf("%w: %w", backup.ErrUnsupported, err)
	}
	defer func() {
		if derr := dropDatabase(context.WithoutCancel(ctx), admin, server, scratch); err == nil && derr != nil {
			err = upgrade.NewFault("SB-2406", upgrade.KindPartial, derr, "database", scratch)
		}
	}()
	rows, err := p.fill(ctx, server, scratch, dir, about, taken, false)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("PostgreSQL: %d tables, %d rows restored into a scratch database and compared", len(rows), sum(rows)), nil
}

// ProveByHand implements backup.ByHand, for accounts that may not create a database.
func (p *PostgreSQL) ProveByHand(dir string, _ backup.Dumped) []string {
	c, err := postgres.Config(p.Source, p.Credentials)
	if err != nil {
		return nil
	}
	server := fmt.Sprintf("--host=%s --port=%d --username=postgres", c.Host, c.Port)
	return []string{
		"createdb " + server + " --template=template0 springboard_scratch",
		typed("pg_restore", []string{"--host=" + c.Host, fmt.Sprintf("--port=%d", c.Port), "--username=postgres", "--dbname=springboard_scratch", "--jobs=2", "--no-owner",
			"--no-privileges", "--exit-on-error", filepath.Join(dir, pgDumpDir)}),
		"psql " + server + " --dbname=springboard_scratch --command='SELECT count(*) FROM ...'",
		"dropdb " + server + " springboard_scratch",
	}
}

// notOlder refuses a server that is older than the one the dump was taken from: it would misread or refuse it in the middle.
func notOlder(taken backup.Dumped, server pgServer) error {
	var was int
	if _, err := fmt.Sscanf(taken.Server, "%d", &was); err == nil && was > server.major {
		return upgrade.NewFault("SB-2413", upgrade.KindUnsupported, nil, "was", taken.Server, "now", server.version)
	}
	return nil
}

// fill restores a dump into an empty database and compares its rows with those that were taken. owned keeps owners and rights, as a real restore needs.
func (p *PostgreSQL) fill(ctx context.Context, server pgServer, database, dir string, about pgAbout, taken backup.Dumped, owned bool) (map[string]int64, error) {
	restore, err := p.tool(ctx, "pg_restore", server.major)
	if err != nil {
		return nil, err
	}
	conn, err := p.connect(ctx, database, true)
	if err != nil {
		return nil, err
	}
	for _, text := range about.extensions() {
		if _, err := conn.Exec(ctx, text); err != nil {
			_ = conn.Close(context.WithoutCancel(ctx))
			return nil, upgrade.NewFault("SB-2414", upgrade.KindFailed, postgres.Fault(ctx, p.Source, err), "command", text)
		}
	}
	config := conn.Config()
	if err := conn.Close(ctx); err != nil {
		return nil, postgres.Fault(ctx, p.Source, err)
	}
	if _, err := p.run(ctx, p.restoreProgram(restore, config, database, dir, owned)); err != nil {
		return nil, err
	}
	schemas := taken.Schemas
	if schemas == nil {
		schemas = about.Schemas
	}
	rows, err := p.countIn(ctx, database, schemas)
	if err != nil {
		return nil, err
	}
	if diff := compare(taken.Rows, rows); diff != "" {
		return nil, upgrade.NewFault("SB-2403", upgrade.KindVerify, nil, "database", database, "detail", diff)
	}
	return rows, nil
}

func (p *PostgreSQL) restoreProgram(t tool, server *pgx.ConnConfig, database, dir string, owned bool) program {
	args := []string{"--jobs=2", "--exit-on-error"}
	if !owned {
		args = append(args, "--no-owner", "--no-privileges")
	}
	return p.program(t, server, database, append(args, filepath.Join(dir, pgDumpDir))...)
}

// countIn counts the rows of the schemas in another database of the server. schemas nil: those of the product.
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
	if schemas == nil {
		if schemas, err = texts(ctx, tx, productSchemas); err != nil {
			return nil, postgres.Fault(ctx, p.Source, err)
		}
	}
	if rows, err = countRows(ctx, tx, schemas); err != nil {
		return nil, postgres.Fault(ctx, p.Source, err)
	}
	return rows, nil
}

// connectBeside opens a session on another database of the server than the product's, as creating, renaming and dropping databases needs one.
func (p *PostgreSQL) connectBeside(ctx context.Context) (*pgx.Conn, error) {
	config, err := postgres.Config(p.Source, p.Credentials)
	if err != nil {
		return nil, err
	}
	var first error
	for _, name := range []string{"postgres", "template1"} {
		if name == config.Database {
			continue
		}
		conn, err := p.connect(ctx, name, true)
		if err == nil {
			return conn, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// dropDatabase removes a database, with those who are connected to it where the server can do that.
func dropDatabase(ctx context.Context, conn *pgx.Conn, server pgServer, name string) error {
	text := "DROP DATABASE IF EXISTS " + ident(name)
	if server.major >= 13 {
		text += " WITH (FORCE)"
	}
	_, err := conn.Exec(ctx, text)
	return err
}

func random() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
