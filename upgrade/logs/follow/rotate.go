package follow

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// maxHops is how many rotations one look follows before it gives others a chance.
const maxHops = 1000

// rotated goes on with the next file when the log's name belongs to another file than the one that is read.
func (f *follower) rotated(ctx context.Context, suspended bool) error {
	for range maxHops {
		live, err := os.Stat(f.opts.Path)
		if err != nil {
			return f.vanished(err)
		}
		mine, err := f.cur.stat()
		if err != nil {
			return f.vanished(err)
		}
		if os.SameFile(live, mine) {
			f.cur.name = f.opts.Path
			f.remember()
			return f.err
		}
		if live.Size() == 0 {
			return f.err // the server may still write into the file that was renamed: nothing is in the new one yet
		}
		if f.isCopy() {
			continue
		}
		if err := f.drain(ctx); err != nil { // what was written between the last read and the rename
			return err
		}
		if f.cur.offset == 0 && f.cur.waits < 3 {
			f.cur.waits++ // an empty file beside the log may be a copy of it that is being made
			return f.err
		}
		next := f.successor(mine, suspended)
		if next == nil {
			return f.err
		}
		f.openNext(next)
		if err := f.drain(ctx); err != nil {
			return err
		}
	}
	return f.err
}

func (f *follower) vanished(err error) error {
	if os.IsNotExist(err) {
		if f.missed++; f.missed > 3 {
			f.enter(Lost, "the log is not there: "+f.opts.Path)
		}
		return f.err
	}
	f.enter(Lost, err.Error())
	return f.err
}

// remember keeps which siblings there are, so that one that appears later is known to be new.
func (f *follower) remember() {
	f.missed = 0
	// A folder's time changes with its names. Its clock is coarse: a young one is looked at again.
	if dir, err := os.Stat(filepath.Dir(f.opts.Path)); err == nil {
		at := dir.ModTime()
		if at.Equal(f.listed) && f.opts.Now().Sub(at) > 2*time.Second {
			return
		}
		f.listed = at
	}
	list := f.list()
	f.known = f.known[:0]
	for _, s := range list {
		if s.path != f.opts.Path {
			f.known = append(f.known, s.info)
		}
	}
}

type sibling struct {
	path string
	info os.FileInfo
}

// list gives the files of the log in order. Folders are not read in one step: while files are renumbered one may be seen twice or not at all, so
// the list is read until it stays the same.
func (f *follower) list() []sibling {
	before := f.listOnce()
	for range 20 {
		again := f.listOnce()
		if sameFiles(before, again) {
			return again
		}
		before = again
	}
	return before
}

func (f *follower) listOnce() []sibling {
	paths, err := logs.Siblings(f.opts.Path)
	if err != nil {
		return nil
	}
	all := make([]sibling, 0, len(paths))
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil {
			all = append(all, sibling{p, info})
		}
	}
	return all
}

func sameFiles(a, b []sibling) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].path != b[i].path || !os.SameFile(a[i].info, b[i].info) {
			return false
		}
	}
	return true
}

// isCopy notices that the file that is read is a copy of the log, perhaps still in the making: the log itself holds the same. Reading goes on there.
func (f *follower) isCopy() bool {
	if len(f.cur.head) == 0 {
		return false
	}
	live, err := openTracked(f.opts.Path)
	if err != nil {
		return false
	}
	if !f.cur.agrees(live.file, len(f.cur.head)) {
		live.drop()
		return false
	}
	live.offset, live.head, live.tail = f.cur.offset, f.cur.head, f.cur.tail
	f.openNextKeeping(live)
	return true
}

// successor opens the file that was written after the one that is read. The list of names is looked at again after opening: a rotation between
// the two would make another file of the name.
func (f *follower) successor(mine os.FileInfo, suspended bool) *tracked {
	for range 8 {
		list := f.list()
		i := f.find(list, mine)
		var next sibling
		switch {
		case i >= 0 && i+1 < len(list):
			f.cur.name = list[i].path
			next = list[i+1]
		case i >= 0:
			return nil
		default:
			next = f.orphaned(list, suspended)
		}
		if next.path == "" {
			return nil
		}
		c, err := openTracked(next.path)
		if err != nil {
			continue
		}
		info, err := c.stat()
		if err == nil && os.SameFile(info, next.info) && f.stillNext(mine, info, i < 0) {
			return c
		}
		c.drop()
	}
	return nil
}

func (f *follower) stillNext(mine, opened os.FileInfo, orphan bool) bool {
	list := f.list()
	i := f.find(list, mine)
	if orphan {
		return indexOf(list, opened) >= 0
	}
	return i >= 0 && i+1 < len(list) && os.SameFile(list[i+1].info, opened)
}

func indexOf(list []sibling, info os.FileInfo) int {
	for i, s := range list {
		if os.SameFile(s.info, info) {
			return i
		}
	}
	return -1
}

