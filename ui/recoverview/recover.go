// Package recoverview is the seventh phase on the screen: each failed application as a lane of steps that bring it back without losing a record.
package recoverview

import (
	"context"
	"path"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	Ledger(ctx context.Context, fresh bool) (port.Ledger, error)
}

// lane is the order of the steps; a later one is refused until the earlier ones are proven.
var lane = []struct{ title, what string }{
	{"Export", "Export the application with its data from an instance that runs on the restored database from before the upgrade."},
	{"Verify", "Read the archive again: it opens, it holds the application's UID, and its records are as many as the census says."},
	{"Second copy", "Keep a second copy on another volume, verified as well. Nothing is deleted before both stand."},
	{"Delete", "Delete the failed application from the new server, so that its UID and address are free."},
	{"Import", "Import the archive into the new server with deploy and data. The new version upgrades the design on import."},
	{"Compare", "Count the records again and compare them with the census."},
	{"Done", "Access it once more; the ledger then says recovered."},
}

// notRead stands in the table until the ledger was read: an empty table must not claim that nothing failed.
const notRead = "The ledger has not been read yet"

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	content fyne.CanvasObject
	ledger  port.Ledger
	failed  []upgrade.App
	read    bool
	uid     string

	header *kit.Header
	again  *kit.Button
	table  *kit.DataTable
	detail *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e}
	v.again = kit.NewPrimary("Read the ledger again", v.Shown)
	v.header = kit.NewHeader("Recover", v.again)
	v.table = kit.NewDataTable([]kit.Column{{ID: "name", Title: "Application", Min: 140, Weight: 1}, {ID: "records", Title: "Records", Min: 74,
		Right: true}, {ID: "cause", Title: "Cause", Min: 140, Weight: 1.2}})
	v.table.Empty = notRead
	v.table.OnSelect = func(row int) { v.uid = v.failed[row].UID; v.showDetail() }
	v.detail = kit.Stack(12)
	v.content = kit.Page(v.header, kit.Columns(12, []float32{1.2, 1}, kit.Titled("Failed and missing applications", nil, v.table),
		kit.Panel(kit.Scroll(kit.Pad(14, v.detail)))))
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.table) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	v.host.Run("apps", "clusters")
	observe.Load(v.host.Scope, "ledger", func(ctx context.Context) (port.Ledger, error) { return v.engine.Ledger(ctx, true) }, func(l port.Ledger, err error) {
		v.header.Notice.Loaded("ledger", err)
		if err == nil {
			v.ledger, v.read = l, true
			v.table.Empty = "No application failed"
		}
		v.fill()
		v.tell()
	})
}

func (v *View) fill() {
	v.failed = nil
	for _, a := range v.ledger.Board.Apps {
		if a.State == upgrade.Failed || a.State == upgrade.Missing {
			v.failed = append(v.failed, a)
		}
	}
	v.table.SetRows(kit.RowsOf{Count: func() int { return len(v.failed) }, At: v.cell})
	at := -1
	for i, a := range v.failed {
		if a.UID == v.uid {
			at = i
		}
	}
	if at < 0 && len(v.failed) > 0 {
		at, v.uid = 0, v.failed[0].UID
	}
	v.table.Select(at)
	v.showDetail()
}

func (v *View) cell(row, col int) kit.Cell {
	a := v.failed[row]
	switch col {
	case 0:
		return kit.Cell{Text: a.Name, Sign: kit.AppState(a.State).Sign}
	case 1:
		return kit.Cell{Text: present.Records(a)}
	}
	return kit.Cell{Text: v.cause(a), Dim: true}
}

func (v *View) cause(a upgrade.App) string {
	for _, c := range v.ledger.Clusters {
		if c.Cause == a.Cause && c.Cause != "" {
			return rootOf(c)
		}
	}
	return a.Error
}

func rootOf(c apps.Cluster) string {
	if c.Root != "" {
		return c.Root
	}
	return c.Error
}

// showDetail shows the lane of the selected application, with the calls that do each step.
func (v *View) showDetail() {
	v.detail.Objects = []fyne.CanvasObject{kit.NewPara("Applications that failed to upgrade are brought back here, one step after the other. A delete "+
		"is possible only while two verified copies exist.", kit.Dim)}
	for _, a := range v.failed {
		if a.UID != v.uid {
			continue
		}
		rows := []fyne.CanvasObject{kit.NewPara(a.Name, kit.Heading), kit.NewPara(v.cause(a), kit.MonoSmall)}
		for i, s := range lane {
			sign := kit.Sign{Shape: kit.Ring, Color: kit.ColorDim}
			if i > 0 {
				sign = kit.Sign{Shape: kit.Lock, Color: kit.ColorDim}
			}
			lines := []fyne.CanvasObject{kit.NewText(present.Count(int64(i+1))+"  "+s.title, kit.Strong), kit.NewPara(s.what, kit.Body)}
			if call := v.call(s.title, a.UID); call != "" {
				lines = append(lines, kit.NewPara(call, kit.MonoSmall).In(kit.ColorDim))
			}
			rows = append(rows, kit.Beside(sign, kit.Stack(2, lines...)))
		}
		v.detail.Objects = rows
	}
	v.header.Update()
}

// call is the request of the product's own interface that does a step.
func (v *View) call(step, uid string) string {
	base := "/apps-basic"
	if strings.Contains(v.ledger.Source, "volt") {
		base = "/volt-api"
	}
	switch step {
	case "Export":
		return "GET " + path.Join(base, "secure/org/app", uid, "archive") + "?mode=source&submitted=true"
	case "Delete":
		return "DELETE " + path.Join(base, "secure/org/app", uid)
	case "Import":
		return "POST " + path.Join(base, "secure/org/app") + "?deploy=true&importData=true&cleanIds=false"
	}
	return ""
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "a failed application stays closed to its users; nothing of it is lost."}
	n := int64(len(v.failed))
	switch {
	case !v.read:
		f.Now = "Reading the ledger"
	case !v.ledger.Taken:
		f.Sign, f.Now, f.Next = kit.Open, "It is not known which applications there are", "Take the census on Applications"
	case n == 0 && v.ledger.Board.Closed:
		f.Sign, f.Now, f.Next = kit.Good, "No application failed", "Go on with Reopen"
	case n == 0:
		f.Sign, f.Now, f.Next = kit.Open, "No application is known to have failed; not all are accounted for", "Access the others on Applications"
	default:
		f.Sign, f.Now = kit.Bad, present.Plural(n, "application", "applications")+" failed, "+present.Plural(int64(len(v.ledger.Clusters)), "cause", "causes")
		f.Next = "Bring them back by the steps on the right, or sign each off in the report"
	}
	if v.ledger.Taken {
		f.Known = "From the ledger, read " + present.Clock(v.ledger.Read, v.host.Now())
	}
	v.header.Set(f)
}
