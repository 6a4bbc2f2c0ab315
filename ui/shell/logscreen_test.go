package shell_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

// logScreen is the log screen with its parts.
type logScreen struct {
	*bench
	view     *kit.LogView
	timeline *kit.Timeline
	chips    map[string]*kit.Chip
}

func openLog(t *testing.T, e *engine, size fyne.Size) *logScreen {
	t.Helper()
	l := &logScreen{bench: open(t, e, kit.Light, size)}
	l.shell.Go(screen.Log)
	l.settle()
	l.find()
	return l
}

// settle waits until everything that was begun is shown.
func (l *logScreen) settle() {
	l.t.Helper()
	busy, ok := l.shell.Screen(screen.Log).(interface{ Busy() bool })
	for {
		if l.queue.Drain() > 0 {
			continue
		}
		if l.shell.Scope().Loading() == 0 && (!ok || !busy.Busy()) {
			if l.queue.Drain() == 0 {
				return
			}
			continue
		}
		if ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second); !l.queue.Next(ctx) {
			cancel()
			l.t.Fatal("nothing came of what was begun")
		} else {
			cancel()
		}
	}
}

func (l *logScreen) tap(text string) {
	l.t.Helper()
	test.Tap(l.button(text))
	l.settle()
}

func (l *logScreen) find() {
	l.chips = map[string]*kit.Chip{}
	walk(l.window.Canvas().Content(), func(o fyne.CanvasObject) {
		switch w := o.(type) {
		case *kit.LogView:
			l.view = w
		case *kit.Timeline:
			l.timeline = w
		case *kit.Chip:
			l.chips[w.State.Word] = w
		}
	})
}

// entry finds a field by the beginning of its hint.
func (l *logScreen) entry(hint string) *kit.Entry {
	l.t.Helper()
	for _, e := range l.entries() {
		if strings.HasPrefix(e.PlaceHolder, hint) {
			return e
		}
	}
	l.t.Fatalf("there is no field %q", hint)
	return nil
}

// submit types into a field and presses Return.
func (l *logScreen) submit(hint, text string) {
	l.t.Helper()
	e := l.entry(hint)
	e.SetText(text)
	l.settle()
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	l.settle()
}

func (l *logScreen) tags() (tags []*kit.Tag) {
	walk(l.window.Canvas().Content(), func(o fyne.CanvasObject) {
		if w, ok := o.(*kit.Tag); ok {
			tags = append(tags, w)
		}
	})
	return tags
}

// menu chooses from the menu that is open.
func (l *logScreen) menu(text string) {
	l.t.Helper()
	over := l.window.Canvas().Overlays().Top()
	var chosen *fyne.MenuItem
	var seen []string
	look := func(o fyne.CanvasObject) {
		if m, ok := o.(*widget.PopUpMenu); ok {
			for _, it := range m.Items {
				if tap, ok := it.(interface{ Tapped(*fyne.PointEvent) }); ok {
					label := ""
					walk(it, func(o fyne.CanvasObject) {
						if text, ok := o.(interface{ MinSize() fyne.Size }); ok {
							label += fmt.Sprint(textOf(text))
						}
					})
					seen = append(seen, label)
					if strings.HasPrefix(label, text) {
						chosen = &fyne.MenuItem{Action: func() { tap.Tapped(nil) }}
					}
				}
			}
		}
	}
	walk(over, look)
	if chosen == nil {
		l.t.Fatalf("the menu has no %q; it has %q", text, seen)
	}
	chosen.Action()
	l.settle()
}

func textOf(o any) string {
	if t, ok := o.(*canvas.Text); ok {
		return t.Text
	}
	return ""
}

func (l *logScreen) press(keys ...fyne.KeyName) {
	for _, k := range keys {
		l.view.TypedKey(&fyne.KeyEvent{Name: k})
	}
	l.settle()
}

func (l *logScreen) typed(text string) {
	for _, r := range text {
		l.view.TypedRune(r)
		l.settle()
	}
}

