package wire

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/springboard-leap/springboard/app/version"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// Backups makes, verifies, proves and restores backups of the desk's installation, each with its record in the run.
type Backups struct{ desk *Desk }

// Backups gives the service.
func (d *Desk) Backups() *Backups { return &Backups{d} }

// known are the folders that this run keeps backups in.
type known struct {
	Folders []string `json:"folders"`
}

const backupsFile = "backups.json"

func (b *Backups) ports(ctx context.Context, inst upgrade.Installation) backup.Ports {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return backup.Ports{FS: osfs.FS{}, Quiet: quiet{b.desk}, Dumper: b.desk.dumper(ctx, inst), Now: b.desk.now, Tool: "Springboard " + version.String(), Host: host}
}

// Plan looks at what a backup would do. Nothing is written.
func (b *Backups) Plan(ctx context.Context, o backup.Options) (backup.Plan, error) {
	inst, err := b.desk.Installation(ctx)
	if err != nil {
		return backup.Plan{}, err
	}
	if o.To, err = filepath.Abs(o.To); err != nil {
		return backup.Plan{}, err
	}
	return backup.PlanFor(ctx, b.ports(ctx, inst), inst, o)
}

// Create makes a backup, with its record in the run; a run is begun when there is none. The report is the run folder that was used.
func (b *Backups) Create(ctx context.Context, rep op.Reporter, o backup.Options) (res backup.Result, err error) {
	inst, err := b.desk.Installation(ctx)
	if err != nil {
		return res, err
	}
	if o.To, err = filepath.Abs(o.To); err != nil {
		return res, err
	}
	ports := b.ports(ctx, inst)
	plan, err := backup.PlanFor(ctx, ports, inst, o)
	if err != nil {
		return res, err
	}
	if fault := plan.Blocker(); fault != nil {
		return res, fault
	}
	f, _, err := b.desk.Run(ctx, true)
	if err != nil {
		return res, err
	}
	b.desk.keep(ctx, f)
	b.desk.Apps().censusOnce(ctx, f)
	err = b.desk.locked(inst, f, "backup create", func() error {
		intent := fmt.Sprintf("Back up %d files, %d bytes, to %s", plan.Files, plan.Bytes, o.To)
		return f.Act(run.StepBackup, intent, func() (string, map[string]any, error) {
			if res, err = backup.Create(ctx, rep, ports, plan, o); err != nil {
				return "", nil, err
			}
			data := map[string]any{"backup": res.Backup, "manifest_sha256": res.ManifestSHA256, "files": res.Files, "bytes": res.Bytes, "state": string(res.State),
				"while_running": o.WhileRunning}
			return fmt.Sprintf("Backed up %d files, %d bytes, state %s", res.Files, res.Bytes, res.State), data, b.remember(f, o.To)
		})
	})
	return res, err
}

func (b *Backups) remember(f *run.Folder, folder string) error {
	var k known
	if _, err := f.ReadJSON(backupsFile, "springboardctl backup list", &k); err != nil {
		return err
	}
	if slices.Contains(k.Folders, folder) {
		return nil
	}
	k.Folders = append(k.Folders, folder)
	return f.WriteJSON(backupsFile, k)
}

// Verify reads a backup again and compares it with its manifest. It needs no installation; the result is journaled when a run is open.
func (b *Backups) Verify(ctx context.Context, rep op.Reporter, dir string) (backup.Report, error) {
	res, err := backup.Verify(ctx, rep, backup.Ports{FS: osfs.FS{}, Now: b.desk.now}, abs(dir))
	b.record(ctx, run.StepVerify, res, err, "Verified")
	return res, err
}

// Prove restores a backup into a scratch folder, compares everything and removes it again.
func (b *Backups) Prove(ctx context.Context, rep op.Reporter, dir, scratch string) (backup.Report, error) {
	inst, err := b.desk.Installation(ctx)
	if err != nil {
		inst = upgrade.Installation{} // a backup can be proven where its installation is not
	}
	if scratch != "" {
		scratch = abs(scratch)
	}
	ports := b.ports(ctx, inst)
	res, err := backup.Prove(ctx, rep, ports, abs(dir), scratch)
	b.record(ctx, run.StepProve, res, err, "Proven by a test restore")
	return res, err
}

// Attest records what a person says of a test restore of the database that was made by hand, with its entry in the run.
func (b *Backups) Attest(ctx context.Context, dir string, a backup.Attestation) (backup.Report, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	res, err := backup.Attest(ctx, backup.Ports{FS: osfs.FS{}, Now: b.desk.now, Host: host}, abs(dir), a)
	kind := upgrade.KindOf(err)
	if err != nil && kind != upgrade.KindWaiting && !a.Failed {
		return res, err
	}
	f, _, ferr := b.desk.Run(ctx, false)
	if ferr != nil {
		return res, err // backups outlive runs
	}
	said := "restored the database for a test by hand"
	if a.Failed {
		said = "could not restore the database for a test"
	}
	_, jerr := f.Journal.Append(journal.Decision, "", fmt.Sprintf("%s %s: %s", a.By, said, a.Why), map[string]any{"backup": res.Backup, "by": a.By, "failed": a.Failed})
	if jerr == nil && (err == nil || a.Failed) {
		b.record(ctx, run.StepProve, res, err, "Proven, the database by the word of "+a.By)
	}
	if jerr != nil {
		b.desk.log.WithError(jerr).Warn("the word on the test restore is not in the journal")
	}
	return res, err
}

