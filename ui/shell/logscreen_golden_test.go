package shell_test

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/springboard-leap/springboard/ui/uitest"
)

// goldenUpdate names the variable that writes the scenes anew instead of comparing with them: look at what changed before it is committed.
const goldenUpdate = "SPRINGBOARD_UPDATE_SCENES"

// golden compares what the window shows with what was kept.
func (b *bench) golden(name string) {
	b.T.Helper()
	got, file := uitest.Look(b.Window.Canvas()).String(), filepath.Join("testdata", name+".txt")
	if os.Getenv(goldenUpdate) != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			b.T.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			b.T.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		b.T.Fatal(err)
	}
	if diff := uitest.Diff(string(want), got); diff != "" {
		b.T.Errorf("%s has changed (%s=1 takes it over):\n%s", file, goldenUpdate, diff)
	}
}

func TestTheLogScreenIsLaidOutAsItWas(t *testing.T) {
	for _, x := range []struct {
		name string
		size fyne.Size
		do   func(l *logScreen)
	}{
		{"log-followed", normal, func(*logScreen) {}},
		{"log-followed-small", small, func(*logScreen) {}},
		{"log-filtered-and-searched", normal, func(l *logScreen) {
			test.Tap(l.chips["Errors"])
			l.Settle()
			l.submit("Filter", "thread:00000007")
			l.submit("Search", "upgrade")
		}},
		{"log-record-small", small, func(l *logScreen) {
			l.view.GoTo(7)
			l.typed("f")
			test.Tap(l.chips["Record"])
			l.Settle()
		}},
		{"log-bookmark", normal, func(l *logScreen) {
			l.view.GoTo(300)
			l.typed("b")
			l.submit("Note", "here it began")
		}},
		{"log-opened", normal, func(l *logScreen) {
			l.Tap("Open a log")
			l.entry("Path of a log").SetText("/x/messages.log")
			l.Tap("Open")
		}},
		{"log-lost-small", small, func(l *logScreen) {
			l.engine.log.State, l.engine.log.Reason = "lost", "SystemOut_2.log was deleted before it was read"
			l.shell.Go("survey")
			l.shell.Go("log")
			l.Settle()
		}},
		{"log-go-to", small, func(l *logScreen) { l.typed("g") }},
	} {
		l := openLog(t, newEngine(), x.size)
		x.do(l)
		l.golden(x.name)
	}
}
