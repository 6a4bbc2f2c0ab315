package shell_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"go.uber.org/goleak"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("fyne.io/fyne/v2/internal/async.(*UnboundedChan[...]).processing"))
}

var (
	normal = fyne.NewSize(1280, 800)
	small  = fyne.NewSize(1024, 768)
)

// walk visits every object that is seen.
func walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	visit(o)
	switch c := o.(type) {
	case *fyne.Container:
		for _, child := range c.Objects {
			walk(child, visit)
		}
	case *container.Scroll:
		walk(c.Content, visit)
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(c).Objects() {
			walk(child, visit)
		}
	}
}

// texts are all texts that are seen: one line each.
func (b *bench) texts() string {
	var out []string
	visit := func(o fyne.CanvasObject) {
		switch w := o.(type) {
		case *kit.Text:
			out = append(out, w.Text())
		case *kit.Button:
			out = append(out, w.Text)
		case *kit.Link:
			out = append(out, w.Text())
		case *kit.Strip:
			out = append(out, w.Legend())
		case *kit.DataTable:
			for row := range w.Len() {
				for col := range w.Columns {
					out = append(out, w.At(row, col).Text)
				}
			}
		}
	}
	walk(b.window.Canvas().Content(), visit)
	for _, o := range b.window.Canvas().Overlays().List() {
		walk(o, visit)
	}
	return strings.Join(out, "\n")
}

func (b *bench) sees(want ...string) {
	b.t.Helper()
	got := b.texts()
	for _, w := range want {
		if !strings.Contains(got, w) {
			b.t.Errorf("on %s nothing says %q; seen:\n%s", b.shell.Current(), w, got)
		}
	}
}

// button finds a button by its text, in a gate first.
func (b *bench) button(text string) *kit.Button {
	b.t.Helper()
	var found *kit.Button
	visit := func(o fyne.CanvasObject) {
		if w, ok := o.(*kit.Button); ok && w.Text == text {
			found = w
		}
	}
	walk(b.window.Canvas().Content(), visit)
	for _, o := range b.window.Canvas().Overlays().List() {
		walk(o, visit)
	}
	if found == nil {
		b.t.Fatalf("there is no button %q; seen:\n%s", text, b.texts())
	}
	return found
}

func (b *bench) tap(text string) {
	b.t.Helper()
	button := b.button(text)
	if button.Disabled() {
		b.t.Fatalf("the button %q is off", text)
	}
	test.Tap(button)
	b.settle()
}

func (b *bench) entries() (out []*kit.Entry) {
	visit := func(o fyne.CanvasObject) {
		if e, ok := o.(*kit.Entry); ok {
			out = append(out, e)
		}
	}
	if over := b.window.Canvas().Overlays().Top(); over != nil {
		walk(over, visit)
		return out
	}
	walk(b.window.Canvas().Content(), visit)
	return out
}

func (b *bench) tables() (out []*kit.DataTable) {
	walk(b.window.Canvas().Content(), func(o fyne.CanvasObject) {
		if t, ok := o.(*kit.DataTable); ok {
			out = append(out, t)
		}
	})
	return out
}

func (b *bench) shortcut(k fyne.KeyName) {
	b.t.Helper()
	s := &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierControl}
	c, ok := b.window.Canvas().(interface{ TypedShortcut(fyne.Shortcut) })
	if !ok {
		b.t.Skip("the test driver has no shortcuts; the real window's test presses them")
	}
	c.TypedShortcut(s)
	b.settle()
}

func TestEveryScreenFitsASmallWindow(t *testing.T) {
	b := open(t, newEngine(), kit.Light, small)
	for _, id := range screen.All {
		b.shell.Go(id)
		b.settle()
		if m := b.window.Content().MinSize(); m.Width > 1024 || m.Height > 768-24 {
			t.Errorf("%s needs %v", id, m)
		}
	}
}

func TestEveryScreenAnswersItsThreeQuestions(t *testing.T) {
	b := open(t, newEngine(), kit.Dark, normal)
	for _, id := range screen.All {
		b.shell.Go(id)
		b.settle()
		b.sees("NOW", "HOW WE KNOW", "NEXT", "If you stop here: ")
	}
}

