package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/uitest"
)

// withEyes makes the test binary behave as the program, and tell on request what its window shows. Mouse and keyboard stay real.
const withEyes = "SPRINGBOARD_TEST_WITH_EYES"

// eyes writes for each line that comes in what the window shows, as a line of JSON.
func eyes(asked io.Reader, seen io.Writer) func(fyne.Window) {
	return func(w fyne.Window) {
		go func() {
			out := json.NewEncoder(seen)
			for lines := bufio.NewScanner(asked); lines.Scan(); {
				scene := make(chan uitest.Scene, 1)
				observe.Fyne{}.Do(func() { scene <- uitest.Look(w.Canvas()) })
				if out.Encode(<-scene) != nil {
					return
				}
			}
		}()
	}
}

// seenWindow is a real window whose scene can be asked for.
type seenWindow struct {
	*realWindow
	ask  io.Writer
	seen *bufio.Reader
}

func (s *screenOf) openSeen(args ...string) *seenWindow {
	s.t.Helper()
	theirAsked, ask, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	seen, theirSeen, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	env := s.env
	s.env = append(append([]string{}, env...), withEyes+"=1")
	s.files = []*os.File{theirAsked, theirSeen}
	w := &seenWindow{realWindow: s.open(args...), ask: ask, seen: bufio.NewReaderSize(seen, 1<<20)}
	s.env, s.files = env, nil
	for _, f := range []io.Closer{theirAsked, theirSeen} {
		_ = f.Close() // the program has its own
	}
	s.t.Cleanup(func() { _ = ask.Close(); _ = seen.Close() })
	return w
}

// scene is what the window shows now.
func (w *seenWindow) scene() (s uitest.Scene) {
	w.t.Helper()
	if _, err := io.WriteString(w.ask, "?\n"); err != nil {
		w.t.Fatalf("the window does not listen: %v; it printed %s", err, w.printed())
	}
	line, err := w.seen.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &s)
	}
	if err != nil {
		w.t.Fatalf("the window does not tell what it shows: %v; it printed %s", err, w.printed())
	}
	return s
}

// sees waits until the window shows something.
func (w *seenWindow) sees(what string, ok func(uitest.Scene) bool) {
	w.t.Helper()
	var last uitest.Scene
	w.eventually(what, func() bool { last = w.scene(); return ok(last) }, func() string { return "\n" + last.String() })
}

// says waits until the window shows some words.
func (w *seenWindow) says(words string) {
	w.t.Helper()
	w.sees(fmt.Sprintf("the text %q", words), func(s uitest.Scene) bool { return s.Says(words) })
}

// part waits for a part that can be used and gives it.
func (w *seenWindow) part(kind, words string) (p uitest.Part) {
	w.t.Helper()
	w.sees(fmt.Sprintf("the %s %q", kind, words), func(s uitest.Scene) (ok bool) {
		p, ok = s.Named(kind, words)
		return ok && !strings.Contains(p.State, "off")
	})
	return p
}

// press presses the mouse in the middle of a part, once it stands still.
func (w *seenWindow) press(kind, words string) {
	w.t.Helper()
	was := w.part(kind, words)
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); {
		now := w.part(kind, words)
		if now.X == was.X && now.Y == was.Y {
			break
		}
		was = now
	}
	w.click(int(was.X+was.W/2), int(was.Y+was.H/2))
}

// types writes into the field that has the focus.
func (w *seenWindow) types(text string) {
	w.t.Helper()
	w.must("type", "--delay", "25", text)
}

// fills presses a field and writes into it.
func (w *seenWindow) fills(hint, text string) {
	w.t.Helper()
	w.press("field", hint)
	w.sees("the focus in "+hint, func(s uitest.Scene) bool {
		p, ok := s.Named("field", hint)
		return ok && strings.Contains(p.State, "focused")
	})
	w.key("ctrl+a") // what stands in it goes
	w.types(text)
	w.sees(fmt.Sprintf("%q in %s", text, hint), func(s uitest.Scene) bool {
		p, ok := s.Named("field", hint)
		return ok && strings.HasSuffix(p.Text, "["+text+"]")
	})
}
