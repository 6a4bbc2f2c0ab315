// Package db opens the table APP_UPGRADE of an installation's data source (upgrade/apps.UpgradeTable): SQLite and PostgreSQL directly. For Db2 and
// Oracle there is no driver in the program; the fault names the ways that lead to the same answer.
package db

import (
	"context"

	"github.com/springboard-leap/springboard/platform/db/db2"
	"github.com/springboard-leap/springboard/platform/db/oracle"
	"github.com/springboard-leap/springboard/platform/db/postgres"
	"github.com/springboard-leap/springboard/platform/db/sqlite"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// ConnectionCounter is implemented by tables whose server can tell who else is connected. It is a hint that Leap still runs.
type ConnectionCounter interface {
	// Connections counts the other sessions on the same database.
	Connections(ctx context.Context) (int, error)
}

// Open connects to the data source. creds may be empty where the database needs none. The caller closes the table. Every failure is a fault: SB-4302 user
// or password refused, SB-4303 not reachable, SB-4304 no such table, SB-4305 no right to read it, SB-4306 no driver for this kind, SB-4307 too slow,
// SB-4308 no usable file, SB-4310 no data source.
func Open(ctx context.Context, source *upgrade.DataSource, creds upgrade.Credentials) (apps.UpgradeTable, error) {
	if source == nil {
		return nil, upgrade.NewFault("SB-4310", upgrade.KindIncomplete, nil)
	}
	switch source.Kind {
	case "sqlite":
		return sqlite.Open(ctx, source.Database)
	case "postgresql", "postgres":
		return postgres.Open(ctx, *source, creds)
	case "db2":
		return db2.Open(ctx, *source, creds)
	case "oracle":
		return oracle.Open(ctx, *source, creds)
	}
	return nil, upgrade.NewFault("SB-4306", upgrade.KindUnsupported, nil, "kind", source.Kind,
		"command", `a SQL tool of this database with: SELECT * FROM FREEDOM.APP_UPGRADE, exported as comma-separated text`)
}
