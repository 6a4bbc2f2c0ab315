package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

func TestARecordFitsTheWidthOfATerminalAndLosesNothing(t *testing.T) {
	text := strings.Repeat("word größer ", 40) + strings.Repeat("x", 100) + " end"
	r := &logs.Record{File: "/a/b/SystemOut.log", Line: 7, Stamp: "5/21/14 22:51:37:095 PDT", Level: "E", Thread: "0000001b", Logger: "Demo", Class: "com.example.Demo", Method: "run",
		Text: text, Trace: []string{strings.Repeat(" ", 33) + "a.b.XException: " + text, "\tat a.b.C.d(C.java:1)", ""}}
	var b strings.Builder
	printRecord(&b, r)
	got := b.String()
	for _, line := range strings.Split(got, "\n") {
		if utf8.RuneCountInString(line) > columns && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("%d columns: %q", utf8.RuneCountInString(line), line)
		}
	}
	if !strings.HasPrefix(got, "SystemOut.log:7 5/21/14 22:51:37:095 PDT E 0000001b Demo.run\n  word größer ") || !strings.Contains(got, "\n      at a.b.C.d(C.java:1)\n") {
		t.Error(got)
	}
	if words := len(strings.Fields(got)); words != 7+2*len(strings.Fields(text))+1+2 {
		t.Errorf("%d words:\n%s", words, got)
	}
}

func TestALogCannotWriteToTheTerminal(t *testing.T) {
	var b strings.Builder
	printRecord(&b, &logs.Record{File: "x.log", Text: "\x1b[31mred\x07\u202egnp.exe\u009b", Trace: []string{"\x1b]0;title\x07"}})
	if got := b.String(); strings.ContainsAny(got, "\x1b\x07\u202e\u009b") || !strings.Contains(got, "␛[31mred␇") {
		t.Errorf("%q", got)
	}
}

func TestTheCountsOfALogReadWell(t *testing.T) {
	var b strings.Builder
	printStats(&b, &logs.Statistics{Format: logs.WASBasic, Encoding: "windows-1252", Order: "dmy", ByLevel: map[string]int64{"E": 2, "I": 3, "Q": 1}, Orphans: 4,
		Files: []logs.FileStatistics{{Path: "a.log", Format: logs.WASBasic, Encoding: "windows-1252"}, {Path: "b.log", Cut: true}}, Gaps: []logs.Mark{{File: "/x/b.log", Line: 3, Reason: "a file is missing"}}})
	for _, want := range []string{"levels        2 error (E), 3 info (I), 1 other (Q)\n", "dates         day, month, year (a guess: others fit too)\n", "gap           b.log:3 a file is missing\n", "its last record goes on"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
}
