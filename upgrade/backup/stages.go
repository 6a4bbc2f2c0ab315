package backup

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade"
)

// copyTask reads, hashes and writes one file under a temporary name. It fails when the source is not what the walk saw, or changes meanwhile.
func (c *creator) copyTask(ctx context.Context, l *lane, t *task) error {
	c.rep.Item(t.place)
	if t.own {
		return c.hashDump(ctx, l, t)
	}
	if c.resumed {
		if done, err := c.reuse(ctx, l, t); done || err != nil {
			return err
		}
	}
	src, err := c.fs.Open(t.place)
	if err != nil {
		return c.openFault(t, err)
	}
	defer src.Close()
	t.temp = filepath.Join(c.dir, workDir, "tmp", itoa(int(t.seq)))
	if t.w, err = c.fs.Create(t.temp, 0o600); err != nil {
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
	return c.dress(t)
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
	write := sink(t.w, t.info.Sparse)
	sum, n, err := l.read(ctx, src, func(piece []byte) error {
		if err := c.pace.wait(ctx, len(piece)); err != nil {
			return err
		}
		c.rep.Add(int64(len(piece)) / 2)
		return write(piece)
	})
	var writing writeError
	switch {
	case errors.As(err, &writing):
		return writeFault(t.final, writing.err)
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return readFault(t.place, err)
	case n != t.Size:
		return changed(t.place, "its size changed while it was read", 1)
	}
	t.Sum = sum
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
	if t.own || t.reused {
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
	if info, err := c.fs.Lstat(t.temp); err == nil && !info.ModTime.Equal(t.ModTime) {
		// Windows sets the time again when a file that was written is closed.
		if err := c.fs.Apply(t.temp, t.meta()); err != nil {
			return writeFault(t.temp, err)
		}
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

// checkTask reads the copy back, past the page cache where the system allows it, and compares.
func (c *creator) checkTask(ctx context.Context, l *lane, t *task) error {
	defer close(t.done)
	if t.reused {
		return nil // it was read back to be believed
	}
	sum, n, err := l.reread(ctx, c.fs, t.final, func(piece []byte) error {
		c.rep.Add(int64(len(piece)) - int64(len(piece))/2)
		return nil
	})
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		return readFault(t.final, err)
	}
	if n != t.Size || sum != t.Sum {
		return upgrade.NewFault("SB-2016", upgrade.KindVerify, nil, "path", t.final)
	}
	return nil
}

// reuse takes over a finished file of an unfinished backup: its source and the copy are both read and hashed, times prove nothing.
func (c *creator) reuse(ctx context.Context, l *lane, t *task) (bool, error) {
	had, err := c.fs.Lstat(t.final)
	if err != nil || !had.Mode.IsRegular() || had.Size != t.Size {
		return false, nil
	}
	src, err := c.fs.Open(t.place)
	if err != nil {
		return false, c.openFault(t, err)
	}
	defer src.Close()
	sum, n, err := l.read(ctx, src, nil)
	if err != nil {
		if ctx.Err() != nil {
			return false, err
		}
		return false, readFault(t.place, err)
	}
	if err := c.unchanged(src, t, "it changed while it was read"); err != nil {
		return false, err
	}
	copySum, copySize, err := l.reread(ctx, c.fs, t.final, nil)
	if err != nil && ctx.Err() != nil {
		return false, err
	}
	if err != nil || copySize != n || copySum != sum {
		return false, nil // copied anew
	}
	if err := c.fs.SyncFile(t.final); err != nil && had.Mode.Perm()&0o200 != 0 {
		return false, writeFault(t.final, err)
	}
	t.Sum, t.reused = sum, true
	c.rep.Add(t.Size)
	return true, nil
}

// hashDump hashes a file that a dumper wrote, and flushes it.
func (c *creator) hashDump(ctx context.Context, l *lane, t *task) error {
	src, err := c.fs.Open(t.final)
	if err != nil {
		return readFault(t.final, err)
	}
	defer src.Close()
	sum, n, err := l.read(ctx, src, nil)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return readFault(t.final, err)
	}
	if n != t.Size {
		return changed(t.final, "the dump was still written", 1)
	}
	t.Sum = sum
	c.rep.Add(n / 2)
	if err := c.fs.SyncFile(t.final); err != nil {
		return writeFault(t.final, err)
	}
	return nil
}
