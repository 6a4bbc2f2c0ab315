package index

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

const header = `************ Start Display Current Environment ************
WebSphere Platform 9.0.5.14 [ND 9.0.5.14 cf142240.02] [JAVA8 8.0.7.20] running with process name leapCell\leapNode\server1 and process id %d
Host Operating System is Linux, version 5.14.0
************* End Display Current Environment *************
`

// body gives records, some with traces, as WebSphere writes them.
func body(records int) string {
	var b strings.Builder
	at := time.Date(2026, 11, 23, 21, 0, 0, 0, time.UTC)
	for i := range records {
		at = at.Add(730 * time.Millisecond)
		level := "IIWIE"[i%5 : i%5+1]
		fmt.Fprintf(&b, "[%s CET] %08x Demo          %s   message %d größer\n", strings.Replace(at.Format("1/2/06 15:04:05.000"), ".", ":", 1), i%7, level, i)
		if i%4 == 0 {
			b.WriteString("a.b.CException: no\n\tat a.b.C(C.java:1)\n\n")
		}
	}
	return b.String()
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// rolled writes a log as three files, cut at two places.
func rolled(t testing.TB, text string, one, two int, pids ...int) []string {
	t.Helper()
	dir := t.TempDir()
	files := []string{"SystemOut_26.11.23_21.00.30.log", "SystemOut_26.11.23_21.01.30.log", "SystemOut.log"}
	for i, piece := range []string{text[:one], text[one:two], text[two:]} {
		files[i] = filepath.Join(dir, files[i])
		write(t, files[i], fmt.Sprintf(header, pids[i])+piece)
	}
	return files
}

func show(r *logs.Record) string {
	return fmt.Sprintf("%s:%d:%d %s %s %s %q %v", filepath.Base(r.File), r.Offset, r.Line, r.Stamp, r.Level, r.Text, r.Trace, r.Cut)
}

// reference reads a log from its beginning, record by record.
func reference(t testing.TB, f *logs.Filter, files ...string) (all []string) {
	t.Helper()
	src, err := logs.Open(t.Context(), logs.Options{}, files...)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for r, err := range src.Records(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if f == nil || f.Match(r) {
			all = append(all, show(r))
		}
	}
	return all
}

func compare(t *testing.T, what string, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("%s: record %d of %d is\n%s\nwant\n%s", what, i, len(got), got[i], want[i])
		}
	}
	t.Fatalf("%s: %d records, want %d", what, len(got), len(want))
}

func check(t *testing.T, what string, files ...string) {
	t.Helper()
	want := reference(t, nil, files...)
	x := built(t, files...)
	if c := x.Count(); c.Records != int64(len(want)) || !c.Done || c.Bytes != c.Total {
		t.Fatalf("%s: %+v, want %d records", what, c, len(want))
	}
	var got []string
	for n := int64(0); n < int64(len(want)); n += 3 {
		for _, r := range x.Records(n, 3) {
			got = append(got, show(r))
		}
	}
	compare(t, what, got, want)
	got = nil
	for h, err := range x.Search(t.Context(), &logs.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if h.Number != int64(len(got)) {
			t.Fatalf("%s: record %d has the number %d", what, len(got), h.Number)
		}
		got = append(got, show(h.Record))
		if n := x.RecordAt(h.Record.File, h.Record.Offset); n != h.Number {
			t.Fatalf("%s: record %d is found as %d", what, h.Number, n)
		}
	}
	compare(t, what+", searched", got, want)
}

func TestALogOfManyFilesIsOneStream(t *testing.T) {
	text := body(12)
	for cut := 1; cut < 300; cut += 1 + cut/60 { // two records and a trace
		pids := [][]int{{7, 7, 7}, {7, 7, 8}, {7, 8, 8}}[cut%3]
		check(t, fmt.Sprintf("cut at %d, processes %v", cut, pids), rolled(t, text, cut, cut+cut%97, pids...)...)
	}
	check(t, "an empty file", rolled(t, text, 500, 500, 7, 7, 7)...)
	check(t, "everything in the first", rolled(t, text, len(text), len(text), 7, 7, 7)...)
	check(t, "everything in the last", rolled(t, text, 0, 0, 7, 7, 7)...)
	check(t, "one line over three files", rolled(t, text, 20, 40, 7, 7, 7)...)
}

func TestACompressedSiblingIsAFileOfTheStream(t *testing.T) {
	text := body(60)
	files := rolled(t, text, 1000, 2000, 7, 7, 7)
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(data)
	z.Close()
	write(t, files[0]+".gz", packed.String())
	os.Remove(files[0])
	files[0] += ".gz"
	check(t, "packed", files...)
	write(t, files[0], packed.String()[:packed.Len()-30])
	check(t, "packed and cut", files...)
}

