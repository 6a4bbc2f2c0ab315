package backup

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// copyTask reads, hashes and writes one file under a temporary name. It fails when the source is not what the walk saw, or changes meanwhile.
func (c *creator) copyTask(ctx context.Context, l *lane, t *task) error {
	c.rep.Item(t.place)
	if t.own {
		return c.hashDump(ctx, l, t)
	}
	if t.first != nil {
		if done, err := c.linkTask(ctx, t); done || err != nil {
			return err
		}
	}
	if c.resumed {
		if done, err := c.reuse(ctx, l, t); done || err != nil {
			return err
		}
	}
	if err := c.roomLeft(t); err != nil {
		return err
	}
	src, err := c.fs.Open(t.place)
	if err != nil {
		return c.openFault(t, err)
	}
	defer src.Close()
	// Beside its final name, so that the volume places it where its folder is, and the rename takes no lock but the folder's.
	t.temp = filepath.Join(filepath.Dir(t.final), c.tempName(t.seq))
	if t.w, err = c.newFile(t.temp, c.fromCache(t)); err != nil {
		return writeFault(t.temp, err)
	}
	if err := c.unchanged(src, t, "it was replaced"); err != nil {
		return err
	}
	if err := c.transfer(ctx, l, t, src); err != nil {
		return err
	}
	if err := c.unchanged(src, t, "it changed while it was read"); err != nil {
		return err
	}
	if err := t.w.Start(); err != nil { // what the flush then waits for is under way
		return writeFault(t.final, err)
	}
	return c.dress(t)
}

// tempName is the name of a file until it is flushed. The time makes it one that no source has. What a killed backup left of such files is removed
// when it is continued.
func (c *creator) tempName(seq int64) string {
	return tempPrefix + strconv.FormatInt(c.started.UnixNano(), 36) + "-" + itoa64(seq) + tempSuffix
}

const tempPrefix, tempSuffix = ".springboard-", ".part"

func isTempName(name string) bool {
	return strings.HasPrefix(name, tempPrefix) && strings.HasSuffix(name, tempSuffix)
}

// fromCache tells whether a file is read back from the page cache. Packed ones are unpacked from the disk in any case.
func (c *creator) fromCache(t *task) bool { return c.o.Reread == ReadBackCache && !t.own && !t.Packed }

func (c *creator) newFile(place string, cached bool) (Writer, error) {
	create := c.fs.Create
	if cached {
		create = c.fs.CreateCached
	}
	w, err := create(place, 0o600)
	if c.resumed && errors.Is(err, fs.ErrExist) { // left by the try before, which began at the same time by a clock that was set back
		if err := c.fs.Remove(place); err != nil {
			return nil, err
		}
		return create(place, 0o600)
	}
	return w, err
}

// roomLeft asks the volume before a file that may not fit: somebody else may have filled it, or the quota, since the plan was made.
func (c *creator) roomLeft(t *task) error {
	if t.info.Size < chunk {
		return nil
	}
	space, err := c.fs.Space(c.dir)
	if err != nil {
		return writeFault(c.dir, err)
	}
	if needed := t.info.Size; !t.Packed && !t.Sparse && needed > space.Free {
		return upgrade.NewFault("SB-2047", upgrade.KindFailed, nil, "path", c.dir, "file", t.place, "needed", itoa64(needed), "free", itoa64(space.Free))
	}
	return nil
}

// openFault tells a source that has become something else from one that cannot be read.
func (c *creator) openFault(t *task, err error) error {
	if now, statErr := c.fs.Lstat(t.place); statErr == nil && !sameFile(now, t.info) {
		return changed(t.place, "it was replaced", 1)
	}
	return sourceFault(t.place, err)
}

// transfer moves the content and proves that it was as long as the source said.
func (c *creator) transfer(ctx context.Context, l *lane, t *task, src Reader) error {
	ring, err := c.ringFor(ctx, c.copying, t.info.Size)
	if err != nil {
		return err
	}
	defer c.copying.leave(ring)
	var content, stored summed
	if t.Packed {
		content, stored, err = l.packTo(ctx, ring, src, func(piece []byte) error { return c.seen(ctx, piece) }, c.sinkFor(l, t))
	} else {
		content, err = c.copyInto(ctx, l, ring, t, src)
		stored = content
	}
	if err != nil {
		return c.copyFault(ctx, t, err)
	}
	t.Sum, t.Size = stored.sum, stored.size
	if t.Packed {
		t.Content = content
	}
	return c.sameLength(t, content)
}

