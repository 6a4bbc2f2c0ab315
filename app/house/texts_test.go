package house

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/assets"
)

// root is the project's folder.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// sources calls f for each text file of the project.
func sources(t *testing.T, f func(path string, data []byte)) {
	t.Helper()
	top := root(t)
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != top && (name == ".git" || name == "bin" || name == "build" || name == "lab" && filepath.Dir(path) == top) {
				return filepath.SkipDir
			}
			return nil
		}
		if d.Name() == ".git" { // in a linked working tree it is a file that names the other one
			return nil
		}
		switch filepath.Ext(path) {
		case ".png", ".sum", ".exe", ".ico", ".test":
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f(path, data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var faultCode = regexp.MustCompile(`"(SB-\d{4})"`)

func TestEveryErrorCodeHasATextAndEveryTextIsUsed(t *testing.T) {
	texts, err := assets.Errors()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]string{}
	sources(t, func(path string, data []byte) {
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return
		}
		for _, m := range faultCode.FindAllSubmatch(data, -1) {
			used[string(m[1])] = path
		}
	})
	for code, path := range used {
		if text, ok := texts[code]; !ok || text.What == "" || text.Next == "" {
			t.Errorf("%s (%s) does not say what happened and what to do next", code, path)
		}
	}
	for code := range texts {
		if used[code] == "" {
			t.Errorf("%s has a text and is used nowhere", code)
		}
	}
}

func TestNothingNamesAMachineItWasMadeOn(t *testing.T) {
	// Put together here, so that this file does not name them either.
	names := []string{"/wor" + "k/", "/tmp/" + "sb/", "/.libr" + "ary", "proxy.gol" + "ang.org"}
	sources(t, func(path string, data []byte) {
		for _, name := range names {
			if bytes.Contains(data, []byte(name)) {
				t.Errorf("%s contains %q", path, name)
			}
		}
	})
}
