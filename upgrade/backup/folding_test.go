package backup_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade/backup"
)

func foldsCase(s *backup.Space) { s.FoldsCase = true }

// clashes gives the pairs of paths, below the volt folder, that a plan finds the same on a target that folds case.
func clashes(t *testing.T, compress bool, names ...string) [][2]string {
	t.Helper()
	inst := volt(t, func(dir string) {
		for _, name := range names {
			write(t, filepath.Join(dir, name), []byte(name))
		}
	})
	p := ports()
	p.FS = tight{osfs.FS{}, foldsCase}
	var out [][2]string
	for _, x := range planOf(t, p, inst, backup.Options{To: fastDir(t), Compress: compress}).Problems {
		if x.Code != "SB-2043" {
			continue
		}
		var pair [2]string
		for i, arg := range []string{"path", "other"} {
			rel, err := filepath.Rel(inst.AppData, x.Args[arg])
			if err != nil {
				t.Fatal(err)
			}
			pair[i] = filepath.ToSlash(rel)
		}
		out = append(out, pair)
	}
	return out
}

func TestATargetThatFoldsCaseIsToldBothNamesThatMeetInOneFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("these names cannot be made here")
	}
	for name, c := range map[string]struct {
		compress bool
		names    []string
		want     string
	}{
		"in one folder, far from each other":      {false, []string{"A.nsf", "B/x", "C/y/z", "a.nsf"}, "[[a.nsf A.nsf]]"},
		"deep, after folders of the same folder":  {false, []string{"d/M", "d/b/q", "d/m", "e/M"}, "[[d/m d/M]]"},
		"the same name in two folders":            {false, []string{"a/x", "b/X", "c/a/x", "x"}, "[]"},
		"folders":                                 {false, []string{"Logs/a", "logs/a"}, "[[logs Logs]]"},
		"umlauts":                                 {false, []string{"Ä", "ä"}, "[[ä Ä]]"},
		"a file and a folder that is not packed":  {true, []string{"A.nsf", "a.nsf.zst/x"}, "[[a.nsf.zst A.nsf]]"},
		"packed names of files that differ":       {true, []string{"A.nsf", "B.nsf"}, "[]"},
		"a folder whose name begins like another": {false, []string{"a/X", "ab/x", "a.b/x"}, "[]"},
	} {
		if got := fmt.Sprint(clashes(t, c.compress, c.names...)); got != c.want {
			t.Errorf("%s: %s instead of %s", name, got, c.want)
		}
	}
}

// unreadable is a file system in which no file below a folder can be opened.
type unreadable struct {
	backup.FS
	below string
}

func (u unreadable) Open(path string) (backup.Reader, error) {
	if filepath.Dir(path) == u.below {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	}
	return u.FS.Open(path)
}

func TestAPlanNamesFiftyUnreadableFilesAndCountsTheRest(t *testing.T) {
	inst := volt(t, func(dir string) {
		for i := range 60 {
			write(t, filepath.Join(dir, "shut", fmt.Sprintf("%02d.nsf", i)), nil)
		}
	})
	p := ports()
	p.FS = unreadable{osfs.FS{}, filepath.Join(inst.AppData, "shut")}
	plan := planOf(t, p, inst, backup.Options{To: fastDir(t)})
	named, counted := 0, ""
	for _, x := range plan.Problems {
		switch x.Code {
		case "SB-2007":
			named++
		case "SB-2060":
			counted = x.Args["count"] + " " + x.Args["code"]
		}
	}
	if named != 50 || counted != "10 SB-2007" {
		t.Errorf("%d are named, and then %q", named, counted)
	}
	if f := plan.Blocker(); f == nil || !errors.Is(f, os.ErrPermission) {
		t.Errorf("the backup is refused by %v", f)
	}
}

func TestOnlyTheNamesOfTheFoldersOnTheWayAreHeld(t *testing.T) {
	if most := backup.FoldedNames(100, 50); most != 150 {
		t.Errorf("%d names were held of 100 folders of 50 files", most)
	}
}