func TestEveryScreenCanBeWalkedByTabAlone(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	for _, id := range screen.All {
		b.shell.Go(id)
		b.settle()
		seen := map[fyne.Focusable]bool{}
		for range 120 {
			b.window.Canvas().FocusNext()
			seen[b.window.Canvas().Focused()] = true
		}
		walk(b.window.Canvas().Content(), func(o fyne.CanvasObject) {
			f, ok := o.(fyne.Focusable)
			if d, off := o.(fyne.Disableable); off && d.Disabled() {
				return
			}
			if ok && !seen[f] {
				t.Errorf("%s: Tab does not reach a %T", id, o)
			}
		})
	}
}

func TestTheTopLineSaysWhereOneIs(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.sees("HCL Leap 9.3.8.12 on WebSphere", "prodCell01 / prodNode01 / server1", "LAB", "run 2026-11-22 prod", "from here, back by restore", "2 need you")
	e := newEngine()
	e.place = port.Place{}
	e.failWith = upgrade.NewFault("SB-9001", upgrade.KindFailed, nil, "detail", "nothing is here")
	b = open(t, e, kit.Light, normal)
	b.sees("No installation yet", "nothing is here")
}

func TestAFindingIsFixedAfterItsDiffWasSeen(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.sees("2 blockers, 1 could not be checked, 3 warnings, 14 fine", "No trace strings are enabled", "Why it matters")
	b.tap("Show the fix")
	if len(e.fixed) != 0 {
		t.Fatal("it was fixed before the diff was seen")
	}
	b.sees(`startupTraceSpecification="*=info"`, "springboardctl check fix LEAP-TRACE-001 --dry-run --root /srv/lab")
	b.tap("Apply this change")
	if strings.Join(e.fixed, ",") != "LEAP-TRACE-001" {
		t.Errorf("fixed: %v", e.fixed)
	}
	b.sees("springboardctl check fix LEAP-TRACE-001 --root /srv/lab")
}

func TestAWaiverNeedsANameAndAReason(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.tap("Waive")
	fields := b.entries()
	if len(fields) != 2 || fields[0].Text != "kim" {
		t.Fatalf("the gate asks for %d things", len(fields))
	}
	var gate *kit.Button
	walk(b.window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if w, ok := o.(*kit.Button); ok && w.Text == "Waive" {
			gate = w
		}
	})
	if !gate.Disabled() {
		t.Error("a waiver without a reason is possible")
	}
	fields[1].SetText("tested last week")
	test.Tap(gate)
	b.settle()
	if strings.Join(e.waived, ",") != "LEAP-TRACE-001 kim tested last week" {
		t.Errorf("waived: %v", e.waived)
	}
}

func TestEvidenceOpensAtItsLineAndEscapeGoesBack(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	var link *kit.Link
	walk(b.window.Canvas().Content(), func(o fyne.CanvasObject) {
		if l, ok := o.(*kit.Link); ok && strings.HasSuffix(l.Text(), "server.xml:43") {
			link = l
		}
	})
	test.Tap(link)
	b.settle()
	if b.shell.Current() != screen.File {
		t.Fatalf("in front is %s", b.shell.Current())
	}
	b.sees("server.xml")
	b.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.shell.Current() != screen.Survey {
		t.Errorf("Escape goes to %s", b.shell.Current())
	}
}

func TestABackupShowsItsProgressAndClosingAsksFirst(t *testing.T) {
	e := newEngine()
	e.hold = make(chan struct{})
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Protect)
	b.settle()
	b.sees("There is a backup that was restored once and compared", "/srv/backups/leap-prod-20261122-2130")
	b.tap("Back up 412 files, 1.2 GB")
	b.sees("Copying and reading back  700 MB of 1.2 GB", "springboardctl backup create --to /srv/backups --root /srv/lab", "Stop safely", "forms.jar")
	b.shell.Close()
	b.sees("1 operation is still running", "Keep running", "Stop safely and close")
	test.Tap(b.button("Keep running"))
	if b.shell.Scope().Context().Err() != nil || len(b.shell.Tasks().Running()) != 1 {
		t.Fatal("it did not keep running")
	}
	close(e.hold)
	b.settle()
	b.sees("The backup is sealed.")
	b.shell.Close()
	if b.shell.Scope().Context().Err() == nil {
		t.Error("with nothing running the window does not close")
	}
}

