// Package oracle is the place of the Oracle reader. Until it has a driver, Open names the other way to the same rows.
package oracle

import (
	"context"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// Open answers the fault SB-4306 with the commands that bring the table as comma-separated text, to be imported.
func Open(_ context.Context, source upgrade.DataSource, _ upgrade.Credentials) (apps.UpgradeTable, error) {
	return nil, upgrade.NewFault("SB-4306", upgrade.KindUnsupported, nil, "kind", "Oracle", "command", Command(source))
}

// Command is what an administrator types into SQL*Plus (12.2 or newer).
func Command(source upgrade.DataSource) string {
	schema := strings.ToUpper(source.Schema)
	if schema == "" {
		schema = "FREEDOM"
	}
	return "sqlplus: SET MARKUP CSV ON, SET LONG 1000000, SET FEEDBACK OFF, SPOOL app_upgrade_out.csv, SELECT * FROM " + schema + ".APP_UPGRADE;, SPOOL OFF"
}
