package protectview

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func (v *View) showList() {
	list := v.st.list
	v.table.SetRows(kit.RowsOf{Count: func() int { return len(list) }, At: func(row, col int) kit.Cell {
		b := list[row]
		switch col {
		case 0:
			return kit.Cell{Text: present.Clock(b.Created, v.host.Now())}
		case 1:
			s := backupState(b)
			return kit.Cell{Text: s.Word, Sign: s.Sign}
		}
		return kit.Cell{Text: present.Size(b.Bytes)}
	}})
	at := -1
	for i, b := range list {
		if b.Backup == v.st.selected {
			at = i
		}
	}
	if at < 0 && len(list) > 0 {
		at = 0
		v.st.selected = list[0].Backup
	}
	v.table.Select(at)
	v.showDetail()
	v.showProgress(v.look())
}

func backupState(b backup.Summary) kit.State {
	word := func(s kit.Shape, c fyne.ThemeColorName, w string) kit.State {
		return kit.State{Sign: kit.Sign{Shape: s, Color: c}, Word: w}
	}
	switch {
	case b.Problem != "":
		return word(kit.Triangle, kit.ColorBad, "no backup")
	case b.Incomplete:
		return word(kit.Half, kit.ColorWarn, "unfinished")
	case b.State == backup.Proven:
		return word(kit.Check, kit.ColorGood, "proven")
	}
	return word(kit.Disc, kit.ColorGood, string(b.State))
}

func (v *View) backupSelected() (backup.Summary, bool) {
	for _, b := range v.st.list {
		if b.Backup == v.st.selected {
			return b, true
		}
	}
	return backup.Summary{}, false
}

func (v *View) showDetail() {
	b, ok := v.backupSelected()
	if !ok {
		v.detail.Objects = []fyne.CanvasObject{kit.NewPara("Backups of this installation stand here with what proves them. sha256sum -c SHA256SUMS, "+
			"without Springboard, verifies each.", kit.Dim)}
		v.header.Update()
		return
	}
	rows := []fyne.CanvasObject{kit.NewLink(b.Backup, func() { v.openFolder(b.Backup) })}
	if b.Problem != "" {
		rows = append(rows, kit.NewPara(present.Sentence(b.Problem), kit.Body))
	}
	facts := present.Plural(b.Files, "file", "files") + ", " + present.Size(b.Bytes) + "; " + present.Join(b.Parts)
	if b.WhileRunning {
		facts += "; made while the server ran"
	}
	rows = append(rows, kit.NewPara(facts, kit.Body))
	if b.ManifestSHA256 != "" {
		rows = append(rows, kit.NewText("Manifest "+b.ManifestSHA256, kit.MonoSmall).In(kit.ColorDim))
	}
	for _, p := range b.Proofs {
		rows = append(rows, kit.NewPara(present.Proof(p, v.host.Now()), kit.Small))
	}
	rows = append(rows, v.reportRows(b)...)
	if b.Problem == "" && !b.Incomplete {
		verify := kit.NewButton("Verify", func() { v.verify(b.Backup) })
		prove := kit.NewButton("Prove by a test restore", func() { v.prove(b.Backup) })
		restore := kit.NewButton("Restore", func() { v.askRestore(b) })
		for _, button := range []*kit.Button{verify, prove, restore} {
			button.SetEnabled(v.st.running == "")
		}
		rows = append(rows, kit.Row(8, verify, prove, restore))
	}
	v.detail.Objects = rows
	v.header.Update()
}

// reportRows tell what the last verification of this window found.
func (v *View) reportRows(b backup.Summary) []fyne.CanvasObject {
	r, ok := v.st.verified[b.Backup]
	if !ok {
		return nil
	}
	if r.OK {
		return []fyne.CanvasObject{kit.Row(6, kit.NewMark(kit.Good), kit.NewText(present.Plural(r.Files, "file",
			"files")+" read again: all as sealed", kit.Body).Whole())}
	}
	rows := []fyne.CanvasObject{kit.Row(6, kit.NewMark(kit.Bad), kit.NewText(present.Plural(int64(len(r.Problems)), "difference", "differences"),
		kit.Strong).Whole())}
	for i, m := range r.Problems {
		if i == 30 {
			rows = append(rows, kit.NewText("and more: see the command line", kit.Small))
			break
		}
		path := filepath.Join(b.Backup, filepath.FromSlash(m.Path))
		rows = append(rows, kit.Stack(0, kit.NewLink(m.Path, func() { v.host.Open(upgrade.FileEvidence(path, 0, "")) }),
			kit.NewPara(string(m.Kind)+"  "+m.Detail, kit.Small)))
	}
	return rows
}

func (v *View) openFolder(dir string) {
	if err := v.host.OpenPath(dir); err != nil {
		v.header.Notice.ShowError(err)
	}
}

func (v *View) verify(dir string) {
	var res backup.Report
	v.begin("verify", "Verify "+filepath.Base(dir), []string{"backup", "verify", dir}, func(ctx context.Context, rep op.Reporter) (err error) {
		res, err = v.engine.Verify(ctx, rep, dir)
		return err
	}, func(op.Progress) { v.keep(dir, res) })
}

func (v *View) prove(dir string) {
	var res backup.Report
	v.begin("prove", "Prove "+filepath.Base(dir), []string{"backup", "prove", dir}, func(ctx context.Context, rep op.Reporter) (err error) {
		res, err = v.engine.Prove(ctx, rep, dir)
		return err
	}, func(p op.Progress) {
		v.keep(dir, res)
		if p.State == op.Done {
			v.header.Notice.Tell("The backup is proven.", "It was restored into a scratch folder and every file compared.")
		}
	})
}

// keep shows the report of an operation that has ended; a stopped one has none.
func (v *View) keep(dir string, res backup.Report) {
	if res.Backup != "" {
		v.st.verified[dir] = res
		v.showDetail()
	}
}

// askRestore is a gate: what will be replaced, and a word that has to be typed when that is the installation itself.
func (v *View) askRestore(b backup.Summary) {
	into := kit.NewPathEntry("Leave empty to put everything back where it was", false, v.host.List, nil)
	body := kit.Stack(8,
		kit.NewPara("Everything is restored beside its place, compared with the manifest, and then put in place by rename. What stands there now is "+
			"kept under a dated name.", kit.Body),
		kit.Stack(3, kit.NewText("Into another folder", kit.SmallStrong), into.Container),
		kit.NewPara("This replaces "+present.Join(b.Parts)+" of "+b.Installation.Home+" with the state of "+present.Clock(b.Created,
			v.host.Now())+".", kit.Strong))
	kit.ShowGate(v.host.Canvas, kit.Gate{Title: "Restore this backup", Body: body, Word: "restore", Confirm: "Restore", Danger: true, OnGo: func([]string) {
		o := backup.RestoreOptions{To: into.Path(), InPlace: into.Path() == ""}
		args := []string{"backup", "restore", b.Backup, "--to", o.To}
		if o.InPlace {
			args = []string{"backup", "restore", b.Backup, "--in-place"}
		}
		var res backup.Report
		v.begin("restore", "Restore "+filepath.Base(b.Backup), args, func(ctx context.Context, rep op.Reporter) (err error) {
			res, err = v.engine.Restore(ctx, rep, b.Backup, o)
			return err
		}, func(p op.Progress) {
			if p.State == op.Done {
				v.header.Notice.Tell("Restored "+present.Plural(res.Files, "file", "files")+".", "The former state is kept: "+present.Join(res.Kept))
			}
		})
	}})
}
