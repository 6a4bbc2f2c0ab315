package backup

import (
	"cmp"
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

// walk yields entries with their places, names in byte order, a folder before its content.
type walk struct {
	fs FS
	// pack: files are named as they stand packed in the backup, and ordered so.
	pack bool
	few  int           // from how many entries on a folder is a large one; 0: fewEntries
	skip func(Skipped) // hears of special files; may be nil
	// yield takes an entry, or the error that ends the walk. It answers false to stop.
	yield func(node, error) bool
}

// walkTree yields a folder's content below it. The walk ends with the first error, or when the receiver stops.
func walkTree(fsys FS, place, path string, skip func(Skipped), yield func(node, error) bool) {
	walk{fs: fsys, skip: skip, yield: yield}.tree(place, path)
}

func (w walk) tree(place, path string) bool {
	few := cmp.Or(w.few, fewEntries)
	list, err := w.fs.ReadDir(place, few+1)
	if err != nil {
		return w.yield(node{entry: entry{Path: path}, place: place}, err)
	}
	if len(list) > few {
		return w.large(place, path)
	}
	names := map[string]bool{}
	if w.pack {
		for _, info := range list {
			names[info.Name] = true
		}
	}
	taken := func(name string) bool { return names[name] }
	sort.Slice(list, func(i, j int) bool { return w.nameOf(&list[i], taken) < w.nameOf(&list[j], taken) })
	for i := range list {
		n := w.child(path, &list[i], list[i].Name, taken)
		n.place = filepath.Join(place, list[i].Name)
		if !w.node(n) {
			return false
		}
	}
	return true
}

// packs tells whether a name of a folder is packed: a regular file whose packed name nothing else in the folder has. Where something has it, the file
// stays as it is, so that no two files ever meet.
func (w walk) packs(name string, kind fs.FileMode, taken func(string) bool) bool {
	return w.pack && kind.IsRegular() && len(name)+len(packSuffix) <= maxName && !taken(name+packSuffix)
}

func (w walk) nameOf(info *Info, taken func(string) bool) string {
	if w.packs(info.Name, info.Mode, taken) {
		return info.Name + packSuffix
	}
	return info.Name
}

// child describes one name of a folder.
func (w walk) child(path string, info *Info, name string, taken func(string) bool) node {
	n := node{entry: entryOf(path+"/"+name, *info), info: *info}
	if w.packs(name, info.Mode, taken) {
		n.Path, n.Packed, n.Content.size = n.Path+packSuffix, true, n.Size
	}
	return n
}

// maxName is the longest name that the usual file systems take, in bytes.
const maxName = 255

func (w walk) node(n node) bool {
	if n.info.Mode&special != 0 {
		if w.skip != nil {
			w.skip(Skipped{Path: n.place, Why: specialName(n.info.Mode)})
		}
		return true
	}
	if n.Type == typeLink {
		target, err := w.fs.Readlink(n.place)
		if err != nil {
			return w.yield(n, err)
		}
		n.Target = target
	}
	if !w.yield(n, nil) {
		return false
	}
	return n.Type != typeDir || w.tree(n.place, n.Path)
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
func walkItems(w walk, root, part string, items []item) iter.Seq2[node, error] {
	return func(yield func(node, error) bool) {
		path := dataDir + "/" + part
		w.yield = yield
		w.branch(grow(items), root, path, path)
	}
}

func (w walk) branch(b *branch, root, base, path string) bool {
	taken := func(name string) bool { return b.below[name] != nil }
	children := make([]node, 0, len(b.below))
	twigs := map[string]*branch{}
	for name, next := range b.below {
		n := parentNode(w.fs, root, base, path+"/"+name)
		if next.item != nil {
			info, err := w.fs.Lstat(next.item.place())
			if err != nil {
				return w.yield(node{entry: entry{Path: path + "/" + name}, place: next.item.place()}, err)
			}
			n = w.child(path, &info, name, taken)
			n.place = next.item.place()
		}
		children = append(children, n)
		twigs[n.Path] = next
	}
	sort.Slice(children, func(i, j int) bool { return children[i].Path < children[j].Path })
	for _, n := range children {
		next := twigs[n.Path]
		if next.item != nil {
			if !w.node(n) {
				return false
			}
			continue
		}
		if !w.yield(n, nil) || !w.branch(next, root, base, n.Path) {
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
