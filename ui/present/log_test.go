package present_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/index"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// entry is the i-th of a log: every tenth is an error with a trace, one a second.
func entry(i int) present.LogEntry {
	at := time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Second)
	r := &logs.Record{File: "/logs/SystemOut.log", Line: int64(10*i + 1), Offset: int64(1000 * i), Stamp: at.Format("1/2/06 15:04:05:000 MST"), Level: "I",
		Severity: logs.Info, Time: stamp.Moment{Time: at, Zone: "UTC", Fixed: true}, Thread: fmt.Sprintf("%08x", i%7), Logger: "Upgrader",
		Class: "com.ibm.form.Upgrader", Method: "run", Text: fmt.Sprintf("record %d of the log", i), Lines: 1, Bytes: 90}
	if i%10 == 0 {
		r.Level, r.Severity, r.Lines = "E", logs.Error, 3
		r.Trace = []string{"java.lang.NullPointerException: no pages in form " + fmt.Sprint(i), "\tat com.ibm.form.Upgrader.run(Upgrader.java:118)"}
		r.Causes = []logs.Cause{{Class: "java.lang.NullPointerException", Message: "no pages", Frames: []string{"com.ibm.form.Upgrader.run"}, Omitted: 4},
			{Class: "java.sql.SQLException", Message: "closed"}}
	}
	return present.LogEntry{Record: r, Failed: i%20 == 0}
}

func filled(n int) *present.LogStore {
	s := present.NewLogStore(64 << 20)
	for i := range n {
		s.Add(entry(i))
	}
	return s
}

func TestAStoredEntryComesBackAsItWas(t *testing.T) {
	s := present.NewLogStore(64 << 20)
	zone := time.FixedZone("", 3600)
	want := []present.LogEntry{
		entry(10),
		{Record: &logs.Record{Text: "wide 漢字, a NUL \x00 and broken \xff bytes", Time: stamp.Moment{Time: time.Date(2026, 3, 1, 2, 3, 4, 5e6, zone), Fixed: true},
			Origin: "/x", OriginOffset: 1 << 40, Cut: true, Amended: true, Truncated: true, Parts: 4, MessageID: "CWWKZ0001I", Method: "m"}},
		{Mark: &logs.Mark{Kind: logs.MarkGap, File: "f", Offset: 5, Line: 6, Reason: "a rotated file is missing"}},
		{Mark: &logs.Mark{Kind: logs.MarkStart, File: "f", Start: &logs.Start{Product: "WebSphere Platform 9.0.5.5", PID: "77", Time: entry(1).Record.Time}}},
	}
	s.Add(want...)
	for i := range 300 { // enough to have the first block compressed
		s.Add(entry(i))
	}
	for i, w := range want {
		got, ok := s.Entry(i)
		if d := cmp.Diff(w, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(logs.Record{})); !ok || d != "" {
			t.Errorf("entry %d: %s", i, d)
		}
	}
	if _, ok := s.Entry(400); ok {
		t.Error("an entry that is not there was given")
	}
}

func TestAStoreDropsTheOldestWhenItIsFullAndKeepsNumbers(t *testing.T) {
	s := present.NewLogStore(20 << 10)
	for i := range 20_000 {
		s.Add(entry(i))
	}
	c := s.Count()
	if c.First == 0 || c.End != 20_000 || c.Len() < 500 {
		t.Fatalf("it holds %+v", c)
	}
	for _, n := range []int{c.First, (c.First + c.End) / 2, c.End - 1} {
		if e, ok := s.Entry(n); !ok || e.Record.Text != fmt.Sprintf("record %d of the log", n) {
			t.Errorf("entry %d is %+v", n, e)
		}
	}
	if _, ok := s.Entry(c.First - 1); ok {
		t.Error("a dropped entry is given")
	}
	if levels, failed := s.Levels(); levels[logs.Error] != 2000 || failed != 1000 {
		t.Errorf("since the beginning: %v, %d failed", levels, failed)
	}
	s.Reset()
	if c := s.Count(); c.Len() != 0 || c.Epoch != 1 {
		t.Errorf("emptied, it holds %+v", c)
	}
}