func TestEveryFormatHasTheSameRecordsInAnIndexAsInReading(t *testing.T) {
	wide := []byte{0xFF, 0xFE}
	for _, r := range body(40) {
		wide = append(wide, byte(r), byte(r>>8))
	}
	long := strings.Repeat("x", 3<<20)
	for name, text := range map[string]string{
		"SystemOut.log":   fmt.Sprintf(header, 7) + body(40) + fmt.Sprintf(header, 8) + " lost\n" + body(9),
		"bom.log":         "\xEF\xBB\xBF" + body(40),
		"wide.log":        string(wide),
		"crlf.log":        strings.ReplaceAll(body(40), "\n", "\r\n"),
		"long.log":        body(40) + long + "\n" + body(9) + strings.TrimSpace(body(1)) + long,
		"open.log":        strings.TrimSuffix(body(40), "\n"),
		"error-log-0.xml": strings.Repeat(`<CommonBaseEvent creationTime="2008-02-24T12:48:29.850-08:00" msg="a" severity="50"></CommonBaseEvent><CommonBaseEvent msg="b" severity="10">`+"\n</CommonBaseEvent>\n", 50),
		"messages.json":   strings.Repeat(`{"type":"liberty_message","message":"a\nb","loglevel":"ERROR","ibm_datetime":"2021-10-18T14:50:58.159-0400"}`+"\n", 40),
		"console.log":     strings.Repeat("[0DB4:000E-0F14] 23.06.2017 11:35:32   HTTP JVM: text\nmore\n", 40),
		"empty.log":       "",
		"none.log":        strings.Repeat("no record at all\n", 50),
	} {
		file := filepath.Join(t.TempDir(), name)
		write(t, file, text)
		check(t, name, file)
	}
}

func TestTheFirstScreenIsThereBeforeTheIndex(t *testing.T) {
	text := body(3000)
	files := rolled(t, text, 100_000, 150_000, 7, 7, 7)
	want := reference(t, nil, files...)
	x, err := Open(t.Context(), logs.Options{}, files...)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, n := range []int{0, 1, 7, 300, 2500, 5000} {
		head, tail := x.Head(n), x.Tail(n)
		n = min(n, len(want))
		if len(head) != n || len(tail) != n {
			t.Fatalf("%d first, %d last, want %d", len(head), len(tail), n)
		}
		for i := range n {
			if got := show(head[i]); got != want[i] {
				t.Fatalf("first %d is %s, want %s", i, got, want[i])
			}
			if got := tail[i]; !strings.Contains(want[len(want)-n+i], fmt.Sprintf(" %s %s %s %q", got.Stamp, got.Level, got.Text, got.Trace)) {
				t.Fatalf("last %d is %s, want %s", i, show(got), want[len(want)-n+i])
			}
		}
	}
}

func TestJumpsLandOnTheRecord(t *testing.T) {
	text := body(3000)
	files := rolled(t, text, 100_000, 150_000, 7, 7, 7)
	x := built(t, files...)
	begin := time.Date(2026, 11, 23, 21, 0, 0, 0, time.UTC)
	for _, n := range []int64{0, 1, 2, 999, 1500, 2998, 2999} {
		if got := x.RecordAtTime(begin.Add(time.Duration(n+1) * 730 * time.Millisecond)); got != n {
			t.Errorf("record %d at the time of record %d", got, n)
		}
		r := x.Records(n, 1)[0]
		line := x.LineOf(r.File, r.Line)
		if got := x.Lines(line, 1); len(got) != 1 || got[0].Record != n || got[0].Number != r.Line || got[0].File != r.File || got[0].Level != r.Level {
			t.Errorf("line %d is %+v, want that of record %d in line %d", line, got, n, r.Line)
		}
		if got := x.RecordAtLine(line); got != n {
			t.Errorf("line %d is of record %d, want %d", line, got, n)
		}
	}
	if got := x.RecordAtTime(begin.Add(time.Hour * 24)); got != 3000 {
		t.Errorf("record %d after the end", got)
	}
	if a, b, c := x.RecordAtPercent(0), x.RecordAtPercent(50), x.RecordAtPercent(100); a != 0 || b < 1300 || b > 1700 || c != 2999 {
		t.Errorf("records %d %d %d", a, b, c)
	}
	var sum Slice
	slices := x.Timeline(50)
	for _, s := range slices {
		sum.Records += s.Records
		sum.Errors += s.Errors
		sum.Warnings += s.Warnings
	}
	if sum.Records != 3000 || sum.Errors != 600 || sum.Warnings != 600 || len(slices) != 50 || slices[25].Records < 50 || slices[25].Records > 70 {
		t.Errorf("%+v %+v", sum, slices)
	}
}

