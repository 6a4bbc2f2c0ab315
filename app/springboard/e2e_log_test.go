package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"github.com/springboard-leap/springboard/app/springboard/desk"
	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/ui/uitest"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
)

// logRecords is the number of records that the window's log begins with: a record a second, each tenth a warning, each twentieth an error with a trace.
const logRecords = 400

// logDesk is a window on the log of a practice server that the test writes itself.
type logDesk struct {
	*seenWindow
	root, path string
	engine     *desk.Desk // the same, looked at from outside
}

// record is one record of the log, with its trace.
func record(i int) string {
	at := time.Date(2026, 11, 22, 21, 0, i, 0, time.UTC).Format("1/2/06 15:04:05:000 UTC")
	head := fmt.Sprintf("[%s] %08x ", at, 0x40+i%4)
	switch {
	case i%20 == 7:
		return head + fmt.Sprintf("Mapper        E com.acme.Mapper toResponse Number %d went wrong\njava.lang.IllegalStateException: form %d is closed\n"+
			"\tat com.acme.Form.open(Form.java:%d)\n\tat com.acme.Mapper.run(Mapper.java:88)\n", i, i, 1000+i)
	case i%10 == 3:
		return head + fmt.Sprintf("FreePool      W   J2CA0045E: Number %d waits for a connection\n", i)
	}
	return head + fmt.Sprintf("Cache         I com.acme.Cache refresh Number %d is cached\n", i)
}

