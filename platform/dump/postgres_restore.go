package dump

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/platform/db/postgres"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// A restore makes a new database beside the one in use, fills it, compares its rows, and then renames both in one transaction: whatever interrupts it, the
// name of the database leads to the old one or to the new one, whole.

// pgNames are the names of a restore: of the database, of the new one while it is filled, and of the former one afterwards.
type pgNames struct{ database, staged, kept string }

const (
	pgStaged = "_restoring_"
	pgKept   = "_before_restore_"
	// pgNameMost is the longest name that PostgreSQL keeps, in bytes (NAMEDATALEN - 1).
	pgNameMost = 63
)

func namesFor(database, stamp string) pgNames {
	base := database
	for len(base)+len(pgKept)+len(stamp) > pgNameMost && base != "" {
		_, n := utf8.DecodeLastRuneInString(base)
		base = base[:len(base)-n]
	}
	return pgNames{database: database, staged: base + pgStaged + stamp, kept: base + pgKept + stamp}
}

// restorer is one look at the server for a restore.
type pgRestorer struct {
	*PostgreSQL
	admin  *pgx.Conn
	server pgServer
	names  pgNames
	about  pgAbout
}

func (p *PostgreSQL) openRestore(ctx context.Context, dir, stamp string) (*pgRestorer, error) {
	config, err := postgres.Config(p.Source, p.Credentials)
	if err != nil {
		return nil, err
	}
	r := &pgRestorer{PostgreSQL: p, names: namesFor(config.Database, stamp)}
	if dir != "" {
		if r.about, err = loadAbout(filepath.Join(dir, pgAboutFile)); err != nil {
			return nil, err
		}
	}
	if r.admin, err = p.connectBeside(ctx); err != nil {
		return nil, err
	}
	if r.server, err = p.server(ctx, r.admin); err != nil {
		r.close(ctx)
		return nil, err
	}
	return r, nil
}

func (r *pgRestorer) close(ctx context.Context) { _ = r.admin.Close(context.WithoutCancel(ctx)) }

func (r *pgRestorer) fault(ctx context.Context, err error) error {
	return postgres.Fault(ctx, r.Source, err)
}

// PlanRestore implements backup.Restorer. It refuses what would fail later: an account without the rights, a database that somebody uses or that holds more
// than Leap's schemas, roles that the server lacks, an older server.
func (p *PostgreSQL) PlanRestore(ctx context.Context, dir string, taken backup.Dumped, stamp string) (plan backup.DatabaseRestore, err error) {
	r, err := p.openRestore(ctx, dir, stamp)
	if err != nil {
		return plan, err
	}
	defer r.close(ctx)
	if err := notOlder(taken, r.server); err != nil {
		return plan, err
	}
	t, err := p.tool(ctx, "pg_restore", r.server.major)
	if err != nil {
		return plan, err
	}
	here, err := r.exists(ctx, r.names.database)
	if err == nil {
		err = r.allowed(ctx, here)
	}
	if err == nil {
		err = r.rolesThere(ctx)
	}
	if err == nil && here {
		err = errors.Join(r.alone(ctx), r.unused(ctx, r.names.database))
	}
	if err != nil {
		return plan, err
	}
	plan.What = fmt.Sprintf("PostgreSQL %s at %s:%d", r.names.database, r.admin.Config().Host, r.admin.Config().Port)
	plan.Commands = []string{r.about.createDatabase(r.names.staged, true), p.restoreProgram(t, r.admin.Config(), r.names.staged, dir, true).shown}
	if here {
		plan.Kept = r.names.kept
	}
	plan.Commands = append(plan.Commands, r.renames(here)...)
	return plan, nil
}

func (r *pgRestorer) renames(here bool) []string {
	list := []string{"ALTER DATABASE " + ident(r.names.staged) + " RENAME TO " + ident(r.names.database)}
	if here {
		list = append([]string{"ALTER DATABASE " + ident(r.names.database) + " RENAME TO " + ident(r.names.kept)}, list...)
	}
	return list
}

