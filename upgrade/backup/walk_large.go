package backup

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
)

// fewEntries is how many entries of a folder are held in memory with all that is known of them.
const fewEntries = 10_000

// someNames is how many names of a larger folder are put in order at a time. More of them need less reading of the folder and more memory: at fifty
// thousand a folder of a million is read twenty times, which takes seconds, and the names take some megabytes.
const someNames = 50_000

// named is a name of a folder with the one that it has in the backup, which decides the order.
type named struct{ name, stored string }

// large yields a folder of any size in order with bounded memory: it reads all names again for each few of them that come next. A folder that changes
// meanwhile is a moving source, which is found as in any other.
func (w walk) large(place, path string) bool {
	taken := func(name string) bool {
		_, err := w.fs.Lstat(filepath.Join(place, name))
		return !errors.Is(err, fs.ErrNotExist)
	}
	for after, more := "", true; more; {
		var list []named
		var err error
		if list, more, err = w.following(place, after, taken); err != nil {
			return w.yield(node{entry: entry{Path: path}, place: place}, err)
		}
		for _, n := range list {
			if !w.named(place, path, n.name, taken) {
				return false
			}
			after = n.stored
		}
	}
	return true
}

// named yields one name of a large folder.
func (w walk) named(place, path, name string, taken func(string) bool) bool {
	at := filepath.Join(place, name)
	info, err := w.fs.Lstat(at)
	if errors.Is(err, fs.ErrNotExist) {
		return true // it vanished between listing and looking
	}
	if err != nil {
		return w.yield(node{entry: entry{Path: path + "/" + name}, place: at}, err)
	}
	n := w.child(path, &info, name, taken)
	n.place = at
	return w.node(n)
}

// following gives the names that come next after one, in order, and tells whether there are more.
func (w walk) following(place, after string, taken func(string) bool) (list []named, more bool, err error) {
	some := someNames
	if w.few > 0 {
		some = w.few
	}
	bound := "" // what does not come before it was left for later
	order := func() { slices.SortFunc(list, func(a, b named) int { return cmp.Compare(a.stored, b.stored) }) }
	err = w.fs.Names(place, func(name string, kind fs.FileMode) {
		if bound != "" && name >= bound || name+packSuffix <= after {
			return // whether it is packed or not
		}
		n := named{name, name}
		if w.packs(name, kind, taken) {
			n.stored += packSuffix
		}
		if n.stored <= after || bound != "" && n.stored >= bound {
			return
		}
		if list = append(list, n); len(list) == 2*some {
			order()
			bound, list, more = list[some].stored, list[:some], true
		}
	})
	order()
	if len(list) > some {
		list, more = list[:some], true
	}
	return list, more, err
}
