package logs

import (
	"strings"
	"testing"
)

const printedTrace = "[5/21/14 22:51:37:095 PDT] 0000002a SystemErr     R a.b.XException: x\n" +
	"[5/21/14 22:51:37:095 PDT] 0000002a SystemErr     R \tat a.B.c(B.java:1)\n" +
	"[5/21/14 22:51:37:096 PDT] 0000002a SystemErr     R Caused by: a.b.YException: y\n" +
	"[5/21/14 22:51:38:000 PDT] 0000002b Other         E   not printed\n\tat a.B.c(B.java:1)\n"

// TestSelectJoinsPrintedTraces: what is chosen is whole, wherever in the trace the text stands.
func TestSelectJoinsPrintedTraces(t *testing.T) {
	for _, c := range []struct {
		spec FilterSpec
		want string
	}{
		{FilterSpec{}, "a.b.XException: x/2 not printed/1"},
		{FilterSpec{Text: "YException"}, "a.b.XException: x/2"},
		{FilterSpec{Text: "YException", Invert: true}, "not printed/1"},
		{FilterSpec{Limit: 1}, "a.b.XException: x/2"},
		{FilterSpec{Level: "R"}, "a.b.XException: x/2"},
	} {
		if got := selected(t, c.spec, "SystemOut.log", printedTrace); got != c.want {
			t.Errorf("%+v: %q, want %q", c.spec, got, c.want)
		}
	}
}

func selected(t *testing.T, spec FilterSpec, name, text string) string {
	t.Helper()
	f, err := NewFilter(spec)
	must(t, err)
	src, err := Open(t.Context(), Options{Join: true}, writeTemp(t, name, text))
	must(t, err)
	defer src.Close()
	var got []string
	for r, err := range src.Select(t.Context(), f) {
		must(t, err)
		got = append(got, r.Text+"/"+letterStrings['0'+len(r.Trace)])
	}
	return strings.Join(got, " ")
}

// TestPrintedFramesAreFoundOnThePieceBorder: a log is looked through in pieces of a megabyte.
func TestPrintedFramesAreFoundOnThePieceBorder(t *testing.T) {
	const line = "[5/21/14 22:51:36:095 PDT] 0000002a Foo           I   filled\n"
	for shift := range 6 {
		fill := strings.Repeat(line, (1<<20)/len(line)-5)
		head := "[5/21/14 22:51:37:095 PDT] 0000002a SystemErr     R a.b.XException: x\n"
		frame := "[5/21/14 22:51:37:095 PDT] 0000002a SystemErr     R "
		gap := 1<<20 - len(fill) - len(head) - len(frame) - shift - len("[5/21/14 22:51:36:095 PDT] 0000002a Foo           I \n")
		if gap < 0 {
			t.Fatalf("the filling is too long by %d", -gap)
		}
		pad := "[5/21/14 22:51:36:095 PDT] 0000002a Foo           I " + strings.Repeat(".", gap) + "\n"
		text := fill + pad + head + frame + "\tat a.B.c(B.java:1)\n"
		if got := selected(t, FilterSpec{Text: "XException"}, "SystemErr.log", text); got != "a.b.XException: x/1" {
			t.Errorf("shift %d: %q", shift, got)
		}
	}
}

func TestOnlyAPrintedFrameMakesALogSlow(t *testing.T) {
	for text, want := range map[string]bool{
		"[x] 1 E  failed\n\tat a.B.c(B.java:1)\n":             false,
		"[x] 1 R \tat a.B.c(B.java:1)\n":                      true,
		"[err] \tat a.B.c(B.java:1)\n":                        true,
		"HTTP JVM: \tat a.B.c(B.java:1)\n":                    true,
		`{"message":"\tat a.B.c(B.java:1)"}`:                  true,
		`{"ibm_stackTrace":"a.XError\n\tat a.B.c(B.java:1)"}`: false,
		"\tat a.B.c(B.java:1)\n":                              false,
	} {
		if got := printedFrame([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