func TestAnAmendedRecordTakesThePlaceOfItsFirstHalf(t *testing.T) {
	s := filled(5)
	whole := entry(4)
	whole.Record.Text, whole.Record.Amended = "whole", true
	s.Add(whole)
	if e, _ := s.Entry(4); s.Count().End != 5 || e.Record.Text != "whole" {
		t.Errorf("%d entries, the last says %q", s.Count().End, e.Record.Text)
	}
}

func numbers(t *testing.T, s present.LogSource, f present.LogFilter) (all []int) {
	t.Helper()
	c := s.Count()
	if err := s.Search(t.Context(), f, c.First, c.End, func(hits []int, _ int) bool { all = append(all, hits...); return true }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTermsAreCombinedOverWholeRecords(t *testing.T) {
	s := filled(1000)
	s.Add(present.LogEntry{Mark: &logs.Mark{Kind: logs.MarkGap, Reason: "lost"}})
	last := entry(999).Wall()
	for _, c := range []struct {
		terms string
		want  int
	}{
		{"record 99", 11 + 1}, // 99, 990..999, and the gap, which no filter hides
		{"NO PAGES IN FORM 99", 1 + 1},
		{"no pages in form|at com.ibm", 100 + 1},
		{"/no pages in form (10|20)$/", 2 + 1},
		{"thread:00000003", 143 + 1},
		{"thread:00000003|no pages", 15 + 1},
		{"-text:record", 0 + 1}, {"-regex:record .*[13579] of", 500 + 1},
		{"app:Form 500", 1 + 1},
		{"since:22:10:00|until:22:10:10", 11 + 1},
		{"logger:Upgr", 1000 + 1},
	} {
		var terms []present.LogTerm
		for text := range strings.SplitSeq(c.terms, "|") {
			if c.terms[0] == '/' {
				text = c.terms
			}
			term, err := present.ParseTerm(text, last)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if back, err := present.ParseTerm(term.String(), last); err != nil || back != term {
				t.Errorf("%s is read back as %v, %v", term, back, err)
			}
			if terms = append(terms, term); c.terms[0] == '/' {
				break
			}
		}
		f, err := present.NewLogFilter(terms, last)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(numbers(t, s, f)); got != c.want {
			t.Errorf("%s keeps %d, want %d", c.terms, got, c.want)
		}
	}
	f := present.LogFilter{Levels: map[logs.Severity]bool{logs.Error: true}, Failures: true, NoMarks: true}
	if got := len(numbers(t, s, f)); got != 50 {
		t.Errorf("%d errors that failed", got)
	}
}

func TestATermThatIsNotUnderstoodSaysSo(t *testing.T) {
	for _, text := range []string{"thread:", "/(/", "since:yesterday", "-thread:x", "regex:["} {
		if term, err := present.ParseTerm(text, now); err == nil {
			t.Errorf("%q is taken as %v", text, term)
		}
	}
}

func TestAScanStreamsAndGoesOnWhenTheLogGrows(t *testing.T) {
	s := filled(1000)
	scan := present.NewLogScan(s, present.LogFilter{Levels: map[logs.Severity]bool{logs.Error: true}})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); scan.Run(ctx) }()
	await := func(n int) present.Found {
		for {
			if f := scan.Found(); f.Done && len(f.Hits) >= n {
				return f
			}
			<-scan.Changed()
		}
	}
	if f := await(100); len(f.Hits) != 100 || f.Part != 1 || f.At != 1000 {
		t.Errorf("%d hits, %v of it, at %d", len(f.Hits), f.Part, f.At)
	}
	w := present.NewLogWindow(s, scan, true)
	for i := 1000; i < 1300; i++ {
		s.Add(entry(i))
	}
	scan.Wake()
	await(130)
	if added, dropped, anew := w.Grow(); added != 30 || dropped != 0 || anew || w.Number(129) != 1290 {
		t.Errorf("%d added, %d dropped, anew %v, the last is %d", added, dropped, anew, w.Number(129))
	}
	s.Reset()
	s.Add(entry(0), entry(1))
	scan.Wake()
	for {
		if f := scan.Found(); f.Done && len(f.Hits) == 1 {
			break
		}
		<-scan.Changed()
	}
	if _, _, anew := w.Grow(); !anew || w.Len() != 1 {
		t.Errorf("after a new beginning: anew %v, %d items", anew, w.Len())
	}
	cancel()
	<-ended
}

