package probe

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

const theText = "a = 1\nb = 2\n"

// edit sets a to 2 in a real file and gives the error.
func edit(t *testing.T, file string) error {
	t.Helper()
	p, err := settings.MakePlan(t.Context(), SettingsFiles{}, "test", upgrade.Edit{File: file, Op: upgrade.EditSet, Key: "a", Value: "2"})
	if err != nil {
		return err
	}
	s := &settings.Store{Files: SettingsFiles{}, UndoDir: filepath.Join(filepath.Dir(file), "run", "undo"), Now: func() time.Time { return time.Time{} }}
	_, err = s.Apply(t.Context(), p)
	return err
}

func content(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAnEditKeepsTheModeAndALinkStaysALink(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "real.properties"), filepath.Join(dir, "link.properties")
	write(t, file, theText)
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.properties", link); err != nil {
		t.Skip("no symbolic links here")
	}
	if err := edit(t, link); err != nil {
		t.Fatal(err)
	}
	fi, err := os.Lstat(link)
	if err != nil || fi.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", fi.Mode(), err)
	}
	if fi, _ = os.Stat(file); runtime.GOOS != "windows" && fi.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", fi.Mode())
	}
	if got := content(t, file); got != "a = 2\nb = 2\n" {
		t.Errorf("%q", got)
	}
}

func TestWhatReplacingWouldChangeSilentlyIsRefused(t *testing.T) {
	for name, prepare := range map[string]func(file string) error{
		"hard links": func(f string) error { return os.Link(f, f+".other") },
		"read-only":  func(f string) error { return os.Chmod(f, 0o444) },
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "f.properties")
			write(t, file, theText)
			if err := prepare(file); err != nil {
				t.Skip(err)
			}
			err := edit(t, file)
			if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-5013" || !strings.Contains(f.Args["detail"], "it ") {
				t.Errorf("%v", err)
			}
			if got := content(t, file); got != theText {
				t.Errorf("%q", got)
			}
			left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*tmp*"))
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestAFolderIsNoSettingsFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d.properties")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := edit(t, dir); err == nil {
		t.Error("no error")
	}
}

func TestAnUnwritableRunFolderStopsBeforeTheFileIsTouched(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f.properties")
	write(t, file, theText)
	write(t, filepath.Join(dir, "run"), "a file where the run folder should be")
	err := edit(t, file)
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-5014" {
		t.Errorf("%v", err)
	}
	if got := content(t, file); got != theText {
		t.Errorf("%q", got)
	}
}

func TestAMissingFolderListsNothing(t *testing.T) {
	names, err := SettingsFiles{}.List(filepath.Join(t.TempDir(), "absent"))
	if err != nil || len(names) != 0 {
		t.Errorf("%v %v", names, err)
	}
	if _, err := (SettingsFiles{}).Read(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
