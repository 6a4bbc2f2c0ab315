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

func (m *memFS) Lstat(p string) (backup.Info, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("lstat", p)
	if err != nil {
		return backup.Info{}, err
	}
	return n.info(filepath.Base(p)), nil
}

func (m *memFS) ReadDir(p string) ([]backup.Info, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("readdir", p)
	if err != nil {
		return nil, err
	}
	var list []backup.Info
	for name, child := range n.names {
		list = append(list, child.info(name))
	}
	return list, nil
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

func (m *memFS) add(op, p string, n *inode) error {
	dir, name, err := m.parent(op, p)
	if err != nil {
		return err
	}
	if dir.names == nil || dir.names[name] != nil {
		return &fs.PathError{Op: op, Path: p, Err: fs.ErrExist}
	}
	dir.change(func(names map[string]*inode) { names[name] = n })
	return nil
}

func (m *memFS) Create(p string, perm fs.FileMode) (backup.Writer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.node(perm)
	if err := m.add("create", p, n); err != nil {
		return nil, err
	}
	return &memWriter{m: m, n: n, path: p}, nil
}

type memWriter struct {
	m    *memFS
	n    *inode
	path string
}

func (w *memWriter) Write(b []byte) (int, error) {
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	if err := w.m.step("write", w.path); err != nil {
		return 0, err
	}
	w.n.data = append(bytes.Clone(w.n.data), b...)
	return len(b), nil
}

func (w *memWriter) Skip(n int64) error {
	_, err := w.Write(make([]byte, n))
	return err
}

func (w *memWriter) Start() error { return nil }

func (w *memWriter) Sync() error {
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	if err := w.m.step("sync", w.path); err != nil {
		return err
	}
	w.n.safe = w.n.data
	return nil
}

func (w *memWriter) Close() error { return nil }

func (m *memFS) Mkdir(p string, perm fs.FileMode) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.add("mkdir", p, m.folder(perm))
}

func (m *memFS) Symlink(target, p string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.node(fs.ModeSymlink | 0o777)
	n.target = target
	return m.add("symlink", p, n)
}

func (m *memFS) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("rename", from)
	if err != nil {
		return err
	}
	a, err := m.find(filepath.Dir(from))
	if err != nil {
		return err
	}
	b, err := m.find(filepath.Dir(to))
	if err != nil {
		return &fs.PathError{Op: "rename", Path: to, Err: err}
	}
	if old := b.names[filepath.Base(to)]; old != nil && old.mode.IsDir() && len(old.names) > 0 {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	if a == b {
		a.change(func(names map[string]*inode) {
			delete(names, filepath.Base(from))
			names[filepath.Base(to)] = n
		})
		return nil
	}
	b.change(func(names map[string]*inode) { names[filepath.Base(to)] = n })
	a.change(func(names map[string]*inode) { delete(names, filepath.Base(from)) })
	return nil
}

func (m *memFS) Exchange(string, string) error { return backup.ErrUnsupported }

func (m *memFS) Remove(p string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("remove", p)
	if err != nil {
		return err
	}
	if len(n.names) > 0 {
		return &fs.PathError{Op: "remove", Path: p, Err: fs.ErrExist}
	}
	dir, err := m.find(filepath.Dir(p))
	if err == nil {
		dir.change(func(names map[string]*inode) { delete(names, filepath.Base(p)) })
	}
	return err
}

func (m *memFS) Apply(p string, meta backup.Meta) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("apply", p)
	if err != nil {
		return err
	}
	n.mode = n.mode.Type() | meta.Mode.Perm()
	if !meta.ModTime.IsZero() {
		n.mtime = meta.ModTime
	}
	return nil
}

func (m *memFS) CopyExtra(string, string) error { return nil }

func (m *memFS) SyncDir(p string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("syncdir", p)
	if err == nil {
		n.log = []map[string]*inode{n.names}
	}
	return err
}

func (m *memFS) SyncFile(p string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.at("syncfile", p)
	if err == nil {
		n.safe = n.data
	}
	return err
}

// WriteFile goes the way of osfs.WriteFile, each step of it a chance for the power to fail.
func (m *memFS) WriteFile(p string, data []byte, perm fs.FileMode) error {
	temp := p + ".tmp"
	_ = m.Remove(temp)
	w, err := m.Create(temp, perm)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Sync(); err != nil {
		return err
	}
	if err := m.Rename(temp, p); err != nil {
		return err
	}
	return m.SyncDir(filepath.Dir(p))
}

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
