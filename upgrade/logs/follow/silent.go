package follow

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// whySilent looks around for the reason that nothing is written: the server writes binary logs, or into another file of the folder.
func whySilent(path string, since time.Time) string {
	dir := filepath.Dir(path)
	for _, binary := range []string{"logdata", "tracedata"} {
		if newestIn(filepath.Join(dir, binary), ".wbl").After(since) {
			return "the server writes binary logs (HPEL) into " + filepath.Join(dir, binary)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "the folder of the log cannot be read: " + err.Error()
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && !e.IsDir() && strings.HasSuffix(e.Name(), ".log") && e.Name() != filepath.Base(path) && info.ModTime().After(since) {
			return "the server still writes " + e.Name()
		}
	}
	return "nothing else in the folder is written either: the server is idle or down"
}

func newestIn(dir, suffix string) (newest time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return newest
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && strings.HasSuffix(e.Name(), suffix) && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	return newest
}
