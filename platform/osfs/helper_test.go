package osfs

import (
	"io/fs"
	"os"
	"runtime"
	"testing"
)

// symlink makes a link, or skips where the system does not let it: Windows without the right to do so, Wine which only pretends.
func symlink(t *testing.T, target, link string) {
	t.Helper()
	if err := os.Symlink(target, link); err != nil {
		t.Skip("links cannot be made here:", err)
	}
	if fi, err := os.Lstat(link); err != nil || fi.Mode()&fs.ModeSymlink == 0 {
		t.Skip("links are not made here, although the system says so")
	}
}

// kept is what is left of a mode: Windows knows no more of it than whether the owner may write.
func kept(mode fs.FileMode) fs.FileMode {
	if runtime.GOOS != "windows" {
		return mode
	}
	if mode&0o200 == 0 {
		return 0o444
	}
	return 0o666
}