// find looks for the file that is read among the siblings, also for a compressed copy of it.
func (f *follower) find(list []sibling, mine os.FileInfo) int {
	if i := indexOf(list, mine); i >= 0 {
		return i
	}
	for i, s := range list {
		if strings.HasSuffix(s.path, ".gz") && len(f.cur.head) > 0 && bytes.Equal(unpackedHead(s.path, len(f.cur.head)), f.cur.head) {
			return i
		}
	}
	return -1
}

func unpackedHead(path string, n int) []byte {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil
	}
	buf := make([]byte, n)
	read, _ := io.ReadFull(z, buf)
	return buf[:read]
}

// orphaned is for a file that was read and is deleted: reading goes on with the oldest file that was not there before. Nothing proves that no
// other was deleted too, unless it was looked at all the time and nothing else was rotated.
func (f *follower) orphaned(list []sibling, suspended bool) sibling {
	for _, s := range list {
		if f.knows(s.info) {
			continue
		}
		if s.path != f.opts.Path || suspended {
			f.gapOnce("the file that was read is deleted, and others may have been deleted before they were read")
		}
		return s
	}
	return sibling{}
}

func (f *follower) gapOnce(reason string) {
	if !f.cur.gone {
		f.cur.gone = true
		f.gap(reason)
	}
}

// sameContent notices that the file was rewritten in place: it does not begin as it did. (That it is shorter, or goes on differently, is seen when
// it is read.)
func (f *follower) sameContent() error {
	c := f.cur
	info, err := c.file.Stat()
	if err != nil {
		f.enter(Lost, err.Error())
		return f.err
	}
	c.mod = info.ModTime()
	buf := make([]byte, len(c.head))
	if n, _ := c.file.ReadAt(buf, 0); n < len(buf) || !bytes.Equal(buf, c.head) {
		f.restart(info.Size() < c.offset)
	}
	return f.err
}

// peek looks at the beginning of a file that was empty so far. When a copy of the log appeared meanwhile, the log was written, copied and truncated
// between two looks: the copy comes first. It tells whether there is anything to read.
func (f *follower) peek() bool {
	buf := make([]byte, window)
	n, _ := f.cur.file.ReadAt(buf, 0)
	if n == 0 {
		return false
	}
	f.cur.head = buf[:n]
	mine, err := f.cur.stat()
	if err != nil {
		return true
	}
	list := f.list()
	if live, err := os.Stat(f.opts.Path); err != nil || !os.SameFile(live, mine) {
		return true // it was renamed: then others came after it
	}
	for _, s := range list {
		if s.path == f.opts.Path || os.SameFile(s.info, mine) || f.knows(s.info) {
			continue
		}
		if c, err := openTracked(s.path); err == nil {
			f.openNext(c)
			return len(c.head) > 0
		}
	}
	return true
}

// agrees compares the beginning and the end of what was read with what stands in a file now.
func (c *tracked) agrees(file io.ReaderAt, head int) bool {
	buf := make([]byte, window)
	if n, _ := file.ReadAt(buf[:head], 0); n < head || !bytes.Equal(buf[:n], c.head[:head]) {
		return false
	}
	n, _ := file.ReadAt(buf[:len(c.tail)], c.offset-int64(len(c.tail)))
	return n == len(c.tail) && bytes.Equal(buf[:n], c.tail)
}

// restart reads a file again that was truncated or rewritten. When a copy of what stood in it was made before (copy and truncate), the rest is
// read from the copy and nothing is missing.
func (f *follower) restart(shorter bool) {
	if copied := f.copyOf(); copied != nil {
		f.openNextKeeping(copied)
		return // what comes after the copy, other copies and at last the log itself, is found like after a rename
	}
	if shorter {
		f.gap("the log was truncated in place: what was written after the last look is gone, if there was anything")
	} else {
		f.gap("the log was rewritten in place: what was written after the last look is gone, if there was anything")
	}
	f.reopen()
}

// reopen reads the log's name from its beginning.
func (f *follower) reopen() {
	c, err := openTracked(f.opts.Path)
	if err != nil {
		_ = f.vanished(err)
		return
	}
	f.openNext(c)
}

// copyOf finds a sibling that begins and goes on like the file that was read, and is at least as long.
func (f *follower) copyOf() *tracked {
	list := f.list()
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].path == f.opts.Path || list[i].info.Size() < f.cur.offset || strings.HasSuffix(list[i].path, ".gz") {
			continue
		}
		c, err := openTracked(list[i].path)
		if err != nil {
			continue
		}
		if f.cur.agrees(c.file, len(f.cur.head)) {
			c.offset, c.head, c.tail = f.cur.offset, f.cur.head, f.cur.tail
			return c
		}
		c.drop()
	}
	return nil
}

// openNextKeeping goes on in a copy as if it were the same file.
func (f *follower) openNextKeeping(c *tracked) {
	f.cur.drop()
	c.key, c.line, c.prefix, c.hash = f.cur.key, f.cur.line, f.cur.prefix, f.cur.hash
	f.cur = c
	f.files[c.key] = c
}
