package follow

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strconv"
)

// begin opens the file that following begins with.
func (f *follower) begin(ctx context.Context) error {
	if f.opts.Resume != nil && f.opts.Resume.File != "" {
		return f.resume(*f.opts.Resume)
	}
	if f.opts.From == Oldest {
		return f.openOldest()
	}
	if !f.exists(f.opts.Path) { // look tells the state, and waits for the log
		f.remember() // rotated files that are there already are not asked for
		return nil
	}
	if f.opts.From != End {
		return f.openAt(f.opts.Path, 0, 0, 0)
	}
	offset, line, err := f.lastLine(ctx, f.opts.Path)
	if err != nil {
		return nil //nolint:nilerr // look meets the same error, tells the state and tries again
	}
	return f.openAt(f.opts.Path, offset, line, 0)
}

func (f *follower) exists(path string) bool {
	_, err := f.opts.FS.Stat(path)
	return err == nil
}

// openOldest opens the first file of the log that was not there before. A rotation meanwhile would make another one the first: then it is looked
// for again. Nothing is opened when there is none.
func (f *follower) openOldest() error {
	for range 8 {
		first, ok := f.firstNew()
		if !ok {
			return nil
		}
		c, err := f.openTracked(first.path)
		if err != nil {
			continue
		}
		info, err := c.stat()
		if again, ok := f.firstNew(); err == nil && ok && again.info.Same(info) {
			f.openNext(c) // the files before it are those that are known
			return f.err
		}
		c.drop()
	}
	return nil
}

// firstNew is the oldest file that is not among the known ones.
func (f *follower) firstNew() (sibling, bool) {
	for _, s := range f.list() {
		if !f.knows(s.info) {
			return s, true
		}
	}
	return sibling{}, false
}

// knows tells whether a file was written before the one that is read. A file that is no longer written stays as it is: one of the same identity with another
// size and time is a new one, for file systems use the numbers of deleted files again.
func (f *follower) knows(info Info) bool {
	for _, k := range f.known {
		if k.Same(info) && k.Size == info.Size && k.Mod.Equal(info.Mod) {
			return true
		}
	}
	return false
}

// openAt opens a file and goes on at an offset within it.
func (f *follower) openAt(name string, offset, line int64, given int) error {
	f.remember() // before it is opened: what appears from now on is new
	c, err := f.openTracked(name)
	if err != nil {
		f.enter(Lost, err.Error())
		return f.err
	}
	return f.goOnIn(c, offset, line, given)
}

// goOnIn goes on at an offset of an opened file.
func (f *follower) goOnIn(c *tracked, offset, line int64, given int) error {
	if err := c.at(offset); err != nil {
		f.enter(Lost, err.Error())
		c.drop()
		return f.err
	}
	c.line = line
	f.openWith(c, given)
	if offset > 0 {
		f.remember()
	}
	return f.err
}

// first gives the first bytes of a file that is not read from its beginning: they tell what the log is.
func (c *tracked) first() []byte {
	head := make([]byte, maxHeld)
	n, _ := c.file.ReadAt(head, 0)
	return head[:n]
}

// openNext begins with the next file of the log; c.offset and c.line tell where in it.
func (f *follower) openNext(c *tracked) { f.openWith(c, 0) }

// openWith begins with a file, of whose first record some lines were delivered by the process before.
func (f *follower) openWith(c *tracked, given int) {
	if c.key == "" {
		f.serial++
		c.key = strconv.Itoa(f.serial)
	}
	if f.cur != nil {
		f.cur.drop()
	}
	f.cur = c
	m := message{kind: opened, key: c.key, name: c.name, identity: c.identity, mod: c.mod, offset: c.offset, line: c.line, given: given}
	if c.offset > 0 {
		m.data = c.first()
	}
	f.push(m)
}

// named gives the file that is read the name that it has now.
func (f *follower) named(name string) {
	if f.cur.name != name {
		f.cur.name = name
		f.push(message{kind: renamed, key: f.cur.key, name: name})
	}
}

// gap says that bytes are missing.
func (f *follower) gap(reason string) {
	c := Chunk{Log: f.opts.Path, File: f.opts.Path, Gap: reason}
	if f.cur != nil {
		c.File, c.Identity, c.Key, c.Offset = f.cur.name, f.cur.identity, f.cur.key, f.cur.offset
	}
	f.keep(c)
	f.push(message{kind: missing, reason: reason})
	f.enter(Lost, reason)
}

// lastLine gives the place of the last line that has no end yet, or of the end of the file, and how many lines stand before.
func (f *follower) lastLine(ctx context.Context, path string) (offset, lines int64, err error) {
	file, _, err := f.openFile(path)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	buf := make([]byte, 1<<20)
	var at int64
	for ctx.Err() == nil {
		n, err := file.ReadAt(buf, at)
		if i := bytes.LastIndexByte(buf[:n], '\n'); i >= 0 {
			offset = at + int64(i) + 1
			lines += int64(bytes.Count(buf[:n], []byte{'\n'}))
		}
		at += int64(n)
		if errors.Is(err, io.EOF) {
			return offset, lines, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return 0, 0, ctx.Err()
}

// reappear waits for the log to be there. Files that were rotated since it was looked for first are read too.
func (f *follower) reappear(ctx context.Context) error {
	if err := f.openOldest(); err != nil {
		return err
	}
	if f.cur == nil {
		_, err := f.opts.FS.Stat(f.opts.Path)
		switch {
		case os.IsNotExist(err):
			f.enter(Lost, "the log is not there: "+f.opts.Path)
		case err != nil:
			f.enter(Lost, err.Error())
		}
		return f.err
	}
	if err := f.drain(ctx); err != nil {
		return err
	}
	return f.settle()
}