func TestStopSafelyStopsWhatRuns(t *testing.T) {
	e := newEngine()
	e.hold = make(chan struct{})
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Protect)
	b.settle()
	b.tap("Back up 412 files, 1.2 GB")
	b.tap("Stop safely")
	if p := b.shell.Tasks().Of("backup").Progress(); p.State != op.Stopped {
		t.Errorf("it is %s", p.State)
	}
	if strings.Contains(b.texts(), "could not") {
		t.Error("a stop by a person is shown as trouble")
	}
}

func TestAVerificationNamesTheFileThatDiffers(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Protect)
	b.settle()
	b.tap("Verify")
	if len(e.verified) != 1 {
		t.Fatalf("verified: %v", e.verified)
	}
	b.sees("1 difference", "files/settings/Leap_config.properties", "one file differs")
}

func TestARestoreNeedsTheTypedWord(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Protect)
	b.settle()
	b.tap("Restore")
	b.sees("Ear, settings and database: what stands there now is kept under a dated name")
	fields := b.entries()
	fields[len(fields)-1].SetText("restore")
	var gate *kit.Button
	walk(b.window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if w, ok := o.(*kit.Button); ok && w.Text == "Restore" {
			gate = w
		}
	})
	test.Tap(gate)
	b.settle()
	if len(e.restored) != 1 || !strings.HasSuffix(e.restored[0], "true") {
		t.Errorf("restored: %v", e.restored)
	}
}

func TestTheLedgerAddsUpAndIsFilteredByStateAndCause(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Applications)
	b.settle()
	b.sees("162 upgraded, 7 failed, 0 unknown, 31 pending", "of 200 applications in the census", "7 applications, 2 causes", "Access 31 applications")
	table := b.tables()[0]
	if table.Len() != 200 {
		t.Errorf("%d rows", table.Len())
	}
	var chips []*kit.Chip
	walk(b.window.Canvas().Content(), func(o fyne.CanvasObject) {
		if c, ok := o.(*kit.Chip); ok {
			chips = append(chips, c)
		}
	})
	test.Tap(chips[0])
	if table.Len() != 7 {
		t.Errorf("%d failed", table.Len())
	}
	b.entries()[0].SetText("Expense report 01")
	if table.Len() != 1 {
		t.Errorf("the search leaves %d rows", table.Len())
	}
	b.sees("caused by java.lang.NullPointerException: form has no pages", "/srv/lab/logs/SystemOut.log:1203")
	b.tap("Access 31 applications")
	if e.swept != 1 {
		t.Errorf("swept %d times", e.swept)
	}
	b.sees("springboardctl apps sweep --root /srv/lab")
}

func TestTenThousandApplicationsAreFilteredAtOnce(t *testing.T) {
	e := newEngine()
	e.ledger = ledger(10_000)
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Applications)
	b.settle()
	if n := b.tables()[0].Len(); n != 10_000 {
		t.Fatalf("%d rows", n)
	}
	b.entries()[0].SetText("incident")
	if n := b.tables()[0].Len(); n != 2000 {
		t.Errorf("%d incidents", n)
	}
}

func TestTheLogFiltersAndCounts(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shell.Go(screen.Log)
	b.settle()
	var view *kit.LogView
	var chips []*kit.Chip
	walk(b.window.Canvas().Content(), func(o fyne.CanvasObject) {
		switch w := o.(type) {
		case *kit.LogView:
			view = w
		case *kit.Chip:
			chips = append(chips, w)
		}
	})
	if view.Len() != 900 || chips[0].Count() != "22" {
		t.Errorf("%d records, %s errors", view.Len(), chips[0].Count())
	}
	test.Tap(chips[0])
	b.settle()
	if view.Len() != 22 {
		t.Errorf("%d errors", view.Len())
	}
	b.sees("Live: every byte that was written is read", "Travel request 12")
}

func TestAPracticeUpgradePassesAGateAndTurnsTheChecklist(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Upgrade)
	b.settle()
	b.sees("3 of 5 steps seen", "Next to be seen: Setup runs")
	b.tap("Run the practice upgrade")
	b.sees("point of no return")
	if e.upgraded {
		t.Fatal("it began without the gate")
	}
	b.tap("Upgrade the practice server")
	b.sees("The upgrade is through", "springboardctl lab upgrade /srv/lab --root /srv/lab")
}

