package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/upgrade"
)

// Config makes the settings of a connection, for others that work on the same server. It is read-only unless the caller changes that. Nothing is taken from
// the environment or from password files of other programs.
func Config(source upgrade.DataSource, creds upgrade.Credentials) (*pgx.ConnConfig, error) {
	t, err := targetOf(source)
	if err != nil {
		return nil, err
	}
	return t.config(creds)
}

// Fault tells what an error of the server or of the connection means.
func Fault(ctx context.Context, source upgrade.DataSource, err error) error {
	t, terr := targetOf(source)
	if terr != nil {
		return terr
	}
	return fault(ctx, t.String(), err)
}