func TestAWindowKeepsItsPlaceWhileOldRecordsAreDropped(t *testing.T) {
	s := present.NewLogStore(20 << 10)
	add := func(from, to int) {
		for i := from; i < to; i++ {
			s.Add(entry(i))
		}
	}
	add(0, 1000)
	w := present.NewLogWindow(s, nil, true)
	n, seen := w.Len(), w.Number(w.Len()-1)
	add(1000, 6000)
	added, dropped, anew := w.Grow()
	if anew || dropped == 0 || n-dropped+added != w.Len() || w.Number(0) != s.Count().First || seen != 999 {
		t.Errorf("%d added, %d dropped, anew %v, %d left", added, dropped, anew, w.Len())
	}
	if item, ok := w.Item(5000); !ok || w.Number(item) != 5000 {
		t.Errorf("entry 5000 is item %d, %v", item, ok)
	}
}

func TestATraceIsFoldedToItsChainOfCauses(t *testing.T) {
	w := present.NewLogWindow(filled(30), nil, true)
	text := func(item int) (lines []string) {
		rows, _, _ := w.Rows(item)
		for _, r := range rows {
			lines = append(lines, r.Text)
		}
		return lines
	}
	if d := cmp.Diff([]string{"22:00:10.000 00000003 E Upgrader      record 10 of the log",
		"    java.lang.NullPointerException: no pages  (5 frames)", "    caused by java.sql.SQLException: closed"}, text(10)); d != "" {
		t.Error(d)
	}
	w.Turn(10)
	if d := cmp.Diff([]string{"22:00:10.000 00000003 E Upgrader      record 10 of the log",
		"java.lang.NullPointerException: no pages in form 10", "\tat com.ibm.form.Upgrader.run(Upgrader.java:118)"}, text(10)); d != "" {
		t.Error(d)
	}
	if len(text(20)) != 3 || !strings.Contains(text(20)[2], "caused by") {
		t.Error("unfolding one unfolds others")
	}
	w.FoldAll(false)
	if strings.Contains(strings.Join(text(20), ""), "caused by") {
		t.Error("it is still folded")
	}
	if first := text(0)[0]; first != "Sunday, 22 November 2026, UTC" {
		t.Errorf("the day is %q", first)
	}
}

func TestMarksAreRowsOfTheirOwn(t *testing.T) {
	rows := present.LogRows(present.LogEntry{Mark: &logs.Mark{Kind: logs.MarkGap, Reason: "SystemOut_2.log is missing"}}, entry(1), true)
	if len(rows) != 1 || rows[0].Kind != present.LogGap || rows[0].Text != "Gap: SystemOut_2.log is missing" {
		t.Errorf("%+v", rows)
	}
	rows = present.LogRows(present.LogEntry{Mark: &logs.Mark{Kind: logs.MarkStart, Start: &logs.Start{Product: "Open Liberty 22", PID: "7"}}}, entry(1), true)
	if rows[0].Kind != present.LogNote || rows[0].Text != "The server was started here: Open Liberty 22, process 7" {
		t.Errorf("%+v", rows)
	}
}

