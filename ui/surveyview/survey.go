// Package surveyview is the first phase on the screen: the installation as it was found, each line with its evidence, and the findings of the checks
// with what to do about them.
package surveyview

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	// Installations lists what was found; again looks anew.
	Installations(ctx context.Context, again bool) ([]upgrade.Installation, error)
	// LookIn describes a folder that a person named.
	LookIn(ctx context.Context, dir string) ([]upgrade.Installation, error)
	// Choose makes one installation of several the one that the window works on.
	Choose(ctx context.Context, id string) error
	// Findings gives the results of the checks as they are, without running them.
	Findings(ctx context.Context) (port.Checks, error)
	// Check runs the checks, as an operation.
	Check(ctx context.Context, rep op.Reporter) error
	// PreviewFix gives the unified diff of what a fix would change.
	PreviewFix(ctx context.Context, code string) (string, error)
	Fix(ctx context.Context, code string) error
	Waive(ctx context.Context, code, by, why string) error
	Attest(ctx context.Context, code, by string) error
}

// state is what the screen shows, apart from its widgets.
type state struct {
	all      []upgrade.Installation
	in       upgrade.Installation
	found    bool
	looked   bool
	checks   port.Checks
	selected string // code of the selected finding
	query    string
	rows     []present.FindingRow
	checking bool
	preview  string // diff of the fix of the selected finding
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	st      state
	content fyne.CanvasObject

	header *kit.Header
	run    *kit.Button
	facts  *fyne.Container
	strip  *kit.Strip
	filter *kit.Entry
	table  *kit.DataTable
	detail *fyne.Container
	scroll *container.Scroll
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e}
	v.run = kit.NewPrimary("Run the checks", v.check)
	again := kit.NewButton("Look again", func() { v.load(true) })
	v.header = kit.NewHeader("Survey", v.run, again)
	v.facts = kit.Stack(10)
	v.strip = kit.NewStrip()
	v.filter = kit.NewEntry("Filter by code or word", v.search)
	v.table = kit.NewDataTable([]kit.Column{{ID: "finding", Title: "Check", Min: 150, Weight: 1}, {ID: "says", Title: "What is true now", Min: 160,
		Weight: 1.3}})
	v.table.OnSelect = v.choose
	v.table.Empty = "The checks were not run yet"
	v.filter.OnDown = func() { v.host.Focus(v.table) }
	v.detail = kit.Stack(10)
	v.scroll = kit.Scroll(kit.Pad(14, v.detail))
	findings := kit.TitledWith(kit.RowFill(kit.Unit, 0, kit.NewText("Findings", kit.Strong), kit.FixedWidth(200, v.filter)),
		container.NewBorder(kit.Inset(14, 12, 14, 8, v.strip), nil, nil, nil, v.table))
	right := kit.Tiers(10, []float32{1.15, 1}, findings, kit.Panel(v.scroll))
	left := kit.Titled("Installation", nil, kit.Scroll(kit.Inset(14, 12, 18, 14, v.facts)))
	v.content = kit.Page(v.header, kit.Columns(12, []float32{1, 1.75}, left, right))
	v.showDetail()
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Shown implements screen.Screen.
func (v *View) Shown() { v.load(false) }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.table) }

func (v *View) load(again bool) {
	observe.Load(v.host.Scope, "installations", func(ctx context.Context) ([]upgrade.Installation, error) {
		return v.engine.Installations(ctx,
			again)
	}, v.gotInstallations)
	v.loadFindings()
}

func (v *View) loadFindings() {
	observe.Load(v.host.Scope, "findings", v.engine.Findings, func(c port.Checks, err error) {
		v.header.Notice.Loaded("findings", err)
		if err == nil {
			v.st.checks = c
			v.refill()
		}
	})
}

func (v *View) gotInstallations(all []upgrade.Installation, err error) {
	v.st.looked, v.st.all, v.st.found = true, all, false
	if len(all) == 1 {
		v.st.in, v.st.found = all[0], true
	}
	v.showFacts(err)
	v.tell()
}

func (v *View) check() {
	if v.st.checking {
		return
	}
	v.st.checking = true
	v.header.Notice.ShowError(nil)
	line := v.host.Run("check")
	v.host.Tasks.Start("check", "Run the checks", line, string(screen.Survey), v.engine.Check, func(p op.Progress) {
		v.st.checking = false
		v.header.Notice.ShowError(kit.Unstopped(p))
		v.host.Changed()
	})
	v.tell()
}

func (v *View) search(q string) {
	v.st.query = q
	v.refill()
}

