package backup

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade/op"
)

// DumpPlan is what a Dumper would do.
type DumpPlan struct {
	What  string // e.g. "PostgreSQL leap at db1:5432, schemas freedom, app_data, if_cmis"
	Bytes int64  // estimate of the size of the dump, 0 when unknown
	// Origin is the path of the database's file when the database is a file (the lab's SQLite), else empty. Dump then writes a file of the same
	// base name, and restore brings it to that place.
	Origin string
	Tool   string // tool and version
	Online bool   // consistent although the server runs
	// Commands are those of the vendor's tools that Dump runs, in order, as a person would type them. Without secrets. Empty where no other
	// program is run.
	Commands []string
	// Notes are what a person should know before, e.g. that connections are cut.
	Notes []string
}

// Dumped is what a Dumper did, for the manifest.
type Dumped struct {
	Kind    string     `json:"kind,omitempty"` // of the data source: db2, postgresql, oracle, sqlite
	What    string     `json:"what,omitempty"` // as DumpPlan.What
	Tool    string     `json:"tool"`
	Server  string     `json:"server,omitempty"`  // version of the database's server
	Image   string     `json:"image,omitempty"`   // what the vendor's tool calls this dump, e.g. the time stamp of a Db2 image
	Schemas []string   `json:"schemas,omitempty"` // as the server has them
	Output  string     `json:"output,omitempty"`  // of the tool, without secrets
	Steps   []DumpStep `json:"steps,omitempty"`   // the commands that were run
	// Warnings are what went wrong beside the dump, which is good: e.g. that the database is still quiesced.
	Warnings []Problem        `json:"warnings,omitempty"`
	Rows     map[string]int64 `json:"rows,omitempty"` // rows of each table at the time of the dump
}

// DumpStep is one command of a vendor's tool that was run.
type DumpStep struct {
	Command string `json:"command"` // without secrets
	Exit    int    `json:"exit"`
	Output  string `json:"output,omitempty"` // its end when it is long
}

// Dumper takes a copy of the database with its own tool. It never puts a secret into an error or an output.
type Dumper interface {
	// Plan tells what Dump would do; an error says why the database cannot be dumped.
	Plan(ctx context.Context) (DumpPlan, error)
	// Dump writes files into dir, which exists and is empty. It fails rather than leave a dump it is not sure of.
	Dump(ctx context.Context, rep op.Reporter, dir string) (Dumped, error)
	// Prove restores the dump in dir into a scratch database or file below scratch, compares the rows with those taken at the dump, and removes
	// what it made. ErrUnsupported: a person must do it; note says why.
	Prove(ctx context.Context, rep op.Reporter, dir, scratch string, taken Dumped) (note string, err error)
}

// Session is somebody who is connected to the database.
type Session struct {
	ID       string `json:"id"`
	User     string `json:"user,omitempty"`
	Program  string `json:"program,omitempty"`
	From     string `json:"from,omitempty"` // address
	Practice bool   `json:"practice,omitempty"`
}

// Sessions is a Dumper that can tell who is connected. Springboard's own sessions are left out. ErrUnsupported: the server does not tell.
type Sessions interface {
	Sessions(ctx context.Context) ([]Session, error)
	// SessionsBy is the query or command that Sessions asks with.
	SessionsBy() string
}

// ByHand is a Dumper whose test restore a person makes. The commands restore the dump in dir into a scratch database, show what came back, and remove it.
type ByHand interface {
	ProveByHand(dir string, taken Dumped) []string
}

// DatabaseRestore is what Restorer would do to the database.
type DatabaseRestore struct {
	What string `json:"what"` // the database, and what of it is replaced
	// Kept is the name under which the present database stays on the server, empty where it is overwritten.
	Kept     string   `json:"kept,omitempty"`
	Commands []string `json:"commands,omitempty"` // of the vendor's tool, without secrets
	// OnRequest: the commands overwrite the database at once; they are run only where a person asked for just that.
	OnRequest bool     `json:"on_request,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}

// Restorer is a Dumper that can bring its dump back to where it came from. stamp is the same in all calls of one restore: names on the server are made of
// it, so that an interrupted restore is recognised.
type Restorer interface {
	// PlanRestore looks at the server and says what would be done; an error says why it cannot be.
	PlanRestore(ctx context.Context, dir string, taken Dumped, stamp string) (DatabaseRestore, error)
	// Stage restores the dump in dir beside the database in use and compares its rows. What is in use does not change.
	Stage(ctx context.Context, rep op.Reporter, dir string, taken Dumped, stamp string) error
	// Swap puts what was staged in place of the database in use. It may be called again after an interruption at any point.
	Swap(ctx context.Context, dir string, taken Dumped, stamp string) error
	// SwapBack undoes Swap, where the former database was kept.
	SwapBack(ctx context.Context, taken Dumped, stamp string) error
	// Drop removes what was staged and not put in place.
	Drop(ctx context.Context, taken Dumped, stamp string) error
}
