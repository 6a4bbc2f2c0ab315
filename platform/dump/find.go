package dump

import (
	"context"
	"errors"
	"slices"

	"github.com/springboard-leap/springboard/upgrade"
)

// Found is a vendor's backup tool as it was looked for.
type Found struct {
	Name    string
	Path    string // empty when it was not found
	Version string
	Server  string // version of the server, empty when it was not asked
}

// FindTool looks for the tool that backs a data source up, and asks both it and the server for their versions. needed is false where no tool is.
func FindTool(ctx context.Context, source *upgrade.DataSource, creds upgrade.Credentials, o Options) (f Found, needed bool, err error) {
	switch source.Kind {
	case "postgresql", "postgres":
		return findPgDump(ctx, &PostgreSQL{Source: *source, Credentials: creds, Tools: o.Tools})
	case "db2":
		d := &Db2{Source: *source, Credentials: creds, Options: o}
		look, err := d.look(ctx)
		f = Found{Name: "db2", Version: look.tool, Server: look.server}
		if look.clp != nil {
			f.Path = look.clp.db2
		}
		return f, true, unlessAbsent(err)
	case "oracle":
		d := &Oracle{Source: *source, Credentials: creds, Options: o}
		look, err := d.look(ctx)
		f = Found{Name: "expdp", Version: look.tool, Server: look.server}
		if look.tool != "" {
			f.Path = look.tools.expdp
		}
		return f, true, unlessAbsent(err)
	}
	return Found{}, false, nil
}

// unlessAbsent makes a tool that was not found an answer; so is one of another version, which the caller sees in the versions.
func unlessAbsent(err error) error {
	var fault *upgrade.Fault
	if errors.As(err, &fault) && slices.Contains([]string{"SB-2407", "SB-2408", "SB-2460", "SB-2476"}, fault.Code) {
		return nil
	}
	return err
}

func findPgDump(ctx context.Context, p *PostgreSQL) (Found, bool, error) {
	f := Found{Name: "pg_dump"}
	conn, err := p.connect(ctx, "", false)
	if err != nil {
		return f, true, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	server, err := p.server(ctx, conn)
	if err != nil {
		return f, true, err
	}
	f.Server = server.version
	t, err := p.tool(ctx, "pg_dump", server.major)
	f.Path, f.Version = t.path, t.version
	return f, true, unlessAbsent(err)
}
