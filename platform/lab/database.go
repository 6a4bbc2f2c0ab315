package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/platform/lab/internal/store"
	"github.com/springboard-leap/springboard/upgrade"
)

// parseDatabase reads the --database of Create. The password goes its own way: it is never part of Database.
func parseDatabase(text string, product upgrade.Product) (Database, upgrade.Secret, error) {
	none := upgrade.Secret{}
	switch {
	case product == upgrade.DominoLeap:
		return Database{Kind: "nsf"}, none, nil
	case text == "" || text == "sqlite":
		return Database{Kind: "sqlite", File: sqliteFile}, none, nil
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return Database{}, none, badOption("--database must be sqlite or postgres://user:password@host:port/name") // the text may hold a password
	}
	db := Database{Kind: "postgresql", Host: u.Hostname(), Port: 5432, Name: strings.TrimPrefix(u.Path, "/"), User: u.User.Username()}
	if p := u.Port(); p != "" {
		if db.Port, err = strconv.Atoi(p); err != nil {
			return Database{}, none, badOption("--database has a port that is no number")
		}
	}
	if db.Host == "" || db.Name == "" || db.User == "" {
		return Database{}, none, badOption("--database needs user, host and database name: postgres://user:password@host:port/name")
	}
	for name, values := range u.Query() {
		if name == "password" || name == "passfile" {
			return Database{}, none, badOption("--database takes the password as user:password@ only")
		}
		if db.Params == nil {
			db.Params = map[string]string{}
		}
		db.Params[name] = values[len(values)-1]
	}
	password, _ := u.User.Password()
	return db, upgrade.NewSecret(password), nil
}

func badOption(detail string) error {
	return upgrade.NewFault("SB-7002", upgrade.KindUsage, nil, "detail", detail)
}

// label names a database for messages.
func (d Database) label() string {
	if d.Kind == "postgresql" {
		return net.JoinHostPort(d.Host, strconv.Itoa(d.Port)) + "/" + d.Name
	}
	return d.File
}

// connection is the configuration of a PostgreSQL connection.
func (d Database) connection(password upgrade.Secret) (*pgx.ConnConfig, error) {
	query := url.Values{}
	for name, value := range d.Params {
		query.Set(name, value)
	}
	u := url.URL{Scheme: "postgres", User: url.User(d.User), Host: net.JoinHostPort(d.Host, strconv.Itoa(d.Port)), Path: "/" + d.Name, RawQuery: query.Encode()}
	config, err := pgx.ParseConfig(u.String())
	if err != nil {
		return nil, err
	}
	if password.IsSet() {
		config.Password = password.Reveal()
	}
	return config, nil
}

// storeFault tells in the lab's terms what went wrong with a database.
func storeFault(d Database, err error) error {
	var foreign *store.ForeignSchemaError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &foreign):
		return upgrade.NewFault("SB-7006", upgrade.KindFailed, err, "database", d.label(), "schema", foreign.Schema)
	}
	return upgrade.NewFault("SB-7007", upgrade.KindFailed, err, "database", d.label(), "user", d.User)
}

// openStore opens the data of a lab.
func openStore(ctx context.Context, dir string, m marker) (store.Store, error) {
	var s store.Store
	var err error
	switch m.Database.Kind {
	case "nsf":
		s, err = store.OpenNSF(ctx, below(dir, dominoData+"/volt"))
	case "sqlite":
		s, err = store.OpenSQLite(ctx, below(dir, m.Database.File))
	case "postgresql":
		var password upgrade.Secret
		if password, err = readSecret(dir); err == nil {
			s, err = openPostgres(ctx, m.Database, password)
		}
	default:
		err = fmt.Errorf("unknown kind of database %q", m.Database.Kind)
	}
	if err != nil {
		return nil, storeFault(m.Database, err)
	}
	return s, nil
}

func openPostgres(ctx context.Context, d Database, password upgrade.Secret) (store.Store, error) {
	config, err := d.connection(password)
	if err != nil {
		return nil, err
	}
	return store.OpenPostgres(ctx, config)
}

func readSecret(dir string) (upgrade.Secret, error) {
	data, err := os.ReadFile(filepath.Join(dir, SecretFile))
	if errors.Is(err, os.ErrNotExist) {
		return upgrade.Secret{}, nil // a server that trusts local users
	}
	return upgrade.NewSecret(strings.TrimRight(string(data), "\r\n")), err
}
