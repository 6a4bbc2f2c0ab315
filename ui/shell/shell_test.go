package shell_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"go.uber.org/goleak"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/uitest"
	"github.com/springboard-leap/springboard/upgrade"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("fyne.io/fyne/v2/internal/async.(*UnboundedChan[...]).processing"))
}

var (
	normal = fyne.NewSize(1280, 800)
	small  = fyne.NewSize(1024, 768)
)

func (b *bench) shortcut(k fyne.KeyName) {
	b.T.Helper()
	s := &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierControl}
	c, ok := b.Window.Canvas().(interface{ TypedShortcut(fyne.Shortcut) })
	if !ok {
		b.T.Skip("the test driver has no shortcuts; the real window's test presses them")
	}
	c.TypedShortcut(s)
	b.Settle()
}

func TestEveryScreenFitsASmallWindow(t *testing.T) {
	b := open(t, newEngine(), kit.Light, small)
	for _, id := range screen.All {
		b.shell.Go(id)
		b.Settle()
		if m := b.Window.Content().MinSize(); m.Width > 1024 || m.Height > 768-24 {
			t.Errorf("%s needs %v", id, m)
		}
	}
}

func TestEveryScreenAnswersItsThreeQuestions(t *testing.T) {
	b := open(t, newEngine(), kit.Dark, normal)
	for _, id := range screen.All {
		b.shell.Go(id)
		b.Settle()
		b.Sees("NOW", "HOW WE KNOW", "NEXT", "If you stop here: ")
	}
}

func TestEveryScreenCanBeWalkedByTabAlone(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	for _, id := range screen.All {
		b.shell.Go(id)
		b.Settle()
		seen := map[fyne.Focusable]bool{}
		for range 120 {
			b.Window.Canvas().FocusNext()
			seen[b.Window.Canvas().Focused()] = true
		}
		uitest.Walk(b.Window.Canvas().Content(), func(o fyne.CanvasObject) {
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
	b.Sees("HCL Leap 9.3.8.12 on WebSphere", "prodCell01 / prodNode01 / server1", "LAB", "run 2026-11-22 prod", "from here, back by restore", "2 need you")
	e := newEngine()
	e.place = port.Place{}
	e.failWith = upgrade.NewFault("SB-9001", upgrade.KindFailed, nil, "detail", "nothing is here")
	b = open(t, e, kit.Light, normal)
	b.Sees("No installation yet", "nothing is here")
}

func TestEvidenceOpensAtItsLineAndEscapeGoesBack(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	var link *kit.Link
	uitest.Walk(b.Window.Canvas().Content(), func(o fyne.CanvasObject) {
		if l, ok := o.(*kit.Link); ok && strings.HasSuffix(l.Text(), "server.xml:43") {
			link = l
		}
	})
	test.Tap(link)
	b.Settle()
	if b.shell.Current() != screen.File {
		t.Fatalf("in front is %s", b.shell.Current())
	}
	b.Sees("server.xml")
	b.Window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.shell.Current() != screen.Survey {
		t.Errorf("Escape goes to %s", b.shell.Current())
	}
}

func TestTheLookChangesAndIsRemembered(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.Tap("Look: light")
	b.Sees("Look: dark")
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
	b.Settle()
	b.Sees("Password of admin")
	test.Tap(b.Button("Cancel"))
	if err := <-got; err == nil {
		t.Error("a declined question has an answer")
	}
	ask() // at once, without a gate
	if err := <-got; err == nil || b.Window.Canvas().Overlays().Top() != nil {
		t.Error("it was asked again")
	}
	b.Window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF5})
	go ask()
	b.Settle()
	b.Entries()[0].SetText("secret")
	test.Tap(b.Button("Go on"))
	if err := <-got; err != nil {
		t.Error(err)
	}
}

func TestThePracticeServerIsStartedFromTheTopLine(t *testing.T) {
	e := newEngine()
	e.place.Served = false
	b := open(t, e, kit.Light, normal)
	b.Tap("Start the practice server")
	if running := b.shell.Tasks().Running(); len(running) != 1 || running[0].Progress().Title != "Practice server" {
		t.Errorf("running: %v", running)
	}
	b.Sees("springboardctl lab serve /srv/lab")
}

func TestShortcutsGoToScreens(t *testing.T) {
	b := open(t, newEngine(), kit.Light, normal)
	b.shortcut(fyne.Key6)
	if b.shell.Current() != screen.Applications {
		t.Errorf("Ctrl+6 goes to %s", b.shell.Current())
	}
}
