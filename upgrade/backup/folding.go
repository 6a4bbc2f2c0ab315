package backup

import (
	"cmp"
	"hash/maphash"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// folding finds names that a target which takes upper and lower case for the same cannot keep apart. Two names can only meet in one folder, and a walk gives a folder's
// content as one piece, so hashes of the names of the folders on the way to the present one are all that is held: a million names of one folder take some twenty megabytes.
type folding struct {
	fs   FS
	seed maphash.Seed
	open []foldedDir // from the outermost to the one that is being walked
}

type foldedDir struct {
	path  string
	names map[uint64]struct{}
}

func newFolding(fsys FS) *folding { return &folding{fs: fsys, seed: maphash.MakeSeed()} }

// add takes the next entry of a walk. It gives the path of another one that the target cannot tell from it, empty for none.
func (f *folding) add(n node) (other string) {
	dir, name := path.Split(n.Path)
	for len(f.open) > 0 && !strings.HasPrefix(dir, f.open[len(f.open)-1].path) {
		f.open = f.open[:len(f.open)-1]
	}
	if len(f.open) == 0 || f.open[len(f.open)-1].path != dir {
		f.open = append(f.open, foldedDir{dir, map[uint64]struct{}{}})
	}
	names := f.open[len(f.open)-1].names
	key := maphash.String(f.seed, strings.ToLower(name))
	if _, met := names[key]; met {
		return f.other(n, name)
	}
	names[key] = struct{}{}
	return ""
}

// other looks up which name a hash was met for.
func (f *folding) other(n node, name string) (other string) {
	dir, own := filepath.Split(n.place)
	lower := strings.ToLower(name)
	_ = f.fs.Names(dir, func(candidate string, _ fs.FileMode) { // a folder that cannot be read any more fails the walk itself
		if folded := strings.ToLower(candidate); candidate != own && (folded == lower || folded+packSuffix == lower) {
			other = cmp.Or(other, filepath.Join(dir, candidate))
		}
	})
	return cmp.Or(other, "another name beside it") // places that lie elsewhere in truth are together in a backup only
}
