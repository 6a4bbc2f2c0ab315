package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/app/springboard/desk"
	"github.com/springboard-leap/springboard/ui/logview"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/charset"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// logOf writes a log of n records, every tenth an error with a trace, and gives its path.
func logOf(t *testing.T, n int) string {
	t.Helper()
	var b bytes.Buffer
	for i := range n {
		level, text := "I", "Request served"
		if i%10 == 0 {
			level, text = "E", "it failed\njava.lang.IllegalStateException: closed\n\tat com.ibm.form.A.b(A.java:1)"
		}
		fmt.Fprintf(&b, "[11/22/26 22:%02d:%02d:%03d UTC] %08x Upgrader      %s %s %d\n", i/60000%60, i/1000%60, i%1000, i%9, level, text, i)
	}
	path := filepath.Join(t.TempDir(), "SystemOut.log")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// opened opens a log and waits until it has been read.
func opened(t *testing.T, d *desk.Desk, r port.LogRequest) logview.Opened {
	t.Helper()
	o, err := d.OpenLog(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	for !o.Count().Done {
		<-o.Changed()
	}
	if err := o.Problem(); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestALogIsOpenedWithItsSiblingsAndSavedFiltered(t *testing.T) {
	d := practice(t)
	path := logOf(t, 3000)
	old := filepath.Join(filepath.Dir(path), "SystemOut_26.11.22_21.00.00.log")
	if err := os.WriteFile(old, []byte("[11/22/26 20:59:59:000 UTC] 00000001 Upgrader      W the oldest\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := opened(t, d, port.LogRequest{Path: path, Siblings: true})
	if n := o.Count().Len(); n < 3001 { // and a gap mark, for there is an hour between
		t.Errorf("%d entries", n)
	}
	if e, _ := o.Entry(0); e.Record == nil || e.Record.Text != "the oldest" {
		t.Errorf("it begins with %+v", e.Record)
	}
	if info := o.Info(); len(info.Files) != 2 || info.Format != "was-basic" || info.Encoding != "UTF-8" {
		t.Errorf("%+v", info)
	}
	levels, _ := o.Levels()
	if levels[logs.Error] != 300 {
		t.Errorf("%v", levels)
	}
	to := filepath.Join(t.TempDir(), "errors.log")
	f := present.LogFilter{Levels: map[logs.Severity]bool{logs.Error: true}, NoMarks: true}
	if n, err := d.SaveLog(t.Context(), to, o, f); err != nil || n != 300 {
		t.Fatalf("saved %d: %v", n, err)
	}
	again := opened(t, d, port.LogRequest{Path: to})
	if again.Count().Len() != 300 {
		t.Errorf("read again there are %d", again.Count().Len())
	}
	first, _ := again.Entry(0)
	if r := first.Record; r.Text != "it failed" || len(r.Trace) != 2 || r.Thread != "00000000" || r.Logger != "Upgrader" || len(r.Causes) != 1 {
		t.Errorf("read again it says %+v", r)
	}
	if _, err := d.SaveLog(t.Context(), to, o, f); upgrade.KindOf(err) != upgrade.KindUsage {
		t.Errorf("a file that exists is replaced: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	half := filepath.Join(t.TempDir(), "half.log")
	if _, err := d.SaveLog(cancelled, half, o, f); err == nil {
		t.Error("a save that was stopped says that it is done")
	}
	if left, _ := os.ReadDir(filepath.Dir(half)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestALargeLogStaysOnTheDisk(t *testing.T) {
	d := practice(t)
	d.SetLarge(64 << 10)
	path := logOf(t, 3000)
	o := opened(t, d, port.LogRequest{Path: path})
	if _, inMemory := o.(interface{ Reset() }); inMemory {
		t.Error("a large log is held in memory")
	}
	if n := o.Count().Len(); n != 3000 {
		t.Errorf("%d records", n)
	}
	if e, err := o.Read(t.Context(), 10); err != nil || e.Record.Text != "it failed" || len(e.Record.Trace) != 2 {
		t.Errorf("%+v %v", e.Record, err)
	}
	if levels, _ := o.Levels(); levels[logs.Error] != 300 {
		t.Errorf("%v", levels)
	}
}

func TestALargeLogShowsItsStartsAndGapsAsASmallOneDoes(t *testing.T) {
	d := practice(t)
	dir := t.TempDir()
	head := "************ Start Display Current Environment ************\nWebSphere Platform 9.0.5.5 [BASE] running with process name c\\n\\server1 and process id %d\n" +
		"************* End Display Current Environment *************\n"
	line := "[11/22/26 22:%02d:00:000 UTC] 00000001 Upgrader      I text %d\n"
	var old, current strings.Builder
	fmt.Fprintf(&old, head, 1)
	for i := range 10 {
		if i == 5 {
			fmt.Fprintf(&old, head, 2) // a restart
		}
		fmt.Fprintf(&old, line, i, i)
	}
	old.WriteString("[11/22/26 22:09:30:000 UTC] 00000001 Upgr") // its rest is lost
	fmt.Fprintf(&current, head, 2)
	for i := 10; i < 20; i++ {
		fmt.Fprintf(&current, line, i, i)
	}
	for name, text := range map[string]string{"SystemOut_26.11.22_22.09.31.log": old.String(), "SystemOut.log": current.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	shown := func(most int64, done func(logview.Opened) bool) (rows []string) {
		d.SetLarge(most)
		o := opened(t, d, port.LogRequest{Path: filepath.Join(dir, "SystemOut.log"), Siblings: true})
		for !done(o) {
			<-o.Changed()
		}
		w := present.NewLogWindow(o, nil, true)
		for item := range w.Len() {
			if _, err := o.Read(t.Context(), w.Number(item)); err != nil {
				t.Fatal(err)
			}
			more, _, _ := w.Rows(item)
			for _, r := range more {
				rows = append(rows, r.Text)
			}
		}
		return rows
	}
	small := shown(1<<30, func(logview.Opened) bool { return true })
	large := shown(100, func(o logview.Opened) bool { return o.Count().Marks == 3 })
	if len(small) < 20+3 || !slices.Equal(small, large) {
		t.Errorf("a large log shows\n%s\na small one\n%s", strings.Join(large, "\n"), strings.Join(small, "\n"))
	}
}

func TestAWrongEncodingIsCorrectedByHand(t *testing.T) {
	d := practice(t)
	path := filepath.Join(t.TempDir(), "SystemOut.log")
	if err := os.WriteFile(path, []byte("[11/22/26 22:00:00:000 UTC] 00000001 Upgrader      I \x8e\x9a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for encoding, want := range map[string]string{"windows-1250": "Žš", "Shift_JIS": "字"} {
		if e, _ := opened(t, d, port.LogRequest{Path: path, Encoding: encoding}).Entry(0); e.Record == nil || e.Record.Text != want {
			t.Errorf("in %s it says %+v", encoding, e.Record)
		}
	}
	if _, err := d.OpenLog(t.Context(), port.LogRequest{Path: path, Encoding: "klingon"}); err == nil {
		t.Error("an encoding that does not exist is taken")
	}
	if _, err := d.OpenLog(t.Context(), port.LogRequest{Path: path + "x"}); err == nil {
		t.Error("a log that does not exist is opened")
	}
}

func TestBookmarksMoveIntoTheRunWhenItBegins(t *testing.T) {
	d := practice(t)
	ctx := t.Context()
	mark := func(text string) logbook.Bookmark {
		return logbook.Mark(&logs.Record{Text: text, File: "f", Line: 1}, "note", "kim", time.Now())
	}
	put := func(text string) logbook.Book {
		b, err := d.ChangeLogbook(ctx, func(b *logbook.Book) error { b.Put(mark(text)); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	put("before")
	if b, err := d.Logbook(ctx); err != nil || len(b.Bookmarks) != 1 {
		t.Fatalf("%+v %v", b, err)
	}
	if err := d.Check(ctx, op.Silent{}); err != nil { // begins a run
		t.Fatal(err)
	}
	if b := put("after"); len(b.Bookmarks) != 2 {
		t.Errorf("%+v", b)
	}
	p, err := d.Place(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(p.Run.Run, logbook.FileName)); err != nil || !strings.Contains(string(data), "before") {
		t.Errorf("the run's logbook: %v %s", err, data)
	}
}

func TestTheRecordingIsOpenedAsALog(t *testing.T) {
	d := practice(t)
	ctx, cancel := context.WithCancel(t.Context())
	if err := d.Check(ctx, op.Silent{}); err != nil {
		t.Fatal(err)
	}
	changes, ended := d.LogChanges(ctx), make(chan struct{})
	go func() { defer close(ended); d.Follow(ctx) }()
	for d.Stream().Len() < 500 || d.LogState().State != "live" {
		<-changes
	}
	cancel()
	<-ended
	o := opened(t, d, port.LogRequest{Recording: true})
	if n := o.Count().Len(); n < 500 {
		t.Errorf("the recording has %d records", n)
	}
	if e, _ := o.Entry(0); e.Record == nil || e.Record.Origin == "" {
		t.Errorf("it begins with %+v", e)
	}
}

func TestEveryEncodingThatIsOfferedCanBeReadAndIsNamedAsOffered(t *testing.T) {
	for _, name := range logview.Encodings() {
		c, ok := charset.ByName(name)
		if !ok || !strings.EqualFold(c.Name(), name) {
			t.Errorf("%s is read as %q", name, c.Name())
		}
	}
}
