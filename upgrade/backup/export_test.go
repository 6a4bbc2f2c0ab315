package backup

import (
	"path/filepath"
	"strconv"
)

// What the tests of the whole, which use the real file system, take from the tests of the parts.
var (
	ManifestText = manifestText
	DirEntry     = dirEntry
	FileEntry    = fileEntry
	LinkEntry    = linkEntry
	SumLine      = sumLine
)

// WithLarge makes files of that size large ones, so that a test needs no large files.
func WithLarge(o Options, size int64) Options {
	o.large = size
	return o
}

// WalkPaths gives what a walk of a folder yields, in its order; a folder of more than few entries is a large one.
func WalkPaths(fsys FS, place string, few int, pack bool) ([]string, error) {
	var list []string
	var failed error
	walk{fs: fsys, few: few, pack: pack, yield: func(n node, err error) bool {
		failed = err
		list = append(list, n.Path+" "+n.Type+" "+filepath.Base(n.place))
		return err == nil
	}}.tree(place, dataDir+"/volt")
	return list, failed
}

// FoldedNames walks n folders of m files each as a plan does, and gives the most names that were held at a time.
func FoldedNames(n, m int) (most int) {
	f := newFolding(nil)
	for i := range n {
		dir := dataDir + "/volt/" + strconv.Itoa(i)
		f.add(node{entry: entry{Path: dir}})
		for k := range m {
			f.add(node{entry: entry{Path: dir + "/" + strconv.Itoa(k)}})
			held := 0
			for _, d := range f.open {
				held += len(d.names)
			}
			most = max(most, held)
		}
	}
	return most
}
