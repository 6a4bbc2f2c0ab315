// Package shell is the window: the top line that says where one is, the roadmap of the run as navigation, the bar that says what is running and
// what waits, and the place in the middle for one screen at a time. Screens are made when they are first visited, so that the first frame comes at
// once.
package shell

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Engine is what the shell itself needs of the engine. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	// Place tells where the window works. Detection may take seconds.
	Place(ctx context.Context) (port.Place, error)
	// Needs lists what waits for a person.
	Needs(ctx context.Context) ([]port.Need, error)
	LogState() port.LogState
	LogFailures() int
	// LogChanges signals changes of the log's state; each call gives a signal of its own that ends with ctx.
	LogChanges(ctx context.Context) <-chan struct{}
	// Follows tells whether a file is one of the followed log, or of the run's recording of it. It returns at once.
	Follows(path string) bool
	// ReadFile gives the lines of a file around a line.
	ReadFile(ctx context.Context, path string, line int) (port.Excerpt, error)
	// Serve runs the practice server until it is stopped.
	Serve(ctx context.Context, rep op.Reporter) error
	// ListFolder lists a folder, folders first.
	ListFolder(ctx context.Context, dir string) ([]kit.FolderItem, error)
}

// Builder makes a screen.
type Builder func(screen.Host) screen.Screen

// Config is what the shell is made of.
type Config struct {
	Window     fyne.Window
	Engine     Engine
	Screens    map[screen.ID]Builder
	Dispatcher observe.Dispatcher
	Clock      observe.Clock
	Root       string // as given on the command line, for command lines
	Run        string
	Lab        bool
	Person     string
	OpenPath   func(path string) error
	Start      screen.ID
	// OnTheme is told the choice of the look, to remember it. May be nil.
	OnTheme func(kit.Choice)
	Theme   kit.Choice
	Quit    func()
	// FirstFrame is called when the window is drawn for the first time, and perhaps again. May be nil.
	FirstFrame func()
}

// Shell is the window's content and its behaviour.
type Shell struct {
	cfg     Config
	scope   *observe.Scope
	tasks   *observe.Tasks
	command present.Command

	top    *topLine
	nav    *navigation
	bottom *bottomBar
	middle *fyne.Container
	file   *fileView

	screens map[screen.ID]screen.Screen
	current screen.ID
	before  screen.ID // where the file view was opened from
	closing bool
	asking  asking
}

// New makes the window's content and shows the first screen.
func New(ctx context.Context, cfg Config) *Shell {
	s := &Shell{cfg: cfg, screens: map[screen.ID]screen.Screen{}, command: present.Command{Root: cfg.Root, Run: cfg.Run}}
	s.scope = observe.NewScope(ctx, cfg.Dispatcher)
	s.scope.Clock = cfg.Clock
	drawn := cfg.FirstFrame
	if drawn != nil {
		release := s.scope.Hold()
		time.AfterFunc(2*time.Second, release) // a window that starts minimised is not drawn
		drawn = func() { release(); cfg.FirstFrame() }
	}
	s.tasks = observe.NewTasks(s.scope)
	s.top = newTopLine(s.switchTheme, s.serve, cfg.Theme)
	s.nav = newNavigation(s.Go)
	s.bottom = newBottomBar(s)
	s.middle = container.NewStack()
	body := container.New(&frame{}, s.nav.Container, s.top.Container, s.bottom.Container, s.middle, firstFrame(drawn))
	cfg.Window.SetContent(body)
	cfg.Window.SetCloseIntercept(s.Close)
	s.keys()
	if cfg.Start == "" {
		cfg.Start = screen.Survey
	}
	s.top.unknown(cfg.Root, cfg.Lab)
	s.nav.show(present.Roadmap(port.Place{}.Run, false))
	s.Go(cfg.Start)
	s.Look()
	s.watch()
	return s
}

// Scope is the life of the window.
func (s *Shell) Scope() *observe.Scope { return s.scope }

// Tasks are the operations of the window.
func (s *Shell) Tasks() *observe.Tasks { return s.tasks }

// Current is the screen in front.
func (s *Shell) Current() screen.ID { return s.current }

func (s *Shell) watch() {
	observe.Watch(s.scope, s.tasks.Changes(s.scope.Context()), s.tasks.Running, s.bottom.showTasks)
	observe.Watch(s.scope, s.cfg.Engine.LogChanges(s.scope.Context()), func() logLook {
		return logLook{s.cfg.Engine.LogState(), s.cfg.Engine.LogFailures()}
	}, func(l logLook) {
		s.bottom.showLog(l.state)
		s.nav.showFailures(l.failures)
	})
	observe.Tick(s.scope, time.Second, func(now time.Time) { s.bottom.tick(now) })
	observe.Tick(s.scope, lookEvery, func(time.Time) { s.Look() }) // the command line may work on the same run
}

// lookEvery is how often the roadmap is read again.
const lookEvery = 5 * time.Second

// serve starts the practice server within this window.
func (s *Shell) serve() {
	s.bottom.showCommand(present.Command{}.Line("lab", "serve", s.cfg.Root))
	s.tasks.Start(taskServe, "Practice server", s.command.Line("lab", "serve", s.cfg.Root), string(s.current), s.cfg.Engine.Serve, func(p op.Progress) {
		if p.Err != nil && p.State == op.Failed {
			kit.ShowError(s.cfg.Window.Canvas(), p.Err)
		}
		s.Look()
	})
}

// taskServe is the kind of the task that is the practice server.
const taskServe = "lab-serve"

type logLook struct {
	state    port.LogState
	failures int
}

