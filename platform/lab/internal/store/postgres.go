package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// ForeignSchemaError tells that a database has a schema of Leap's which no lab made.
type ForeignSchemaError struct{ Schema string }

func (e *ForeignSchemaError) Error() string {
	return "schema " + e.Schema + " exists and is not a lab's"
}

var schemas = []string{"freedom", "app_data", "if_cmis"}

// OpenPostgres opens the database of a lab; config holds the password.
func OpenPostgres(ctx context.Context, config *pgx.ConnConfig) (Store, error) {
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(4)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return &relational{db: db, d: postgresDialect}, nil
}

// CreatePostgres makes the three schemas of a lab in one transaction. Schemas that a lab made before are replaced; any other is left as it is and
// gives a *ForeignSchemaError.
func CreatePostgres(ctx context.Context, config *pgx.ConnConfig, seed uint64, version string, fill func(Filler) error) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := dropLab(ctx, tx); err != nil {
			return err
		}
		for _, text := range postgresDialect.ddl() {
			if _, err := tx.Exec(ctx, text); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
		}
		if _, err := tx.Exec(ctx, "INSERT INTO freedom.springboard_lab VALUES ($1, 1)", fmt.Sprint(seed)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO freedom.setup VALUES (1, $1, 2)", version); err != nil {
			return err
		}
		f := &copyFiller{tx: tx, records: map[string][][]any{}}
		if err := fill(f); err != nil {
			return err
		}
		return f.flush(ctx)
	})
}

// CheckPostgres connects and tells whether a lab may be made in the database, without changing anything.
func CheckPostgres(ctx context.Context, config *pgx.ConnConfig) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = labSchemas(ctx, conn)
	return err
}

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// labSchemas lists the schemas that exist, all of them a lab's: the marker table is in freedom.
func labSchemas(ctx context.Context, q querier) ([]string, error) {
	rows, err := q.Query(ctx, "SELECT nspname FROM pg_namespace WHERE nspname = ANY($1) ORDER BY nspname", schemas)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var marked bool
	if err := q.QueryRow(ctx, "SELECT to_regclass('freedom.springboard_lab') IS NOT NULL").Scan(&marked); err != nil {
		return nil, err
	}
	if !marked {
		return nil, &ForeignSchemaError{Schema: found[0]}
	}
	return found, nil
}

func dropLab(ctx context.Context, tx pgx.Tx) error {
	found, err := labSchemas(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range found {
		if _, err := tx.Exec(ctx, "DROP SCHEMA "+pgx.Identifier{name}.Sanitize()+" CASCADE"); err != nil {
			return err
		}
	}
	return nil
}

// copyFiller gathers rows and copies them in one go a table.
type copyFiller struct {
	tx      pgx.Tx
	apps    [][]any
	records map[string][][]any // by table
}

func (f *copyFiller) Add(_ context.Context, a App, c Content) error {
	row := appRow(a, c)
	row[5], row[6] = a.Created.UTC(), a.Modified.UTC()
	f.apps = append(f.apps, row)
	table := dataTable(a.UID)
	for i, r := range c.Records {
		row := recordRow(a.UID, i, r)
		row[6] = r.Created.UTC()
		f.records[table] = append(f.records[table], row)
	}
	return nil
}

func (f *copyFiller) flush(ctx context.Context) error {
	columns := []string{"app_uid", "title", "owner_id", "deployed", "design_version", "created", "modified", "imported", "definition"}
	if _, err := f.tx.CopyFrom(ctx, pgx.Identifier{"freedom", "application"}, columns, pgx.CopyFromRows(f.apps)); err != nil {
		return err
	}
	columns = []string{"record_uid", "app_uid", "seq", "form_id", "stage", "author", "created", "data"}
	for i := range dataTables {
		rows := f.records[fmt.Sprintf("@A@T%02d", i)]
		if _, err := f.tx.CopyFrom(ctx, pgx.Identifier{"app_data", fmt.Sprintf("t%02d", i)}, columns, pgx.CopyFromRows(rows)); err != nil {
			return err
		}
	}
	return nil
}
