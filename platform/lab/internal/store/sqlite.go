package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the database of a lab needs no server
)

func openSQLite(file, mode string) (*sql.DB, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	path := filepath.ToSlash(abs)
	if path[0] != '/' { // a drive letter
		path = "/" + path
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"mode":    {mode},
		"_pragma": {"busy_timeout(15000)", "journal_mode(DELETE)", "synchronous(OFF)"},
		"_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// OpenSQLite opens the database file of a lab; it must exist.
func OpenSQLite(ctx context.Context, file string) (Store, error) {
	db, err := openSQLite(file, "rw")
	if err != nil {
		return nil, err
	}
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return &relational{db: db, d: sqliteDialect}, nil
}

// CreateSQLite makes the database file of a lab in one transaction, so that the same content gives the same bytes.
func CreateSQLite(ctx context.Context, file string, seed uint64, version string, fill func(Filler) error) (err error) {
	db, err := openSQLite(file, "rwc")
	if err != nil {
		return err
	}
	defer func() {
		if cerr := db.Close(); err == nil {
			err = cerr
		}
	}()
	s := &relational{db: db, d: sqliteDialect}
	return s.tx(ctx, func(tx *sql.Tx) error {
		if err := s.create(ctx, tx, seed, version); err != nil {
			return err
		}
		return fill(txFiller{s, tx})
	})
}

func (s *relational) create(ctx context.Context, tx *sql.Tx, seed uint64, version string) error {
	for _, text := range s.d.ddl() {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	if err := s.exec(ctx, tx, "INSERT INTO @F@SPRINGBOARD_LAB VALUES (?, 1)", fmt.Sprint(seed)); err != nil {
		return err
	}
	return s.exec(ctx, tx, "INSERT INTO @F@SETUP VALUES (1, ?, 2)", version)
}

type txFiller struct {
	s  *relational
	tx *sql.Tx
}

func (f txFiller) Add(ctx context.Context, a App, c Content) error { return f.s.add(ctx, f.tx, a, c) }
