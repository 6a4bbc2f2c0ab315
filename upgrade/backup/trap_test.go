package backup_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// trap writes a backup by hand that is consistent in itself, as an attacker could, with two parts.
func trap(t *testing.T, entries []string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for path, content := range files {
		place := filepath.Join(dir, filepath.FromSlash(path))
		if err := errors.Join(os.MkdirAll(filepath.Dir(place), 0o755), os.WriteFile(place, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	text := backup.ManifestText(t, entries...)
	text = strings.Replace(text, `"path":"v"`, `"path":"x"`, 1)
	text = strings.Replace(text, `"parts":[{"name":"volt"`, `"parts":[{"name":"ear","items":[{"path":"x","origin":"/x","dir":true}]},`+
		`{"name":"settings","items":[{"path":"x/passwd","origin":"/etc/passwd","dir":false}]},{"name":"volt"`, 1)
	sums := ""
	for path, content := range files {
		sums += backup.SumLine(sha256.Sum256([]byte(content)), path)
	}
	sums += backup.SumLine(sha256.Sum256([]byte(text)), "manifest.json")
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(text), 0o644), os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(sums), 0o644)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestNoPartLeadsAnotherOneOutOfTheTarget(t *testing.T) {
	outside := t.TempDir()
	content := "root::0:0"
	file := func(path string) string {
		e := strings.Replace(backup.FileEntry(path), `"size":0`, fmt.Sprintf(`"size":%d`, len(content)), 1)
		return strings.Replace(e, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", fmt.Sprintf("%x", sha256.Sum256([]byte(content))), 1)
	}
	for name, entries := range map[string][]string{
		"a link, then a folder of the same name": {backup.LinkEntry("data/ear/x", outside), backup.DirEntry("data/volt/x"), file("data/volt/x/passwd")},
		"a folder, then a link of the same name": {backup.DirEntry("data/ear/x"), file("data/ear/x/passwd"), backup.LinkEntry("data/volt/x", outside)},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for _, e := range entries {
				for _, path := range []string{"data/ear/x/passwd", "data/volt/x/passwd"} {
					if strings.Contains(e, `"`+path+`"`) {
						files[path] = content
					}
				}
			}
			dir := trap(t, entries, files)
			target := filepath.Join(t.TempDir(), "r")
			_, err := backup.Restore(t.Context(), op.Silent{}, ports(), dir, backup.RestoreOptions{To: target})
			if left, _ := os.ReadDir(outside); len(left) > 0 {
				t.Errorf("written outside of the target: %v", left)
			}
			// What two parts claim comes from the first of them; the other one never writes into it.
			if fi, statErr := os.Lstat(filepath.Join(target, "x")); err == nil && (statErr != nil || fi.IsDir() != strings.Contains(entries[0], `"dir"`)) {
				t.Errorf("the first part did not win: %v %v", fi, statErr)
			}
		})
	}
}

func TestARestoreInPlaceTouchesNothingButTheInstallation(t *testing.T) {
	dir := trap(t, []string{backup.DirEntry("data/volt/x")}, nil)
	inst := upgrade.Installation{Product: upgrade.DominoLeap, Home: t.TempDir(), AppData: filepath.Join(t.TempDir(), "v")}
	_, err := backup.Restore(t.Context(), op.Silent{}, ports(), dir, backup.RestoreOptions{InPlace: true, Part: backup.PartSettings, Installation: inst})
	f, ok := upgrade.AsFault(err)
	if !ok || f.Code != "SB-2034" {
		t.Errorf("the manifest led to another place: %v", err)
	}
}
