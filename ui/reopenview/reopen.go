// Package reopenview is the eighth phase on the screen: what is put back before users come in again, as it was, as it is and as it will be.
package reopenview

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/undoview"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	// Returned lists what differs from how it was before the upgrade and has to be looked at. take is what a person chose, by key.
	Returned(ctx context.Context, take map[string]settings.Side) ([]port.Returned, error)
	// PutBack makes the site's changes again in what a new .ear brought fresh, takes the changes of offline begin back, and tells what it did.
	PutBack(ctx context.Context, take map[string]settings.Side, prefer settings.Prefer) (string, error)
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	items   []port.Returned
	read    bool
	chosen  int
	take    map[string]settings.Side

	header *kit.Header
	put    *kit.Button
	table  *kit.DataTable
	detail *fyne.Container
	merge  mergePane
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e, take: map[string]settings.Side{}}
	v.put = kit.NewPrimary("Put everything back", v.ask)
	v.header = kit.NewHeader("Reopen", v.put, kit.NewButton("Probe who gets in", func() { h.Go(screen.Offline) }))
	v.table = kit.NewDataTable([]kit.Column{{ID: "what", Title: "What", Min: 150, Weight: 1}, {ID: "was", Title: "Before the upgrade", Min: 120,
		Weight: 1}, {ID: "now", Title: "Now", Min: 120, Weight: 1},
		{ID: "will", Title: "Will be", Min: 120, Weight: 1}})
	v.table.Empty = "Nothing was noted before the upgrade"
	v.table.OnSelect = func(row int) { v.chosen = row; v.showDetail() }
	v.detail = container.NewStack()
	v.merge = newMergePane(v)
	v.content = kit.Page(v.header, kit.Tiers(10, []float32{0.8, 1.2}, kit.Titled("What is put back", nil, v.table), kit.Panel(v.detail)))
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.table) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	take := v.take
	observe.Load(v.host.Scope, "returned", func(ctx context.Context) ([]port.Returned, error) { return v.engine.Returned(ctx, take) }, func(items []port.Returned, err error) {
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
		if it.Same && it.Open == 0 {
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
		v.detail.Objects = []fyne.CanvasObject{kit.Pad(14, kit.NewPara("What the upgrade and this run changed stands above: the edit of fsp.properties that a new "+
			".ear loses, serverURI, trace strings.", kit.Dim))}
		v.header.Update()
		return
	}
	it := v.items[v.chosen]
	body := v.plain(it)
	if len(it.Merge) > 0 {
		body = v.merge.show(it)
	}
	v.detail.Objects = []fyne.CanvasObject{body}
	v.detail.Refresh()
	v.header.Update()
}

// plain is the detail of what is no merge.
func (v *View) plain(it port.Returned) fyne.CanvasObject {
	rows := []fyne.CanvasObject{kit.NewText(it.Title, kit.Heading)}
	switch {
	case it.Same:
		rows = append(rows, kit.NewPara("It is as it was; nothing has to be done.", kit.Body))
	case it.ByHand:
		rows = append(rows, kit.Beside(kit.Warn, kit.NewPara("A person has to see to it: "+it.Will+".", kit.Body)))
	}
	if it.Kept != "" {
		rows = append(rows, kit.NewPara("The site's file is kept in the run: "+it.Kept, kit.Small))
	}
	if it.Advice != "" {
		rows = append(rows, kit.NewPara(it.Advice, kit.Body))
	}
	if it.Diff != "" {
		rows = append(rows, kit.DiffView(it.Diff))
	}
	if !it.Evidence.IsZero() {
		rows = append(rows, kit.EvidenceRow(it.Evidence, v.host.Open))
	}
	return kit.Scroll(kit.Pad(14, kit.Stack(8, rows...)))
}

// choose takes a side for a key and works the merge out again.
func (v *View) choose(key string, side settings.Side) {
	take := map[string]settings.Side{key: side}
	for k, s := range v.take {
		if k != key {
			take[k] = s
		}
	}
	v.take = take
	v.Shown()
}

// open counts what a press puts back, and byHand what a person has to see to.
func (v *View) open() (open, byHand int) {
	for _, it := range v.items {
		switch {
		case it.ByHand && !it.Same:
			byHand++
		case !it.Same:
			open++
		}
		byHand += it.Open
	}
	return open, byHand
}

func (v *View) ask() {
	var rows []fyne.CanvasObject
	for _, it := range v.items {
		if !it.Same && !it.ByHand {
			rows = append(rows, kit.Beside(kit.Warn, kit.NewPara(it.Title+": "+it.Will, kit.Body)))
		}
	}
	if _, byHand := v.open(); byHand > 0 {
		rows = append(rows, kit.NewPara(present.Plural(int64(byHand), "thing is", "things are")+" left for a person to look at.", kit.Dim))
	}
	take := v.take
	kit.ShowGate(v.host.Canvas, kit.Gate{Title: "Put back what was changed", Body: kit.Stack(6, rows...), Confirm: "Put it back", OnGo: func([]string) { v.putBack(take, "") }})
}

// putBack does it. Where somebody else edited a setting that is to be taken back, it asks whose value stays and goes on there.
func (v *View) putBack(take map[string]settings.Side, prefer settings.Prefer) {
	v.host.Run(undoview.Line(prefer, v.commandLine()...)...)
	observe.Load(v.host.Scope, "put", func(ctx context.Context) (string, error) { return v.engine.PutBack(ctx, take, prefer) }, func(did string, err error) {
		v.host.Changed()
		v.Shown()
		if err == nil {
			v.header.Notice.Tell(did, "Restart Leap where the extensions directory was set again, turn the web server on, then probe who gets in.")
		}
		v.header.Notice.ShowErrorIf(err)
		undoview.Ask(v.host, err, func(p settings.Prefer) { v.putBack(take, p) })
	})
}

// commandLine is what does the same as the button.
func (v *View) commandLine() []string {
	merges := false
	for _, it := range v.items {
		merges = merges || len(it.Merge) > 0 && !it.Same
	}
	if !merges {
		return []string{"offline", "end"}
	}
	line := []string{"settings", "reapply"}
	for _, it := range v.items {
		for _, k := range it.Merge {
			switch v.take[k.Key] {
			case settings.TakeSite:
				line = append(line, "--take-site", k.Key)
			case settings.TakeNew:
				line = append(line, "--take-new", k.Key)
			}
		}
	}
	return line
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "users stay out, or come in to a server with some settings of the upgrade."}
	n, byHand := v.open()
	switch {
	case !v.read:
		f.Now = "Comparing with how it was"
	case n+byHand == 0:
		f.Sign, f.Now, f.Next = kit.Good, "Everything is as it was before the upgrade", "Turn the web server on, probe, then sign off"
	case n == 0:
		f.Sign, f.Now, f.Next = kit.Warn, present.Plural(int64(byHand), "thing is", "things are")+" left for a person", "Open each and see to it; then turn the web server on"
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
