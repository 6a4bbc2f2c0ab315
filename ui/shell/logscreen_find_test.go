package shell_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/uitest"
)

func TestConditionsAreChipsThatAreTakenAwayOneByOne(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.submit("Filter", "thread:00000007")
	if l.view.Len() != 12 {
		t.Errorf("of one thread there are %d records", l.view.Len())
	}
	l.submit("Filter", "UPGRADE failed")
	l.Sees("1 of 900 records")
	if tags := l.tags(); len(tags) != 2 || tags[0].Text() != "Thread 00000007" || tags[1].Text() != "Text UPGRADE failed" {
		t.Fatalf("chips: %v", tags)
	}
	test.Tap(l.tags()[0])
	l.Settle()
	if l.view.Len() != 22 {
		t.Errorf("without the thread there are %d records", l.view.Len())
	}
	l.tags()[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	l.Settle()
	if l.view.Len() != 900 || len(l.tags()) != 0 {
		t.Errorf("without any there are %d records, %d chips", l.view.Len(), len(l.tags()))
	}
	l.submit("Filter", "since:yesterday")
	l.Sees("is no time")
	l.submit("Filter", "-text:served")
	test.Tap(l.chips["Warnings"])
	l.Settle()
	if got := l.text(0); !strings.Contains(got, "The pool has 2 connections left") {
		t.Errorf("the first warning is %q", got)
	}
	l.Tap("Show all")
	if l.view.Len() != 900 || l.chips["Warnings"].On() {
		t.Error("not everything is shown")
	}
}

func TestAFilterStaysWhereOneIs(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.GoTo(500)
	l.Settle()
	was := l.text(500)
	l.submit("Filter", "thread:"+strings.Fields(was)[1])
	if at := l.text(l.view.Current()); at != was {
		t.Errorf("on %q, then on %q", was, at)
	}
}

func TestASearchCountsAndGoesRound(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.ScrollTo(0)
	l.submit("Search", "travel REQUEST")
	l.Sees("1 of 22")
	l.typed("nn")
	l.Sees("3 of 22")
	l.typed("NNN")
	l.Sees("22 of 22, from the end again")
	l.typed("n")
	l.Sees("1 of 22, from the start again")
	l.press(fyne.KeyF3)
	l.Sees("2 of 22")
	l.entry("Search").SetText("/travel request (48|89)$/")
	l.Settle()
	l.Sees("not found") // expressions are as they are written
	l.entry("Search").SetText("/Travel request (48|89)$/")
	l.Settle()
	l.Sees("1 of 2")
	l.Tap("Only these")
	if l.view.Len() != 2 || len(l.tags()) != 1 {
		t.Errorf("only these are %d, %d chips", l.view.Len(), len(l.tags()))
	}
}

func TestASearchUnfoldsTheTraceThatHidesIt(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.ScrollTo(0)
	l.submit("Search", "Upgrader.java:118")
	if got := l.text(l.view.Current()); !strings.Contains(got, "Upgrader.run(Upgrader.java:118)") {
		t.Errorf("it shows %q", got)
	}
}

func TestAFilterIsSavedByNameAndUsedAgain(t *testing.T) {
	e := newEngine()
	l := openLog(t, e, normal)
	test.Tap(l.chips["Errors"])
	l.Settle()
	l.submit("Filter", "thread:00000007")
	kept := l.view.Len()
	l.Tap("Saved")
	l.menu("Save this filter as")
	l.Entries()[0].SetText("my errors")
	l.Tap("Save")
	if len(e.book.Filters) != 1 || e.book.Filters[0].Terms[0].Value != "00000007" || len(e.book.Filters[0].Levels) != 3 {
		t.Fatalf("kept: %+v", e.book.Filters)
	}
	l.Tap("Show all")
	l.Tap("Saved")
	l.menu("my errors")
	if l.view.Len() != kept || !l.chips["Errors"].On() || len(l.tags()) != 1 {
		t.Errorf("used again it keeps %d, want %d", l.view.Len(), kept)
	}
}

func TestTheRecordIsShownInPartsToFilterBy(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.GoTo(7)
	l.Settle()
	test.Tap(l.chips["Record"])
	l.Settle()
	l.Sees("CWLEAP0042E: Application upgrade failed: Travel request 7", "java.lang.NullPointerException: form has no pages", "00000007", "From here", "Only this")
	l.Tap("From here")
	if l.view.Len() != 893 {
		t.Errorf("from there on there are %d", l.view.Len())
	}
	l.find()
	l.Tap("Copy")
	if got := fyne.CurrentApp().Clipboard().Content(); !strings.HasPrefix(got, "[11/22/26 21:59:12:000 UTC] 00000007 AppUpgradeSe  E CWLEAP") ||
		!strings.Contains(got, "\n\tat com.ibm.form") {
		t.Errorf("copied %q", got)
	}
}

func TestTheMenuOfARecordFiltersByIt(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.GoTo(7)
	l.view.TypedKey(&fyne.KeyEvent{Name: desktop.KeyMenu})
	l.menu("Only thread 00000007")
	if l.view.Len() != 12 || len(l.tags()) != 1 {
		t.Errorf("%d records, %d chips", l.view.Len(), len(l.tags()))
	}
}

func TestWhatIsShownIsSaved(t *testing.T) {
	e := newEngine()
	l := openLog(t, e, normal)
	test.Tap(l.chips["Errors"])
	l.Settle()
	l.Tap("Save")
	l.Sees("22 records that the filter keeps")
	l.entry("Path of the new file").SetText("/x/errors.log")
	var save *kit.Button
	uitest.Walk(l.Window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok && b.Text == "Save" {
			save = b
		}
	})
	test.Tap(save)
	l.Settle()
	if len(e.saved) != 1 || e.saved[0] != "/x/errors.log 22" {
		t.Errorf("saved %v", e.saved)
	}
	l.Sees("Wrote 22 records into /x/errors.log")
}
