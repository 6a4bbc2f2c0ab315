package report

import (
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/settings"
)

func TestEveryFileTheRunChangedIsAccountedFor(t *testing.T) {
	at := time.Unix(1, 0)
	records := []settings.Record{
		{File: "back", BeforeSHA256: "a", AfterSHA256: "b", Why: "Take the product offline", UndoneAt: &at},
		{File: "changed", BeforeSHA256: "a", AfterSHA256: "b", Why: "Fix X"},
		{File: "new", AfterSHA256: "b", Why: "made"},
		{File: "lost", BeforeSHA256: "a", AfterSHA256: "b", UndoneAt: &at},
		{File: "edited", BeforeSHA256: "a", AfterSHA256: "b", UndoneAt: &at},
	}
	diffs := []settings.Difference{{File: "changed", Diff: "-a\n+b"}, {File: "foreign", Diff: "-x\n+y"}, {File: "edited"}, {File: "lost"}}
	now := map[string]string{"back": "a", "changed": "b", "new": "b", "foreign": "z", "edited": "c"}
	files, err := Files(records, diffs, func(f string) (string, error) { return now[f], nil })
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]FileState{"back": AsBefore, "changed": ByRun, "new": FileFresh, "lost": FileGone, "edited": ByOthers, "foreign": ByOthers}
	for _, f := range files {
		if f.State != want[f.File] {
			t.Errorf("%s is %s, want %s", f.File, f.State, want[f.File])
		}
	}
	if len(files) != len(want) {
		t.Errorf("%d files", len(files))
	}
	in := through()
	in.Files, in.OfflineSince = files, at
	r := Make(in)
	page, err := r.HTML()
	if err != nil || !strings.Contains(string(page), "byte for byte as before") || !strings.Contains(string(page), "foreign") {
		t.Errorf("%v: the page tells nothing of the files", err)
	}
	all := strings.Join(r.Unknown, "\n")
	for _, said := range []string{"still offline", "lost is gone", "foreign is not what it was"} {
		if !strings.Contains(all, said) {
			t.Errorf("not said: %s\n%s", said, all)
		}
	}
}
