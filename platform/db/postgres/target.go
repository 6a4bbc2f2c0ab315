package postgres

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/springboard-leap/springboard/upgrade"
)

// target is where to connect, from the fields of a data source or from its JDBC URL.
type target struct {
	host, database, schema string
	port                   int
	sslMode, sslRootCert   string
}

// String is host:port/database, never with a user or password.
func (t target) String() string {
	return net.JoinHostPort(t.host, strconv.Itoa(t.port)) + "/" + t.database
}

// targetOf reads a data source. Fields win over the URL; jdbc:postgresql:... and postgres:... are both read.
func targetOf(s upgrade.DataSource) (target, error) {
	t := target{host: "localhost", port: 5432}
	if s.URL != "" {
		if err := t.fromURL(s.URL); err != nil {
			return t, err
		}
	}
	if s.Host != "" {
		t.host = s.Host
	}
	if s.Port != 0 {
		t.port = s.Port
	}
	if s.Database != "" {
		t.database = s.Database
	}
	if s.Schema != "" {
		t.schema = s.Schema
	}
	if t.database == "" {
		return t, upgrade.NewFault("SB-4312", upgrade.KindFailed, nil, "detail", "it names no database")
	}
	return t, nil
}

func (t *target) fromURL(raw string) error {
	raw = strings.TrimPrefix(raw, "jdbc:")
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "postgresql" && u.Scheme != "postgres") {
		return upgrade.NewFault("SB-4312", upgrade.KindFailed, nil, "detail", "its URL is none of PostgreSQL")
	}
	if u.Opaque != "" { // jdbc:postgresql:database
		t.database, _ = url.PathUnescape(u.Opaque)
	} else {
		t.database = strings.TrimPrefix(u.Path, "/")
	}
	if u.Hostname() != "" {
		t.host = u.Hostname()
	}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		t.port = port
	}
	q := u.Query()
	if q.Get("host") != "" {
		t.host = q.Get("host") // a socket's folder
	}
	t.sslMode, t.sslRootCert = q.Get("sslmode"), q.Get("sslrootcert")
	if on := q.Get("ssl"); t.sslMode == "" && q.Has("ssl") && on != "false" {
		t.sslMode = "verify-full" // what the JDBC driver makes of ssl=true
	}
	if path := q.Get("currentSchema"); path != "" {
		t.schema = strings.Trim(strings.TrimSpace(strings.Split(path, ",")[0]), `"`)
	}
	return nil
}

// config makes the connection's settings. Only host, port and TLS go through the text form, for its rules; user and password are set as they are,
// so that any character may stand in them. Nothing is taken from the environment or from password files of another program.
func (t target) config(creds upgrade.Credentials) (*pgx.ConnConfig, error) {
	words := []string{"host=" + quote(t.host), "port=" + strconv.Itoa(t.port), "dbname=" + quote(t.database), "user=" + quote(creds.User),
		"sslmode=" + quote(first(t.sslMode, "prefer")), "passfile=" + quote(os.DevNull), "password=''"}
	if t.sslRootCert != "" {
		words = append(words, "sslrootcert="+quote(t.sslRootCert))
	}
	config, err := pgx.ParseConfig(strings.Join(words, " "))
	if err != nil {
		var parse *pgconn.ParseConfigError
		detail := "its settings are not understood"
		if errors.As(err, &parse) && errors.Unwrap(parse) != nil {
			detail = errors.Unwrap(parse).Error()
		}
		return nil, upgrade.NewFault("SB-4312", upgrade.KindFailed, nil, "detail", detail)
	}
	config.User, config.Password = creds.User, creds.Password.Reveal()
	config.ConnectTimeout = connectTimeout
	config.RuntimeParams = map[string]string{"application_name": "springboard", "client_encoding": "UTF8", "datestyle": "ISO",
		"default_transaction_read_only": "on", "statement_timeout": strconv.Itoa(int(statementTimeout.Milliseconds())), "lock_timeout": "15000"}
	return config, nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func quote(v string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v) + "'"
}

// fault tells what an error of the server or of the connection means.
func fault(ctx context.Context, source string, err error) error {
	if err == nil {
		return nil
	}
	if f, ok := upgrade.AsFault(err); ok {
		return f
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return serverFault(source, pg)
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded):
		return upgrade.NewFault("SB-4307", upgrade.KindFailed, describe(err), "source", source)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case isTLS(err):
		return upgrade.NewFault("SB-4313", upgrade.KindFailed, describe(err), "source", source)
	}
	return upgrade.NewFault("SB-4303", upgrade.KindFailed, describe(err), "source", source)
}

// isTLS tells that the connection came about and failed at its encryption: refused by the server, or a certificate that is not trusted.
func isTLS(err error) bool {
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return errors.As(err, &verify) || errors.As(err, &record) || strings.Contains(err.Error(), "server refused TLS connection")
}

// serverFault sorts by SQLSTATE. The server's texts never hold the password; the user's name is left to them.
func serverFault(source string, pg *pgconn.PgError) error {
	cause := errors.New(pg.Message + " (SQLSTATE " + pg.Code + ")")
	switch {
	case strings.HasPrefix(pg.Code, "28"):
		return upgrade.NewFault("SB-4302", upgrade.KindAuth, cause, "source", source)
	case pg.Code == "42501":
		return upgrade.NewFault("SB-4305", upgrade.KindAuth, cause, "source", source, "table", "APP_UPGRADE")
	case pg.Code == "42P01":
		return upgrade.NewFault("SB-4304", upgrade.KindIncomplete, cause, "source", source)
	case pg.Code == "57014" || pg.Code == "55P03":
		return upgrade.NewFault("SB-4307", upgrade.KindFailed, cause, "source", source)
	case pg.Code == "3D000", strings.HasPrefix(pg.Code, "57P"), strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "53"):
		return upgrade.NewFault("SB-4303", upgrade.KindFailed, cause, "source", source)
	}
	return upgrade.NewFault("SB-4309", upgrade.KindFailed, cause, "source", source)
}