// seen counts a piece that was read from the source, and holds it back as long as the limit of the bandwidth asks.
func (c *creator) seen(ctx context.Context, piece []byte) error {
	c.rep.Add(int64(len(piece)) / 2)
	return c.pace.wait(ctx, len(piece))
}

func (c *creator) sinkFor(l *lane, t *task) func([]byte) error {
	return l.sink(t.w, t.info.Sparse && !t.Packed, c.fromCache(t))
}

// copyInto reads the source and writes it as it is.
func (c *creator) copyInto(ctx context.Context, l *lane, ring *ring, t *task, src Reader) (content summed, err error) {
	write := c.sinkFor(l, t)
	t.marks, err = l.marked(func() (err error) {
		content.sum, content.size, err = l.readWith(ctx, ring, src, func(piece []byte) error {
			if err := c.seen(ctx, piece); err != nil {
				return err
			}
			return write(piece)
		})
		return err
	})
	return content, err
}

// ringFor gives the memory that a large file is worth, nil for a small one.
func (c *creator) ringFor(ctx context.Context, g gate, size int64) (*ring, error) {
	if size < c.o.largeSize() {
		return nil, nil //nolint:nilnil // a small file needs none
	}
	return g.enter(ctx)
}

// copyFault names the file that an error of a copy is about.
func (c *creator) copyFault(ctx context.Context, t *task, err error) error {
	var writing writeError
	switch {
	case errors.As(err, &writing) && errors.Is(err, errReadBack):
		return c.differs(t, writing.err)
	case errors.As(err, &writing):
		return writeFault(t.final, writing.err)
	case ctx.Err() != nil:
		return err
	}
	return readFault(t.place, err)
}

func (c *creator) differs(t *task, err error) error {
	return upgrade.NewFault("SB-2016", upgrade.KindVerify, err, "path", t.final)
}

func (c *creator) sameLength(t *task, content summed) error {
	if content.size != t.info.Size {
		return changed(t.place, "its size changed while it was read", 1)
	}
	return nil
}

// unchanged compares the open file and its name with what the walk saw.
func (c *creator) unchanged(src Reader, t *task, how string) error {
	open, err := src.Stat()
	if err != nil {
		return readFault(t.place, err)
	}
	named, err := c.fs.Lstat(t.place)
	if err != nil {
		return sourceFault(t.place, err)
	}
	if !sameFile(open, t.info) || !sameFile(named, t.info) {
		return changed(t.place, how, 1)
	}
	return nil
}

// sameFile compares what a change would move: size, times, and identity where the system gives it.
func sameFile(a, b Info) bool {
	if a.Inode != 0 && b.Inode != 0 && (a.Inode != b.Inode || a.Device != b.Device) {
		return false
	}
	return a.Size == b.Size && a.ModTime.Equal(b.ModTime) && a.Change.Equal(b.Change) && a.Mode == b.Mode
}

// dress gives the copy the source's attributes before it is flushed, so that they are flushed too.
func (c *creator) dress(t *task) error {
	if err := c.fs.CopyExtra(t.place, t.temp); err != nil {
		return writeFault(t.temp, err)
	}
	if err := c.fs.Apply(t.temp, t.meta()); err != nil {
		return writeFault(t.temp, err)
	}
	return nil
}

// flushTask brings the copy to the disk and gives it its name.
func (c *creator) flushTask(_ context.Context, _ *lane, t *task) error {
	if t.own || t.reused || t.linked {
		return nil
	}
	w := t.w
	t.w = nil
	if err := w.Sync(); err != nil {
		return writeFault(t.final, errors.Join(err, w.Close()))
	}
	if err := w.Close(); err != nil {
		return writeFault(t.final, err)
	}
	info, err := c.fs.Lstat(t.temp)
	if err == nil && !info.ModTime.Equal(t.ModTime) { // Windows sets the time again when a file that was written is closed.
		err = c.fs.Apply(t.temp, t.meta())
	}
	if err != nil {
		return writeFault(t.temp, err)
	}
	if c.resumed {
		if err := removeTree(c.fs, t.final); err != nil {
			return writeFault(t.final, err)
		}
	}
	if err := c.fs.Rename(t.temp, t.final); err != nil {
		return writeFault(t.final, err)
	}
	return nil
}

