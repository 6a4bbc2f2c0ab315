package lab

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

// walk gives for every file below dir its mode, time and content as one line.
func walk(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if rel == lockFile {
			return nil // its time is that of the last lock
		}
		sum := ""
		if !d.IsDir() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			sum = fmt.Sprintf("%x", sha256.Sum256(data))
		}
		all[rel] = fmt.Sprintf("%v %d %s", info.Mode(), info.ModTime().Unix(), sum)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func create(t *testing.T, o Options) (Made, *Lab) {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	made, err := Create(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Open(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	return made, l
}

var kinds = []Options{{Product: upgrade.Leap, Runtime: upgrade.WAS}, {Product: upgrade.Leap, Runtime: upgrade.Liberty}, {Product: upgrade.DominoLeap}}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, o := range kinds {
		t.Run(string(o.Product)+string(o.Runtime), func(t *testing.T) {
			t.Parallel()
			o.Apps, o.Fail = 30, 3
			a, b, c := o, o, o
			a.Dir, b.Dir, c.Dir, c.Seed = t.TempDir(), t.TempDir(), t.TempDir(), 2
			madeA, _ := create(t, a)
			madeB, _ := create(t, b)
			create(t, c)
			first, second, other := walk(t, a.Dir), walk(t, b.Dir), walk(t, c.Dir)
			for name, is := range first {
				if second[name] != is {
					t.Errorf("%s differs: %s, %s", name, is, second[name])
				}
			}
			if len(first) != len(second) {
				t.Errorf("%d and %d files", len(first), len(second))
			}
			if first[MarkerFile] == other[MarkerFile] {
				t.Error("another seed gives the same applications to fail")
			}
			madeB.Dir, madeB.Home = madeA.Dir, madeA.Home
			if fmt.Sprint(madeA) != fmt.Sprint(madeB) {
				t.Errorf("made %+v and %+v", madeA, madeB)
			}
		})
	}
}
