// Package dump backs databases up and restores them for a test, each with its own tool (upgrade/backup.Dumper): SQLite by its pages in one read transaction, PostgreSQL by
// pg_dump and pg_restore. A dump counts only when its tool ended well, its files are there and its content can be read back.
package dump

import (
	"context"
	"fmt"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
)

// For gives the dumper of a data source. nil, with the reason, when this machine cannot dump it: the vendor's own tool must be used then.
func For(_ context.Context, source *upgrade.DataSource, creds upgrade.Credentials) (d backup.Dumper, why string) {
	if source == nil {
		return nil, "no data source was found"
	}
	switch source.Kind {
	case "sqlite":
		return SQLite{File: source.Database}, ""
	case "postgresql", "postgres":
		return &PostgreSQL{Source: *source, Credentials: creds}, ""
	}
	return nil, fmt.Sprintf("a %s database is backed up with its vendor's own tool", source.Kind)
}

// compare tells how the rows of a restored database differ from those that were taken, empty when they don't.
func compare(taken, restored map[string]int64) string {
	var diff []string
	for table, n := range taken {
		if got, ok := restored[table]; !ok {
			diff = append(diff, table+" is missing")
		} else if got != n {
			diff = append(diff, fmt.Sprintf("%s has %d rows, not %d", table, got, n))
		}
	}
	for table := range restored {
		if _, ok := taken[table]; !ok {
			diff = append(diff, table+" is new")
		}
	}
	if len(diff) > 3 {
		diff = append(diff[:3], fmt.Sprintf("and %d more", len(diff)-3))
	}
	return strings.Join(diff, "; ")
}

// sum is the number of all rows.
func sum(rows map[string]int64) (n int64) {
	for _, r := range rows {
		n += r
	}
	return n
}
