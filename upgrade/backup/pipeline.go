package backup

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"path/filepath"
	"runtime"
	"strings"
)

// window is how many entries are under way at most: enough that flushes of small files join in the disk's queue, few enough to bound memory and
// open files.
const window = 192

// maxPlain is how many files a packed backup names that stand in it as they are.
const maxPlain = 1000

// flushers wait for the disk side by side: a journaling file system then flushes many files in one commit.
const flushers = 48

// task is one file on its way through the stages copy, flush, check.
type task struct {
	node
	seq    int64
	final  string
	temp   string
	w      Writer
	reused bool
	own    bool // a dump: it is in the backup already, there is no source
	linked bool // it is another name of first's file in the backup
	marks  marks
	done   chan struct{}
	first  *task // of the same file, for a second name of it
}

// copyAll moves all entries through the stages. Each stage is bounded; the list of finished entries is written in the order of the walk. The first
// error stops all.
func (c *creator) copyAll(ctx context.Context) error {
	list, err := newSpool(c.fs, c.work(finished))
	if err != nil {
		return err
	}
	line := &conveyor{mem: &memory{fs: c.fs, whole: true}}
	line.ctx, line.cancel = context.WithCancel(ctx)
	defer line.cancel()
	ordered, work := make(chan *task, window), make(chan *task)
	flush, check := make(chan *task, window), make(chan *task, window)
	line.run(func() error {
		defer close(ordered)
		defer close(work)
		return c.produce(line.ctx, ordered, work)
	})
	c.copying, c.checking = newGate(line.mem, runtime.GOMAXPROCS(0), writePiece), newGate(line.mem, runtime.GOMAXPROCS(0)/2, chunk)
	line.stage(c.workers(), work, flush, c.copyTask)
	line.stage(flushers, flush, check, c.flushTask)
	line.stage(c.workers(), check, nil, c.checkTask)
	line.run(func() error { return c.collect(line.ctx, ordered, list) })
	err = line.wait()
	if closeErr := list.close(); err == nil && closeErr != nil {
		err = writeFault(c.dir, closeErr)
	}
	return err
}

func (c *creator) workers() int {
	if c.o.Workers > 0 {
		return min(c.o.Workers, 16)
	}
	return 4
}

func (c *creator) work(name string) string { return filepath.Join(c.dir, workDir, name) }

// drop closes what a task has open.
func (t *task) drop() {
	if t.w != nil {
		_ = t.w.Close() // what is half written is written again or removed
		t.w = nil
	}
}

func send(ctx context.Context, to chan<- *task, t *task) bool {
	select {
	case to <- t:
		return true
	case <-ctx.Done():
		return false
	}
}

// source yields all entries of the plan in the order of the manifest. Dumps are walked where they lie, in the backup.
func (c *creator) source(skip func(Skipped)) iter.Seq2[node, error] {
	return func(yield func(node, error) bool) {
		for _, part := range c.plan.Parts {
			if !part.In {
				continue
			}
			entries := walkItems(walk{fs: c.fs, pack: c.o.Compress, skip: skip}, c.plan.Installation.Root, part.Name, part.items)
			if part.dump != nil {
				entries = c.walkDump(part.Name)
			}
			for n, err := range entries {
				if !yield(n, err) || err != nil {
					return
				}
			}
		}
	}
}

// walkDump yields what a dumper wrote; the folders above the dump's place are parents, as above every item.
func (c *creator) walkDump(part string) iter.Seq2[node, error] {
	return func(yield func(node, error) bool) {
		path := dataDir + "/" + part
		place := path + "/" + c.parts[part].Items[0].Rel
		walkTree(c.fs, native(c.dir, path), path, nil, func(n node, err error) bool {
			if n.Type == typeDir && n.Path != place && isRelBelow(n.Path, place) {
				n.Type = typeParent
			}
			return yield(n, err)
		})
	}
}