func TestAServerThatIsNoLabHasNoPracticeUpgrade(t *testing.T) {
	e := newEngine()
	e.place.Lab = false
	b := openWith(t, e, kit.Light, normal, false)
	b.shell.Go(screen.Upgrade)
	b.settle()
	if strings.Contains(b.texts(), "practice") {
		t.Error("a real server offers a practice upgrade")
	}
	b.sees("Look at the server now")
}

func TestAValueIsWrittenOnlyAfterItsDiff(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Settings)
	b.settle()
	keys := b.tables()[1]
	test.TapAt(keys, fyne.NewPos(20, kit.RowHeight+5))
	b.settle()
	b.sees("The address under which users reach Leap", "ibm.nitro.NitroConfig.serverURI", "••••", "1 key differs between nodes", "prodNode02: https://leap2.example.com")
	if strings.Contains(b.texts(), "geheim") {
		t.Error("a password is shown")
	}
	fields := b.entries()
	fields[len(fields)-1].SetText("https://leap:9443")
	b.settle()
	b.sees("ibm.nitro.NitroConfig.serverURI=https://leap:9443", "One change is prepared; nothing is written yet")
	if len(e.applied) != 0 {
		t.Fatal("written before it was asked for")
	}
	b.tap("Write this change")
	if len(e.applied) != 1 {
		t.Errorf("written %d times", len(e.applied))
	}
}

func TestAKeyThatIsNotSetIsFoundAndSet(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Settings)
	b.settle()
	b.entries()[0].SetText("admininfo")
	b.settle()
	b.sees("ibm.nitro.NitroConfig.adminInfo1", "not set")
	test.TapAt(b.tables()[1], fyne.NewPos(20, kit.RowHeight+5))
	b.settle()
	fields := b.entries()
	fields[len(fields)-1].SetText("me")
	b.settle()
	b.tap("Write this change")
	if len(e.applied) != 1 || !strings.Contains(e.applied[0], "adminInfo1=me") {
		t.Errorf("%q", e.applied)
	}
}

func TestAManagedCellIsOfferedAsCommands(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Dark, normal)
	b.shell.Go(screen.Settings)
	b.settle()
	test.TapAt(b.tables()[0], fyne.NewPos(20, kit.RowHeight*3+5))
	b.settle()
	test.TapAt(b.tables()[1], fyne.NewPos(20, kit.RowHeight+5))
	b.settle()
	fields := b.entries()
	fields[len(fields)-1].SetText("*=info")
	b.settle()
	b.sees("A deployment manager owns this cell", "AdminConfig.save()")
	b.tap("Run these commands")
	if strings.Join(e.applied, "") != "AdminConfig.save()\n" {
		t.Errorf("%q", e.applied)
	}
}

func TestAChangeIsTakenBackFromTheJournal(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Journal)
	b.settle()
	b.sees("6 entries; 1 change is in force", "kim waived LEAP-LOG-002", "Fix LEAP-TRACE-001")
	b.tap("Take back")
	if strings.Join(e.undone, ",") != "/srv/lab/server.xml" {
		t.Errorf("taken back: %v", e.undone)
	}
}

func TestTheRunTellsWhatComesNextAndAPersonTicksOrPassesTheGate(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Dark, small)
	b.shell.Go(screen.Journal)
	b.settle()
	b.sees("was interrupted: do it again, it goes on", "nobody is at work on it", "IF YOU STOP HERE")
	choose := func(step string) {
		for i, s := range run.Steps() {
			if s.ID == step {
				b.tables()[0].Select(i)
				b.tables()[0].OnSelect(i)
			}
		}
		b.settle()
	}
	choose(run.StepPage)
	b.tap("Tick it by name")
	b.tap("It is done")
	choose(run.StepGate)
	b.sees("Should come first: ")
	b.tap("Let the upgrade begin")
	for _, in := range b.entries() {
		if in.PlaceHolder == "UPGRADE" {
			test.Type(in, "UPGRADE")
		}
	}
	b.settle()
	b.tap("Let it begin")
	if !e.ticked[run.StepPage] || !e.ticked[run.StepGate] {
		t.Errorf("ticked: %v", e.ticked)
	}
	b.tap("Go back step by step")
	b.sees("The product was taken offline", "Restore the backup.")
	b.tap("Take it back")
	b.sees("1 thing was taken back.")
}

