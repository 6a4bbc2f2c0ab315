package protectview

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// askRestore asks what would become of the database first, and then opens the gate.
func (v *View) askRestore(b backup.Summary) {
	type answer struct {
		plan backup.DatabaseRestore
		has  bool
	}
	observe.Load(v.host.Scope, "restore", func(ctx context.Context) (a answer, err error) {
		a.plan, a.has, err = v.engine.PlanRestore(ctx, b.Backup)
		return a, err
	}, func(a answer, err error) {
		v.header.Notice.Loaded("restore", err)
		v.gate(b, a.plan, a.has && err == nil, err)
	})
}

// gate says what will be replaced and what is kept, in the order of a way back; a word has to be typed.
func (v *View) gate(b backup.Summary, plan backup.DatabaseRestore, database bool, refused error) {
	into := kit.NewPathEntry("Leave empty to put everything back where it was", false, v.host.List, nil)
	overwrite := widget.NewCheck("Overwrite the present database now, with these commands", nil)
	rows := []fyne.CanvasObject{
		kit.NewPara("The installation goes back to "+present.Clock(b.Created, v.host.Now())+": "+b.Installation.Home, kit.Strong),
		kit.NewPara("All of it is restored beside its place and compared with the manifest, then put in place by rename: an interruption leaves the old state or the new "+
			"one, whole.", kit.Small),
	}
	if database {
		rows = append(rows, databaseRows(plan, overwrite)...)
	}
	if refused != nil {
		rows = append(rows, kit.Beside(kit.Warn, kit.NewPara("In place it is refused as things are: "+kit.TroubleOf(refused).What, kit.Small)))
	}
	var files []string
	for _, part := range b.Parts {
		if part != backup.PartDatabase || !database {
			files = append(files, part)
		}
	}
	rows = append(rows, kit.Beside(kit.Warn, kit.NewPara(present.Upper(present.Join(files))+": what stands there now is kept under a dated name ending in before-restore.", kit.Body)),
		kit.Stack(3, kit.NewText("Or only the files, into another folder", kit.SmallStrong), into.Container))
	kit.ShowGate(v.host.Canvas, kit.Gate{Title: "Restore this backup", Body: kit.Stack(9, rows...), Word: backup.RestoreWord, Confirm: "Restore", Danger: true, OnGo: func([]string) {
		v.restore(b, backup.RestoreOptions{To: into.Path(), InPlace: into.Path() == "", RunDatabase: overwrite.Checked && into.Path() == ""})
	}})
}

func databaseRows(plan backup.DatabaseRestore, overwrite *widget.Check) []fyne.CanvasObject {
	text := plan.What + ": "
	switch {
	case plan.OnRequest:
		text += "its own tool overwrites it and keeps nothing. It is left to you, with these commands, unless you choose otherwise."
	case plan.Kept != "":
		text += "the present one stays on the server as " + plan.Kept + "."
	default:
		text += "it is made anew; none is there now."
	}
	rows := []fyne.CanvasObject{
		kit.NewPara("This is the way back of the whole upgrade, as a database that the new release has opened serves no older one: with the server stopped go back, in this "+
			"order, database, program and settings; the former release is started last.", kit.Small),
		kit.Beside(kit.Warn, kit.NewPara(text, kit.Body)),
	}
	if plan.OnRequest && len(plan.Commands) > 0 {
		rows = append(rows, kit.AtLeast(0, 96, kit.Scroll(commands("Commands", plan.Commands))), overwrite)
	}
	return rows
}

func (v *View) restore(b backup.Summary, o backup.RestoreOptions) {
	args := []string{"backup", "restore", b.Backup, "--to", o.To}
	if o.InPlace {
		args = []string{"backup", "restore", b.Backup, "--in-place", "--confirm", backup.RestoreWord}
	}
	if o.RunDatabase {
		args = append(args, "--run-database")
	}
	var res backup.Report
	v.begin("restore", "Restore "+filepath.Base(b.Backup), args, func(ctx context.Context, rep op.Reporter) (err error) {
		res, err = v.engine.Restore(ctx, rep, b.Backup, o)
		return err
	}, func(p op.Progress) {
		switch {
		case res.Pending != "":
			v.header.Notice.Tell("The files are back. The database is not.", present.Upper(present.Sentence(res.Pending))+" Run its commands before anything is started.")
			kit.ShowGate(v.host.Canvas, kit.Gate{Title: "The database is for you to restore", Confirm: "I have read this", Keep: "Close",
				Body: kit.Stack(8, kit.NewPara(res.Pending, kit.Body), commands("Run these on the database's machine, before anything is started:", res.Commands))})
		case p.State == op.Done:
			text := "The former state is kept: " + present.Join(res.Kept)
			if res.Database != "" {
				text = "Restored too: " + res.Database + ". " + text
			}
			v.header.Notice.Tell("Restored "+present.Plural(res.Files, "file", "files")+".", text)
		}
	})
}

// askAttest takes a person's word on the test restore of the database.
func (v *View) askAttest(b backup.Summary) {
	failed := widget.NewCheck("It did not come back", nil)
	kit.ShowGate(v.host.Canvas, kit.Gate{
		Title: "What came of the test restore of the database", Confirm: "Record it",
		Body: kit.Stack(8, kit.NewPara("This stands beside the backup, in the run and in the report, with your name. The backup is proven only with it.", kit.Body), failed),
		Fields: []kit.Field{{Label: "Who did it", Value: v.host.Person, Required: true},
			{Label: "What was restored, where to, and what was compared", Hint: "e.g. into SBSCRATC on the test server, 41 tables counted", Required: true}},
		OnGo: func(values []string) {
			v.attest(b.Backup, backup.Attestation{By: values[0], Why: values[1], Failed: failed.Checked})
		},
	})
}

func (v *View) attest(dir string, a backup.Attestation) {
	args := []string{"backup", "attest", dir, "--by", a.By, "--why", a.Why}
	if a.Failed {
		args = append(args, "--failed")
	}
	v.host.Run(args...)
	observe.Load(v.host.Scope, "attest", func(ctx context.Context) (backup.Report, error) { return v.engine.AttestDatabase(ctx, dir, a) }, func(res backup.Report, err error) {
		v.header.Notice.Loaded("attest", err)
		if err == nil && res.State == backup.Proven {
			v.header.Notice.Tell("The backup is proven.", "Its files by a test restore, its database by the word of "+a.By+".")
		}
		delete(v.st.reports, dir)
		v.loadList()
		v.host.Changed()
	})
}
