package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/assets"
)

var mention = regexp.MustCompile(`springboardctl((?: [a-z][a-z-]*)+)`)

// TestEveryCommandThatATextNamesExists: advice that cannot be followed is worse than none.
func TestEveryCommandThatATextNamesExists(t *testing.T) {
	tree := (&command{}).tree()
	check := func(name, text string) {
		for _, m := range mention.FindAllStringSubmatch(text, -1) {
			words := strings.Fields(m[1])
			at := tree
			for _, w := range words {
				next, _, err := at.Find([]string{w})
				if err != nil || next == at {
					if at == tree && w != "help" && w != "completion" || at != tree && at.HasSubCommands() && at.Name() != "check" && at.Name() != "help" {
						t.Errorf("%s names springboardctl %s", name, strings.Join(words, " "))
					}
					break
				}
				at = next
			}
		}
	}
	err := fs.WalkDir(assets.FS(), "text", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(assets.FS(), path)
		check(path, string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal("no docs", err)
	}
	for _, p := range append(pages, "../../README.md") {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(data), "\n") {
			if strings.HasPrefix(line, "springboardctl ") || strings.Contains(line, "`springboardctl ") {
				check(p, line)
			}
		}
	}
}
