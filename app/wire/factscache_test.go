package wire

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/platform/lab"
)

// TestLogsAreReadAgainOnlyWhenTheyChanged: a log that says something else under the same name, size and time is not read again, so nothing was read; with another
// time it is.
func TestLogsAreReadAgainOnlyWhenTheyChanged(t *testing.T) {
	root := filepath.Join(t.TempDir(), "L")
	if _, err := lab.Create(t.Context(), lab.Options{Dir: root, Apps: 1, Fail: -1}); err != nil {
		t.Fatal(err)
	}
	d, err := Open(Options{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	f, _, err := d.Run(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	files, err := d.Logs().Files(t.Context())
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	path := files[0]
	const failed = "[11/23/26 21:00:00:000 UTC] 000000a3 Demo          E   FSPDI9999E: java.lang.OutOfMemoryError: Java heap space\n"
	quiet := strings.Replace(failed, "java.lang.OutOfMemoryError: Java heap space", strings.Repeat("x", len("java.lang.OutOfMemoryError: Java heap space")), 1)
	old := time.Now().Add(-time.Hour)
	write := func(text string, at time.Time) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range siblings(t, path) { // the clocks of a practice server that was made a moment ago are too young
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	failures := func() int {
		t.Helper()
		facts, err := d.Apps().logFacts(t.Context(), f)
		if err != nil || facts.problem != nil {
			t.Fatal(err, facts.problem)
		}
		return len(facts.failures)
	}
	write(failed, old)
	before := failures()
	if before == 0 {
		t.Fatal("the log tells of a failure, and nobody found it")
	}
	write(quiet, old)
	if n := failures(); n != before {
		t.Errorf("%d failures: the log was read again although nothing tells that it changed", n)
	}
	write(quiet, old.Add(time.Minute))
	if n := failures(); n >= before {
		t.Errorf("%d failures: the log was not read again although it changed", n)
	}
	write(failed, time.Now()) // so young that another change may have the same time
	if n := failures(); n != before {
		t.Errorf("%d failures, in a log that changed there are %d", n, before)
	}
	write(quiet, time.Now())
	if n := failures(); n >= before {
		t.Errorf("%d failures: a young log must be read each time", n)
	}
}

func siblings(t *testing.T, path string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}