func TestProbesTellWhoGetsIn(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Offline)
	b.settle()
	b.sees("It is not known who gets in")
	b.tap("Probe who gets in")
	b.sees("The product is online: users get in", "Status 401: it asks for user and password")
	b.tap("Take the product offline")
	b.sees("#ibm.nitro.NitroConfig.serverURI = https://leap.example.com")
	b.tap("Take it offline")
	b.sees("users are out, the administrator gets in", "Offline for 2 h 13 min", "maintenance page of this run, by its mark", "server.xml was changed",
		"Statistics of the applications at", "AdminControl.setAttribute", "First line of the VirtualHost")
	b.tap("nginx")
	b.sees("include nginx.conf;")
	e.leaky = true
	b.tap("Probe who gets in")
	b.sees("users still get in", "Programs still reach the API.")
	b.tap("Bring the product back")
	b.tap("Put everything back")
	b.sees("The product is online: users get in", "2 files are byte for byte as before.")
}

func TestWhatIsPutBackIsNamedFirst(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Reopen)
	b.settle()
	b.sees("2 things differ from before the upgrade", "extensions=/opt/HCL/Leap/custom", "Both changed it.", "site's, made again", "HCL Leap.ear")
	b.tap("Keep the new value")
	b.sees("chosen")
	if took := *e.choice.Load(); took["fsp.services.startup.timeout"] != settings.TakeNew {
		t.Errorf("chosen: %v", took)
	}
	b.tap("Put 2 things back")
	b.sees("Extensions in fsp.properties: /opt/HCL/Leap/custom")
	b.tap("Put it back")
	if e.putBack != 1 {
		t.Errorf("put back %d times", e.putBack)
	}
}

func TestTheReportSaysWhatIsNotKnown(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shell.Go(screen.SignOff)
	b.settle()
	b.sees("2 things are not known or not proven", "33 of 200 applications are not settled.", "It is not known of 33 applications what became of them.")
	b.tap("Write the report")
	b.sees("The report is written.", "report.html")
}

func TestAnEstimateNamesItsBasis(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shell.Go(screen.Rehearse)
	b.settle()
	b.sees("6 min 52 s", "9 min 58 s", "200 applications, 180 of them measured in rehearsal-1.")
}

func TestFailedApplicationsHaveALaneWhoseDeleteIsLocked(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shell.Go(screen.Recover)
	b.settle()
	b.sees("7 applications failed, 2 causes", "4  Delete", "GET /apps-basic/secure/org/app/")
	if n := b.tables()[0].Len(); n != 7 {
		t.Errorf("%d failed applications", n)
	}
}

func TestTheLookChangesAndIsRemembered(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.tap("Look: light")
	b.sees("Look: dark")
	if b.remembered != kit.Dark {
		t.Errorf("remembered is %q", b.remembered)
	}
}

func TestAnswersThatAPersonDeclinedAreNotAskedAgain(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	got := make(chan error, 1)
	ask := func() {
		_, err := b.shell.Ask("Password of admin", false)
		got <- err
	}
	go ask()
	b.settle()
	b.sees("Password of admin")
	test.Tap(b.button("Cancel"))
	if err := <-got; err == nil {
		t.Error("a declined question has an answer")
	}
	ask() // at once, without a gate
	if err := <-got; err == nil || b.window.Canvas().Overlays().Top() != nil {
		t.Error("it was asked again")
	}
	b.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF5})
	go ask()
	b.settle()
	b.entries()[0].SetText("secret")
	test.Tap(b.button("Go on"))
	if err := <-got; err != nil {
		t.Error(err)
	}
}

func TestThePracticeServerIsStartedFromTheTopLine(t *testing.T) {
	e := newEngine()
	e.place.Served = false
	b := open(t, e, kit.Light, normal)
	b.tap("Start the practice server")
	if running := b.shell.Tasks().Running(); len(running) != 1 || running[0].Progress().Title != "Practice server" {
		t.Errorf("running: %v", running)
	}
	b.sees("springboardctl lab serve /srv/lab")
}

func TestShortcutsGoToScreens(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shortcut(fyne.Key6)
	if b.shell.Current() != screen.Applications {
		t.Errorf("Ctrl+6 goes to %s", b.shell.Current())
	}
}
