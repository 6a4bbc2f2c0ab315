package backup_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// damaging is a disk that keeps something else than was written: it spoils a flushed file of one name when the file gets its name.
type damaging struct {
	osfs.FS
	name  string
	spoil func(path string) error
	done  *bool
}

func (d damaging) Rename(from, to string) error {
	if err := d.FS.Rename(from, to); err != nil || filepath.Base(to) != d.name {
		return err
	}
	*d.done = true
	return d.spoil(to)
}

// flip turns one bit over.
func flip(at int64) func(string) error {
	return func(path string) error {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		var b [1]byte
		if _, err := f.ReadAt(b[:], at); err != nil {
			return err
		}
		b[0] ^= 0x10
		_, err = f.WriteAt(b[:], at)
		return err
	}
}

func cutTo(size int64) func(string) error {
	return func(path string) error { return os.Truncate(path, size) }
}

// swapChunks puts the second megabyte where the first was, and the other way round.
func swapChunks(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	const mb = 1 << 20
	return os.WriteFile(path, []byte(string(data[mb:2*mb])+string(data[:mb])+string(data[2*mb:])), 0o600)
}

func TestADiskThatKeepsSomethingElseIsFoundWhenTheCopyIsReadBack(t *testing.T) {
	const mb = 1 << 20
	sizes := map[string]int{"small.nsf": 5000, "even.nsf": 2 * mb, "large.nsf": 9*mb + 17}
	inst := volt(t, func(dir string) {
		for name, size := range sizes {
			write(t, filepath.Join(dir, "sub", name), random(7, size))
		}
		age(t, dir)
	})
	cases := []struct {
		name, how string
		spoil     func(string) error
	}{
		{"small.nsf", "first byte", flip(0)}, {"small.nsf", "last byte", flip(4999)}, {"small.nsf", "cut", cutTo(4999)}, {"small.nsf", "empty", cutTo(0)}, {"small.nsf", "longer", cutTo(5001)},
		{"even.nsf", "last byte of a chunk", flip(mb - 1)}, {"even.nsf", "first byte of a chunk", flip(mb)}, {"even.nsf", "a chunk less", cutTo(mb)},
		{"even.nsf", "a chunk more", cutTo(3 * mb)}, {"even.nsf", "swapped", swapChunks},
		{"large.nsf", "in the middle", flip(6*mb + 5)}, {"large.nsf", "last byte", flip(9*mb + 16)}, {"large.nsf", "whole chunks only", cutTo(9 * mb)}, {"large.nsf", "swapped", swapChunks},
	}
	for _, c := range cases {
		t.Run(strings.ReplaceAll(c.name+" "+c.how, " ", "_"), func(t *testing.T) {
			done := false
			p := ports()
			p.FS = damaging{name: c.name, spoil: c.spoil, done: &done}
			o := backup.WithLarge(backup.Options{To: fastDir(t)}, 4*mb)
			_, err := backup.Create(t.Context(), op.Silent{}, p, planOf(t, p, inst, o), o)
			if !done {
				t.Fatal("nothing was spoiled")
			}
			wantKind(t, err, upgrade.KindVerify, "SB-2016")
			if f, _ := upgrade.AsFault(err); !strings.HasSuffix(f.Args["path"], c.name) {
				t.Errorf("the fault names %s", f.Args["path"])
			}
		})
	}
}
