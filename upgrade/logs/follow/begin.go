package follow

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

// begin opens the file that following begins with.
func (f *follower) begin(ctx context.Context) error {
	if f.opts.Resume != nil && f.opts.Resume.File != "" {
		return f.resume(ctx, *f.opts.Resume)
	}
	if f.opts.From == Oldest {
		return f.openOldest()
	}
	if !exists(f.opts.Path) { // look tells the state, and waits for the log
		f.remember() // rotated files that are there already are not asked for
		return nil
	}
	if f.opts.From != End {
		return f.openAt(f.opts.Path, 0, 0, 0)
	}
	offset, line, err := lastLine(ctx, f.opts.Path)
	if err != nil {
		return nil //nolint:nilerr // look meets the same error, tells the state and tries again
	}
	return f.openAt(f.opts.Path, offset, line, 0)
}

func exists(path string) bool {
	_, err := os.Stat(path)
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
		c, err := openTracked(first.path)
		if err != nil {
			continue
		}
		info, err := c.stat()
		if again, ok := f.firstNew(); err == nil && ok && os.SameFile(again.info, info) {
			f.openNext(c)
			f.remember()
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

func (f *follower) knows(info os.FileInfo) bool {
	for _, k := range f.known {
		if os.SameFile(k, info) {
			return true
		}
	}
	return false
}

// openAt opens a file and goes on at an offset within it.
func (f *follower) openAt(name string, offset, line int64, given int) error {
	c, err := openTracked(name)
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
	if offset > 0 {
		head := make([]byte, maxHeld)
		n, _ := c.file.ReadAt(head, 0)
		f.start(logs.Probe(c.name, hintsOf(c.mod), f.opts.Read, head[:n]))
		f.asm.Prime(head[:n])
		f.asm.Resume(given)
	}
	f.openNext(c)
	f.remember()
	return f.err
}

// lastLine gives the place of the last line that has no end yet, or of the end of the file, and how many lines stand before.
func lastLine(ctx context.Context, path string) (offset, lines int64, err error) {
	file, err := logfile.Open(path)
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
		if err == io.EOF {
			return offset, lines, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return 0, 0, ctx.Err()
}

// resume goes on where another process stopped: in the same file, whatever its name is now.
func (f *follower) resume(_ context.Context, p Position) error {
	for range 8 { // files may be renumbered while they are looked through
		c := f.same(p, true)
		if c == nil {
			c = f.same(p, false) // a copy, or a file system without identities
		}
		if c != nil {
			return f.goOnIn(c, p.Offset, p.Line, p.Given)
		}
	}
	list := f.list()
	if p.Offset == 0 && p.Prefix == 0 {
		return f.openFirst(list)
	}
	if err := f.openFirst(list); err != nil {
		return err
	}
	f.gap("the file that was read last, " + filepath.Base(p.File) + ", is gone: what was written into it afterwards is missing")
	return f.err
}

// same opens the file of a position.
func (f *follower) same(p Position, byIdentity bool) *tracked {
	for _, s := range f.list() {
		c, err := openTracked(s.path)
		if err != nil {
			continue
		}
		if p.is(c, byIdentity) {
			return c
		}
		c.drop()
	}
	return nil
}

func (f *follower) openFirst(list []sibling) error {
	if len(list) == 0 {
		return nil
	}
	return f.openAt(list[0].path, 0, 0, 0)
}

// is tells whether a file is the one of the position.
func (p Position) is(c *tracked, byIdentity bool) bool {
	info, err := c.file.Stat()
	if err != nil || info.Size() < p.Offset || byIdentity && (p.Identity == "" || c.identity != p.Identity) {
		return false
	}
	if p.Prefix == 0 {
		return byIdentity
	}
	hash, n, err := logfile.Prefix(c.file, p.Prefix)
	return err == nil && n == p.Prefix && hash == p.Hash
}

// reappear waits for the log to be there. Files that were rotated since it was looked for first are read too.
func (f *follower) reappear(ctx context.Context) error {
	if err := f.openOldest(); err != nil {
		return err
	}
	if f.cur == nil {
		_, err := os.Stat(f.opts.Path)
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
