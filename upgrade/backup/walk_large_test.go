package backup_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade/backup"
)

// crowd makes a folder of n names, some of which are folders, links, or packed names of others.
func crowd(t *testing.T, n int, r *rand.Rand) string {
	t.Helper()
	dir := fastDir(t)
	for i := range n {
		name := fmt.Sprintf("%c%d.nsf", 'A'+rune(r.IntN(40)), r.IntN(5*n))
		switch r.IntN(8) {
		case 0:
			write(t, filepath.Join(dir, name+".d", fmt.Sprint(i)), nil)
		case 1:
			write(t, filepath.Join(dir, name), nil)
			write(t, filepath.Join(dir, name+".zst"), nil)
		case 2:
			write(t, filepath.Join(dir, name+"!"), nil) // sorts between a name and its packed name
			write(t, filepath.Join(dir, name), nil)
		case 3:
			write(t, filepath.Join(dir, name+".zst.zst"), nil)
		default:
			write(t, filepath.Join(dir, name), nil)
		}
	}
	return dir
}

func TestALargeFolderIsWalkedInTheOrderOfASmallOne(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		dir := crowd(t, 60, r)
		for _, pack := range []bool{false, true} {
			want, err := backup.WalkPaths(osfs.FS{}, dir, 0, pack)
			if err != nil || len(want) < 60 {
				t.Fatal(len(want), err)
			}
			for _, few := range []int{1, 2, 7, 30, len(want) / 2, len(want) - 1, len(want)} {
				got, err := backup.WalkPaths(osfs.FS{}, dir, few, pack)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("pack %v, %d at a time: %s", pack, few, diff)
				}
			}
		}
	}
}

func TestAFailureInALargeFolderEndsTheWalk(t *testing.T) {
	dir := crowd(t, 40, rand.New(rand.NewPCG(5, 6)))
	for _, op := range []string{"readdir", "lstat"} {
		for n := 1; ; n++ {
			f := newFaulty(osfs.FS{}, op, n, errIO)
			_, err := backup.WalkPaths(f, dir, 9, false)
			if f.wasHit() == "" {
				if n < 5 {
					t.Errorf("%s was called %d times only", op, n-1)
				}
				break
			}
			if !errors.Is(err, errIO) {
				t.Fatalf("%s %d: %v", op, n, err)
			}
		}
	}
}

func TestWhatVanishesFromALargeFolderWhileItIsWalkedIsLeftOut(t *testing.T) {
	dir := fastDir(t)
	for i := range 50 {
		write(t, filepath.Join(dir, fmt.Sprintf("%02d", i)), nil)
	}
	f := newFaulty(osfs.FS{}, "lstat", 3, nil)
	f.onHit = func(path string) {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
	list, err := backup.WalkPaths(f, dir, 9, false)
	if err != nil || len(list) != 49 {
		t.Errorf("%d are left of 50: %v", len(list), err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "02")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("nothing vanished")
	}
}
