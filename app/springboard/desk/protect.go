package desk

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// PlanBackup implements protectview.Engine.
func (d *Desk) PlanBackup(ctx context.Context, o backup.Options) (backup.Plan, error) {
	return d.now().Backups().Plan(ctx, o)
}

// Backup implements protectview.Engine.
func (d *Desk) Backup(ctx context.Context, rep op.Reporter, o backup.Options) (backup.Result, error) {
	return d.now().Backups().Create(ctx, rep, o)
}

// Backups implements protectview.Engine: those of the folder and those that the run used. A folder that does not exist yet holds none.
func (d *Desk) Backups(ctx context.Context, folder string) ([]backup.Summary, error) {
	if folder == "" || !isDir(folder) {
		return d.now().Backups().List(ctx)
	}
	return d.now().Backups().List(ctx, folder)
}

// Verify implements protectview.Engine.
func (d *Desk) Verify(ctx context.Context, rep op.Reporter, dir string) (backup.Report, error) {
	return d.now().Backups().Verify(ctx, rep, dir)
}

// Prove implements protectview.Engine.
func (d *Desk) Prove(ctx context.Context, rep op.Reporter, dir string) (backup.Report, error) {
	return d.now().Backups().Prove(ctx, rep, dir, "")
}

// PlanRestore implements protectview.Engine.
func (d *Desk) PlanRestore(ctx context.Context, dir string) (backup.DatabaseRestore, bool, error) {
	return d.now().Backups().PlanRestore(ctx, dir)
}

// AttestDatabase implements protectview.Engine.
func (d *Desk) AttestDatabase(ctx context.Context, dir string, a backup.Attestation) (backup.Report, error) {
	return d.now().Backups().Attest(ctx, dir, a)
}

// Restore implements protectview.Engine.
func (d *Desk) Restore(ctx context.Context, rep op.Reporter, dir string, o backup.RestoreOptions) (backup.Report, error) {
	return d.now().Backups().Restore(ctx, rep, dir, o)
}
