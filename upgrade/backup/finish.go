package backup

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// dump lets the database's own tool write into the backup. A dump of an unfinished backup is never continued: the database has moved on.
func (c *creator) dump(ctx context.Context) error {
	for _, part := range c.plan.Parts {
		if !part.In || part.dump == nil {
			continue
		}
		c.rep.Phase("dumping the database", 0, "")
		dir := native(c.dir, dataDir+"/"+part.Name)
		if err := removeTree(c.fs, dir); err != nil {
			return writeFault(dir, err)
		}
		items := dumpItems(c.plan.Installation.Root, *part.dump)
		place := native(dir, items[0].Rel)
		if items[0].Dir {
			place = filepath.Join(place, "x") // the folder itself is made too
		}
		if err := mkdirAll(c.fs, filepath.Dir(place)); err != nil {
			return writeFault(dir, err)
		}
		dumped, err := c.p.Dumper.Dump(ctx, c.rep, filepath.Dir(place))
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			return upgrade.NewFault("SB-2041", upgrade.KindOf(err), err, "what", part.dump.What)
		}
		c.parts[part.Name].Items, c.parts[part.Name].Dump = items, &dumped
	}
	return nil
}

// dumpItems tells where a dump belongs: to the place of a database that is a file, else into a folder of its own.
func dumpItems(root string, plan DumpPlan) []item {
	if plan.Origin != "" {
		return []item{{Rel: belowRoot(root, plan.Origin), Origin: plan.Origin}}
	}
	return []item{{Rel: "dump", Dir: true}}
}

// finishFolders gives the folders their modes and times, and flushes each, so that the names of all files survive a power loss.
func (c *creator) finishFolders(ctx context.Context) error {
	if c.resumed {
		if err := c.clearStale(ctx); err != nil {
			return err
		}
	}
	for e, err := range readSpool(c.fs, c.work(finished)) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return readFault(c.work(finished), err)
		}
		if e.Type != typeDir && e.Type != typeParent {
			continue
		}
		place := native(c.dir, e.Path)
		if err := c.finishFolder(e, place); err != nil {
			return writeFault(place, err)
		}
	}
	for name := range c.parts {
		if err := c.fs.SyncDir(native(c.dir, dataDir+"/"+name)); err != nil {
			return writeFault(c.dir, err)
		}
	}
	return orWrite(c.dir, errors.Join(c.fs.SyncDir(filepath.Join(c.dir, dataDir)), c.fs.SyncDir(c.dir)))
}

func orWrite(place string, err error) error {
	if err == nil {
		return nil
	}
	return writeFault(place, err)
}

// finishFolder leaves the folders of a backup open for their owner, so that it can be read and removed; the manifest has the modes for a restore.
func (c *creator) finishFolder(e entry, place string) error {
	if !c.isDump(partOf(e.Path)) {
		if e.Type == typeDir {
			if err := c.fs.CopyExtra(c.placeOf(&e, nil), place); err != nil {
				return err
			}
		}
		m := e.meta()
		m.Mode |= 0o700
		if err := c.fs.Apply(place, m); err != nil {
			return err
		}
	}
	return c.fs.SyncDir(place)
}

// clearStale removes what an unfinished backup held and the source has no more.
func (c *creator) clearStale(ctx context.Context) error {
	var stale []string
	err := c.compare(ctx, finished, walkData(c.fs, c.dir), func(e *entry, n *node) error {
		if e == nil {
			stale = append(stale, n.place)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, place := range stale {
		if err := removeTree(c.fs, place); err != nil {
			return writeFault(place, err)
		}
	}
	return nil
}

// scan writes down what the source is before the first byte of it is read. A change between that and the last look is a moving source, even where
// each file was still when its own turn came.
func (c *creator) scan(ctx context.Context) error {
	c.rep.Phase("looking at the source", c.plan.Files, op.Items)
	list, err := newSpool(c.fs, c.work(scanned))
	if err != nil {
		return err
	}
	for n, err := range c.source(nil) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			c.noteLarge(n)
			err = orWrite(c.work(scanned), list.add(n.entry))
		} else if ctx.Err() == nil {
			err = sourceFault(n.place, err)
		}
		if err != nil {
			return errors.Join(err, list.w.Close())
		}
		c.rep.Add(1)
	}
	slices.SortStableFunc(c.large, func(a, b node) int { return cmp.Compare(b.Size, a.Size) })
	return orWrite(c.work(scanned), list.close())
}

// maxLarge bounds the memory for large files; further ones are copied in the order of the walk.
const maxLarge = 10_000

// noteLarge remembers a file that is copied before the small ones.
func (c *creator) noteLarge(n node) {
	if n.Type == typeFile && n.Size >= c.o.largeSize() && n.info.Links < 2 && len(c.large) < maxLarge && !c.isDump(partOf(n.Path)) {
		c.large = append(c.large, n)
	}
}

// settle walks the source once more and compares it with what was copied, and with what it was before: a source that moved is no backup.
func (c *creator) settle(ctx context.Context) error {
	for _, list := range []string{finished, scanned} {
		if err := c.settleWith(ctx, list); err != nil {
			return err
		}
	}
	return nil
}

func (c *creator) settleWith(ctx context.Context, list string) error {
	first, how, count := "", "", 0
	err := c.compare(ctx, list, c.source(nil), func(e *entry, n *node) error {
		if what := movement(e, n); what != "" && !c.isDump(partOf(pathOf(e, n))) {
			if count++; count == 1 {
				first, how = c.placeOf(e, n), what
			}
		}
		return nil
	})
	if err == nil && count > 0 {
		err = changed(first, how, count)
	}
	return err
}

func pathOf(e *entry, n *node) string {
	if e != nil {
		return e.Path
	}
	return n.Path
}

// placeOf gives the openable place of what moved; of what is gone it is where it was.
func (c *creator) placeOf(e *entry, n *node) string {
	if n != nil {
		return n.place
	}
	part := partOf(e.Path)
	rel := strings.TrimPrefix(e.logical(), dataDir+"/"+part+"/")
	for _, planned := range c.plan.Parts {
		for _, i := range planned.items {
			if planned.Name == part && isRelBelow(i.Rel, rel) {
				return native(i.place(), strings.TrimPrefix(rel[len(i.Rel):], "/"))
			}
		}
	}
	return e.Path
}

// movement tells how the source differs from the entry that was copied, empty when it does not.
func movement(e *entry, n *node) string {
	switch {
	case n == nil:
		return "it is gone"
	case e == nil:
		return "it is new"
	case e.Type != n.Type:
		return "it is something else now"
	case e.Type == typeFile && e.content().size != n.content().size:
		return "its size changed"
	case e.Type == typeFile && !e.ModTime.Equal(n.ModTime):
		return "it was written again"
	case e.Type == typeLink && e.Target != n.Target:
		return "the link leads elsewhere"
	}
	return ""
}

// compare walks the entries of a list and a tree side by side; an entry or a node alone comes with nil for the other.
func (c *creator) compare(ctx context.Context, list string, tree nodes, each func(*entry, *node) error) error {
	m := newMerge(tree)
	defer m.stop()
	for e, err := range readSpool(c.fs, c.work(list)) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = m.upTo(&e, each)
		}
		if err != nil {
			return mergeFault(err)
		}
	}
	return mergeFault(m.rest(each))
}

// mergeFault names the place of a walk's error.
func mergeFault(err error) error {
	var walk *walkError
	if errors.As(err, &walk) {
		return sourceFault(walk.place, walk.err)
	}
	return err
}
