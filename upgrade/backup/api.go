package backup

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Create makes the backup that plan describes and seals it. It refuses a plan with a blocker before any byte is written. The error is a
// *upgrade.Fault: KindSourceChanged when the source moved (nothing is sealed), KindVerify when what was read back differs. After an error or a
// stop the folder carries ".incomplete" in its name and is no backup; a later Create with the same options continues it.
func Create(ctx context.Context, rep op.Reporter, p Ports, plan Plan, o Options) (Result, error) {
	return create(ctx, rep, p, plan, o)
}

// Verify reads all of a backup again and compares it with its manifest, and the manifest with SHA256SUMS. dir is a backup or a folder that holds
// exactly one. When something differs, the report lists all of it and the error is a fault of KindVerify.
func Verify(ctx context.Context, rep op.Reporter, p Ports, dir string) (Report, error) {
	return verify(ctx, rep, p, dir)
}

// Prove restores a backup into a folder of its own below scratch, compares every file, reads the header of every NSF file, removes the folder and
// writes the proof beside the sealed files. scratch empty means beside the backup.
func Prove(ctx context.Context, rep op.Reporter, p Ports, dir, scratch string) (Report, error) {
	return prove(ctx, rep, p, dir, scratch)
}

// RestoreOptions say where a backup goes back to.
type RestoreOptions struct {
	// To receives the tree: each file at its path below the installation's root. With Part it receives the content of that part's folder.
	To   string
	Part string // one part only; empty: all, or those of Include
	// Include are the parts that go back; empty: all. Unlike with Part each file comes to its own path below To.
	Include []string
	// InPlace brings each part to where it came from, instead of To. Installation is then the one that is there now: nothing outside of its
	// Places is touched, and it must rest.
	InPlace      bool
	Installation upgrade.Installation
	// RunDatabase runs the database's own restore where that overwrites the database at once and keeps no former one (Db2, Oracle). Without it the
	// commands are told and a person runs them.
	RunDatabase bool
}

// Restore brings a backup back: into a staging folder beside the target, compared there, then put in place by rename. What stood there is kept
// under a dated name. An interrupted restore leaves the old state or the new one; the next Restore to the same target clears up first.
func Restore(ctx context.Context, rep op.Reporter, p Ports, dir string, o RestoreOptions) (Report, error) {
	return restore(ctx, rep, p, dir, o)
}

// List describes the backups in the folders, newest first, unfinished ones too. A folder that is a backup itself is listed as one.
func List(ctx context.Context, p Ports, parents ...string) ([]Summary, error) {
	return list(ctx, p, parents)
}
