package shell_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/uitest"
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
	l.Settle()
	l.find()
	return l
}

// settle waits until everything that was begun is shown.
func (l *logScreen) Settle() {
	l.T.Helper()
	busy, ok := l.shell.Screen(screen.Log).(interface{ Busy() bool })
	for {
		if l.Queue.Drain() > 0 {
			continue
		}
		if l.shell.Scope().Loading() == 0 && (!ok || !busy.Busy()) {
			if l.Queue.Drain() == 0 {
				return
			}
			continue
		}
		if ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second); !l.Queue.Next(ctx) {
			cancel()
			l.T.Fatal("nothing came of what was begun")
		} else {
			cancel()
		}
	}
}

func (l *logScreen) Tap(text string) {
	l.T.Helper()
	test.Tap(l.Button(text))
	l.Settle()
}

func (l *logScreen) find() {
	l.chips = map[string]*kit.Chip{}
	uitest.Walk(l.Window.Canvas().Content(), func(o fyne.CanvasObject) {
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
	l.T.Helper()
	for _, e := range l.Entries() {
		if strings.HasPrefix(e.PlaceHolder, hint) {
			return e
		}
	}
	l.T.Fatalf("there is no field %q", hint)
	return nil
}

// submit types into a field and presses Return.
func (l *logScreen) submit(hint, text string) {
	l.T.Helper()
	e := l.entry(hint)
	e.SetText(text)
	l.Settle()
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	l.Settle()
}

func (l *logScreen) tags() (tags []*kit.Tag) {
	uitest.Walk(l.Window.Canvas().Content(), func(o fyne.CanvasObject) {
		if w, ok := o.(*kit.Tag); ok {
			tags = append(tags, w)
		}
	})
	return tags
}

// menu chooses from the menu that is open.
func (l *logScreen) menu(text string) {
	l.T.Helper()
	over := l.Window.Canvas().Overlays().Top()
	var chosen *fyne.MenuItem
	var seen []string
	look := func(o fyne.CanvasObject) {
		if m, ok := o.(*widget.PopUpMenu); ok {
			for _, it := range m.Items {
				if tap, ok := it.(interface{ Tapped(*fyne.PointEvent) }); ok {
					label := ""
					uitest.Walk(it, func(o fyne.CanvasObject) {
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
	uitest.Walk(over, look)
	if chosen == nil {
		l.T.Fatalf("the menu has no %q; it has %q", text, seen)
	}
	chosen.Action()
	l.Settle()
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
	l.Settle()
}

func (l *logScreen) typed(text string) {
	for _, r := range text {
		l.view.TypedRune(r)
		l.Settle()
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
	l.Sees("Following the end")
	l.press(fyne.KeyPageUp)
	l.Sees("Follow the end")
	first := l.text(l.view.First())
	for i := range 123 {
		e.stream.Add(present.LogEntry{Record: &logs.Record{Text: fmt.Sprint("new ", i), Level: "I", Severity: logs.Info}})
	}
	l.shell.Go(screen.Log)
	l.Settle()
	l.Sees("Follow: 123 new")
	if got := l.text(l.view.First()); got != first {
		t.Errorf("it moved from %q to %q", first, got)
	}
	l.Tap("Follow: 123 new")
	l.Sees("Following the end")
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
	if l.Window.Canvas().Focused() != l.entry("Note") {
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
	l.Tap("Remove")
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

func TestOneGoesToATimeAPartALineOrARecord(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	for text, want := range map[string]int{"50 %": 450, "#100": 99, "SystemOut.log:301": 100, "1201": 400, "22:13:05": 840, "2026-11-22 22:10": 655, "100%": 899} {
		l.typed("g")
		l.Entries()[0].SetText(text)
		l.Tap("Go")
		if l.view.Current() != want {
			t.Errorf("%q leads to %d, want %d", text, l.view.Current(), want)
		}
	}
	l.typed("g")
	l.Entries()[0].SetText("nonsense")
	l.Tap("Go")
	l.Sees("is no time, no part, no record and no line")
}

func TestTheTimelineLeadsToItsRecords(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	l.Settle()
	if l.view.Current() != 0 {
		t.Errorf("its beginning leads to %d", l.view.Current())
	}
	if from, to := l.timeline.Seen(); from != 0 || to < 1 || to > 20 {
		t.Errorf("it frames the parts %d to %d", from, to)
	}
	test.TapAt(l.timeline, fyne.NewPos(l.timeline.Size().Width/2, 10))
	l.Settle()
	if at := l.view.Current(); at < 440 || at > 460 {
		t.Errorf("its middle leads to %d", at)
	}
	l.timeline.TypedRune('e')
	l.Settle()
	l.Sees("1 error")
}

func TestARecordIsCopiedWithoutASelection(t *testing.T) {
	l := openLog(t, newEngine(), normal)
	l.view.GoTo(7)
	l.view.TypedShortcut(&fyne.ShortcutCopy{})
	if got := fyne.CurrentApp().Clipboard().Content(); strings.Count(got, "\n") != 3 {
		t.Errorf("copied %q", got)
	}
	l.Sees("Copied 3 lines")
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
