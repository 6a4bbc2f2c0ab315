package backup_test

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// memFS is a file system in memory that knows what a disk would still have after a power loss. The content of a file is safe after Sync, the names of a
// folder after SyncDir. What was not flushed may be lost, be there, or (content) be there in part; folders lose independently of one another, so renames
// between folders are reordered.
type memFS struct {
	mu   sync.Mutex
	root *inode
	next uint64
	now  time.Time
	// left counts down the operations to the loss of power; after it everything fails.
	left int
	lost bool
}

type inode struct {
	id     uint64
	mode   fs.FileMode
	mtime  time.Time
	target string

	data, safe []byte // content now, and as flushed

	names map[string]*inode   // of a folder, now
	log   []map[string]*inode // its states since the last flush, oldest (safe) first
}

func newMemFS() *memFS {
	m := &memFS{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), left: -1}
	m.root = m.folder(0o755)
	return m
}

func (m *memFS) node(mode fs.FileMode) *inode {
	m.next++
	m.now = m.now.Add(time.Millisecond)
	return &inode{id: m.next, mode: mode, mtime: m.now}
}

func (m *memFS) folder(perm fs.FileMode) *inode {
	n := m.node(perm | fs.ModeDir)
	n.names = map[string]*inode{}
	n.log = []map[string]*inode{{}}
	return n
}

// change notes a new state of a folder's names.
func (n *inode) change(do func(map[string]*inode)) {
	n.names = maps.Clone(n.names)
	do(n.names)
	n.log = append(n.log, n.names)
}

// crash gives what the disk has after the power comes back, chosen by r.
func (m *memFS) crash(r *rand.Rand) *memFS {
	after := newMemFS()
	after.next, after.now = m.next, m.now
	seen := map[*inode]*inode{}
	after.root = survive(m.root, r, seen)
	return after
}

func survive(n *inode, r *rand.Rand, seen map[*inode]*inode) *inode {
	if s := seen[n]; s != nil {
		return s
	}
	s := &inode{id: n.id, mode: n.mode, mtime: n.mtime, target: n.target}
	seen[n] = s
	if n.mode.IsDir() {
		s.names = map[string]*inode{}
		state := n.log[r.IntN(len(n.log))]
		for _, name := range slices.Sorted(maps.Keys(state)) {
			s.names[name] = survive(state[name], r, seen)
		}
		s.log = []map[string]*inode{s.names}
		return s
	}
	switch r.IntN(4) {
	case 0:
		s.data = n.data
	case 1: // some of what was not flushed is there, the rest reads as zeros
		s.data = bytes.Clone(n.data)
		if !bytes.Equal(n.data, n.safe) && len(s.data) > 0 {
			clear(s.data[r.IntN(len(s.data)):])
		}
	default:
		s.data = n.safe
	}
	s.safe = s.data
	return s
}

// step counts an operation and fails when the power is gone.
func (m *memFS) step(op, path string) error {
	if m.left == 0 {
		m.lost = true
	}
	if m.lost {
		return &fs.PathError{Op: op, Path: path, Err: errIO}
	}
	if m.left > 0 {
		m.left--
	}
	return nil
}

// find walks to a path without following links.
func (m *memFS) find(path string) (*inode, error) {
	at := m.root
	for name := range strings.SplitSeq(strings.Trim(filepath.ToSlash(path), "/"), "/") {
		if name == "" {
			continue
		}
		if at.names == nil {
			return nil, fs.ErrNotExist
		}
		next := at.names[name]
		if next == nil {
			return nil, fs.ErrNotExist
		}
		at = next
	}
	return at, nil
}

func (m *memFS) at(op, path string) (*inode, error) {
	if err := m.step(op, path); err != nil {
		return nil, err
	}
	n, err := m.find(path)
	if err != nil {
		err = &fs.PathError{Op: op, Path: path, Err: err}
	}
	return n, err
}

func (m *memFS) parent(op, path string) (*inode, string, error) {
	n, err := m.at(op, filepath.Dir(path))
	return n, filepath.Base(path), err
}

func (n *inode) info(name string) backup.Info {
	return backup.Info{Name: name, Mode: n.mode, Size: int64(len(n.data)), ModTime: n.mtime, Device: 1, Inode: n.id, UID: -1, GID: -1}
}

func (m *memFS) Buffer(n int) []byte { return make([]byte, n) }

func (m *memFS) Lstat(p string) (backup.Info, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("lstat", p)
	if err != nil {
		return backup.Info{}, err
	}
	return n.info(filepath.Base(p)), nil
}

func (m *memFS) ReadDir(p string, limit int) ([]backup.Info, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("readdir", p)
	if err != nil {
		return nil, err
	}
	var list []backup.Info
	for name, child := range n.names {
		if limit > 0 && len(list) == limit {
			break
		}
		list = append(list, child.info(name))
	}
	return list, nil
}

func (m *memFS) Names(p string, each func(string, fs.FileMode)) error {
	list, err := m.ReadDir(p, 0)
	for _, info := range list {
		each(info.Name, info.Mode.Type())
	}
	return err
}

func (m *memFS) Readlink(p string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("readlink", p)
	if err == nil && n.target == "" {
		err = fs.ErrInvalid
	}
	if err != nil {
		return "", err
	}
	return n.target, nil
}

func (m *memFS) Real(p string) (string, error) {
	_, err := m.Lstat(p)
	return p, err
}

func (m *memFS) SameFile(a, b string) (bool, error) {
	return filepath.Clean(a) == filepath.Clean(b), nil
}

func (m *memFS) Space(string) (backup.Space, error) {
	return backup.Space{Volume: "memory", Free: 1 << 40, Total: 1 << 40}, nil
}

func (m *memFS) Open(p string) (backup.Reader, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("open", p)
	if err == nil && !n.mode.IsRegular() {
		err = fs.ErrInvalid
	}
	if err != nil {
		return nil, err
	}
	return &memReader{Reader: bytes.NewReader(n.data), info: n.info(filepath.Base(p))}, nil
}

func (m *memFS) OpenDisk(p string) (backup.Reader, error) { return m.Open(p) }

type memReader struct {
	io.Reader
	info backup.Info
}

func (r *memReader) Stat() (backup.Info, error) { return r.info, nil }
func (r *memReader) Close() error               { return nil }

// flushAll makes everything safe: the state before a test begins.
func (m *memFS) flushAll() {
	var flush func(*inode)
	flush = func(n *inode) {
		n.safe = n.data
		if n.names != nil {
			n.log = []map[string]*inode{n.names}
		}
		for _, child := range n.names {
			flush(child)
		}
	}
	flush(m.root)
}

// tree describes what lies below a path: name -> content.
func (m *memFS) tree(path string) map[string]string {
	all := map[string]string{}
	n, err := m.find(path)
	if err != nil {
		return nil
	}
	var walk func(string, *inode)
	walk = func(rel string, n *inode) {
		all[rel] = n.mode.Type().String() + n.target + string(n.data)
		for name, child := range n.names {
			walk(rel+"/"+name, child)
		}
	}
	walk("", n)
	return all
}