func TestTheTimelineShortensSilencesAndKnowsItsEntries(t *testing.T) {
	s := filled(300)
	late := entry(300)
	late.Record.Time.Time = late.Record.Time.Add(48 * time.Hour)
	s.Add(late)
	d := s.Density(t.Context(), 10, nil)
	sum, errors := 0.0, 0.0
	for i := range d.All {
		sum, errors = sum+d.All[i], errors+d.Errors[i]
	}
	if sum != 301 || errors != 31 || len(d.Pauses) != 1 || d.PartOf(300) != 9 || d.PartOf(0) != 0 || d.To.Sub(d.From) < 48*time.Hour {
		t.Errorf("%v records, %v errors, pauses %v, the last is in part %d", sum, errors, d.Pauses, d.PartOf(300))
	}
	d = s.Density(t.Context(), 10, []int{10, 20, 299})
	if d.First[0] != 10 || d.PartOf(299) != 9 {
		t.Errorf("of three: %v", d.First)
	}
	if at := s.AtTime(entry(123).Wall()); at != 123 {
		t.Errorf("its time is at %d", at)
	}
	if at := s.AtTime(now.AddDate(1, 0, 0)); at != 301 {
		t.Errorf("the future is at %d", at)
	}
}

func TestTheNextHitGoesRound(t *testing.T) {
	for _, c := range []struct {
		from    int
		forward bool
		place   int
		wrapped bool
	}{{4, true, 0, false}, {5, true, 1, false}, {20, true, 0, true}, {20, false, 1, false}, {5, false, 2, true}, {7, false, 0, false}} {
		if place, wrapped := present.Within([]int{5, 10, 20}, c.from, c.forward); place != c.place || wrapped != c.wrapped {
			t.Errorf("%+v: %d %v", c, place, wrapped)
		}
	}
}

func TestACopiedRecordIsReadAgainAsItWas(t *testing.T) {
	text := present.LogText(entry(10).Record)
	if want := "[11/22/26 22:00:10:000 UTC] 00000003 Upgrader      E com.ibm.form.Upgrader run record 10 of the log\njava.lang.NullPointer"; !strings.HasPrefix(text, want) {
		t.Errorf("%q", text)
	}
}

// onDisk writes entries as a server would, in two files of one log, and opens them by their index.
func onDisk(t *testing.T, n int) *present.LogIndex {
	t.Helper()
	dir := t.TempDir()
	files := []string{filepath.Join(dir, "SystemOut_26.11.22_22.05.00.log"), filepath.Join(dir, "SystemOut.log")}
	for i, name := range files {
		var b strings.Builder
		for k := i * n / 2; k < (i+1)*n/2; k++ {
			b.WriteString(present.LogText(entry(k).Record))
		}
		if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	x, err := index.Open(t.Context(), logs.Options{}, files...)
	if err != nil {
		t.Fatal(err)
	}
	s := present.NewLogIndex(x, func(r *logs.Record) bool { return strings.Contains(r.Text, "record 20 ") }, func() {})
	if err := x.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Built()
	t.Cleanup(func() { _ = x.Close() })
	return s
}

func TestALogOnTheDiskAnswersAsOneInMemory(t *testing.T) {
	const n = 3000
	disk, memory := onDisk(t, n), filled(n)
	if c := disk.Count(); c.End != n || !c.Done || c.Read != c.Total || disk.Levels()[logs.Error] != n/10 {
		t.Fatalf("%+v, %v", c, disk.Levels())
	}
	for _, i := range []int{0, 1, 127, 128, 1499, 1500, n - 1} {
		got, err := disk.Read(t.Context(), i)
		want, _ := memory.Entry(i)
		if err != nil || got.Record == nil || got.Record.Text != want.Record.Text || len(got.Record.Trace) != len(want.Record.Trace) {
			t.Errorf("entry %d: %+v %v", i, got.Record, err)
		}
		if e, ok := disk.Entry(i); !ok || e.Record != got.Record { // read before, so that it is held
			t.Errorf("entry %d is not there at once", i)
		}
	}
	last := entry(n - 1).Wall()
	for _, text := range []string{"record 99", "no pages in form 99", "thread:00000003", "/form (10|20)$/", "-text:record 1"} {
		term, err := present.ParseTerm(text, last)
		if err != nil {
			t.Fatal(err)
		}
		f, err := present.NewLogFilter([]present.LogTerm{term, {Kind: present.TermText, Value: "of the log"}}, last)
		if err != nil {
			t.Fatal(err)
		}
		f.NoMarks = true
		if a, b := numbers(t, disk, f), numbers(t, memory, f); cmp.Diff(a, b) != "" || len(a) == 0 {
			t.Errorf("%s: %d on the disk, %d in memory", text, len(a), len(b))
		}
	}
	f := present.LogFilter{Levels: map[logs.Severity]bool{logs.Error: true}, Failures: true}
	if got := numbers(t, disk, f); cmp.Diff([]int{20}, got) != "" {
		t.Errorf("failures: %v", got)
	}
	if at := disk.AtTime(entry(2000).Wall()); at != 2000 {
		t.Errorf("its time is at %d", at)
	}
	if at := disk.AtLine("SystemOut.log", 4); at != n/2+1 { // the first record has a trace of two lines
		t.Errorf("the fourth line of the current file is at %d", at)
	}
	d := disk.Density(t.Context(), 20, nil)
	sum := 0.0
	for _, v := range d.All {
		sum += v
	}
	if sum != n || d.PartOf(0) != 0 || d.PartOf(n-1) != 19 {
		t.Errorf("%v records over time: %v", sum, d.First)
	}
}

func TestAScanOfALogThatIsBeingIndexedWaitsForIt(t *testing.T) {
	s := onDisk(t, 500)
	scan := present.NewLogScan(s, present.LogFilter{Levels: map[logs.Severity]bool{logs.Error: true}})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); scan.Run(ctx) }()
	for !scan.Found().Done {
		<-scan.Changed()
	}
	if f := scan.Found(); len(f.Hits) != 50 || f.At != 500 {
		t.Errorf("%d hits at %d", len(f.Hits), f.At)
	}
	cancel()
	<-ended
}

