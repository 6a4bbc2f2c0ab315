// Package dump backs databases up and brings them back, each with its vendor's own tool (upgrade/backup.Dumper and its companions): SQLite by its pages in
// one read transaction, PostgreSQL by pg_dump and pg_restore, Db2 by its command line processor and db2ckbkp, Oracle by Data Pump. A dump counts only
// when its tool ended well, said so in its own words, its files are there, and its content can be read back.
package dump

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Options say where the vendors' tools are, where they are not in the usual places.
type Options struct {
	Tools string // folder of pg_dump and pg_restore, or of expdp, impdp and sqlplus
	Db2   string // the program db2, or the folder sqllib of the instance
	// OracleDirectory is the directory object that Data Pump writes to; empty: DATA_PUMP_DIR.
	OracleDirectory string
	// Practice marks the sessions of a lab's own server: they are named, but refuse nothing.
	Practice bool
	Now      func() time.Time // nil: the wall clock
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// For gives the dumper of a data source. nil, with the reason, when this machine cannot dump it: the vendor's own tool must be used then.
func For(_ context.Context, source *upgrade.DataSource, creds upgrade.Credentials, o Options) (d backup.Dumper, why string) {
	if source == nil {
		return nil, "no data source was found"
	}
	switch source.Kind {
	case "sqlite":
		return SQLite{File: source.Database}, ""
	case "postgresql", "postgres":
		return &PostgreSQL{Source: *source, Credentials: creds, Tools: o.Tools, Practice: o.Practice}, ""
	case "db2":
		return &Db2{Source: *source, Credentials: creds, Options: o}, ""
	case "oracle":
		return &Oracle{Source: *source, Credentials: creds, Options: o}, ""
	case "derby":
		return nil, "Derby has no tool of its own for this: with Leap stopped its database is a closed folder, and a copy of that folder is its backup"
	}
	return nil, fmt.Sprintf("a %s database is backed up with its vendor's own tool", source.Kind)
}

// Unable is the dumper of a database that cannot be dumped here: its plan says why.
type Unable struct{ Why error }

// Plan implements backup.Dumper.
func (u Unable) Plan(context.Context) (backup.DumpPlan, error) { return backup.DumpPlan{}, u.Why }

// Dump implements backup.Dumper.
func (u Unable) Dump(context.Context, op.Reporter, string) (backup.Dumped, error) {
	return backup.Dumped{}, u.Why
}

// Prove implements backup.Dumper.
func (u Unable) Prove(context.Context, op.Reporter, string, string, backup.Dumped) (string, error) {
	return u.Why.Error(), backup.ErrUnsupported
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

// leapSchemas are where Leap keeps everything. Old releases left more, one an application, whose names begin with S__: each query takes those too.
var leapSchemas = []string{"FREEDOM", "APP_DATA", "IF_CMIS"}

// missingSchemas lists those of Leap that a database lacks. IF_CMIS is made only where content management is used, so its lack is no error of itself.
func missingSchemas(have []string) (needed []string, cmis bool) {
	for _, want := range leapSchemas {
		switch {
		case containsFold(have, want):
		case want == "IF_CMIS":
			cmis = true
		default:
			needed = append(needed, want)
		}
	}
	return needed, cmis
}

func containsFold(list []string, want string) bool {
	for _, s := range list {
		if strings.EqualFold(s, want) {
			return true
		}
	}
	return false
}

// noCMIS is told before a dump of a database without IF_CMIS.
const noCMIS = "there is no schema IF_CMIS: right where Leap never stored files in a content management system, else the dump lacks them"