// produce hands out the large files first, the largest first of all, so that none of them is left alone at the end; then it makes folders and links
// and hands out the other files in the order of the walk.
func (c *creator) produce(ctx context.Context, ordered, work chan<- *task) error {
	early := make(map[string]*task, len(c.large))
	for _, n := range c.large {
		t := c.newTask(n)
		if err := c.makeParents(n.Path); err != nil {
			return err
		}
		early[n.Path] = t
		if !send(ctx, work, t) {
			return ctx.Err()
		}
	}
	groups := linkGroups{}
	for n, err := range c.source(nil) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return sourceFault(n.place, err)
		}
		t := early[n.Path]
		switch {
		case t == nil:
			t = c.newTask(n)
		case !sameFile(t.info, n.info):
			return changed(n.place, "it was replaced", 1)
		default:
			delete(early, n.Path)
			if !send(ctx, ordered, t) {
				return ctx.Err()
			}
			continue
		}
		groups.join(t)
		if err := c.makePlain(t); err != nil {
			return err
		}
		if !send(ctx, ordered, t) {
			return ctx.Err()
		}
		if n.Type != typeFile {
			close(t.done)
		} else if !send(ctx, work, t) {
			return ctx.Err()
		}
	}
	for _, t := range early {
		return changed(t.place, "it is gone", 1)
	}
	return nil
}

func (c *creator) newTask(n node) *task {
	c.seq++
	return &task{node: n, seq: c.seq, final: native(c.dir, n.Path), done: make(chan struct{}), own: c.isDump(partOf(n.Path))}
}

// makeParents makes the folders above an entry of a part.
func (c *creator) makeParents(path string) error {
	at := dataDir + "/" + partOf(path)
	names := strings.Split(strings.TrimPrefix(path, at+"/"), "/")
	for _, name := range names[:len(names)-1] {
		at += "/" + name
		if err := c.makeFolder(at); err != nil {
			return err
		}
	}
	return nil
}

func (c *creator) isDump(part string) bool {
	p := c.parts[part]
	return p != nil && p.Dump != nil
}

// makePlain makes what has no content: folders (their modes and times come last, when nothing is written into them any more) and links.
func (c *creator) makePlain(t *task) error {
	if t.own {
		return nil
	}
	switch t.Type {
	case typeDir, typeParent:
		return c.makeFolder(t.Path)
	case typeLink:
		if had, err := c.fs.Readlink(t.final); err == nil && had == t.Target {
			return nil
		}
		if c.resumed {
			if err := removeTree(c.fs, t.final); err != nil {
				return writeFault(t.final, err)
			}
		}
		if err := c.fs.Symlink(t.Target, t.final); err != nil {
			return writeFault(t.final, err)
		}
		if err := c.fs.Apply(t.final, t.meta()); err != nil {
			return writeFault(t.final, err)
		}
	}
	return nil
}

func (c *creator) makeFolder(path string) error {
	place := native(c.dir, path)
	err := c.fs.Mkdir(place, 0o700)
	if err == nil {
		return nil
	}
	info, statErr := c.fs.Lstat(place)
	switch {
	case statErr != nil || !errors.Is(err, fs.ErrExist):
		return writeFault(place, err)
	case !info.Mode.IsDir(): // an unfinished backup had a file here that has become a folder
		if err := removeTree(c.fs, place); err != nil {
			return writeFault(place, err)
		}
		if err := c.fs.Mkdir(place, 0o700); err != nil {
			return writeFault(place, err)
		}
	}
	return nil
}

// collect waits for each entry in the order of the walk and writes it down.
func (c *creator) collect(ctx context.Context, ordered <-chan *task, list *spool) error {
	for t := range ordered {
		select {
		case <-t.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := list.add(t.entry); err != nil {
			return writeFault(c.work(finished), err)
		}
		c.parts[partOf(t.Path)].add(t.entry)
		if t.Type == typeFile {
			c.content += t.content().size
			c.parts[partOf(t.Path)].Content += t.content().size
			if c.o.Compress && !t.Packed && len(c.plain) < maxPlain {
				c.plain = append(c.plain, strings.ToValidUTF8(t.Path, "?"))
			}
		}
		if t.reused {
			c.reused++
		}
	}
	return nil
}
