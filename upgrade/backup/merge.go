package backup

import (
	"iter"
	"path/filepath"
)

type nodes = iter.Seq2[node, error]

// walkError is an error of a walk with its place.
type walkError struct {
	place string
	err   error
}

func (e *walkError) Error() string { return e.place + ": " + e.err.Error() }
func (e *walkError) Unwrap() error { return e.err }

// merge walks entries (pushed in order) and a tree (pulled in the same order) side by side, so that neither is held in memory.
type merge struct {
	next func() (node, error, bool)
	stop func()
	n    node
	have bool
	end  bool
}

func newMerge(tree nodes) *merge {
	m := &merge{}
	m.next, m.stop = iter.Pull2(tree)
	return m
}

func (m *merge) fill() error {
	if m.have || m.end {
		return nil
	}
	n, err, ok := m.next()
	if !ok {
		m.end = true
		return nil
	}
	if err != nil {
		return &walkError{place: n.place, err: err}
	}
	m.n, m.have = n, true
	return nil
}

// upTo gives all nodes before e alone, then e with its node, or alone.
func (m *merge) upTo(e *entry, each func(*entry, *node) error) error {
	for {
		if err := m.fill(); err != nil {
			return err
		}
		if !m.have {
			return each(e, nil)
		}
		order := comparePaths(m.n.Path, e.Path)
		if order > 0 {
			return each(e, nil)
		}
		n := m.n
		m.have = false
		if order == 0 {
			return each(e, &n)
		}
		if err := each(nil, &n); err != nil {
			return err
		}
	}
}

// rest gives the nodes after the last entry.
func (m *merge) rest(each func(*entry, *node) error) error {
	for {
		if err := m.fill(); err != nil {
			return err
		}
		if !m.have {
			return nil
		}
		n := m.n
		m.have = false
		if err := each(nil, &n); err != nil {
			return err
		}
	}
}

// walkData yields what lies below the parts of a backup's data. A file directly in data, or a folder that is no part, is yielded too: it is extra.
func walkData(fsys FS, dir string) nodes { return walkDataWith(fsys, dir, nil) }

func walkDataWith(fsys FS, dir string, skip func(Skipped)) nodes {
	return func(yield func(node, error) bool) {
		walkTree(fsys, filepath.Join(dir, dataDir), dataDir, skip, func(n node, err error) bool {
			if err == nil && n.Type == typeDir && n.Path == dataDir+"/"+partOf(n.Path) && isPart(partOf(n.Path)) {
				return true
			}
			return yield(n, err)
		})
	}
}
