package backup_test

import (
	"bytes"
	"io/fs"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

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

func (m *memFS) CreateCached(p string, perm fs.FileMode) (backup.Writer, error) {
	return m.Create(p, perm)
}

func (w *memWriter) ReadBack(b []byte, at int64) (int, error) {
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	return copy(b, w.n.data[at:]), nil
}

func (m *memFS) Link(old, p string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(old)
	if err != nil {
		return err
	}
	return m.add("link", p, n)
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