// refill shows the findings anew and keeps the selection at its code.
func (v *View) refill() {
	v.st.rows = present.FindingRows(v.st.checks.Findings, v.st.query)
	v.table.SetRows(kit.RowsOf{Count: func() int { return len(v.st.rows) }, At: v.cell})
	at := -1
	for i, r := range v.st.rows {
		if r.Heading == "" && r.Finding.Code == v.st.selected {
			at = i
		}
	}
	if at < 0 && len(v.st.rows) > 1 {
		at = 1
		v.st.selected = v.st.rows[1].Finding.Code
	}
	v.table.Select(at)
	s := present.SumFindings(v.st.checks.Findings)
	part := func(sev upgrade.Severity, n int, word string) kit.Part {
		st := kit.SeverityState(sev)
		st.Word = word
		return kit.Part{State: st, Count: n}
	}
	parts := []kit.Part{part(upgrade.Blocker, s.Blockers, plural(s.Blockers, "blocker", "blockers")), part(upgrade.Warning, s.Warnings,
		plural(s.Warnings, "warning", "warnings"))}
	if s.Unknown > 0 {
		parts = append(parts, part(upgrade.Unknown, s.Unknown, "not checked"))
	}
	if s.Waived > 0 {
		parts = append(parts, kit.Part{State: kit.State{Sign: kit.Sign{Shape: kit.Dash, Color: kit.ColorDim}, Word: "waived"}, Count: s.Waived})
	}
	if s.Info > 0 {
		parts = append(parts, part(upgrade.Info, s.Info, plural(s.Info, "note", "notes")))
	}
	v.strip.Hidden = v.st.checks.At.IsZero() // zero blockers would look like an answer
	v.strip.Set(len(v.st.checks.Findings), append(parts, part(upgrade.OK, s.Fine, "fine")))
	v.showDetail()
	v.tell()
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func (v *View) cell(row, col int) kit.Cell {
	r := v.st.rows[row]
	switch {
	case r.Heading != "" && col == 0:
		return kit.Cell{Text: r.Heading, Bold: true}
	case r.Heading != "":
		return kit.Cell{Text: present.Count(int64(r.Count)), Dim: true}
	case col == 0:
		return kit.Cell{Text: r.Finding.Title, Sign: kit.FindingState(r.Finding).Sign}
	}
	return kit.Cell{Text: r.Finding.Summary, Dim: true}
}

func (v *View) choose(row int) {
	if r := v.st.rows[row]; r.Heading == "" && r.Finding.Code != v.st.selected {
		v.st.selected, v.st.preview = r.Finding.Code, ""
		v.showDetail()
	}
}

func (v *View) finding() (upgrade.Finding, bool) {
	for _, f := range v.st.checks.Findings {
		if f.Code == v.st.selected {
			return f, true
		}
	}
	return upgrade.Finding{}, false
}

// tell writes the header: what is true now, how it is known, what to do next.
func (v *View) tell() {
	f := kit.Facts{IfStop: "nothing has been changed. The survey only reads."}
	sum := present.SumFindings(v.st.checks.Findings)
	run := v.st.checks.At
	switch {
	case v.st.checking:
		f.Now, f.Sign, f.Known, f.Next = "The checks are running", kit.Sign{Shape: kit.Half, Color: kit.ColorAccent},
			"Each check reads files, asks the server or the system", "Wait; the results come here"
	case !v.st.looked:
		f.Now, f.Known = "Looking for an installation", "Profiles, registries and the usual folders are read"
	case !v.st.found:
		f.Now, f.Sign, f.Known, f.Next = "No installation is chosen", kit.Dunno, "See on the left what was looked at", "Choose one, or name its folder"
	case run.IsZero():
		f.Now, f.Sign, f.Known, f.Next = present.Name(v.st.in)+" was found", kit.Open, "From its configuration files and its log; each line names its "+
			"place", "Run the checks"
	case sum.Stops() > 0:
		f.Now, f.Sign = present.Upper(sum.Words()), kit.Bad
	case sum.Warnings > 0:
		f.Now, f.Sign = present.Upper(sum.Words()), kit.Warn
	default:
		f.Now, f.Sign = present.Upper(sum.Words()), kit.Good
	}
	if f.Known == "" {
		f.Known = present.Plural(int64(len(v.st.checks.Findings)), "check", "checks") + " ran at " + present.Clock(run, v.host.Now())
	}
	if f.Next == "" {
		f.Next = v.nextStep()
	}
	v.header.Set(f)
	v.run.SetEnabled(!v.st.checking && v.st.found)
	text := "Run the checks"
	if !run.IsZero() {
		text = "Run the checks again"
	}
	v.run.SetText(text)
}

func (v *View) nextStep() string {
	worst, ok := present.Worst(v.st.checks.Findings)
	switch {
	case ok && worst.Severity.Stops():
		return present.Sentence(worst.Remedy)
	case ok:
		return "Look at the warnings, then go on with Protect"
	}
	return "Go on with Protect: make a backup and prove it"
}