// checkTask reads the copy back, past the page cache where the system allows it, and compares. A packed one must unpack to what was read.
func (c *creator) checkTask(ctx context.Context, l *lane, t *task) error {
	defer close(t.done)
	if t.reused || t.linked {
		return nil // it was read back to be believed, or its first name was
	}
	rest := t.info.Size - t.info.Size/2
	if c.fromCache(t) {
		c.rep.Add(rest) // each piece was compared as it was written
		return nil
	}
	same, err := c.sameAsRead(ctx, l, t, func(n int) {
		part := min(int64(n)-int64(n)/2, rest)
		rest -= part
		c.rep.Add(part)
	})
	t.marks = nil
	var damaged damagedError
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil && !errors.As(err, &damaged):
		return readFault(t.final, err)
	case err != nil, !same:
		return c.differs(t, err)
	}
	return nil
}

// sameAsRead compares a file of the backup with what was read from its source: a plain one by the marks of its chunks, a packed one by the hashes of
// what stands there and of what it unpacks to.
func (c *creator) sameAsRead(ctx context.Context, l *lane, t *task, seen func(int)) (bool, error) {
	if !t.Packed {
		return l.sameOnDisk(ctx, t.final, t.marks, t.Size, seen)
	}
	ring, err := c.ringFor(ctx, c.checking, t.Size)
	if err != nil {
		return false, err
	}
	defer c.checking.leave(ring)
	content, stored, err := l.readCopy(ctx, ring, t.final, t.entry, func(piece []byte) error {
		seen(len(piece))
		return nil
	})
	return stored == summed{t.Sum, t.Size} && content == t.content(), err
}

// readCopy reads a file of a backup from the disk, and its content when it is packed.
func (l *lane) readCopy(ctx context.Context, rg *ring, place string, e entry, use func([]byte) error) (content, stored summed, err error) {
	if !e.Packed {
		stored.sum, stored.size, err = l.rereadWith(ctx, rg, place, use)
		return stored, stored, err
	}
	r, err := l.fs.OpenDisk(place)
	if err != nil {
		return content, stored, err
	}
	defer r.Close()
	return l.unpack(ctx, r, e.Content.size, use)
}

// reuse takes over a finished file of an unfinished backup: its source and the copy are both read and hashed, times prove nothing.
func (c *creator) reuse(ctx context.Context, l *lane, t *task) (bool, error) {
	had, err := c.fs.Lstat(t.final)
	if err != nil || !had.Mode.IsRegular() || !t.Packed && had.Size != t.Size {
		return false, nil
	}
	src, err := c.fs.Open(t.place)
	if err != nil {
		return false, c.openFault(t, err)
	}
	defer src.Close()
	var was summed
	was.sum, was.size, err = l.read(ctx, src, nil)
	if err != nil {
		if ctx.Err() != nil {
			return false, err
		}
		return false, readFault(t.place, err)
	}
	if err := c.unchanged(src, t, "it changed while it was read"); err != nil {
		return false, err
	}
	content, stored, err := l.readCopy(ctx, nil, t.final, t.entry, nil)
	if err != nil && ctx.Err() != nil {
		return false, err
	}
	if err != nil || content != was {
		return false, nil // copied anew
	}
	if err := c.fs.SyncFile(t.final); err != nil && had.Mode.Perm()&0o200 != 0 {
		return false, writeFault(t.final, err)
	}
	t.Sum, t.Size, t.reused = stored.sum, stored.size, true
	if t.Packed {
		t.Content = content
	}
	c.rep.Add(t.info.Size)
	return true, nil
}

// hashDump hashes a file that a dumper wrote, and flushes it.
func (c *creator) hashDump(ctx context.Context, l *lane, t *task) error {
	src, err := c.fs.Open(t.final)
	if err != nil {
		return readFault(t.final, err)
	}
	defer src.Close()
	var n int64
	t.marks, err = l.marked(func() (err error) {
		t.Sum, n, err = l.read(ctx, src, nil)
		return err
	})
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return readFault(t.final, err)
	}
	if n != t.Size {
		return changed(t.final, "the dump was still written", 1)
	}
	c.rep.Add(n / 2)
	if err := c.fs.SyncFile(t.final); err != nil {
		return writeFault(t.final, err)
	}
	return nil
}
