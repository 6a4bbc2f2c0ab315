package shell_test

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/appsview"
	"github.com/springboard-leap/springboard/ui/journalview"
	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/logview"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/offlineview"
	"github.com/springboard-leap/springboard/ui/protectview"
	"github.com/springboard-leap/springboard/ui/recoverview"
	"github.com/springboard-leap/springboard/ui/rehearseview"
	"github.com/springboard-leap/springboard/ui/reopenview"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/settingsview"
	"github.com/springboard-leap/springboard/ui/shell"
	"github.com/springboard-leap/springboard/ui/signoffview"
	"github.com/springboard-leap/springboard/ui/surveyview"
	"github.com/springboard-leap/springboard/ui/uitest"
	"github.com/springboard-leap/springboard/ui/upgradeview"
)

// bench is a window on the fake engine.
type bench struct {
	*uitest.Bench
	shell  *shell.Shell
	engine *engine

	remembered kit.Choice
}

func open(t *testing.T, e *engine, choice kit.Choice, size fyne.Size) *bench {
	t.Helper()
	return openWith(t, e, choice, size, true)
}

func openWith(t *testing.T, e *engine, choice kit.Choice, size fyne.Size, lab bool) *bench {
	t.Helper()
	b := &bench{Bench: uitest.NewBench(t, choice), engine: e}
	w := b.Window
	w.Resize(size)
	ctx, cancel := context.WithCancel(context.Background())
	b.shell = shell.New(ctx, shell.Config{
		Window: w, Engine: e, Dispatcher: b.Queue, Root: "/srv/lab", Lab: lab, Person: "kim", Theme: choice,
		OnTheme: func(c kit.Choice) { b.remembered = c }, OpenPath: func(string) error { return nil },
		Clock: observe.Clock{Now: func() time.Time { return at }, After: uitest.Soon},
		Screens: map[screen.ID]shell.Builder{
			screen.Survey:       func(h screen.Host) screen.Screen { return surveyview.New(h, e) },
			screen.Rehearse:     func(h screen.Host) screen.Screen { return rehearseview.New(h, e) },
			screen.Protect:      func(h screen.Host) screen.Screen { return protectview.New(h, e) },
			screen.Offline:      func(h screen.Host) screen.Screen { return offlineview.New(h, e) },
			screen.Upgrade:      func(h screen.Host) screen.Screen { return upgradeview.New(h, e) },
			screen.Applications: func(h screen.Host) screen.Screen { return appsview.New(h, e) },
			screen.Recover:      func(h screen.Host) screen.Screen { return recoverview.New(h, e) },
			screen.Reopen:       func(h screen.Host) screen.Screen { return reopenview.New(h, e) },
			screen.SignOff:      func(h screen.Host) screen.Screen { return signoffview.New(h, e) },
			screen.Log:          func(h screen.Host) screen.Screen { return logview.New(h, e) },
			screen.Settings:     func(h screen.Host) screen.Screen { return settingsview.New(h, e) },
			screen.Journal:      func(h screen.Host) screen.Screen { return journalview.New(h, e) },
		},
	})
	w.Resize(size)
	t.Cleanup(func() {
		cancel()
		b.shell.Scope().Wait()
		w.Close()
	})
	b.Settle()
	return b
}

// TestPictures writes pictures of all screens when SPRINGBOARD_PICTURES names a folder; otherwise it checks that every screen can be drawn.
func TestPictures(t *testing.T) {
	dir := os.Getenv("SPRINGBOARD_PICTURES")
	if dir == "" {
		t.Skip("SPRINGBOARD_PICTURES names no folder")
	}
	for _, choice := range []kit.Choice{kit.Light, kit.Dark} {
		for _, size := range []fyne.Size{fyne.NewSize(1280, 800), fyne.NewSize(1024, 768)} {
			b := open(t, newEngine(), choice, size)
			for _, id := range screen.All {
				b.shell.Go(id)
				b.Settle()
				if b.shell.Current() != id {
					continue
				}
				name := filepath.Join(dir, string(id)+"-"+string(choice)+map[bool]string{true: "", false: "-small"}[size.Width > 1100]+".png")
				f, err := os.Create(name)
				if err != nil {
					t.Fatal(err)
				}
				if err := png.Encode(f, b.Window.Canvas().Capture()); err != nil {
					t.Fatal(err)
				}
				f.Close()
			}
		}
	}
}
