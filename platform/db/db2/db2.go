// Package db2 is the place of the Db2 reader. IBM's go_ibm_db needs the vendor's CLI driver, on Unix at build time too, so it can't be part of a program
// that must start everywhere: it will live in a helper program of its own behind this same function, so that a missing library is a message and not
// a crash. Until then Open names the other ways to the same rows.
package db2

import (
	"context"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// Open answers the fault SB-4306 with the commands that bring the table as a text, to be imported.
func Open(_ context.Context, source upgrade.DataSource, _ upgrade.Credentials) (apps.UpgradeTable, error) {
	return nil, upgrade.NewFault("SB-4306", upgrade.KindUnsupported, nil, "kind", "Db2", "command", Command(source))
}

// Command is what an administrator runs on the database's machine, as the instance owner. It holds no password.
func Command(source upgrade.DataSource) string {
	name, schema := source.Database, source.Schema
	if name == "" {
		name = "DATABASE"
	}
	if schema == "" {
		schema = "FREEDOM"
	}
	return "db2 connect to " + name + ` && db2 "SELECT * from ` + strings.ToUpper(schema) + `.APP_UPGRADE" > app_upgrade_out.txt`
}
