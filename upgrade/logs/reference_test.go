package logs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The reference: slow, and right at a glance. One regular expression a format, as formats are described.
var referenceBegins = map[Format]*regexp.Regexp{
	WASBasic:       regexp.MustCompile(`^\[([^\]]{10,45})\] ([0-9a-f]{8}) (.{13}) ([A-Z0-9<>]) (.*)$`),
	WASTrace:       regexp.MustCompile(`^\[([^\]]{10,45})\] ([0-9a-f]{8}) (.{13}) ([A-Z0-9<>]) (.*)$`),
	Liberty:        regexp.MustCompile(`^\[([^\]]{10,45})\] ([0-9a-f]{8}) (.{60}) ([A-Z0-9<>]) (.*)$`),
	LibertyTrace:   regexp.MustCompile(`^\[([^\]]{10,45})\] ([0-9a-f]{8}) (id=.{8} .{60}) ([A-Z0-9<>]) (.*)$`),
	LibertyConsole: regexp.MustCompile(`^\[(([A-Z]+) *)\]() ?(.*)$|^\[err\] `),
	LibertyJSON:    regexp.MustCompile(`^\{`),
	DominoConsole:  regexp.MustCompile(`^(> *)?(\[[0-9A-Fa-f]+:[0-9A-Fa-f]+-[0-9A-Fa-f]+\] )?\d{1,4}[./-]\d{1,2}[./-]\d{1,4} \d{1,2}:\d\d:\d\d( [AP]M)?  `),
	CBE:            regexp.MustCompile(`^\s*<CommonBaseEvent `),
	Eclipse:        regexp.MustCompile(`^!ENTRY `),
	FebEvents:      regexp.MustCompile(`^"?[a-z]+/[a-z/]+"?,`),
}

func referenceCount(format Format, text string) (records int64, levels map[string]int64) {
	levels = map[string]int64{}
	re := referenceBegins[format]
	for _, line := range strings.SplitAfter(text, "\n") {
		line = strings.TrimSuffix(line, "\n")
		if m := re.FindStringSubmatch(line); m != nil {
			records++
			if len(m) > 4 && format != LibertyConsole {
				levels[m[4]]++
			}
		}
	}
	return records, levels
}

// corpus gives the folder of real logs, or skips the test.
func corpus(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above")
	}
	dir = filepath.Join(dir, "..", "shared", "corpus")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the folder of real logs is not here: ", dir)
	}
	return dir
}

func corpusLogs(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"was/*.log", "liberty/*.log", "domino/*.log", "domino/*.xml"} {
		found, err := filepath.Glob(filepath.Join(corpus(t), pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 20 {
		t.Fatalf("only %d logs found", len(files))
	}
	return files
}

func read(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