// Look asks the engine again where things stand: the top line, the roadmap and what waits.
func (s *Shell) Look() {
	observe.Load(s.scope, "place", s.cfg.Engine.Place, func(p port.Place, err error) {
		s.top.show(p, err, s.scope.Clock.Time())
		s.nav.show(present.Roadmap(p.Run, p.HasRun))
	})
	observe.Load(s.scope, "needs", s.cfg.Engine.Needs, func(n []port.Need, err error) {
		if err == nil {
			s.bottom.showNeeds(n)
		}
	})
}

func (s *Shell) host() screen.Host {
	return screen.Host{Scope: s.scope.Child(), Tasks: s.tasks, Command: s.command, Canvas: s.cfg.Window.Canvas(), Person: s.cfg.Person, Lab: s.cfg.Lab,
		List: s.listFolder, ShowCommand: s.bottom.showCommand, Open: s.openEvidence, Go: s.Go, OpenPath: s.openPath, Changed: s.changed,
		IsFront: func(id screen.ID) bool { return s.current == id }, ShowLog: s.showLog}
}

// changed is called when something was done: what is seen looks again.
func (s *Shell) changed() {
	s.Look()
	if scr, ok := s.screens[s.current]; ok {
		scr.Shown()
	}
}

// Go shows a screen.
func (s *Shell) Go(id screen.ID) {
	scr, ok := s.screens[id]
	if !ok {
		build, known := s.cfg.Screens[id]
		if !known {
			return
		}
		scr = build(s.host())
		s.screens[id] = scr
	}
	s.front(id, scr.Content())
	scr.Shown()
	scr.Focus()
}

func (s *Shell) front(id screen.ID, content fyne.CanvasObject) {
	s.current = id
	s.cfg.Window.Canvas().Unfocus()
	s.middle.Objects = []fyne.CanvasObject{content}
	s.middle.Refresh()
	kit.Update(content)
	s.nav.mark(id)
	s.cfg.Window.SetTitle("Springboard - " + Title(id))
}

// Title is the name of a screen, in the navigation and in the window's title.
func Title(id screen.ID) string {
	switch id {
	case screen.Log:
		return "Log"
	case screen.Settings:
		return "Settings"
	case screen.Journal:
		return "Journal"
	case screen.File:
		return "Evidence"
	}
	return present.PhaseTitle(phaseOf(id))
}

// openEvidence shows evidence at its place: a record of the followed log in the log, anything else by itself. What the log does not hold any more
// comes back here from the log.
func (s *Shell) openEvidence(e upgrade.Evidence) {
	if s.current != screen.Log && e.File != "" && e.Line > 0 && s.cfg.Engine.Follows(e.File) {
		s.showLog(port.LogPlace{Evidence: e})
		return
	}
	if s.file == nil {
		s.file = newFileView(s.cfg.Window.Canvas(), s.scope.Child(), s.cfg.Engine.ReadFile, s.back, s.openPath)
	}
	if s.current != screen.File {
		s.before = s.current
	}
	s.front(screen.File, s.file.content)
	s.file.show(e)
}

// showLog goes to the log, at a place in it.
func (s *Shell) showLog(p port.LogPlace) {
	s.Go(screen.Log)
	if at, ok := s.screens[screen.Log].(interface{ Find(port.LogPlace) }); ok {
		at.Find(p)
	}
}

func (s *Shell) back() { s.Go(s.before) }

func (s *Shell) openPath(path string) error {
	if s.cfg.OpenPath == nil {
		return nil
	}
	return s.cfg.OpenPath(path)
}

func (s *Shell) listFolder(dir string, show func([]kit.FolderItem, error)) {
	observe.Load(s.scope, "folder", func(ctx context.Context) ([]kit.FolderItem, error) { return s.cfg.Engine.ListFolder(ctx, dir) }, show)
}

func (s *Shell) switchTheme(c kit.Choice) {
	fyne.CurrentApp().Settings().SetTheme(kit.NewTheme(c))
	if s.cfg.OnTheme != nil {
		s.cfg.OnTheme(c)
	}
}

// Close is asked for by the window's close button. While something runs it asks whether that shall go on or be stopped safely.
func (s *Shell) Close() {
	running := s.tasks.Running()
	if len(running) == 0 {
		s.end()
		return
	}
	if s.closing {
		return
	}
	s.closing = true
	rows := []fyne.CanvasObject{kit.NewPara("Closing ends what runs here. Stopped safely, it can be gone on with later.", kit.Body)}
	for _, t := range running {
		rows = append(rows, kit.NewPara(t.Progress().Title, kit.Strong))
	}
	kit.ShowGate(s.cfg.Window.Canvas(), kit.Gate{
		Title: present.Plural(int64(len(running)), "operation is", "operations are") + " still running", Body: kit.Stack(6, rows...),
		Keep: "Keep running", Confirm: "Stop safely and close",
		OnKeep: func() { s.closing = false },
		OnGo:   func([]string) { s.stopAndClose() },
	})
}

// stopAndClose waits until everything has stopped; a commit section is not cut short.
func (s *Shell) stopAndClose() {
	s.tasks.StopAll()
	observe.Watch(s.scope, s.tasks.Changes(s.scope.Context()), s.tasks.Running, func(left []*observe.Task) {
		if len(left) == 0 {
			s.end()
		}
	})
}

func (s *Shell) end() {
	s.scope.Close()
	if s.cfg.Quit != nil {
		s.cfg.Quit()
	}
}

// stop asks before it stops an operation that a person started.
func (s *Shell) stop(t *observe.Task) {
	p := t.Progress()
	if p.State == op.Running {
		t.Stop()
	}
}