// text is what the log shows of an item.
func (l *logScreen) text(item int) string {
	src, ok := l.items()
	if !ok || item < 0 {
		return ""
	}
	var lines []string
	for _, r := range src.Rows(item) {
		lines = append(lines, r.Text)
	}
	return strings.Join(lines, "\n")
}

func (l *logScreen) items() (kit.LogItems, bool) {
	scr, ok := l.shell.Screen(screen.Log).(kit.LogItems)
	return scr, ok
}

func TestConditionsAreChipsThatAreTakenAwayOneByOne(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.submit("Filter", "thread:00000007")
	if l.view.Len() != 12 {
		t.Errorf("of one thread there are %d records", l.view.Len())
	}
	l.submit("Filter", "UPGRADE failed")
	l.sees("1 of 900 records")
	if tags := l.tags(); len(tags) != 2 || tags[0].Text() != "Thread 00000007" || tags[1].Text() != "Text UPGRADE failed" {
		t.Fatalf("chips: %v", tags)
	}
	test.Tap(l.tags()[0])
	l.settle()
	if l.view.Len() != 22 {
		t.Errorf("without the thread there are %d records", l.view.Len())
	}
	l.tags()[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	l.settle()
	if l.view.Len() != 900 || len(l.tags()) != 0 {
		t.Errorf("without any there are %d records, %d chips", l.view.Len(), len(l.tags()))
	}
	l.submit("Filter", "since:yesterday")
	l.sees("is no time")
	l.submit("Filter", "-text:served")
	test.Tap(l.chips["Warnings"])
	l.settle()
	if got := l.text(0); !strings.Contains(got, "The pool has 2 connections left") {
		t.Errorf("the first warning is %q", got)
	}
	l.tap("Show all")
	if l.view.Len() != 900 || l.chips["Warnings"].On() {
		t.Error("not everything is shown")
	}
}

func TestAFilterStaysWhereOneIs(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.GoTo(500)
	l.settle()
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
	l.sees("1 of 22")
	l.typed("nn")
	l.sees("3 of 22")
	l.typed("NNN")
	l.sees("22 of 22, from the end again")
	l.typed("n")
	l.sees("1 of 22, from the start again")
	l.press(fyne.KeyF3)
	l.sees("2 of 22")
	l.entry("Search").SetText("/travel request (48|89)$/")
	l.settle()
	l.sees("not found") // expressions are as they are written
	l.entry("Search").SetText("/Travel request (48|89)$/")
	l.settle()
	l.sees("1 of 2")
	l.tap("Only these")
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

func TestTracesAreFoldedAndUnfolded(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.ScrollTo(0)
	l.typed("e")
	at := l.view.Current()
	folded := l.text(at)
	if !strings.Contains(folded, "java.lang.NullPointerException: form has no pages  (1 frame)") || strings.Contains(folded, "Upgrader.java") {
		t.Errorf("folded: %q", folded)
	}
	l.press(fyne.KeySpace)
	if got := l.text(at); !strings.Contains(got, "Upgrader.java:118") {
		t.Errorf("unfolded: %q", got)
	}
	l.typed("ee")
	if got := l.text(l.view.Current()); l.view.Current() == at || strings.Contains(got, "Upgrader.java") {
		t.Errorf("the next but one: %q", got)
	}
	l.typed("f")
	if got := l.text(l.view.Current()); !strings.Contains(got, "Upgrader.java:118") || l.chips["Fold traces"].On() {
		t.Errorf("all unfolded: %q", got)
	}
	l.typed("E")
	l.typed("w")
	if !strings.Contains(l.text(l.view.Current()), "connections left") {
		t.Error("w does not go to the next warning")
	}
}

func TestScrollingUpPausesAndTheButtonCountsWhatIsNew(t *testing.T) {
	e := newEngine()
	l := openLog(t, e, normal)
	l.sees("Following the end")
	l.press(fyne.KeyPageUp)
	l.sees("Follow the end")
	first := l.text(l.view.First())
	for i := range 123 {
		e.stream.Add(present.LogEntry{Record: &logs.Record{Text: fmt.Sprint("new ", i), Level: "I", Severity: logs.Info}})
	}
	l.shell.Go(screen.Log)
	l.settle()
	l.sees("Follow: 123 new")
	if got := l.text(l.view.First()); got != first {
		t.Errorf("it moved from %q to %q", first, got)
	}
	l.tap("Follow: 123 new")
	l.sees("Following the end")
	if got := l.text(l.view.Len() - 1); !strings.Contains(got, "new 122") {
		t.Errorf("the end is %q", got)
	}
}

func TestABookmarkIsKeptWithItsNoteAndFoundAgain(t *testing.T) {
	e := newEngine()
	l := openLog(t, e, normal)
	l.view.GoTo(300)
	l.typed("b")
	if len(e.book.Bookmarks) != 1 || e.book.Bookmarks[0].By != "kim" {
		t.Fatalf("bookmarks: %+v", e.book.Bookmarks)
	}
	if l.window.Canvas().Focused() != l.entry("Note") {
		t.Error("the note is not ready to be written")
	}
	l.submit("Note", "here it began")
	if e.book.Bookmarks[0].Note != "here it began" {
		t.Errorf("the note is %q", e.book.Bookmarks[0].Note)
	}
	src, _ := l.items()
	if rows := src.Rows(300); !rows[0].Flag {
		t.Error("the record has no flag")
	}
	l.press(fyne.KeyHome)
	l.typed("]")
	if l.view.Current() != 300 {
		t.Errorf("the bookmark leads to %d", l.view.Current())
	}
	l.typed("b") // one with a note is not thrown away by a key
	if len(e.book.Bookmarks) != 1 {
		t.Fatal("the note was thrown away")
	}
	l.tap("Remove")
	if len(e.book.Bookmarks) != 0 || src.Rows(300)[0].Flag {
		t.Error("it is still there")
	}
	l.view.GoTo(10)
	l.typed("b")
	l.typed("b")
	if len(e.book.Bookmarks) != 0 {
		t.Error("a second press does not take away a bookmark without a note")
	}
}

func TestAFilterIsSavedByNameAndUsedAgain(t *testing.T) {
	e := newEngine()
	l := openLog(t, e, normal)
	test.Tap(l.chips["Errors"])
	l.settle()
	l.submit("Filter", "thread:00000007")
	kept := l.view.Len()
	l.tap("Saved")
	l.menu("Save this filter as")
	l.entries()[0].SetText("my errors")
	l.tap("Save")
	if len(e.book.Filters) != 1 || e.book.Filters[0].Terms[0].Value != "00000007" || len(e.book.Filters[0].Levels) != 3 {
		t.Fatalf("kept: %+v", e.book.Filters)
	}
	l.tap("Show all")
	l.tap("Saved")
	l.menu("my errors")
	if l.view.Len() != kept || !l.chips["Errors"].On() || len(l.tags()) != 1 {
		t.Errorf("used again it keeps %d, want %d", l.view.Len(), kept)
	}
}

func TestOneGoesToATimeAPartALineOrARecord(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	for text, want := range map[string]int{"50 %": 450, "#100": 99, "SystemOut.log:301": 100, "1201": 400, "22:13:05": 840, "2026-11-22 22:10": 655, "100%": 899} {
		l.typed("g")
		l.entries()[0].SetText(text)
		l.tap("Go")
		if l.view.Current() != want {
			t.Errorf("%q leads to %d, want %d", text, l.view.Current(), want)
		}
	}
	l.typed("g")
	l.entries()[0].SetText("nonsense")
	l.tap("Go")
	l.sees("is no time, no part, no record and no line")
}

func TestTheTimelineLeadsToItsRecords(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	l.settle()
	if l.view.Current() != 0 {
		t.Errorf("its beginning leads to %d", l.view.Current())
	}
	if from, to := l.timeline.Seen(); from != 0 || to < 1 || to > 20 {
		t.Errorf("it frames the parts %d to %d", from, to)
	}
	test.TapAt(l.timeline, fyne.NewPos(l.timeline.Size().Width/2, 10))
	l.settle()
	if at := l.view.Current(); at < 440 || at > 460 {
		t.Errorf("its middle leads to %d", at)
	}
	l.timeline.TypedRune('e')
	l.settle()
	l.sees("1 error")
}

func TestTheRecordIsShownInPartsToFilterBy(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.GoTo(7)
	l.settle()
	test.Tap(l.chips["Record"])
	l.settle()
	l.sees("CWLEAP0042E: Application upgrade failed: Travel request 7", "java.lang.NullPointerException: form has no pages", "00000007", "From here", "Only this")
	l.tap("From here")
	if l.view.Len() != 893 {
		t.Errorf("from there on there are %d", l.view.Len())
	}
	l.find()
	l.tap("Copy")
	if got := fyne.CurrentApp().Clipboard().Content(); !strings.HasPrefix(got, "[11/22/26 21:59:12:000 UTC] 00000007 AppUpgradeSe  E CWLEAP") ||
		!strings.Contains(got, "\n\tat com.ibm.form") {
		t.Errorf("copied %q", got)
	}
}

func TestARecordIsCopiedWithoutASelection(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.GoTo(7)
	l.view.TypedShortcut(&fyne.ShortcutCopy{})
	if got := fyne.CurrentApp().Clipboard().Content(); strings.Count(got, "\n") != 3 {
		t.Errorf("copied %q", got)
	}
	l.sees("Copied 3 lines")
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

func TestAnotherLogIsOpenedAndTheFollowedOneIsAPressAway(t *testing.T) {
	e := newEngine()
	l := openLog(t, e, normal)
	l.tap("Open a log")
	l.entry("Path of a log").SetText("/x/messages.log")
	l.tap("Open")
	if len(e.requests) != 1 || e.requests[0].Path != "/x/messages.log" || !e.requests[0].Siblings {
		t.Fatalf("asked for %+v", e.requests)
	}
	l.sees("messages.log, 50 records", "messages.log and messages_1.log as one stream, liberty, UTF-8", "Back to the followed log")
	l.tap("UTF-8")
	l.menu("Shift_JIS")
	if e.requests[1].Encoding != "Shift_JIS" || e.requests[1].Path != "/x/messages.log" {
		t.Errorf("asked for %+v", e.requests[1])
	}
	l.tap("Back to the followed log")
	if l.view.Len() != 900 {
		t.Errorf("the followed log has %d records", l.view.Len())
	}
	l.tap("Open the recording")
	if !e.requests[2].Recording {
		t.Errorf("asked for %+v", e.requests[2])
	}
	l.tap("Back to the followed log")
	e.openWith = upgrade.NewFault("SB-3001", upgrade.KindFailed, errors.New("no such file"), "file", "/x", "detail", "no such file")
	l.tap("Open the recording")
	l.sees("cannot be read")
	if l.view.Len() != 900 {
		t.Error("a log that cannot be opened takes the followed one away")
	}
}

func TestTheFollowedLogIsReadInTheEncodingThatAPersonChose(t *testing.T) {
	e := newEngine()
	e.log.Encoding, e.log.Format, e.log.Files = "windows-1252", "was-basic", []string{"/srv/lab/logs/SystemOut.log"}
	l := openLog(t, e, normal)
	l.tap("windows-1252")
	l.menu("GBK")
	if e.encoding != "GBK" {
		t.Errorf("it is read in %q", e.encoding)
	}
}

func TestWhatIsShownIsSaved(t *testing.T) {
	e := newEngine()
	l := openLog(t, e, normal)
	test.Tap(l.chips["Errors"])
	l.settle()
	l.tap("Save")
	l.sees("22 records that the filter keeps")
	l.entry("Path of the new file").SetText("/x/errors.log")
	var save *kit.Button
	walk(l.window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok && b.Text == "Save" {
			save = b
		}
	})
	test.Tap(save)
	l.settle()
	if len(e.saved) != 1 || e.saved[0] != "/x/errors.log 22" {
		t.Errorf("saved %v", e.saved)
	}
	l.sees("Wrote 22 records into /x/errors.log")
}

func TestAStateIsToldWithItsReason(t *testing.T) {
	for state, want := range map[string]string{"silent": "Silent: the server writes nothing: the server is down", "lost": "Lost: the server is down",
		"delayed": "Delayed: reading is behind the server: the server is down"} {
		e := newEngine()
		e.log.State, e.log.Reason = state, "the server is down"
		l := openLog(t, e, normal)
		l.sees(want)
	}
}

func TestAnApplicationLandsOnItsRecords(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Applications)
	b.settle()
	table := b.tables()[0]
	app := e.ledger.Board.Apps[0]
	e.stream.Add(present.LogEntry{Record: &logs.Record{Text: "Failed to upgrade " + app.UID, Level: "E", Severity: logs.Error, Stamp: "now"}, Failed: true},
		present.LogEntry{Record: &logs.Record{Text: "Looked at " + strings.ToUpper(app.UID), Level: "I", Severity: logs.Info}})
	for row := range table.Len() {
		if table.At(row, 0).Text == app.Name {
			table.Select(row)
			table.OnSelect(row)
			break
		}
	}
	b.settle()
	b.tap("Show in the log")
	(&logScreen{bench: b}).settle()
	if b.shell.Current() != screen.Log {
		t.Fatalf("in front is %s", b.shell.Current())
	}
	l := &logScreen{bench: b}
	l.find()
	if l.view.Len() != 2 || !strings.Contains(l.text(l.view.Current()), "Failed to upgrade "+app.UID) {
		t.Errorf("%d records, on %q", l.view.Len(), l.text(l.view.Current()))
	}
}

func TestEvidenceOfTheFollowedLogIsShownInIt(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	host := b.shell.Host()
	host.Open(upgrade.FileEvidence("/srv/lab/logs/SystemOut.log", 42*3+7*3-41*3-1+2, "CWLEAP0042E: Application upgrade failed: Travel request 48"))
	l := &logScreen{bench: b}
	l.settle()
	l.find()
	if b.shell.Current() != screen.Log || !strings.Contains(l.text(l.view.Current()), "Travel request 48") {
		t.Errorf("on %s, at %q", b.shell.Current(), l.text(l.view.Current()))
	}
	b.shell.Go(screen.Survey)
	host.Open(upgrade.FileEvidence("/srv/lab/logs/SystemOut.log", 99999, "nothing that the log holds"))
	l.settle()
	if b.shell.Current() != screen.File {
		t.Errorf("what the log does not hold is shown on %s", b.shell.Current())
	}
}

func TestAFailureOfTheListLeadsToItsRecord(t *testing.T) {
	e := newEngine()
	e.failures = []upgrade.Failure{{Text: "CWLEAP0042E: Application upgrade failed: Travel request 89", Severity: upgrade.Warning,
		Evidence: upgrade.FileEvidence("/old/SystemOut_1.log", 1, "CWLEAP0042E: Application upgrade failed: Travel request 89")}}
	l := openLog(t, e, normal)
	table := l.tables()[0]
	table.Select(0)
	table.OnSelect(0)
	l.settle()
	if got := l.text(l.view.Current()); !strings.Contains(got, "Travel request 89") {
		t.Errorf("it leads to %q", got)
	}
}

func TestMarksAreDrawnAsRowsOfTheirOwn(t *testing.T) {
	e := newEngine()
	e.stream.Add(present.LogEntry{Mark: &logs.Mark{Kind: logs.MarkGap, Reason: "SystemOut_2.log is missing"}},
		present.LogEntry{Mark: &logs.Mark{Kind: logs.MarkStart, Start: &logs.Start{Product: "WebSphere"}}})
	l := openLog(t, e, normal)
	src, _ := l.items()
	if gap, start := src.Rows(900)[0], src.Rows(901)[0]; gap.Level != kit.LineGap || start.Level != kit.LineNote || !strings.Contains(gap.Text, "is missing") {
		t.Errorf("%+v %+v", gap, start)
	}
}

func TestTheSidePanelGivesItsRoomToTheLog(t *testing.T) {
	l := openLog(t, newEngine(), small)
	was := l.view.Size().Width
	l.typed("s")
	if now := l.view.Size().Width; now < was+150 {
		t.Errorf("the log is %v wide, it was %v", now, was)
	}
	l.typed("s")
	if now := l.view.Size().Width; now != was {
		t.Errorf("the log is %v wide, it was %v", now, was)
	}
}
