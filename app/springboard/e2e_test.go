package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/app/springboard/desk"
	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// asWindow makes the test binary behave as the program itself.
const asWindow = "SPRINGBOARD_TEST_AS_WINDOW"

func TestMain(m *testing.M) {
	if os.Getenv(withEyes) != "" {
		os.Exit(start(context.Background(), os.Args[1:], os.Stdout, os.Stderr, eyes(os.NewFile(3, "asked"), os.NewFile(4, "seen"))))
	}
	if os.Getenv(asWindow) != "" {
		main()
	}
	os.Exit(m.Run())
}

// screenOf is a display of the test's own, with a window manager when there is one.
type screenOf struct {
	t    *testing.T
	name string
	env  []string

	files []*os.File // that the next program inherits, from number 3 on
}

// need skips the test when a program is missing.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed: the real window cannot be tried here", p)
		}
	}
}

// startX starts an X server on a free number; args are added to its command line.
func startX(t *testing.T, args ...string) *screenOf {
	t.Helper()
	need(t, "Xvfb", "xdotool")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", append([]string{"-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp"}, args...)...)
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() { _ = x.Process.Kill(); _ = x.Wait() })
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb told no display: %v", err)
	}
	s := &screenOf{t: t, name: ":" + strings.TrimSpace(line)}
	runtime := t.TempDir()
	if err := os.Chmod(runtime, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "DISPLAY=") && !strings.HasPrefix(e, "WAYLAND_DISPLAY=") && !strings.HasPrefix(e, "XDG_") {
			s.env = append(s.env, e)
		}
	}
	s.env = append(s.env, "DISPLAY="+s.name, "XDG_RUNTIME_DIR="+runtime, "XDG_CONFIG_HOME="+t.TempDir(), asWindow+"=1")
	if path, err := exec.LookPath("openbox"); err == nil {
		wm := exec.Command(path)
		wm.Env = s.env
		if err := wm.Start(); err == nil {
			t.Cleanup(func() { _ = wm.Process.Kill(); _ = wm.Wait() })
		}
	}
	return s
}

// realWindow is the program with its window.
type realWindow struct {
	*screenOf
	cmd  *exec.Cmd
	id   string
	mu   sync.Mutex
	out  bytes.Buffer
	done chan error
}

// Write collects what the program prints.
func (w *realWindow) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

func (w *realWindow) printed() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.String()
}

func (s *screenOf) open(args ...string) *realWindow {
	s.t.Helper()
	w := &realWindow{screenOf: s, done: make(chan error, 1)}
	w.cmd = exec.Command(os.Args[0], args...)
	w.cmd.Env, w.cmd.Stdout, w.cmd.Stderr, w.cmd.ExtraFiles = s.env, w, w, s.files
	if err := w.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() { w.done <- w.cmd.Wait() }()
	s.t.Cleanup(func() { _ = w.cmd.Process.Kill() })
	s.eventually("the window comes", func() bool {
		out, err := w.xdo("search", "--onlyvisible", "--pid", fmt.Sprint(w.cmd.Process.Pid), "--name", "^Springboard - ")
		w.id = strings.TrimSpace(strings.SplitN(out, "\n", 2)[0])
		return err == nil && w.id != ""
	}, func() string { return w.printed() })
	_, _ = w.xdo("windowactivate", "--sync", w.id) // fails without a window manager, and is then not needed
	return w
}

// picture keeps a picture of the screen for whoever looks at a failure, where ImageMagick is installed, and tells where.
func (s *screenOf) picture() string {
	file, err := os.CreateTemp("", "springboard-window-*.png")
	if err != nil {
		return err.Error()
	}
	_ = file.Close()
	cmd := exec.Command("import", "-window", "root", file.Name())
	cmd.Env = s.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Sprintf("no picture: %v %s", err, out)
	}
	return "see " + file.Name()
}

func (w *realWindow) xdo(args ...string) (string, error) {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = w.env
	out, err := cmd.Output()
	return string(out), err
}

func (w *realWindow) must(args ...string) {
	w.t.Helper()
	if out, err := w.xdo(args...); err != nil {
		w.t.Fatalf("xdotool %v: %v %s", args, err, out)
	}
}

func (w *realWindow) key(keys ...string) {
	w.t.Helper()
	w.must(append([]string{"key", "--delay", "40"}, keys...)...)
}

