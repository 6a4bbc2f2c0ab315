// Package installtest builds file trees of servers for tests, from literal maps, and finds the corpus of real files.
package installtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Tree writes files below a new temporary folder and gives it. Keys are relative paths; one that ends in "/" is a folder, a value that begins
// with "->" is a symbolic link to what follows.
func Tree(t testing.TB, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	Add(t, root, files)
	return root
}

// Add writes more files below a folder.
func Add(t testing.TB, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			check(t, os.MkdirAll(path, 0o755))
			continue
		}
		check(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if target, ok := strings.CutPrefix(text, "->"); ok {
			check(t, os.Symlink(target, path))
			continue
		}
		check(t, os.WriteFile(path, []byte(text), 0o644))
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Corpus gives a folder of the corpus of real files that lies beside the project; the test is skipped, saying so, where it does not.
func Corpus(t testing.TB, kind string) string {
	t.Helper()
	dir, err := os.Getwd()
	check(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
	corpus := filepath.Join(dir, "..", "shared", "corpus", kind)
	if _, err := os.Stat(corpus); err != nil {
		t.Skipf("the corpus of real files is not here (%s): nothing was checked against it", corpus)
	}
	return corpus
}