func TestStartsAndGapsOfALogOnTheDiskStandBeforeTheirRecordsUnderAnyFilter(t *testing.T) {
	s := onDisk(t, 60)
	s.SetMarks([]index.Mark{{Mark: logs.Mark{Kind: logs.MarkStart, Start: &logs.Start{PID: "7"}}, Before: 0}, {Mark: logs.Mark{Kind: logs.MarkGap, Reason: "one"}, Before: 12},
		{Mark: logs.Mark{Kind: logs.MarkGap, Reason: "two"}, Before: 20}, {Mark: logs.Mark{Kind: logs.MarkGap, Reason: "three"}, Before: 20}})
	if n := s.Count().Marks; n != 4 {
		t.Errorf("%d marks are counted", n)
	}
	ours := func(w *present.LogWindow, number int) (texts []string) {
		item, _ := w.Item(number)
		if _, err := s.Read(t.Context(), number); err != nil {
			t.Fatal(err)
		}
		rows, _, _ := w.Rows(item)
		for _, r := range rows {
			if r.Kind == present.LogGap || r.Kind == present.LogNote && strings.HasPrefix(r.Text, "The server") {
				texts = append(texts, r.Text)
			}
		}
		return texts
	}
	scan := present.NewLogScan(s, present.LogFilter{Levels: map[logs.Severity]bool{logs.Error: true}})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); scan.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	for !scan.Found().Done {
		<-scan.Changed()
	}
	all, errs := present.NewLogWindow(s, nil, true), present.NewLogWindow(s, scan, true)
	for _, c := range []struct {
		w    *present.LogWindow
		n    int
		want []string
	}{{all, 0, []string{"The server was started here, process 7"}}, {all, 11, nil}, {all, 12, []string{"Gap: one"}}, {all, 13, nil}, {all, 20, []string{"Gap: two", "Gap: three"}},
		{errs, 0, []string{"The server was started here, process 7"}}, {errs, 10, nil}, {errs, 20, []string{"Gap: one", "Gap: two", "Gap: three"}}, {errs, 30, nil}} {
		if got := ours(c.w, c.n); cmp.Diff(c.want, got) != "" {
			t.Errorf("before record %d: %q, want %q", c.n, got, c.want)
		}
	}
}
