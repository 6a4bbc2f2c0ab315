package follow

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// whySilent looks around for the reason that nothing is written, and says what it saw: the server writes binary logs, or another file of the folder, or the same
// log in another folder. Empty: nothing of the kind.
func whySilent(path string, since time.Time) string {
	dir := filepath.Dir(path)
	for _, binary := range []string{"logdata", "tracedata"} {
		if name, at := newestIn(filepath.Join(dir, binary), func(n string) bool { return strings.HasSuffix(n, ".wbl") }); at.After(since) {
			return fmt.Sprintf("the server writes binary logs (HPEL): %s was written at %s, this log last at %s", name, clock(at), clock(since))
		}
	}
	if _, err := os.ReadDir(dir); err != nil {
		return "the folder of the log cannot be read: " + err.Error()
	}
	base := filepath.Base(path)
	elsewhere, err := filepath.Glob(filepath.Join(filepath.Dir(dir), "*", base))
	for _, other := range elsewhere {
		if info, serr := os.Stat(other); err == nil && serr == nil && filepath.Dir(other) != dir && info.ModTime().After(since) {
			return fmt.Sprintf("another log folder is written: %s at %s, this log last at %s", other, clock(info.ModTime()), clock(since))
		}
	}
	if name, at := newestIn(dir, func(n string) bool { return isLog(n) && n != base }); at.After(since) {
		return fmt.Sprintf("the server still writes %s, at %s, this log last at %s", name, clock(at), clock(since))
	}
	return ""
}

const nothingElse = "nothing else in the folder is written either: the server is idle or down"

func isLog(name string) bool {
	return strings.HasSuffix(name, ".log") || strings.HasSuffix(name, ".xml")
}

func clock(t time.Time) string { return t.Format("15:04:05") }

// newestIn gives the file of a folder that was written last, among those that are wanted.
func newestIn(dir string, want func(name string) bool) (path string, at time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", at
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && !e.IsDir() && want(e.Name()) && info.ModTime().After(at) {
			path, at = filepath.Join(dir, e.Name()), info.ModTime()
		}
	}
	return path, at
}