func TestASelectionKnowsWhatAFilterKeeps(t *testing.T) {
	text := body(3000)
	files := rolled(t, text, 100_000, 150_000, 7, 7, 7)
	x := built(t, files...)
	f, err := logs.NewFilter(logs.FilterSpec{Level: "E"})
	if err != nil {
		t.Fatal(err)
	}
	s := x.Select(f)
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	verify := func(n int64) {
		t.Helper()
		if scanned, done := s.Scanned(); s.Len() != n || scanned != x.Count().Records || !done {
			t.Fatalf("%d kept of %d, want %d", s.Len(), scanned, n)
		}
		for i := range n {
			if s.At(i) != 5*i+4 || s.Find(5*i+4) != i || s.Find(5*i+3) != i || !s.Keeps(5*i+4) || s.Keeps(5*i+3) || s.Next(5*i+3) != 5*i+4 || s.Previous(5*i+5) != 5*i+4 {
				t.Fatalf("kept %d is record %d, found at %d", i, s.At(i), s.Find(5*i+4))
			}
		}
		if s.At(n) != -1 || s.At(-1) != -1 || s.Next(5*n) != -1 || s.Previous(4) != -1 {
			t.Error("a record beyond the ends")
		}
	}
	verify(600)
	out, err := os.OpenFile(files[2], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for i := range int64(40) {
		fmt.Fprint(out, body(5))
		if err := x.Build(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		verify(601 + i)
	}
}

func TestAnIndexFollowsRotations(t *testing.T) {
	text := body(2000)
	dir := t.TempDir()
	current := filepath.Join(dir, "SystemOut.log")
	write(t, current, fmt.Sprintf(header, 7)+text[:1000])
	x := built(t, current)
	for i := range 6 {
		old := filepath.Join(dir, fmt.Sprintf("SystemOut_26.11.23_21.00.%02d.log", i))
		if err := os.Rename(current, old); err != nil {
			t.Fatal(err)
		}
		if err := x.Build(t.Context()); err != nil { // between renaming and creating
			t.Fatal(err)
		}
		from := 1000 + i*777
		write(t, current, fmt.Sprintf(header, 7)+text[from:from+777])
		if i%2 == 0 { // two at once now and then
			continue
		}
		if err := x.Build(t.Context()); err != nil {
			t.Fatal(err)
		}
		files, err := logs.Siblings(current)
		if err != nil {
			t.Fatal(err)
		}
		want := reference(t, nil, files...)
		var got []string
		for _, r := range x.Records(0, len(want)+1) {
			got = append(got, show(r))
		}
		compare(t, fmt.Sprintf("%d rotations", i+1), got, want)
	}
}

func TestALogThatShrinksEndsItsIndex(t *testing.T) {
	file := filepath.Join(t.TempDir(), "SystemOut.log")
	write(t, file, body(500))
	x := built(t, file)
	write(t, file, body(100))
	if err := x.Build(t.Context()); !errors.Is(err, ErrChanged) {
		t.Errorf("shrunk: %v", err)
	}
	if got := x.Records(400, 1); len(got) != 0 && got[0].Text != "" {
		t.Logf("what is gone is not invented: %+v", got)
	}
	y := built(t, file)
	write(t, file, strings.Replace(body(500), "message", "another", 1))
	if err := y.Build(t.Context()); !errors.Is(err, ErrChanged) {
		t.Errorf("overwritten: %v", err)
	}
}

func TestAnIndexIsSmall(t *testing.T) {
	files := rolled(t, body(30000), 1_000_000, 1_500_000, 7, 7, 7)
	x := built(t, files...)
	if c := x.Count(); x.Memory() > 2*c.Lines {
		t.Errorf("%d bytes for %d lines", x.Memory(), c.Lines)
	}
	f := newFile(x.files[0].part, 0)
	for _, size := range []int64{100 << 30, 101 << 30, 1 << 40} { // what a huge file would need
		f.coarsen(size)
		if size/f.blockSize*blockBytes > 6<<20 {
			t.Errorf("%d bytes for a file of %d", size/f.blockSize*blockBytes, size)
		}
	}
}

func TestIndexingIsCancelled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "SystemOut.log")
	write(t, file, body(30000))
	x, err := Open(t.Context(), logs.Options{}, file)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Build(ctx); !errors.Is(err, context.Canceled) || x.Count().Done {
		t.Errorf("%v %+v", err, x.Count())
	}
	if err := x.Build(t.Context()); err != nil || x.Count().Records != 30000 {
		t.Errorf("%v %+v", err, x.Count())
	}
}
