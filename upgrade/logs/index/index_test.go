package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// sample writes a log with traces, long lines and characters of several bytes; it gives the physical lines.
func sample(t *testing.T, records int) (file string, lines []string) {
	t.Helper()
	var b strings.Builder
	at := time.Date(2026, 11, 23, 21, 0, 0, 0, time.UTC)
	for i := range records {
		at = at.Add(30 * time.Millisecond)
		fmt.Fprintf(&b, "[%s CET] %08x Demo          I   message %d größer\n", strings.Replace(at.Format("1/2/06 15:04:05.000"), ".", ":", 1), i%7, i)
		if i%13 == 0 {
			b.WriteString("a.b.CException: no\n\tat a.b.C(C.java:1)\n")
		}
		if i%997 == 0 {
			b.WriteString(strings.Repeat("long ", 30000) + "\n")
		}
	}
	file = filepath.Join(t.TempDir(), "SystemOut.log")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

func built(t testing.TB, files ...string) *Index {
	t.Helper()
	x, err := Open(t.Context(), logs.Options{}, files...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	if err := x.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestEveryLineAndRecordIsFoundByItsNumber(t *testing.T) {
	const records = 25000
	file, lines := sample(t, records)
	x := built(t, file)
	if c := x.Count(); c.Lines != int64(len(lines)) || c.Records != records || !c.Done || c.Bytes != c.Total {
		t.Fatalf("%+v, want %d lines %d records", c, len(lines), records)
	}
	for from := 0; from < len(lines); from += 411 {
		got := x.Lines(int64(from), 3)
		for i, l := range got {
			want := lines[from+i]
			if len(want) > 60000 {
				want, l.Text = want[:60000], l.Text[:60000]
			}
			if l.Text != want || l.Number != int64(from+i+1) || (l.Level == "I") != strings.HasPrefix(want, "[") {
				t.Fatalf("line %d is %.80q %q, want %.80q", from+i, l.Text, l.Level, want)
			}
		}
		if len(got) != min(3, len(lines)-from) {
			t.Fatalf("%d lines at %d", len(got), from)
		}
	}
	for from := int64(0); from < records; from += 373 {
		got := x.Records(from, 2)
		if len(got) == 0 || got[0].Text != fmt.Sprintf("message %d größer", from) || lines[got[0].Line-1][:1] != "[" {
			t.Fatalf("record %d: %+v", from, got)
		}
		if n := x.RecordAtLine(got[0].Line - 1); n != from {
			t.Fatalf("line %d is of record %d, want %d", got[0].Line, n, from)
		}
	}
	if got := x.Lines(int64(len(lines)), 1); got != nil {
		t.Error("a line after the end")
	}
	if n := x.RecordAtTime(time.Date(2026, 11, 23, 21, 0, 30, 0, time.UTC)); n != 999 {
		t.Errorf("record %d at the time, want 999", n)
	}
}

func TestAnIndexGrowsWithItsFile(t *testing.T) {
	file, lines := sample(t, 3000)
	x := built(t, file)
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i := range 50 {
		fmt.Fprintf(f, "[11/23/26 23:00:00:000 CET] 00000001 Demo          E   more %d", i)
		if err := x.Build(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c := x.Count(); c.Records != int64(3001+i) || c.Lines != int64(len(lines)+1+i) {
			t.Fatalf("%+v after %d more", c, i+1)
		}
		f.WriteString(" end\n")
	}
	if err := x.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := x.Records(3049, 1); len(got) != 1 || got[0].Text != "more 49 end" {
		t.Errorf("%+v", got)
	}
}

func TestASearchFindsWhatReadingEverythingFinds(t *testing.T) {
	defer goleak.VerifyNone(t)
	file, _ := sample(t, 25000)
	x, err := Open(t.Context(), logs.Options{}, file)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, spec := range []logs.FilterSpec{{Grep: "message 24999 "}, {Grep: "CException"}, {Grep: `message \d*77 `}, {Grep: "(?i)MESSAGE 123 "}, {Grep: "nowhere at all"}, {Thread: "00000003"}, {Grep: "größer", Limit: 5}} {
		f, err := logs.NewFilter(spec)
		if err != nil {
			t.Fatal(err)
		}
		src, err := logs.Open(t.Context(), logs.Options{}, file)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []int64
		for r, err := range src.Select(t.Context(), f) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, r.Line)
		}
		src.Close()
		for hit, err := range x.Search(t.Context(), f) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, hit.Record.Line)
			if again := x.Records(hit.Number, 1); len(got) < 5 && again[0].Line != hit.Record.Line {
				t.Fatalf("record %d is another one", hit.Number)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%+v: %d hits, want %d", spec, len(got), len(want))
		}
	}
}

func TestASearchThatIsStoppedLeavesNothingBehind(t *testing.T) {
	defer goleak.VerifyNone(t)
	file, _ := sample(t, 25000)
	x, err := Open(t.Context(), logs.Options{}, file)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range x.Search(t.Context(), &logs.Filter{}) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for _, err := range x.Search(ctx, &logs.Filter{}) {
		if n++; n == 10 {
			cancel()
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if n < 10 {
		t.Errorf("%d hits", n)
	}
}
