package logs

import (
	"fmt"
	"strings"
	"testing"
)

// joined gives the records of lines that were printed as records of their own: "thread level text", as thread:level:text(lines of trace).
func joined(t *testing.T, name string, lines []string, form func(line string) string) []string {
	t.Helper()
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(form(l) + "\n")
	}
	src, err := Open(t.Context(), Options{Join: true}, writeTemp(t, name, b.String()))
	must(t, err)
	defer src.Close()
	var got []string
	for r, err := range src.Records(t.Context(), nil) {
		must(t, err)
		var causes []string
		for _, c := range r.Causes {
			causes = append(causes, fmt.Sprintf("%s(%d)", c.Class, len(c.Frames)))
		}
		got = append(got, fmt.Sprintf("%s%s +%d %s", r.Thread[max(len(r.Thread)-1, 0):], r.Text, len(r.Trace), strings.Join(causes, "<")))
	}
	return got
}

func TestATraceThatWasPrintedLineByLineIsOneRecord(t *testing.T) {
	lines := []string{
		"1a.b.XException: first line", "1 second line of the message", "2other thread", "1\tat a.B.c(B.java:1)", "1\tat a.B.d(B.java:2)", "2a.b.OtherException: z",
		"1Caused by: a.b.YException: y", "2\tat q.R.s(R.java:1)", "1\t... 2 more", "1", "1a message of its own", "2---- Begin backtrace for Nested Throwables",
		"2a.b.NestedException: n", "2\tat q.R.t(R.java:2)", "1a.b.LoneException: without frames", "1goes on",
	}
	want := []string{
		"1a.b.XException: first line +5 a.b.XException(2)<a.b.YException(0)", "2other thread +0 ", "2a.b.OtherException: z +4 a.b.OtherException(1)<a.b.NestedException(1)",
		"1 +0 ", "1a message of its own +0 ", "1a.b.LoneException: without frames +0 a.b.LoneException(0)", "1goes on +0 ",
	}
	for name, form := range map[string]func(string) string{
		"SystemErr.log": func(l string) string {
			return "[5/21/14 22:51:37:095 PDT] 0000000" + l[:1] + " SystemErr     R " + l[1:]
		},
		"console.log": func(l string) string { return "[0DB4:000E-000" + l[:1] + "] 23.06.2017 11:35:32   HTTP JVM: " + l[1:] },
	} {
		got := joined(t, name, lines, form)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestJoiningKeepsEveryLine(t *testing.T) {
	lines := []string{"1a.b.XException: x", "1", "2\tat", "1\tat a.B.c(B.java:1)", "2Caused by: nothing", "1text", "2a.b.YException", "2more", "2more", "2\tat a.B.c(B.java:1)"}
	for rotate := range lines {
		all := append(append([]string{}, lines[rotate:]...), lines[:rotate]...)
		n := 0
		for _, r := range joined(t, "SystemErr.log", all, func(l string) string {
			return "[5/21/14 22:51:37:095 PDT] 0000000" + l[:1] + " SystemErr     R " + l[1:]
		}) {
			var trace int
			_, after, _ := strings.Cut(r, " +")
			fmt.Sscanf(after, "%d", &trace)
			n += 1 + trace
		}
		if n != len(all) {
			t.Errorf("from line %d on: %d lines of %d", rotate, n, len(all))
		}
	}
}