// click presses the mouse at a place of the window.
func (w *realWindow) click(x, y int) {
	w.t.Helper()
	w.must("mousemove", "--window", w.id, fmt.Sprint(x), fmt.Sprint(y), "sleep", "0.15", "mousedown", "1", "sleep", "0.05", "mouseup", "1")
}

// primary presses the one button that a screen suggests: it stands at the right end of the header.
func (w *realWindow) primary() { w.t.Helper(); w.click(1200, 76) }

func (w *realWindow) title() string {
	out, err := w.xdo("getwindowname", w.id)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out)
}

// shows waits until a screen is in front.
func (w *realWindow) shows(name string) {
	w.t.Helper()
	w.eventually("the screen "+name, func() bool { return w.title() == "Springboard - "+name }, w.title)
}

// eventually waits for something that comes from other processes; there is no signal to wait for.
func (s *screenOf) eventually(what string, ok func() bool, got func() string) {
	s.t.Helper()
	for limit := time.Now().Add(90 * time.Second); time.Now().Before(limit); time.Sleep(150 * time.Millisecond) {
		if ok() {
			return
		}
	}
	s.t.Fatalf("%s did not come; got: %s; %s", what, got(), s.picture())
}

// closes ends the program by keyboard and looks at what it printed.
func (w *realWindow) closes() {
	w.t.Helper()
	w.key("ctrl+q")
	select {
	case err := <-w.done:
		if err != nil {
			w.t.Errorf("the program ended with %v: %s", err, w.printed())
		}
	case <-time.After(30 * time.Second):
		w.t.Fatalf("the window did not close: %s", w.printed())
	}
	for _, bad := range []string{"Error in Fyne call thread", "panic", "DATA RACE", "Fyne error"} {
		if strings.Contains(w.printed(), bad) {
			w.t.Errorf("the program printed %q:\n%s", bad, w.printed())
		}
	}
}

