package backup

import "context"

// linkGroups finds the names of one file, so that they come back as names of one file.
type linkGroups map[linkKey]*linkGroup

type linkKey struct {
	part          string
	device, inode uint64
}

type linkGroup struct {
	first *task
	left  uint64 // names that were not seen yet
}

// maxGroups bounds the memory for files with more than one name; further ones are files of their own.
const maxGroups = 100_000

// join makes a task the first of its file, or names the first one.
func (g linkGroups) join(t *task) {
	if t.Type != typeFile || t.own || t.info.Links < 2 || t.info.Inode == 0 {
		return
	}
	key := linkKey{partOf(t.Path), t.info.Device, t.info.Inode}
	group := g[key]
	if group == nil {
		if len(g) < maxGroups {
			g[key] = &linkGroup{first: t, left: t.info.Links - 1}
		}
		return
	}
	if t.Packed == group.first.Packed {
		t.first, t.LinkTo = group.first, group.first.Path
	}
	if group.left--; group.left == 0 {
		delete(g, key)
	}
}

// linkTask gives the copy of the first name a second one. It answers false where the target has no such names: the file is then copied.
func (c *creator) linkTask(ctx context.Context, t *task) (bool, error) {
	select {
	case <-t.first.done: // it stands before in every queue, so it does not wait for this worker
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if c.resumed {
		if err := removeTree(c.fs, t.final); err != nil {
			return false, writeFault(t.final, err)
		}
	}
	if err := c.fs.Link(t.first.final, t.final); err != nil {
		if isUnsupported(err) {
			return false, nil
		}
		return false, writeFault(t.final, err)
	}
	now, err := c.fs.Lstat(t.place)
	if err != nil {
		return false, sourceFault(t.place, err)
	}
	if !sameFile(now, t.info) || !sameFile(now, t.first.info) {
		return false, changed(t.place, "it changed while it was read", 1)
	}
	t.Size, t.Sum, t.Content, t.linked = t.first.Size, t.first.Sum, t.first.Content, true
	c.rep.Add(t.info.Size)
	return true, nil
}