func (r *pgRestorer) exists(ctx context.Context, name string) (bool, error) {
	var n int
	if err := r.admin.QueryRow(ctx, `SELECT count(*) FROM pg_database WHERE datname = $1`, name).Scan(&n); err != nil {
		return false, r.fault(ctx, err)
	}
	return n > 0, nil
}

// allowed asks for the rights to create a database and to rename the one in use.
func (r *pgRestorer) allowed(ctx context.Context, here bool) error {
	var super, create, owner bool
	err := r.admin.QueryRow(ctx, `SELECT rolsuper, rolcreatedb, coalesce((SELECT pg_has_role(current_user, datdba, 'USAGE') FROM pg_database WHERE datname = $1), true)
		FROM pg_roles WHERE rolname = current_user`, r.names.database).Scan(&super, &create, &owner)
	if err != nil {
		return r.fault(ctx, err)
	}
	if super || create && (owner || !here) {
		return nil
	}
	return upgrade.NewFault("SB-2415", upgrade.KindBlocked, nil, "user", r.admin.Config().User, "database", r.names.database)
}

// rolesThere looks for the owners that the dump names.
func (r *pgRestorer) rolesThere(ctx context.Context) error {
	rows, err := r.admin.Query(ctx, `SELECT rolname FROM pg_roles`)
	var have []string
	if err == nil {
		have, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		return r.fault(ctx, err)
	}
	var missing []string
	for _, role := range append(slices.Clone(r.about.Roles), r.about.Owner) {
		if role != "" && role != "PUBLIC" && !slices.Contains(have, role) && !slices.Contains(missing, role) {
			missing = append(missing, role)
		}
	}
	if len(missing) > 0 {
		return upgrade.NewFault("SB-2416", upgrade.KindBlocked, nil, "roles", strings.Join(missing, ", "), "file", pgRolesFile)
	}
	return nil
}

// alone refuses a database that holds more than the dump does: the rest of it would be left behind in the former one.
func (r *pgRestorer) alone(ctx context.Context) error {
	conn, err := r.connect(ctx, r.names.database, false)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	rows, err := conn.Query(ctx, `SELECT DISTINCT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
		AND lower(n.nspname) NOT IN ('freedom', 'app_data', 'if_cmis') AND lower(n.nspname) NOT LIKE 's\_\_%' AND NOT n.nspname = ANY($1)
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1`, append([]string{}, r.about.Schemas...))
	var others []string
	if err == nil {
		others, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		return r.fault(ctx, err)
	}
	if len(others) > 0 {
		return upgrade.NewFault("SB-2417", upgrade.KindBlocked, nil, "database", r.names.database, "schemas", strings.Join(others, ", "))
	}
	return nil
}

// unused refuses a database that somebody is connected to: nobody is thrown out here.
func (r *pgRestorer) unused(ctx context.Context, name string) error {
	found, err := sessionsOn(ctx, r.admin, name)
	if err != nil {
		return r.fault(ctx, err)
	}
	if len(found) == 0 {
		return nil
	}
	s := found[0]
	return upgrade.NewFault("SB-2418", upgrade.KindBlocked, nil, "database", name, "count", strconv.Itoa(len(found)), "user", s.User, "program", s.Program, "from", s.From)
}