// serveLab makes a practice server in a folder and serves it until the test ends.
func serveLab(t *testing.T, dir string, apps, fail int) {
	t.Helper()
	if _, err := lab.Create(t.Context(), lab.Options{Dir: dir, Apps: apps, Fail: fail, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	l, err := lab.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served, ended := make(chan struct{}), make(chan error, 1)
	once := sync.OnceFunc(func() { close(served) })
	go func() { ended <- l.Serve(ctx, lab.ServeOptions{Speed: 20, OnEvent: func(lab.Event) { once() }}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the practice server: %v", err)
		}
	})
	select {
	case <-served:
	case err := <-ended:
		t.Fatal(err)
	}
}

func TestTheRealWindowWalksAPracticeUpgradeToTheEnd(t *testing.T) {
	screen := startX(t)
	const apps, fail = 40, 3
	root := filepath.Join(t.TempDir(), "lab")
	serveLab(t, root, apps, fail)
	engine, err := desk.New(wire.Options{Root: root}) // what the window did is looked at from outside, as a second program would
	if err != nil {
		t.Fatal(err)
	}
	step := func(id string) run.StepStatus {
		p, err := engine.Place(t.Context())
		if err != nil {
			return run.StepStatus{}
		}
		for _, s := range p.Run.Steps {
			if s.ID == id {
				return s
			}
		}
		return run.StepStatus{}
	}
	done := func(w *realWindow, id string) {
		t.Helper()
		w.eventually("step "+id, func() bool { return step(id).State == run.Done }, func() string { return fmt.Sprint(step(id), w.title(), w.printed()) })
	}
	// press does what begins a step, again while nothing comes of it: a button is off until its screen has what it needs, and nothing outside of the
	// window tells when that is.
	press := func(id string, how func()) {
		t.Helper()
		for limit := time.Now().Add(90 * time.Second); time.Now().Before(limit); {
			how()
			for wait := time.Now().Add(4 * time.Second); time.Now().Before(wait); time.Sleep(150 * time.Millisecond) {
				if s := step(id).State; s != "" && s != run.Waiting {
					return
				}
			}
		}
		t.Fatalf("%s was not begun: %s", id, screen.picture())
	}
	eyes := screen.openSeen("--root", root, "--theme", "light")
	w := eyes.realWindow
	w.shows("Survey")

	press(run.StepCheck, w.primary)                                                                       // run the checks: begins the run, takes the census
	w.eventually("the checks", func() bool { return step(run.StepCheck).State == run.Failed }, w.printed) // a fresh lab has its traces on: a blocker is open
	w.key("Down", "Down", "Up")

	for i, name := range []string{"Survey", "Rehearse", "Protect", "Offline", "Upgrade", "Applications", "Recover", "Reopen", "Sign off"} {
		w.key(fmt.Sprintf("ctrl+%d", i+1))
		w.shows(name)
		w.key("Tab", "Tab")
	}
	for key, name := range map[string]string{"ctrl+l": "Log", "ctrl+e": "Settings", "ctrl+j": "Journal"} {
		w.key(key)
		w.shows(name)
		w.key("Down")
	}

	w.click(60, 44+10+18+2*35) // Protect in the navigation, by mouse
	w.shows("Protect")
	var made []backup.Summary
	press(run.StepBackup, w.primary)
	done(w, run.StepBackup)
	made, err = engine.Backups(t.Context(), engine.DefaultFolder())
	if err != nil || len(made) != 1 || made[0].State != backup.Sealed {
		t.Errorf("the window made the backups %+v, error %v", made, err)
	}

	w.key("ctrl+5")
	w.shows("Upgrade")
	press(run.StepInstall, func() {
		w.primary()
		for limit := time.Now().Add(4 * time.Second); time.Now().Before(limit); {
			if keep, ok := eyes.scene().Named("button", "Cancel"); ok && strings.Contains(keep.State, "focused") {
				w.key("Tab", "space") // from the button that keeps things as they are to the one that goes on
				return
			}
		}
	})
	done(w, run.StepInstall)
	done(w, run.StepSetup)

	w.key("ctrl+6")
	w.shows("Applications")
	press(run.StepSweep, w.primary)
	done(w, run.StepSweep)
	l, err := engine.Ledger(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	if b := l.Board; !b.Closed || b.Census != apps || b.Totals[upgrade.Failed] != fail || b.Totals[upgrade.Upgraded] != apps-fail {
		t.Errorf("the ledger says %v of %d, closed %v, %v", b.Totals, b.Census, b.Closed, b.Problems)
	}

	w.key("ctrl+l")
	w.shows("Log")
	w.key("ctrl+f")
	w.must("type", "--delay", "20", "upgrade")
	w.key("Return", "ctrl+e") // the window's shortcuts work from within a field
	w.shows("Settings")
	w.key("ctrl+l")
	w.shows("Log")
	w.key("Page_Up", "End")

	w.key("ctrl+9")
	w.shows("Sign off")
	press(run.StepReport, w.primary)
	done(w, run.StepReport)
	p, err := engine.Place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(p.Run.Run, "report", "report.html")); err != nil {
		t.Errorf("the report: %v", err)
	}
	w.closes()
}

func TestWithoutADisplayTheProgramSaysWhatElseWorks(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{asWindow + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "springboardctl") || !strings.Contains(string(out), "SB-9101") {
		t.Errorf("exit %d (%v), it said: %s", cmd.ProcessState.ExitCode(), err, out)
	}
}

func TestWithoutOpenGLTheProgramSaysSoInsteadOfHanging(t *testing.T) {
	screen := startX(t, "-extension", "GLX")
	cmd := exec.Command(os.Args[0])
	cmd.Env = screen.env
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "SB-9103") || !strings.Contains(string(out), "springboardctl") {
		t.Errorf("exit %d (%v), it said: %s", cmd.ProcessState.ExitCode(), err, out)
	}
}

func TestADisplayThatDoesNotAnswerIsNamed(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{asWindow + "=1", "DISPLAY=:987", "HOME=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "SB-9102") || !strings.Contains(string(out), ":987") {
		t.Errorf("exit %d (%v), it said: %s", cmd.ProcessState.ExitCode(), err, out)
	}
}

func TestTheCacheIsSetBeforeFyneReadsIt(t *testing.T) {
	cmd := exec.Command(os.Args[0], "--version")
	cmd.Env = []string{asWindow + "=1", "GODEBUG=inittrace=1", "HOME=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	early := strings.Index(string(out), "init github.com/springboard-leap/springboard/app/springboard/early ")
	cache := strings.Index(string(out), "init fyne.io/fyne/v2/internal/cache ")
	if early < 0 || cache < 0 || early > cache {
		t.Errorf("early is initialised at %d, Fyne's cache at %d of:\n%s", early, cache, out)
	}
}
