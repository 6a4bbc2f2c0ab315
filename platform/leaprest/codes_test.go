package leaprest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/assets"
)

// TestEveryFaultHasItsText reads the sources of everything that speaks of applications: a code without a text would reach a person bare, and a text
// without its code is never seen.
func TestEveryFaultHasItsText(t *testing.T) {
	texts, err := assets.Errors()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, dir := range []string{".", "../../upgrade/apps", "../db", "../db/*", "../secrets"} {
		files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil || strings.HasSuffix(f, "_test.go") {
				continue
			}
			for _, call := range regexp.MustCompile(`"(SB-4\d{3})"`).FindAllStringSubmatch(string(data), -1) {
				used[call[1]] = true
			}
		}
	}
	if len(used) < 40 {
		t.Fatalf("only %d codes were found", len(used))
	}
	for code := range used {
		if texts[code].What == "" || texts[code].Next == "" {
			t.Errorf("%s has no text", code)
		}
	}
	for code := range texts {
		if strings.HasPrefix(code, "SB-4") && !used[code] {
			t.Errorf("%s is never used", code)
		}
	}
}
