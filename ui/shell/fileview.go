package shell

import (
	"context"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
)

// fileView shows evidence at its place: a file at its line, the output of a command, a row, an answer.
type fileView struct {
	content fyne.CanvasObject
	canvas  fyne.Canvas
	scope   *observe.Scope
	read    func(context.Context, string, int) (port.Excerpt, error)
	title   *kit.Text
	where   *kit.Text
	notice  *kit.Notice
	view    *kit.LogView
	lines   []kit.LogLine
	path    string
}

func newFileView(c fyne.Canvas, s *observe.Scope, read func(context.Context, string, int) (port.Excerpt, error), back func(),
	open func(string) error) *fileView {
	v := &fileView{canvas: c, scope: s, read: read, title: kit.NewText("", kit.Title), where: kit.NewText("", kit.Dim), notice: kit.NewNotice(),
		view: kit.NewLogView()}
	backButton := kit.NewPrimary("Back", back)
	copyPath := kit.NewButton("Copy path", func() { kit.Copy(v.path) })
	folder := kit.NewButton("Open folder", func() {
		if err := open(filepath.Dir(v.path)); err != nil {
			v.notice.ShowError(err)
		}
	})
	head := kit.Stack(8, kit.RowFill(kit.Unit, 0, v.title, copyPath, folder, backButton), v.where, v.notice.Container)
	v.content = kit.Pad(kit.Gap, container.NewBorder(kit.Inset(0, 0, 0, 10, head), nil, nil, nil, kit.Panel(kit.Pad(1, v.view))))
	return v
}

// Len implements kit.Lines.
func (v *fileView) Len() int { return len(v.lines) }

// Line implements kit.Lines.
func (v *fileView) Line(i int) kit.LogLine { return v.lines[i] }

func (v *fileView) show(e upgrade.Evidence) {
	v.notice.Hide()
	v.lines = nil
	v.view.SetLines(v)
	v.path = e.File
	if e.File == "" {
		v.showText(e)
		return
	}
	v.title.SetText(filepath.Base(e.File))
	v.where.SetText(kit.EvidencePlace(e))
	observe.Load(v.scope, "file", func(ctx context.Context) (port.Excerpt, error) { return v.read(ctx, e.File, e.Line) },
		func(x port.Excerpt, err error) {
			if err != nil {
				v.notice.ShowError(err)
				return
			}
			v.fill(x, e.Line)
		})
	v.canvas.Focus(v.view)
}

func (v *fileView) fill(x port.Excerpt, line int) {
	v.lines = make([]kit.LogLine, 0, len(x.Lines))
	for i, t := range x.Lines {
		v.lines = append(v.lines, kit.LogLine{Text: pad(x.First+i) + "  " + t})
	}
	note := kit.EvidencePlace(upgrade.FileEvidence(x.Path, line, ""))
	if !x.Whole {
		note += "  (lines " + present.Count(int64(x.First)) + " to " + present.Count(int64(x.First+len(x.Lines)-1)) + " of a file of " + present.Size(x.Bytes) + ")"
	}
	v.where.SetText(note)
	v.view.SetLines(v)
	if line > 0 {
		v.view.GoTo(line - x.First)
	} else {
		v.view.ScrollTo(0)
	}
}

func (v *fileView) showText(e upgrade.Evidence) {
	v.title.SetText("Evidence")
	v.where.SetText(kit.EvidencePlace(e))
	for _, t := range strings.Split(kit.EvidenceText(e), "\n") {
		v.lines = append(v.lines, kit.LogLine{Text: t})
	}
	v.view.SetLines(v)
	v.canvas.Focus(v.view)
}

func pad(n int) string {
	s := present.Count(int64(n))
	return strings.Repeat(" ", max(0, 6-len([]rune(s)))) + s
}
