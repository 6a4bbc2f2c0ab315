package wire

import (
	"context"
	"errors"

	"github.com/springboard-leap/springboard/platform/dump"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// dumper is the tool that dumps the installation's database and brings it back, nil when it has none. Where it cannot be dumped on this machine, the plan
// says that the database is out, and why.
func (d *Desk) dumper(ctx context.Context, inst upgrade.Installation) backup.Dumper {
	if inst.Product != upgrade.Leap || inst.DataSource == nil {
		return nil
	}
	creds, err := d.dumpCredentials(ctx, inst)
	if err != nil {
		d.log.WithError(err).Info("no account of the database: it cannot be dumped")
		return dump.Unable{Why: upgrade.NewFault("SB-2480", upgrade.KindPartial, err, "database", inst.DataSource.Database)}
	}
	dumper, why := dump.For(ctx, inst.DataSource, creds, d.dumpOptions())
	if dumper == nil {
		d.log.Info(why)
		return dump.Unable{Why: errors.New(why)}
	}
	return dumper
}

func (d *Desk) dumpOptions() dump.Options {
	o := d.opts.Dump
	o.Practice, o.Now = d.lab != nil, d.now
	return o
}

// dumpCredentials are those of the account that dumps. Db2 knows by itself who runs this: a user is taken where one is given, and asked of nobody.
func (d *Desk) dumpCredentials(ctx context.Context, inst upgrade.Installation) (upgrade.Credentials, error) {
	if inst.DataSource.Kind != "db2" {
		return d.databaseCredentials(ctx, inst)
	}
	creds, err := d.givenDatabaseCredentials(ctx, inst)
	if err != nil {
		d.log.WithError(err).Debug("no user of Db2 is given: the instance's own authentication is used")
		return upgrade.Credentials{}, nil
	}
	return creds, nil
}

// backupTool tells about the vendor's backup tool on this machine. ok is false when none is needed.
func (d *Desk) backupTool(ctx context.Context, inst upgrade.Installation) (preflight.Tool, bool, error) {
	creds, err := d.dumpCredentials(ctx, inst)
	if err != nil {
		return preflight.Tool{}, false, err
	}
	found, needed, err := dump.FindTool(ctx, inst.DataSource, creds, d.dumpOptions())
	return preflight.Tool{Name: found.Name, Path: found.Path, Version: found.Version, ServerVersion: found.Server,
		Evidence: upgrade.Evidence{Command: found.Name + " --version", Output: found.Version}}, needed, err
}
