package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"github.com/springboard-leap/springboard/app/springboard/desk"
	"github.com/springboard-leap/springboard/app/springboard/display"
	"github.com/springboard-leap/springboard/app/version"
	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/shell"
	"github.com/springboard-leap/springboard/upgrade"
)

// start opens the window and gives the exit code when it has been closed. made is told of the window before it is shown: tests look at it through that.
func start(ctx context.Context, args []string, out, errs io.Writer, made func(fyne.Window)) int {
	o, done, err := parse(args, out)
	switch {
	case err != nil:
		return fail(errs, err)
	case done:
		return 0
	case o.version:
		fmt.Fprintln(out, "springboard "+version.String())
		return 0
	}
	if err := display.Check(ctx, os.Getenv); err != nil {
		return fail(errs, err)
	}
	ask := &asker{}
	o.wire.Credentials.Ask = ask.ask
	engine, err := desk.New(o.wire)
	if err != nil {
		return fail(errs, err)
	}
	return window(ctx, o, engine, ask, out, errs, made)
}

// window runs the window until it is closed. Everything that was started is awaited before it returns.
func window(ctx context.Context, o options, engine *desk.Desk, ask *asker, out, errs io.Writer, made func(fyne.Window)) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// With metadata of its own the toolkit does not look for a FyneApp.toml in the folder it is started in. Without an ID the toolkit keeps no preferences of
	// its own: it writes them without need, and one that was killed while it did leaves an empty file that the next start complains about. What the window
	// remembers is in remember.go.
	app.SetMetadata(fyne.AppMetadata{Name: "Springboard", Version: version.String()})
	a := app.NewWithID("")
	a.SetIcon(icon())
	choice := remembered(o.theme)
	a.Settings().SetTheme(kit.NewTheme(choice))
	w := a.NewWindow("Springboard")
	w.SetPadded(false)
	w.SetMaster()
	w.Resize(fyne.NewSize(geometry(o.size)))
	w.CenterOnScreen()
	dispatcher, drawn := observe.Fyne{}, make(chan struct{})
	s := shell.New(ctx, shell.Config{Window: w, Engine: engine, Screens: screens(engine), Dispatcher: dispatcher, Root: o.wire.Root,
		Run: o.wire.RunDir, Lab: engine.IsLab(),
		Person: engine.Person(), OpenPath: openPath, Start: o.screen, Theme: choice, OnTheme: remember, Quit: a.Quit, FirstFrame: watchdog(ctx, errs, func() {
			close(drawn)
			if o.firstFrame {
				fmt.Fprintln(out, "first frame")
				dispatcher.Do(a.Quit)
			}
		})})
	ask.by(s.Ask)
	made(w)
	var wait sync.WaitGroup
	wait.Go(func() {
		select {
		case <-drawn:
		case <-time.NewTimer(2 * time.Second).C:
		case <-ctx.Done():
		}
		engine.Follow(ctx)
	})
	wait.Go(func() {
		<-ctx.Done()
		dispatcher.Do(a.Quit)
	})
	w.ShowAndRun()
	s.Scope().Close()
	cancel()
	s.Scope().Wait()
	wait.Wait()
	return 0
}

// asker lets the engine, which is made first, ask through the window.
type asker struct {
	mu sync.Mutex
	f  func(what string, echo bool) (string, error)
}

func (a *asker) by(f func(string, bool) (string, error)) {
	a.mu.Lock()
	a.f = f
	a.mu.Unlock()
}

func (a *asker) ask(what string, echo bool) (string, error) {
	a.mu.Lock()
	f := a.f
	a.mu.Unlock()
	if f == nil {
		return "", errors.New("the window is not open yet")
	}
	return f(what, echo)
}

// firstFrameTime is how long a window may take to come; software rendering on a busy machine takes one or two seconds.
const firstFrameTime = 30 * time.Second

// watchdog gives the function that is called with the first frame. When it is not called in time the program ends with an explanation: a driver
// without OpenGL leaves the process hanging without a window.
func watchdog(ctx context.Context, errs io.Writer, first func()) func() {
	seen := make(chan struct{})
	go func() {
		select {
		case <-seen:
		case <-ctx.Done():
		case <-time.NewTimer(firstFrameTime).C:
			os.Exit(fail(errs, upgrade.NewFault("SB-9104", upgrade.KindUnsupported, nil, "seconds", fmt.Sprint(int(firstFrameTime.Seconds())))))
		}
	}()
	return sync.OnceFunc(func() {
		close(seen)
		first()
	})
}

// fail says what is wrong and gives the exit code.
func fail(errs io.Writer, err error) int {
	t := kit.TroubleOf(err)
	fmt.Fprintf(errs, "springboard: %s\n%s\n", t.What, t.Next)
	if t.Code != "" {
		fmt.Fprintln(errs, t.Code)
	}
	if upgrade.KindOf(err) == upgrade.KindUsage {
		return 64
	}
	return 1
}

func icon() fyne.Resource {
	data, err := assets.Icon()
	if err != nil {
		return nil
	}
	return fyne.NewStaticResource("springboard.svg", data)
}
