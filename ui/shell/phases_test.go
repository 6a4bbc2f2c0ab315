package shell_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/uitest"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

func TestTheLedgerAddsUpAndIsFilteredByStateAndCause(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Applications)
	b.Settle()
	b.Sees("162 upgraded, 7 failed, 0 unknown, 31 pending", "of 200 applications in the census", "7 applications, 2 causes", "Access 31 applications")
	table := b.Tables()[0]
	if table.Len() != 200 {
		t.Errorf("%d rows", table.Len())
	}
	var chips []*kit.Chip
	uitest.Walk(b.Window.Canvas().Content(), func(o fyne.CanvasObject) {
		if c, ok := o.(*kit.Chip); ok {
			chips = append(chips, c)
		}
	})
	test.Tap(chips[0])
	if table.Len() != 7 {
		t.Errorf("%d failed", table.Len())
	}
	b.Entries()[0].SetText("Expense report 01")
	if table.Len() != 1 {
		t.Errorf("the search leaves %d rows", table.Len())
	}
	b.Sees("caused by java.lang.NullPointerException: form has no pages", "/srv/lab/logs/SystemOut.log:1203")
	b.Tap("Access 31 applications")
	if e.swept != 1 {
		t.Errorf("swept %d times", e.swept)
	}
	b.Sees("springboardctl apps sweep --root /srv/lab")
}

func TestTenThousandApplicationsAreFilteredAtOnce(t *testing.T) {
	e := newEngine()
	e.ledger = ledger(10_000)
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Applications)
	b.Settle()
	if n := b.Tables()[0].Len(); n != 10_000 {
		t.Fatalf("%d rows", n)
	}
	b.Entries()[0].SetText("incident")
	if n := b.Tables()[0].Len(); n != 2000 {
		t.Errorf("%d incidents", n)
	}
}

func TestTheLogFiltersAndCounts(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shell.Go(screen.Log)
	b.Settle()
	var view *kit.LogView
	var chips []*kit.Chip
	uitest.Walk(b.Window.Canvas().Content(), func(o fyne.CanvasObject) {
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
	b.Settle()
	if view.Len() != 22 {
		t.Errorf("%d errors", view.Len())
	}
	b.Sees("Live: every byte that was written is read", "Travel request 12")
}

func TestAPracticeUpgradePassesAGateAndTurnsTheChecklist(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Upgrade)
	b.Settle()
	b.Sees("3 of 5 steps seen", "Next to be seen: Setup runs")
	b.Tap("Run the practice upgrade")
	b.Sees("point of no return")
	if e.upgraded {
		t.Fatal("it began without the gate")
	}
	b.Tap("Upgrade the practice server")
	b.Sees("The upgrade is through", "springboardctl lab upgrade /srv/lab --root /srv/lab")
}

func TestAServerThatIsNoLabHasNoPracticeUpgrade(t *testing.T) {
	e := newEngine()
	e.place.Lab = false
	b := openWith(t, e, kit.Light, normal, false)
	b.shell.Go(screen.Upgrade)
	b.Settle()
	if strings.Contains(b.Texts(), "practice") {
		t.Error("a real server offers a practice upgrade")
	}
	b.Sees("Look at the server now")
}

func TestTheRunTellsWhatComesNextAndAPersonTicksOrPassesTheGate(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Dark, small)
	b.shell.Go(screen.Journal)
	b.Settle()
	b.Sees("was interrupted: do it again, it goes on", "nobody is at work on it", "IF YOU STOP HERE")
	choose := func(step string) {
		for i, s := range run.Steps() {
			if s.ID == step {
				b.Tables()[0].Select(i)
				b.Tables()[0].OnSelect(i)
			}
		}
		b.Settle()
	}
	choose(run.StepPage)
	b.Tap("Tick it by name")
	b.Tap("It is done")
	choose(run.StepGate)
	b.Sees("Should come first: ")
	b.Tap("Let the upgrade begin")
	for _, in := range b.Entries() {
		if in.PlaceHolder == "UPGRADE" {
			test.Type(in, "UPGRADE")
		}
	}
	b.Settle()
	b.Tap("Let it begin")
	if !e.ticked[run.StepPage] || !e.ticked[run.StepGate] {
		t.Errorf("ticked: %v", e.ticked)
	}
	b.Tap("Go back step by step")
	b.Sees("The product was taken offline", "Restore the backup.")
	b.Tap("Take it back")
	b.Sees("1 thing was taken back.")
}

func TestProbesTellWhoGetsIn(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Offline)
	b.Settle()
	b.Sees("It is not known who gets in")
	b.Tap("Probe who gets in")
	b.Sees("The product is online: users get in", "Status 401: it asks for user and password")
	b.Tap("Take the product offline")
	b.Sees("#ibm.nitro.NitroConfig.serverURI = https://leap.example.com")
	b.Tap("Take it offline")
	b.Sees("users are out, the administrator gets in", "Offline since 20:01:05", "maintenance page of this run, by its mark", "server.xml was changed",
		"Statistics of the applications at", "AdminControl.setAttribute", "First line of the VirtualHost")
	b.Tap("nginx")
	b.Sees("include nginx.conf;")
	e.leaky = true
	b.Tap("Probe who gets in")
	b.Sees("users still get in", "Programs still reach the API.")
	b.Tap("Bring the product back")
	b.Tap("Put everything back")
	b.Sees("The product is online: users get in", "2 files are byte for byte as before.")
}

func TestWhatIsPutBackIsNamedFirst(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Reopen)
	b.Settle()
	b.Sees("2 things differ from before the upgrade", "extensions=/opt/HCL/Leap/custom", "Both changed it.", "site's, made again", "HCL Leap.ear")
	b.Tap("Keep the new value")
	b.Sees("chosen")
	if took := *e.choice.Load(); took["fsp.services.startup.timeout"] != settings.TakeNew {
		t.Errorf("chosen: %v", took)
	}
	b.Tap("Put 2 things back")
	b.Sees("Extensions in fsp.properties: /opt/HCL/Leap/custom")
	b.Tap("Put it back")
	if e.putBack != 1 {
		t.Errorf("put back %d times", e.putBack)
	}
}

func TestTheReportSaysWhatIsNotKnown(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shell.Go(screen.SignOff)
	b.Settle()
	b.Sees("2 things are not known or not proven", "33 of 200 applications are not settled.", "It is not known of 33 applications what became of them.")
	b.Tap("Write the report")
	b.Sees("The report is written.", "report.html")
}

func TestAnEstimateNamesItsBasis(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shell.Go(screen.Rehearse)
	b.Settle()
	b.Sees("6 min 52 s", "9 min 58 s", "200 applications, 180 of them measured in rehearsal-1.")
}

func TestFailedApplicationsHaveALaneWhoseDeleteIsLocked(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shell.Go(screen.Recover)
	b.Settle()
	b.Sees("7 applications failed, 2 causes", "4  Delete", "GET /apps-basic/secure/org/app/")
	if n := b.Tables()[0].Len(); n != 7 {
		t.Errorf("%d failed applications", n)
	}
}
