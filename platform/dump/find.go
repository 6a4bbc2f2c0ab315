package dump

import (
	"context"
	"errors"
	"os/exec"
	"strconv"

	"github.com/springboard-leap/springboard/upgrade"
)

// Found is a vendor's backup tool as it was looked for.
type Found struct {
	Name    string
	Path    string // empty when it was not found
	Version string
	Server  string // version of the server, empty when it was not asked
}

// FindTool looks for the tool that backs a data source up. needed is false where none is.
func FindTool(ctx context.Context, source *upgrade.DataSource, creds upgrade.Credentials) (f Found, needed bool, err error) {
	switch source.Kind {
	case "postgresql", "postgres":
		return findPgDump(ctx, &PostgreSQL{Source: *source, Credentials: creds})
	case "db2":
		return lookFor("db2"), true, nil
	case "oracle":
		return lookFor("expdp"), true, nil
	}
	return Found{}, false, nil
}

func lookFor(name string) Found {
	path, err := exec.LookPath(name)
	if err != nil {
		return Found{Name: name}
	}
	return Found{Name: name, Path: path}
}

func findPgDump(ctx context.Context, p *PostgreSQL) (Found, bool, error) {
	f := Found{Name: "pg_dump"}
	conn, err := p.connect(ctx, "", false)
	if err != nil {
		return f, true, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var server int
	if err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int / 10000`).Scan(&server); err != nil {
		return f, true, err
	}
	f.Server = strconv.Itoa(server)
	t, err := p.tool(ctx, "pg_dump", server)
	var fault *upgrade.Fault
	if errors.As(err, &fault) && fault.Code == "SB-2407" {
		return f, true, nil // not found is an answer
	}
	f.Path, f.Version = t.path, t.version
	return f, true, err
}