// Stage implements backup.Restorer.
func (p *PostgreSQL) Stage(ctx context.Context, rep op.Reporter, dir string, taken backup.Dumped, stamp string) error {
	r, err := p.openRestore(ctx, dir, stamp)
	if err != nil {
		return err
	}
	defer r.close(ctx)
	if err := r.clear(ctx); err != nil {
		return err
	}
	rep.Item("database " + r.names.staged)
	if _, err := r.admin.Exec(ctx, r.about.createDatabase(r.names.staged, true)); err != nil {
		return r.fault(ctx, err)
	}
	if _, err = p.fill(ctx, r.server, r.names.staged, dir, r.about, taken, true); err != nil {
		return errors.Join(err, dropDatabase(context.WithoutCancel(ctx), r.admin, r.server, r.names.staged))
	}
	for _, text := range r.about.rights(r.names.staged) {
		if _, err := r.admin.Exec(ctx, text); err != nil {
			err = upgrade.NewFault("SB-2414", upgrade.KindFailed, r.fault(ctx, err), "command", text)
			return errors.Join(err, dropDatabase(context.WithoutCancel(ctx), r.admin, r.server, r.names.staged))
		}
	}
	return nil
}

// clear drops what earlier restores of this database left half filled. One that was being put in place has a journal and was finished before.
func (r *pgRestorer) clear(ctx context.Context) error {
	prefix := strings.TrimSuffix(r.names.staged, r.names.staged[strings.LastIndex(r.names.staged, "_")+1:])
	rows, err := r.admin.Query(ctx, `SELECT datname FROM pg_database WHERE left(datname, length($1)) = $1 AND length(datname) = $2`, prefix, utf8.RuneCountInString(r.names.staged))
	var old []string
	if err == nil {
		old, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	for _, name := range old {
		if err == nil {
			err = dropDatabase(ctx, r.admin, r.server, name)
		}
	}
	if err != nil {
		return r.fault(ctx, err)
	}
	return nil
}

// Swap implements backup.Restorer: both renames or none, as one transaction.
func (p *PostgreSQL) Swap(ctx context.Context, _ string, _ backup.Dumped, stamp string) error {
	r, err := p.openRestore(ctx, "", stamp)
	if err != nil {
		return err
	}
	defer r.close(ctx)
	staged, err := r.exists(ctx, r.names.staged)
	if err != nil {
		return err
	}
	here, err := r.exists(ctx, r.names.database)
	if err != nil {
		return err
	}
	switch {
	case !staged && here:
		return nil // it was done before
	case !staged:
		return upgrade.NewFault("SB-2419", upgrade.KindFailed, nil, "database", r.names.database, "staged", r.names.staged)
	case here:
		if err := r.unused(ctx, r.names.database); err != nil {
			return err
		}
	}
	return r.together(ctx, r.renames(here))
}

// together runs statements as one transaction.
func (r *pgRestorer) together(ctx context.Context, statements []string) error {
	err := pgx.BeginFunc(ctx, r.admin, func(tx pgx.Tx) error {
		for _, text := range statements {
			if _, err := tx.Exec(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return upgrade.NewFault("SB-2420", upgrade.KindFailed, r.fault(ctx, err), "database", r.names.database, "staged", r.names.staged)
	}
	return nil
}

// SwapBack implements backup.Restorer.
func (p *PostgreSQL) SwapBack(ctx context.Context, _ backup.Dumped, stamp string) error {
	r, err := p.openRestore(ctx, "", stamp)
	if err != nil {
		return err
	}
	defer r.close(ctx)
	staged, err := r.exists(ctx, r.names.staged)
	if err != nil || staged {
		return err // it was not swapped
	}
	kept, err := r.exists(ctx, r.names.kept)
	if err != nil {
		return err
	}
	list := []string{"ALTER DATABASE " + ident(r.names.database) + " RENAME TO " + ident(r.names.staged)}
	if kept {
		list = append(list, "ALTER DATABASE "+ident(r.names.kept)+" RENAME TO "+ident(r.names.database))
	}
	return r.together(ctx, list)
}

// Drop implements backup.Restorer.
func (p *PostgreSQL) Drop(ctx context.Context, _ backup.Dumped, stamp string) error {
	r, err := p.openRestore(ctx, "", stamp)
	if err != nil {
		return err
	}
	defer r.close(ctx)
	if err := dropDatabase(ctx, r.admin, r.server, r.names.staged); err != nil {
		return r.fault(ctx, err)
	}
	return nil
}
