package backup

import (
	"io/fs"
	"iter"
	"path/filepath"
	"sort"
	"strings"
)

// node is an entry with its openable place, as a walk finds it.
type node struct {
	entry
	place string
	info  Info
}

// item is one file or folder that a part takes in.
type item struct {
	// Rel is its path below the installation's root, with slashes. On Windows the drive letter is the first name.
	Rel string `json:"path"`
	// Origin is where it lay when it was backed up.
	Origin string `json:"origin"`
	// Real is where its content lay, when Origin was a link.
	Real string `json:"real,omitempty"`
	Dir  bool   `json:"dir"`
}

func (i item) place() string {
	if i.Real != "" {
		return i.Real
	}
	return i.Origin
}

// special is the class of entries that a backup cannot hold.
const special = fs.ModeDevice | fs.ModeCharDevice | fs.ModeNamedPipe | fs.ModeSocket | fs.ModeIrregular

// walkTree yields a folder's content below it, names in byte order, a folder before its content. skip may be nil; it hears of special files. The
// walk ends with the first error, or when the receiver stops.
func walkTree(fsys FS, place, path string, skip func(Skipped), yield func(node, error) bool) bool {
	list, err := fsys.ReadDir(place)
	if err != nil {
		return yield(node{entry: entry{Path: path}, place: place}, err)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	for _, info := range list {
		child := node{entry: entryOf(path+"/"+info.Name, info), place: filepath.Join(place, info.Name), info: info}
		if !walkNode(fsys, child, skip, yield) {
			return false
		}
	}
	return true
}

func walkNode(fsys FS, n node, skip func(Skipped), yield func(node, error) bool) bool {
	if n.info.Mode&special != 0 {
		if skip != nil {
			skip(Skipped{Path: n.place, Why: specialName(n.info.Mode)})
		}
		return true
	}
	if n.Type == typeLink {
		target, err := fsys.Readlink(n.place)
		if err != nil {
			return yield(n, err)
		}
		n.Target = target
	}
	if !yield(n, nil) {
		return false
	}
	return n.Type != typeDir || walkTree(fsys, n.place, n.Path, skip, yield)
}

func specialName(m fs.FileMode) string {
	switch {
	case m&fs.ModeSocket != 0:
		return "socket"
	case m&fs.ModeNamedPipe != 0:
		return "pipe"
	case m&(fs.ModeDevice|fs.ModeCharDevice) != 0:
		return "device"
	}
	return "not a regular file"
}

// branch is a name on the way to the items of a part.
type branch struct {
	item  *item
	below map[string]*branch
}

// grow builds the tree of names above the items. An item below another item is left out: it is in already.
func grow(items []item) *branch {
	top := &branch{below: map[string]*branch{}}
	for i := range items {
		at := top
		for name := range strings.SplitSeq(items[i].Rel, "/") {
			if at.item != nil {
				break
			}
			next := at.below[name]
			if next == nil {
				next = &branch{below: map[string]*branch{}}
				at.below[name] = next
			}
			at = next
		}
		if at.item == nil {
			at.item, at.below = &items[i], nil
		}
	}
	return top
}

// walkItems yields all of a part in the order of comparePaths: the folders above its items as parents, the items with their content.
func walkItems(fsys FS, root, part string, items []item, skip func(Skipped)) iter.Seq2[node, error] {
	return func(yield func(node, error) bool) {
		path := dataDir + "/" + part
		walkBranch(fsys, grow(items), root, path, path, skip, yield)
	}
}

func walkBranch(fsys FS, b *branch, root, base, path string, skip func(Skipped), yield func(node, error) bool) bool {
	names := make([]string, 0, len(b.below))
	for name := range b.below {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		next, nextPath := b.below[name], path+"/"+name
		if next.item != nil {
			info, err := fsys.Lstat(next.item.place())
			n := node{entry: entryOf(nextPath, info), place: next.item.place(), info: info}
			if err != nil {
				return yield(n, err)
			}
			if !walkNode(fsys, n, skip, yield) {
				return false
			}
			continue
		}
		if !yield(parentNode(fsys, root, base, nextPath), nil) || !walkBranch(fsys, next, root, base, nextPath, skip, yield) {
			return false
		}
	}
	return true
}

// parentNode describes a folder above an item. Its mode is for a restore into an empty place; one that cannot be looked at is an ordinary folder.
func parentNode(fsys FS, root, base, path string) node {
	n := node{entry: entry{Path: path, Type: typeParent, Mode: fs.ModeDir | 0o755, UID: -1, GID: -1}}
	n.place = atRoot(root, strings.TrimPrefix(path, base+"/"))
	real, err := fsys.Real(n.place)
	if err != nil {
		return n
	}
	if info, err := fsys.Lstat(real); err == nil && info.Mode.IsDir() {
		n.entry = entryOf(path, info)
		n.Type, n.info = typeParent, info
	}
	return n
}