// PlanRestore tells what a restore in place does to the database. ok is false where no database is part of the backup.
func (b *Backups) PlanRestore(ctx context.Context, dir string) (plan backup.DatabaseRestore, ok bool, err error) {
	inst, err := b.desk.Installation(ctx)
	if err != nil {
		return plan, false, err
	}
	return backup.PlanDatabase(ctx, b.ports(ctx, inst), abs(dir))
}

// record journals a result in the open run, if there is one. A missing run is no failure: backups outlive runs.
func (b *Backups) record(ctx context.Context, step string, res backup.Report, failed error, what string) {
	f, _, err := b.desk.Run(ctx, false)
	if err != nil {
		return
	}
	if upgrade.KindOf(failed) == upgrade.KindWaiting {
		text := what + ": " + res.Pending
		if _, err := f.Journal.Append(journal.Note, step, text, map[string]any{"backup": res.Backup, "manifest_sha256": res.ManifestSHA256}); err != nil {
			b.desk.log.WithError(err).Warn("the result of the backup's verification is not in the journal")
		}
		return
	}
	data := map[string]any{"backup": res.Backup, "ok": res.OK, "files": res.Files, "bytes": res.Bytes, "problems": len(res.Problems), "manifest_sha256": res.ManifestSHA256}
	kind, text := journal.Verified, fmt.Sprintf("%s: %d files, %d bytes", what, res.Files, res.Bytes)
	if failed != nil {
		kind, text = journal.Failed, failed.Error()
	}
	if _, err := f.Journal.Append(kind, step, text, data); err != nil {
		b.desk.log.WithError(err).Warn("the result of the backup's verification is not in the journal")
	}
}

// PlanFiles tells which files and folders a restore would replace, and the order of the way back. Nothing is written.
func (b *Backups) PlanFiles(ctx context.Context, dir string, o backup.RestoreOptions) (backup.RestorePlan, error) {
	ports := backup.Ports{FS: osfs.FS{}, Now: b.desk.now}
	if o.To != "" {
		o.To = abs(o.To)
	}
	if o.InPlace {
		inst, err := b.desk.Installation(ctx)
		if err != nil {
			return backup.RestorePlan{}, err
		}
		ports, o.Installation = b.ports(ctx, inst), inst
	}
	return backup.PlanRestore(ctx, ports, abs(dir), o)
}

// Restore brings a backup back by staging and swap.
func (b *Backups) Restore(ctx context.Context, rep op.Reporter, dir string, o backup.RestoreOptions) (res backup.Report, err error) {
	ports := backup.Ports{FS: osfs.FS{}, Now: b.desk.now}
	if o.To != "" {
		o.To = abs(o.To)
	}
	if !o.InPlace {
		return backup.Restore(ctx, rep, ports, abs(dir), o)
	}
	inst, err := b.desk.Installation(ctx)
	if err != nil {
		return res, err
	}
	ports, o.Installation = b.ports(ctx, inst), inst
	f, _, err := b.desk.Run(ctx, true)
	if err != nil {
		return res, err
	}
	if err := b.desk.endRestore(ctx, f); err != nil {
		return res, err
	}
	var waits error
	err = b.desk.locked(inst, f, "backup restore", func() error {
		return f.Act("restore", "Restore the installation from "+dir, func() (string, map[string]any, error) {
			replaces, err := b.desk.restoringFrom(f, abs(dir))
			if err != nil {
				return "", nil, err
			}
			if res, err = backup.Restore(ctx, rep, ports, abs(dir), o); upgrade.KindOf(err) == upgrade.KindWaiting {
				waits, err = err, nil // the files are back; that is what has to stand in the journal
			}
			replaced, rerr := b.desk.replaced(f, replaces, err == nil)
			if err := errors.Join(err, rerr); err != nil {
				return "", nil, err
			}
			text := fmt.Sprintf("Restored %d files; the former state is kept", res.Files)
			switch {
			case res.Database != "":
				text += "; restored " + res.Database
			case res.Pending != "":
				text += "; " + res.Pending
			}
			return text, map[string]any{"backup": res.Backup, "kept": res.Kept, "database": res.Database, "replaced": replaced}, nil
		})
	})
	return res, errors.Join(err, waits)
}

// Look gives what a backup says of itself. Its files are not read.
func (b *Backups) Look(ctx context.Context, dir string) (backup.Summary, error) {
	all, err := backup.List(ctx, backup.Ports{FS: osfs.FS{}, Now: b.desk.now}, abs(dir))
	if err != nil {
		return backup.Summary{}, err
	}
	for _, s := range all {
		if !s.Incomplete && s.Problem == "" {
			return s, nil
		}
	}
	return backup.Summary{}, upgrade.NewFault("SB-2021", upgrade.KindVerify, nil, "path", abs(dir))
}

// List gives the backups in the named folders, and in those that this run used.
func (b *Backups) List(ctx context.Context, folders ...string) ([]backup.Summary, error) {
	for i := range folders {
		folders[i] = abs(folders[i])
	}
	if f, _, err := b.desk.Run(ctx, false); err == nil {
		var k known
		if _, err := f.ReadJSON(backupsFile, "springboardctl backup list DIR", &k); err != nil {
			return nil, err
		}
		for _, dir := range k.Folders {
			if _, err := os.Stat(dir); err == nil && !slices.Contains(folders, dir) {
				folders = append(folders, dir)
			}
		}
	}
	return backup.List(ctx, backup.Ports{FS: osfs.FS{}, Now: b.desk.now}, folders...)
}

// abs makes a path absolute; it stays as it is where the system cannot tell.
func abs(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