// openLogDesk opens the window on the log screen, once the log is read to its end.
func openLogDesk(t *testing.T, begun bool) *logDesk {
	t.Helper()
	need(t, "Xvfb", "xdotool", "xclip")
	root := filepath.Join(t.TempDir(), "lab")
	if begun {
		censusLab(t, root)
	} else if _, err := lab.Create(t.Context(), lab.Options{Dir: root, Apps: 12, Fail: 2, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(root, "opt/IBM/WebSphere/AppServer/profiles/*/logs/*/SystemOut*.log"))
	if err != nil || len(found) == 0 {
		t.Fatalf("the lab has no logs: %v", err)
	}
	for _, f := range found {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	d := &logDesk{root: root, path: filepath.Join(filepath.Dir(found[0]), "SystemOut.log")}
	var all strings.Builder
	for i := range logRecords {
		all.WriteString(record(i))
	}
	if err := os.WriteFile(d.path, []byte(all.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if d.engine, err = desk.New(wire.Options{Root: root}); err != nil {
		t.Fatal(err)
	}
	d.seenWindow = startX(t).openSeen("--root", root, "--theme", "light", "--screen", "log")
	d.shows("Log")
	d.says(fmt.Sprintf("%d records", logRecords))
	d.endsWith(logRecords - 1)
	return d
}

// censusLab makes a practice server with a run that has its census, and stops it, so that it writes nothing any more.
func censusLab(t *testing.T, root string) {
	t.Helper()
	t.Run("take the census", func(t *testing.T) {
		serveLab(t, root, 12, 2)
		w, err := wire.Open(wire.Options{Root: root})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Apps().Census(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// endsWith waits until the last line that is seen is of a record.
func (d *logDesk) endsWith(i int) {
	d.t.Helper()
	d.sees(fmt.Sprintf("record %d at the end", i), func(s uitest.Scene) bool {
		lines := s.Of("line")
		return len(lines) > 0 && strings.Contains(lines[len(lines)-1].Text, fmt.Sprintf("Number %d ", i))
	})
}

// current waits until the cursor is on a line with some words.
func (d *logDesk) current(words string) {
	d.t.Helper()
	d.sees(fmt.Sprintf("the cursor on %q", words), func(s uitest.Scene) bool {
		return slices.ContainsFunc(s.Of("line"), func(p uitest.Part) bool {
			return strings.Contains(p.State, "current") && strings.Contains(p.Text, words)
		})
	})
}

// write adds records to the log, as the server does.
func (d *logDesk) write(text string) {
	d.t.Helper()
	f, err := os.OpenFile(d.path, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// clipboard waits until the clipboard holds something that is right.
func (d *logDesk) clipboard(what string, ok func(string) bool) {
	d.t.Helper()
	var got string
	d.eventually(what+" on the clipboard", func() bool {
		cmd := exec.Command("xclip", "-o", "-selection", "clipboard")
		cmd.Env = d.env
		out, err := cmd.Output()
		got = string(out)
		return err == nil && ok(got)
	}, func() string { return got })
}

func TestTheRealWindowFiltersTheLogByChipsAndSavesWhatIsKept(t *testing.T) {
	d := openLogDesk(t, false)
	d.press("chip", "Errors 20")
	d.sees("errors alone", func(s uitest.Scene) bool {
		lines := s.Of("line")
		return len(lines) > 0 && s.Says("20 of 400 records") && !slices.ContainsFunc(lines, func(p uitest.Part) bool {
			return !strings.Contains(p.State, "note") && !strings.Contains(p.State, "trace") && !strings.Contains(p.Text, "went wrong") && !strings.Contains(p.Text, "form ")
		})
	})
	d.press("chip", "Warnings 40")
	d.says("60 of 400 records")
	d.fills("Filter", "thread:00000043")
	d.key("Return")
	d.says("Thread 00000043")
	want := 0
	for i := range logRecords {
		if i%4 == 3 && (i%10 == 3 || i%20 == 7) {
			want++
		}
	}
	d.says(fmt.Sprintf("%d of 400 records", want))

	to := filepath.Join(t.TempDir(), "kept.log")
	d.press("button", "Save")
	d.says("Save what is shown")
	d.fills("Path of the new file", to)
	d.key("Return")
	d.says(fmt.Sprintf("Wrote %d records", want))
	data, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(data), "Number "); got != want || strings.Count(string(data), "\tat com.acme.Mapper.run") != 20 {
		t.Errorf("%d records were saved, want %d:\n%s", got, want, data)
	}
	d.press("tag", "Thread 00000043")
	d.says("60 of 400 records")
	d.press("button", "Show all")
	d.sees("everything", func(s uitest.Scene) bool { return !s.Says("of 400 records") && len(s.Of("tag")) == 0 })
	d.closes()
}

func TestTheRealWindowSearchesFoldsAndCopies(t *testing.T) {
	d := openLogDesk(t, false)
	d.key("Home")
	d.says("Number 0 is cached")
	d.key("ctrl+f")
	d.types("went wrong")
	d.key("Return")
	d.says("1 of 20")
	d.current("Number 7 went wrong")
	d.key("Escape")
	d.key("ctrl+f")
	d.types("went wrong")
	d.key("Return", "Return")
	d.says("3 of 20")
	d.current("Number 47 went wrong")
	d.press("button", "<")
	d.says("2 of 20")
	d.current("Number 27 went wrong")
	d.press("button", ">")
	d.current("Number 47 went wrong")

	line, _ := d.scene().Named("line", "21:00:47")
	if line.Kind == "" {
		t.Fatalf("the record is not seen as a line:\n%s", d.scene())
	}
	if d.scene().Says("Form.java:1047") {
		t.Error("the trace is not folded")
	}
	d.click(int(line.X+line.W/2), int(line.Y+line.H/2)) // the keys go to the log
	d.key("space")
	d.says("Form.java:1047")
	d.key("ctrl+c")
	d.clipboard("the whole record", func(text string) bool { return strings.TrimSuffix(text, "\n") == strings.TrimSuffix(record(47), "\n") })
	d.key("space")
	d.sees("the trace folded", func(s uitest.Scene) bool { return !s.Says("Form.java:1047") })
	d.key("shift+Down", "shift+Down", "shift+Down", "ctrl+c")
	d.clipboard("the lines from the record on as they are shown", func(text string) bool {
		return strings.Contains(text, "Number 47 went wrong") && strings.Contains(text, "Number 48 is cached") && !strings.Contains(text, "Number 46 is cached") &&
			!strings.Contains(text, "Form.java")
	})
	d.press("chip", "Fold traces")
	d.says("Form.java:1047")
	d.closes()
}

func TestTheRealWindowJumpsByTimePercentAndTimeline(t *testing.T) {
	d := openLogDesk(t, false)
	jump := func(where, to string) {
		t.Helper()
		d.key("ctrl+g")
		d.says("A time (21:30")
		d.fills("", where)
		d.key("Return")
		d.sees("the gate closed", func(s uitest.Scene) bool { return !s.Says("A time (21:30") })
		d.current(to)
	}
	jump("21:03:20", "Number 200 is cached")
	jump("25%", "Number 100 is cached")
	jump("#362", "Number 361 is cached")
	jump("SystemOut.log:1", "Number 0 is cached")
	strip, ok := d.scene().Named("timeline", "")
	if !ok {
		t.Fatalf("there is no timeline:\n%s", d.scene())
	}
	d.click(int(strip.X+strip.W/2), int(strip.Y+8))
	d.sees("the middle of the log", func(s uitest.Scene) bool {
		return slices.ContainsFunc(s.Of("line"), func(p uitest.Part) bool {
			return strings.Contains(p.State, "current") && strings.HasPrefix(p.Text, "21:03:")
		})
	})
	d.closes()
}

func TestTheRealWindowPausesOnScrollAndCountsWhatIsNew(t *testing.T) {
	d := openLogDesk(t, false)
	log, _ := d.scene().Named("log", "")
	wheel := func(button string) {
		d.must("mousemove", "--window", d.id, fmt.Sprint(int(log.X+log.W/2)), fmt.Sprint(int(log.Y+log.H/2)), "click", "--repeat", "4", "--delay", "60", button)
	}
	wheel("4")
	d.part("button", "Follow the end")
	first := d.scene().Of("line")[0].Text
	for i := logRecords; i < logRecords+30; i++ {
		d.write(record(i))
	}
	d.part("button", "Follow: 30 new")
	if now := d.scene().Of("line")[0].Text; now != first {
		t.Errorf("what is read moved from %q to %q", first, now)
	}
	d.write(record(logRecords + 30))
	d.press("button", "Follow: 31 new")
	d.endsWith(logRecords + 30)
	d.write(record(logRecords + 31))
	d.endsWith(logRecords + 31) // it follows again
	wheel("4")
	d.part("button", "Follow the end")
	wheel("5")
	wheel("5")
	d.sees("that it follows by scrolling to the end", func(s uitest.Scene) bool { _, ok := s.Named("button", "Following the end"); return ok })
	d.closes()
}

func TestTheRealWindowKeepsABookmarkWithItsNoteInTheRun(t *testing.T) {
	d := openLogDesk(t, true)
	place, err := d.engine.Place(t.Context())
	if err != nil || !place.HasRun {
		t.Fatalf("no run is open: %v", err)
	}
	d.key("ctrl+g")
	d.says("A time (21:30")
	d.fills("", "21:03:20")
	d.key("Return")
	d.current("Number 200 is cached")
	d.key("b")
	d.sees("the note's field", func(s uitest.Scene) bool {
		p, ok := s.Named("field", "Note")
		return ok && strings.Contains(p.State, "focused")
	})
	d.types("here it began")
	d.key("Return")
	d.eventually("the bookmark in the run", func() bool {
		data, err := os.ReadFile(filepath.Join(place.Run.Run, logbook.FileName))
		return err == nil && strings.Contains(string(data), `"here it began"`) && strings.Contains(string(data), "Number 200 is cached")
	}, func() string {
		data, err := os.ReadFile(filepath.Join(place.Run.Run, logbook.FileName))
		return fmt.Sprint(string(data), err)
	})
	d.sees("the flag", func(s uitest.Scene) bool {
		return slices.ContainsFunc(s.Of("line"), func(p uitest.Part) bool {
			return strings.Contains(p.State, "flagged") && strings.Contains(p.Text, "Number 200 is cached")
		})
	})
	d.key("Home")
	d.says("Number 0 is cached")
	d.key("bracketright")
	d.current("Number 200 is cached")

	d.press("button", "Open the recording")
	d.says("The recording of")
	d.says("Back to the followed log")
	d.says("400 records")
	d.press("button", "Back to the followed log")
	d.part("button", "Open the recording")
	d.closes()
}

func TestTheRealWindowLandsOnTheRecordsOfAnApplication(t *testing.T) {
	d := openLogDesk(t, true)
	l, err := d.engine.Ledger(t.Context(), true)
	if err != nil || len(l.Board.Apps) == 0 {
		t.Fatalf("no applications: %v", err)
	}
	app := l.Board.Apps[0]
	d.write(fmt.Sprintf("[11/22/26 21:10:00:000 UTC] 00000041 Opener        I com.acme.Opener open Application %s is opened\n", app.UID))
	d.write(fmt.Sprintf("[11/22/26 21:10:01:000 UTC] 00000041 Upgrader      E com.acme.Upgrader run Application %s does not answer\n", app.UID))
	d.says("402 records")
	d.key("ctrl+6")
	d.shows("Applications")
	d.press("row", app.Name)
	d.press("button", "Show in the log")
	d.shows("Log")
	d.says("2 of 402 records")
	d.says("Application " + app.UID)
	d.current("does not answer")
	d.closes()
}

func TestTheRealWindowShowsTheEncodingAndTakesAnotherByHand(t *testing.T) {
	d := openLogDesk(t, false)
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "[11/22/26 21:00:%02d:000 JST] 00000041 Opener        I com.acme.Opener open 帳票アプリの更新が始まりました %d\n", i, i)
	}
	data, err := japanese.ShiftJIS.NewEncoder().String(text.String())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tokyo.log")
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	d.key("ctrl+o")
	d.fills("Path of a log", path)
	d.key("Return")
	d.says("tokyo.log, 40 records")
	const words = "帳票アプリの更新"
	d.says(words)
	d.press("button", "Shift_JIS")
	d.press("item", "windows-1252")
	d.sees("the text read otherwise", func(s uitest.Scene) bool { return !s.Says(words) && len(s.Of("line")) > 10 })
	d.press("button", "windows-1252")
	d.press("item", "As detected")
	d.says(words)
	d.part("button", "Shift_JIS")
	d.closes()
}
