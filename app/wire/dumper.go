package wire

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// dumper is the tool that dumps the installation's database, nil when there is none on this machine: the plan then says that the database is out, and why.
func (d *Desk) dumper(context.Context, upgrade.Installation) backup.Dumper { return nil }

// backupTool tells about the vendor's backup tool on this machine. ok is false when none is needed.
func backupTool(context.Context, *upgrade.DataSource) (preflight.Tool, bool, error) {
	return preflight.Tool{}, false, nil
}
