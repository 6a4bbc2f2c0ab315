package osfs

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWriteFileReplacesTheContentAndKeepsTheMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Leap_config.properties")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "new" {
		t.Fatalf("content %q, %v", got, err)
	}
	fi, err := os.Stat(path)
	if err != nil || fi.Mode().Perm() != kept(0o640) {
		t.Fatalf("mode %v, %v; want the old file's", fi.Mode(), err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Fatalf("a temporary file stayed: %v, %v", entries, err)
	}
}

func TestWriteFileFollowsALinkToTheFileItNames(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "shared.properties"), filepath.Join(dir, "Leap_config.properties")
	if err := os.WriteFile(real, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	symlink(t, "shared.properties", link)
	if err := WriteFile(link, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(real); string(got) != "new" {
		t.Errorf("the named file holds %q", got)
	}
	if fi, err := os.Lstat(link); err != nil || fi.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v %v", fi, err)
	}
}

func TestWriteFileThatFailsLeavesTheOldFileAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "settings")
	if err := os.Mkdir(path, 0o700); err != nil { // a folder cannot be replaced by a file
		t.Fatal(err)
	}
	if err := WriteFile(path, []byte("new"), 0o600); err == nil {
		t.Fatal("a folder was replaced")
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestWriteFileStopsAtLinksThatGoRound(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	symlink(t, a, b)
	symlink(t, b, a)
	if err := WriteFile(a, nil, 0o600); err == nil {
		t.Fatal("no error")
	}
}
