// Package reopenview is the eighth phase on the screen: what is put back before users come in again, as it was, as it is and as it will be.
package reopenview

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
)

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	// Returned lists what differs from how it was before the upgrade and has to be looked at.
	Returned(ctx context.Context) ([]port.Returned, error)
	// PutBack takes the changes of this run back and carries over what a new .ear lost, and tells what it did.
	PutBack(ctx context.Context) (string, error)
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	items   []port.Returned
	read    bool
	chosen  int

	header *kit.Header
	put    *kit.Button
	table  *kit.DataTable
	detail *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e}
	v.put = kit.NewPrimary("Put everything back", v.ask)
	v.header = kit.NewHeader("Reopen", v.put, kit.NewButton("Probe who gets in", func() { h.Go(screen.Offline) }))
	v.table = kit.NewDataTable([]kit.Column{{ID: "what", Title: "What", Min: 130, Weight: 0.8}, {ID: "was", Title: "Before the upgrade", Min: 120,
		Weight: 1}, {ID: "now", Title: "Now", Min: 120, Weight: 1},
		{ID: "will", Title: "Will be", Min: 120, Weight: 1}})
	v.table.Empty = "Nothing was noted before the upgrade"
	v.table.OnSelect = func(row int) { v.chosen = row; v.showDetail() }
	v.detail = kit.Stack(8)
	v.content = kit.Page(v.header, kit.Tiers(10, []float32{1, 1}, kit.Titled("What is put back", nil, v.table), kit.Panel(kit.Scroll(kit.Pad(14, v.detail)))))
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.table) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	observe.Load(v.host.Scope, "returned", v.engine.Returned, func(items []port.Returned, err error) {
		v.header.Notice.Loaded("returned", err)
		if err == nil {
			v.items, v.read = items, true
		}
		v.table.SetRows(kit.RowsOf{Count: func() int { return len(v.items) }, At: v.cell})
		if v.chosen >= len(v.items) {
			v.chosen = 0
		}
		v.table.Select(v.chosen)
		v.showDetail()
		v.tell()
	})
}

func (v *View) cell(row, col int) kit.Cell {
	it := v.items[row]
	switch col {
	case 0:
		sign := kit.Warn
		if it.Same {
			sign = kit.Good
		}
		return kit.Cell{Text: it.Title, Sign: sign}
	case 1:
		return kit.Cell{Text: it.Was, Dim: true, Path: true}
	case 2:
		return kit.Cell{Text: it.Now, Path: true}
	}
	return kit.Cell{Text: it.Will, Bold: !it.Same, Path: true}
}

func (v *View) showDetail() {
	if v.chosen >= len(v.items) {
		v.detail.Objects = []fyne.CanvasObject{kit.NewPara("What the upgrade and this run changed stands above: the edit of fsp.properties that a new "+
			".ear loses, serverURI, trace strings.", kit.Dim)}
		v.header.Update()
		return
	}
	it := v.items[v.chosen]
	rows := []fyne.CanvasObject{kit.NewText(it.Title, kit.Heading)}
	if it.Same {
		rows = append(rows, kit.NewPara("It is as it was; nothing has to be done.", kit.Body))
	}
	if it.Diff != "" {
		rows = append(rows, kit.DiffView(it.Diff))
	}
	if !it.Evidence.IsZero() {
		rows = append(rows, kit.EvidenceRow(it.Evidence, v.host.Open))
	}
	v.detail.Objects = rows
	v.header.Update()
}

func (v *View) open() int {
	n := 0
	for _, it := range v.items {
		if !it.Same {
			n++
		}
	}
	return n
}

func (v *View) ask() {
	var rows []fyne.CanvasObject
	for _, it := range v.items {
		if !it.Same {
			rows = append(rows, kit.Beside(kit.Warn, kit.NewPara(it.Title+": "+it.Will, kit.Body)))
		}
	}
	kit.ShowGate(v.host.Canvas, kit.Gate{Title: "Put back what was changed", Body: kit.Stack(6, rows...), Confirm: "Put it back", OnGo: func([]string) {
		v.host.Run("run", "undo")
		observe.Load(v.host.Scope, "put", v.engine.PutBack, func(did string, err error) {
			v.host.Changed()
			if err == nil {
				v.header.Notice.Tell(did, "Turn the web server on again, then probe who gets in.")
			}
			v.header.Notice.ShowErrorIf(err)
		})
	}})
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "users stay out, or come in to a server with some settings of the upgrade."}
	n := v.open()
	switch {
	case !v.read:
		f.Now = "Comparing with how it was"
	case n == 0:
		f.Sign, f.Now, f.Next = kit.Good, "Everything is as it was before the upgrade", "Turn the web server on, probe, then sign off"
	default:
		f.Sign, f.Now, f.Next = kit.Warn, present.Plural(int64(n), "thing differs", "things differ")+" from before the upgrade",
			"Look at each difference, then put it back"
	}
	f.Known = "The installation as it was noted when the run began, and the files as they are now"
	v.header.Set(f)
	v.put.SetEnabled(n > 0)
	text := "Put everything back"
	if n > 0 {
		text = "Put " + present.Plural(int64(n), "thing", "things") + " back"
	}
	v.put.SetText(text)
}
