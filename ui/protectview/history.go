package protectview

import (
	"context"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func (v *View) buildHistory() fyne.CanvasObject {
	v.table = kit.NewDataTable([]kit.Column{{ID: "made", Title: "Made", Min: 126, Weight: 0.4}, {ID: "state", Title: "State", Min: 120, Weight: 0.5},
		{ID: "size", Title: "Size", Min: 74, Right: true}})
	v.table.Empty = "There is no backup in this folder yet"
	v.table.OnSelect = func(row int) { v.st.selected = v.st.list[row].Backup; v.showDetail() }
	v.verifyB = kit.NewButton("Verify", func() { v.withSelected(func(b backup.Summary) { v.verify(b.Backup) }) })
	v.proveB = kit.NewButton("Prove", func() { v.withSelected(func(b backup.Summary) { v.prove(b.Backup) }) })
	v.backB = kit.NewButton("Restore", func() { v.withSelected(v.askRestore) })
	v.detail = kit.Stack(8)
	return kit.Titled("Backups", kit.Row(6, v.verifyB, v.proveB, v.backB),
		shelved(func() int { return len(v.st.list) }, 0.5, v.table, kit.Scroll(kit.Pad(12, v.detail))))
}

func (v *View) withSelected(do func(backup.Summary)) {
	if b, ok := v.backupSelected(); ok {
		do(b)
	}
}

func (v *View) loadList() {
	folder := v.path.Path()
	observe.Load(v.host.Scope, "backups", func(ctx context.Context) ([]backup.Summary, error) { return v.engine.Backups(ctx, folder) },
		func(list []backup.Summary, err error) {
			v.header.Notice.Loaded("backups", err)
			v.st.list = list
			v.showList()
			v.tell()
		})
}

func (v *View) showList() {
	list := v.st.list
	v.table.SetRows(kit.RowsOf{Count: func() int { return len(list) }, At: func(row, col int) kit.Cell {
		b := list[row]
		switch col {
		case 0:
			return kit.Cell{Text: present.Clock(b.Created, v.host.Now())}
		case 1:
			s := v.stateOf(b)
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

// damaged tells that this window has found a difference in a backup.
func (v *View) damaged(b backup.Summary) bool {
	r, looked := v.st.reports[b.Backup]
	return looked && !r.OK && len(r.Problems) > 0
}

// best is the backup to rely on: one that was found damaged is none.
func (v *View) best() (backup.Summary, bool) {
	return present.BestBackup(slices.DeleteFunc(slices.Clone(v.st.list), v.damaged))
}

func (v *View) stateOf(b backup.Summary) kit.State {
	word := func(s kit.Shape, c fyne.ThemeColorName, w string) kit.State {
		return kit.State{Sign: kit.Sign{Shape: s, Color: c}, Word: w}
	}
	switch {
	case b.Incomplete:
		return word(kit.Half, kit.ColorWarn, "unfinished")
	case b.Problem != "":
		return word(kit.Triangle, kit.ColorBad, "no backup")
	case v.damaged(b):
		return word(kit.Triangle, kit.ColorBad, "damaged")
	case b.State == backup.Proven:
		return word(kit.Check, kit.ColorGood, "proven")
	case b.Pending != "":
		return word(kit.Half, kit.ColorWarn, "files proven")
	case len(b.Proofs) > 0 && !b.Proofs[len(b.Proofs)-1].OK:
		return word(kit.Triangle, kit.ColorBad, "test restore failed")
	}
	return word(kit.Disc, kit.ColorAccent, string(b.State))
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
	able := ok && b.Problem == "" && !b.Incomplete && v.st.running == ""
	for _, button := range []*kit.Button{v.verifyB, v.proveB, v.backB} {
		button.SetEnabled(able)
	}
	if !ok {
		v.detail.Objects = []fyne.CanvasObject{kit.NewPara("Backups of this installation stand here with what proves them. sha256sum -c SHA256SUMS, "+
			"without Springboard, verifies each.", kit.Dim)}
		v.header.Update()
		return
	}
	rows := []fyne.CanvasObject{kit.NewLink(b.Backup, func() { v.openFolder(b.Backup) })}
	if b.Problem != "" {
		rows = append(rows, kit.NewPara(present.Upper(present.Sentence(b.Problem)), kit.Body))
	}
	facts := present.Plural(b.Files, "file", "files") + ", " + present.Size(b.Bytes) + "; " + present.Join(b.Parts)
	if b.WhileRunning {
		facts += "; made while the server ran"
	}
	rows = append(rows, kit.NewPara(facts, kit.Body))
	if b.Database != "" {
		rows = append(rows, kit.NewPara(b.Database, kit.Small))
	}
	rows = append(rows, v.proofRows(b)...)
	rows = append(rows, v.reportRows(b)...)
	if b.ManifestSHA256 != "" {
		rows = append(rows, kit.NewPara("manifest.json "+b.ManifestSHA256, kit.MonoSmall).In(kit.ColorDim))
	}
	v.detail.Objects = rows
	v.header.Update()
}

// proofRows are the test restores, newest first, and what a person still has to do.
func (v *View) proofRows(b backup.Summary) []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	if b.Pending != "" {
		rows = append(rows, kit.Beside(kit.Warn, kit.Stack(2, kit.NewPara("The database waits for a person", kit.Strong),
			kit.NewPara(present.Upper(present.Sentence(b.Pending)), kit.Small))))
		if r, ok := v.st.reports[b.Backup]; ok && len(r.Commands) > 0 {
			rows = append(rows, commands("These commands restore it into a scratch database:", r.Commands))
		}
		record := kit.NewButton("Record what came of it", func() { v.askAttest(b) })
		record.SetEnabled(v.st.running == "")
		rows = append(rows, kit.Row(8, record))
	}
	for i := len(b.Proofs) - 1; i >= 0 && i >= len(b.Proofs)-8; i-- {
		sign := kit.Good
		if !b.Proofs[i].OK {
			sign = kit.Bad
		}
		rows = append(rows, kit.Beside(sign, kit.NewPara(present.Proof(b.Proofs[i], v.host.Now()), kit.Small)))
	}
	if len(b.Proofs) == 0 && b.Problem == "" {
		rows = append(rows, kit.NewPara("No test restore was made yet: Prove makes one and removes it again.", kit.Small))
	}
	return rows
}

// reportRows tell what the last verification of this window found.
func (v *View) reportRows(b backup.Summary) []fyne.CanvasObject {
	r, ok := v.st.reports[b.Backup]
	if !ok || r.OK && r.Pending != "" {
		return nil
	}
	if r.OK {
		return []fyne.CanvasObject{kit.Beside(kit.Good, kit.NewPara(present.Plural(r.Files, "file", "files")+" read again: all as sealed", kit.Body))}
	}
	rows := []fyne.CanvasObject{kit.Beside(kit.Bad, kit.NewPara(present.Plural(int64(len(r.Problems)), "difference", "differences"), kit.Strong))}
	for i, m := range r.Problems {
		if i == 30 {
			rows = append(rows, kit.NewText("and more: see the command line", kit.Small))
			break
		}
		path := filepath.Join(b.Backup, filepath.FromSlash(m.Path))
		words := string(m.Kind)
		if m.Detail != "" {
			words += ": " + m.Detail
		}
		rows = append(rows, kit.Stack(0, kit.NewLink(m.Path, func() { v.host.Open(upgrade.FileEvidence(path, 0, "")) }), kit.NewPara(words, kit.Small)))
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
			text := "It was restored into a scratch folder and every file compared."
			if res.Database != "" {
				text += " " + present.Sentence(res.Database)
			}
			v.header.Notice.Tell("The backup is proven.", text)
		}
	})
}

// keep shows the report of an operation that has ended; a stopped one has none.
func (v *View) keep(dir string, res backup.Report) {
	if res.Backup != "" {
		v.st.reports[dir] = res
		v.showList()
	}
}
