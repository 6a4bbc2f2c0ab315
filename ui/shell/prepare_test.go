package shell_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/uitest"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func TestAFindingIsFixedAfterItsDiffWasSeen(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.Sees("2 blockers, 1 could not be checked, 3 warnings, 14 fine", "No trace strings are enabled", "Why it matters")
	b.Tap("Show the fix")
	if len(e.fixed) != 0 {
		t.Fatal("it was fixed before the diff was seen")
	}
	b.Sees(`startupTraceSpecification="*=info"`, "springboardctl check fix LEAP-TRACE-001 --dry-run --root /srv/lab")
	b.Tap("Apply this change")
	if strings.Join(e.fixed, ",") != "LEAP-TRACE-001" {
		t.Errorf("fixed: %v", e.fixed)
	}
	b.Sees("springboardctl check fix LEAP-TRACE-001 --root /srv/lab")
}

func TestAWaiverNeedsANameAndAReason(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.Tap("Waive")
	fields := b.Entries()
	if len(fields) != 2 || fields[0].Text != "kim" {
		t.Fatalf("the gate asks for %d things", len(fields))
	}
	var gate *kit.Button
	uitest.Walk(b.Window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if w, ok := o.(*kit.Button); ok && w.Text == "Waive" {
			gate = w
		}
	})
	if !gate.Disabled() {
		t.Error("a waiver without a reason is possible")
	}
	fields[1].SetText("tested last week")
	test.Tap(gate)
	b.Settle()
	if strings.Join(e.waived, ",") != "LEAP-TRACE-001 kim tested last week" {
		t.Errorf("waived: %v", e.waived)
	}
}

func TestABackupShowsItsProgressAndClosingAsksFirst(t *testing.T) {
	e := newEngine()
	e.hold = make(chan struct{})
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Protect)
	b.Settle()
	b.Sees("There is a backup that was restored once and compared", "/srv/backups/leap-prod-20261122-2130")
	b.Tap("Back up 412 files, 1.2 GB")
	b.Sees("Copying and reading back  700 MB of 1.2 GB", "springboardctl backup create --to /srv/backups --root /srv/lab", "Stop safely", "forms.jar")
	b.shell.Close()
	b.Sees("1 operation is still running", "Keep running", "Stop safely and close")
	test.Tap(b.Button("Keep running"))
	if b.shell.Scope().Context().Err() != nil || len(b.shell.Tasks().Running()) != 1 {
		t.Fatal("it did not keep running")
	}
	close(e.hold)
	b.Settle()
	b.Sees("The backup is sealed.")
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
	b.Settle()
	b.Tap("Back up 412 files, 1.2 GB")
	b.Tap("Stop safely")
	if p := b.shell.Tasks().Of("backup").Progress(); p.State != op.Stopped {
		t.Errorf("it is %s", p.State)
	}
	if strings.Contains(b.Texts(), "could not") {
		t.Error("a stop by a person is shown as trouble")
	}
}

func TestAVerificationNamesTheFileThatDiffers(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Protect)
	b.Settle()
	b.Tap("Verify")
	if len(e.verified) != 1 {
		t.Fatalf("verified: %v", e.verified)
	}
	b.Sees("1 difference", "files/settings/Leap_config.properties", "one file differs")
}

func TestARestoreNeedsTheTypedWord(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Protect)
	b.Settle()
	b.Tap("Restore")
	b.Sees("Ear, settings and database: what stands there now is kept under a dated name")
	fields := b.Entries()
	fields[len(fields)-1].SetText("restore")
	var gate *kit.Button
	uitest.Walk(b.Window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if w, ok := o.(*kit.Button); ok && w.Text == "Restore" {
			gate = w
		}
	})
	test.Tap(gate)
	b.Settle()
	if len(e.restored) != 1 || !strings.HasSuffix(e.restored[0], "true") {
		t.Errorf("restored: %v", e.restored)
	}
}

func TestAValueIsWrittenOnlyAfterItsDiff(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Settings)
	b.Settle()
	keys := b.Tables()[1]
	test.TapAt(keys, fyne.NewPos(20, kit.RowHeight+5))
	b.Settle()
	b.Sees("The address under which users reach Leap", "ibm.nitro.NitroConfig.serverURI", "••••", "1 key differs between nodes", "prodNode02: https://leap2.example.com")
	if strings.Contains(b.Texts(), "geheim") {
		t.Error("a password is shown")
	}
	fields := b.Entries()
	fields[len(fields)-1].SetText("https://leap:9443")
	b.Settle()
	b.Sees("ibm.nitro.NitroConfig.serverURI=https://leap:9443", "One change is prepared; nothing is written yet")
	if len(e.applied) != 0 {
		t.Fatal("written before it was asked for")
	}
	b.Tap("Write this change")
	if len(e.applied) != 1 {
		t.Errorf("written %d times", len(e.applied))
	}
}

func TestAKeyThatIsNotSetIsFoundAndSet(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Settings)
	b.Settle()
	b.Entries()[0].SetText("admininfo")
	b.Settle()
	b.Sees("ibm.nitro.NitroConfig.adminInfo1", "not set")
	test.TapAt(b.Tables()[1], fyne.NewPos(20, kit.RowHeight+5))
	b.Settle()
	fields := b.Entries()
	fields[len(fields)-1].SetText("me")
	b.Settle()
	b.Tap("Write this change")
	if len(e.applied) != 1 || !strings.Contains(e.applied[0], "adminInfo1=me") {
		t.Errorf("%q", e.applied)
	}
}

func TestAManagedCellIsOfferedAsCommands(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Dark, normal)
	b.shell.Go(screen.Settings)
	b.Settle()
	test.TapAt(b.Tables()[0], fyne.NewPos(20, kit.RowHeight*3+5))
	b.Settle()
	test.TapAt(b.Tables()[1], fyne.NewPos(20, kit.RowHeight+5))
	b.Settle()
	fields := b.Entries()
	fields[len(fields)-1].SetText("*=info")
	b.Settle()
	b.Sees("A deployment manager owns this cell", "AdminConfig.save()")
	b.Tap("Run these commands")
	if strings.Join(e.applied, "") != "AdminConfig.save()\n" {
		t.Errorf("%q", e.applied)
	}
}

func TestAChangeIsTakenBackFromTheJournal(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Journal)
	b.Settle()
	b.Sees("6 entries; 1 change is in force", "kim waived LEAP-LOG-002", "Fix LEAP-TRACE-001")
	b.Tap("Take back")
	if strings.Join(e.undone, ",") != "/srv/lab/server.xml" {
		t.Errorf("taken back: %v", e.undone)
	}
}
