package wire

import (
	"context"

	"github.com/springboard-leap/springboard/platform/dump"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// dumper is the tool that dumps the installation's database, nil when there is none on this machine: the plan then says that the database is out, and why.
func (d *Desk) dumper(ctx context.Context, inst upgrade.Installation) backup.Dumper {
	if inst.Product != upgrade.Leap || inst.DataSource == nil {
		return nil
	}
	creds, err := d.databaseCredentials(ctx, inst)
	if err != nil {
		d.log.WithError(err).Info("no account of the database: it cannot be dumped")
		return nil
	}
	dumper, why := dump.For(ctx, inst.DataSource, creds)
	if dumper == nil {
		d.log.Info(why)
	}
	return dumper
}

// backupTool tells about the vendor's backup tool on this machine. ok is false when none is needed.
func (d *Desk) backupTool(ctx context.Context, inst upgrade.Installation) (preflight.Tool, bool, error) {
	creds, err := d.databaseCredentials(ctx, inst)
	if err != nil {
		return preflight.Tool{}, false, err
	}
	found, needed, err := dump.FindTool(ctx, inst.DataSource, creds)
	return preflight.Tool{Name: found.Name, Path: found.Path, Version: found.Version, ServerVersion: found.Server,
		Evidence: upgrade.Evidence{Command: found.Name + " --version", Output: found.Version}}, needed, err
}
