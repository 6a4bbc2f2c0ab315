package backup

import (
	"context"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade"
)

// databaseMove is the part of a restore that the database's own tool does.
type databaseMove struct {
	part   manifestPart
	dir    string // of the dump, in the backup
	plan   DatabaseRestore
	staged bool
	done   bool
	byTool Restorer // nil: a person does it
}

// planDatabase asks the database's tool what its restore would do. Where it overwrites the database at once and nobody asked for that, the commands are told
// and the database is left alone.
func (r *restorer) planDatabase(ctx context.Context) error {
	if r.database == nil {
		return nil
	}
	d := r.database
	tool, can := r.p.Dumper.(Restorer)
	if !can {
		return nil
	}
	plan, err := tool.PlanRestore(ctx, d.dir, *d.part.Dump, r.stamp)
	if err != nil {
		return err
	}
	d.plan = plan
	if !plan.OnRequest || r.o.RunDatabase {
		d.byTool = tool
	}
	return nil
}

// PlanDatabase tells what a restore in place would do to the database. ok is false where the backup holds no dump, or the dump is a file with a place.
func PlanDatabase(ctx context.Context, p Ports, dir string) (plan DatabaseRestore, ok bool, err error) {
	dir, err = findBackup(p.FS, dir)
	if err != nil {
		return plan, false, err
	}
	h, err := headerOf(p.FS, dir)
	if err != nil {
		return plan, false, err
	}
	for _, part := range h.Parts {
		if part.Dump == nil || part.Items[0].place() != "" {
			continue
		}
		tool, can := p.Dumper.(Restorer)
		if !can {
			return DatabaseRestore{What: dumpTitle(*part.Dump), OnRequest: true}, true, nil
		}
		plan, err = tool.PlanRestore(ctx, dumpFolder(filepath.Join(dir, dataDir), part), *part.Dump, p.now().UTC().Format(restoreStamp))
		return plan, true, err
	}
	return plan, false, nil
}

// restoreStamp is the form of the times in the names of a restore.
const restoreStamp = "20060102T150405Z"

func (r *restorer) databaseStamp() string {
	if r.database == nil || r.database.byTool == nil {
		return ""
	}
	return r.stamp
}

// stageDatabase compares the dump with the manifest, byte by byte, and lets the tool restore it beside the database in use.
func (r *restorer) stageDatabase(ctx context.Context) error {
	d := r.database
	if d == nil {
		return nil
	}
	r.rep.Phase("comparing the dump of the database", 0, "")
	if err := verifyPart(ctx, r.fs, r.dir, d.part.Name); err != nil || d.byTool == nil {
		return err
	}
	r.rep.Phase("restoring the database beside the one in use", 0, "")
	if err := d.byTool.Stage(ctx, r.rep, d.dir, *d.part.Dump, r.stamp); err != nil {
		return err
	}
	d.staged = true
	return nil
}

// swapDatabase puts the database in place. Not even a stop of the whole restore interrupts it.
func (r *restorer) swapDatabase(ctx context.Context) error {
	d := r.database
	if d == nil || d.byTool == nil {
		return nil
	}
	if err := d.byTool.Swap(context.WithoutCancel(ctx), d.dir, *d.part.Dump, r.stamp); err != nil {
		return err
	}
	d.done = true
	return nil
}

func (r *restorer) swapDatabaseBack(ctx context.Context) error {
	d := r.database
	if d == nil || !d.done {
		return nil
	}
	if err := d.byTool.SwapBack(context.WithoutCancel(ctx), *d.part.Dump, r.stamp); err != nil {
		return err
	}
	d.done = false
	return nil
}

// dropDatabase removes a database that was staged and is not needed. What cannot be removed stays under its dated name, and is told.
func (r *restorer) dropDatabase(ctx context.Context) {
	d := r.database
	if d == nil || d.byTool == nil || d.done {
		return
	}
	if err := d.byTool.Drop(context.WithoutCancel(ctx), *d.part.Dump, r.stamp); err != nil {
		r.warnings = append(r.warnings, "what was restored of the database beside the one in use could not be removed: "+err.Error())
	}
}

// recoverDatabase finishes the database's part of an interrupted swap: it had been restored and compared before the journal was written.
func (r *restorer) recoverDatabase(ctx context.Context, plan swapPlan) error {
	if plan.Database == "" {
		return nil
	}
	h, err := headerOf(r.fs, plan.Backup)
	if err != nil {
		return upgrade.NewFault("SB-2439", upgrade.KindFailed, err, "path", r.journal, "backup", plan.Backup)
	}
	tool, can := r.p.Dumper.(Restorer)
	for _, part := range h.Parts {
		if part.Dump == nil || part.Items[0].place() != "" {
			continue
		}
		if !can {
			return upgrade.NewFault("SB-2439", upgrade.KindFailed, nil, "path", r.journal, "backup", plan.Backup)
		}
		dir := dumpFolder(filepath.Join(plan.Backup, dataDir), part)
		if err := tool.Swap(context.WithoutCancel(ctx), dir, *part.Dump, plan.Database); err != nil {
			return err
		}
	}
	return nil
}

// tellDatabase puts what became of the database into the report. A database that waits for a person is no finished restore.
func (r *restorer) tellDatabase(report *Report) error {
	d := r.database
	if d == nil {
		return nil
	}
	if d.done {
		report.Database = d.plan.What
		if d.plan.Kept != "" {
			report.Kept = append(report.Kept, "database "+d.plan.Kept)
		}
		return nil
	}
	report.Pending = "the database was not restored: the files are back, and its dump lies in " + d.dir
	report.Commands = d.plan.Commands
	return upgrade.NewFault("SB-2440", upgrade.KindWaiting, nil, "path", d.dir)
}
