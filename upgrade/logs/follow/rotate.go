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
		live, err := f.opts.FS.Stat(f.opts.Path)
		if err != nil {
			return f.vanished(err)
		}
		if !live.Regular {
			return f.vanished(errNoFile(f.opts.Path))
		}
		mine, err := f.cur.stat()
		if err != nil {
			return f.vanished(err)
		}
		if live.Same(mine) {
			f.named(f.opts.Path)
			f.cur.original = true
			if f.missed = 0; f.cur.offset > 0 { // else a copy of what was never read may have come since
				f.remember()
			}
			return f.err
		}
		was := f.cur
		if err := f.drain(ctx); err != nil { // what was written between the last read and the rename
			return err
		}
		if f.cur != was || live.Size > 0 && f.isCopy() {
			continue
		}
		if f.cur.offset == 0 && f.cur.waits < 3 {
			f.cur.waits++ // an empty file beside the log may be a copy of it that is being made
			return f.err
		}
		next := f.successor(mine, suspended)
		if next == nil {
			return f.err
		}
		if live.Size == 0 && next.is(live) {
			next.drop()
			return f.err // the server may still write into the file that was renamed: nothing is in the new one yet
		}
		f.passed()
		f.openNext(next)
		if err := f.drain(ctx); err != nil {
			return err
		}
	}
	return f.err
}

// passed makes the file that was read to its end one of the known ones: the next one may be deleted before anything of it is read, and with it what tells
// which files come before.
func (f *follower) passed() {
	if info, err := f.cur.stat(); err == nil {
		f.known = append(f.known, info)
	}
}

func (c *tracked) is(i Info) bool {
	mine, err := c.stat()
	return err == nil && mine.Same(i)
}

func (f *follower) vanished(err error) error {
	if f.missed++; os.IsNotExist(err) {
		if f.missed > 3 {
			f.enter(Lost, "the log is not there: "+f.opts.Path)
		}
		return f.err
	}
	f.enter(Lost, err.Error())
	return f.err
}

// remember keeps which siblings were written before the file that is read, so that one that appears later is known to be new.
func (f *follower) remember() {
	f.missed = 0
	// A folder's time changes with its names. Its clock is coarse: a young one is looked at again.
	if dir, err := f.opts.FS.Stat(filepath.Dir(f.opts.Path)); err == nil {
		if dir.Mod.Equal(f.listed) && f.listedFor == f.cur && f.opts.Now().Sub(dir.Mod) > 2*time.Second {
			return
		}
		f.listed, f.listedFor = dir.Mod, f.cur
	}
	list := f.list()
	if f.cur != nil {
		mine, err := f.cur.stat()
		if err != nil {
			return
		}
		i := indexOf(list, mine)
		if i < 0 {
			return // it is deleted: nobody can tell which of them are older
		}
		list = list[:i]
	}
	f.known = f.known[:0]
	for _, s := range list {
		if f.cur != nil || s.path != f.opts.Path {
			f.known = append(f.known, s.info)
		}
	}
}

type sibling struct {
	path string
	info Info
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
	paths, err := f.siblings()
	if err != nil {
		return nil
	}
	all := make([]sibling, 0, len(paths))
	for _, p := range paths {
		if info, err := f.opts.FS.Stat(p); err == nil {
			all = append(all, sibling{p, info})
		}
	}
	return all
}

// siblings lists the files of the log in order.
func (f *follower) siblings() ([]string, error) {
	names, err := f.opts.FS.Names(filepath.Dir(f.opts.Path))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	return logs.SiblingsAmong(f.opts.Path, names), nil
}

func sameFiles(a, b []sibling) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].path != b[i].path || !a[i].info.Same(b[i].info) {
			return false
		}
	}
	return true
}

// isCopy notices that the file that is read is a copy of the log, perhaps still in the making: the log itself holds the same. Reading goes on there. The file
// must have been read to its end, and further than its header: all files of a server begin with the same one.
func (f *follower) isCopy() bool {
	if f.cur.original || len(f.cur.head) == 0 || !f.cur.tells() {
		return false
	}
	live, err := f.openTracked(f.opts.Path)
	if err != nil {
		return false
	}
	if !f.cur.agrees(live.file, len(f.cur.head)) {
		live.drop()
		return false
	}
	live.offset, live.head, live.tail = f.cur.offset, f.cur.head, f.cur.tail
	live.original = true
	f.openNextKeeping(live)
	return true
}

// successor opens the file that was written after the one that is read. The list of names is looked at again after opening: a rotation between
// the two would make another file of the name.
func (f *follower) successor(mine Info, suspended bool) *tracked {
	for try := range 8 {
		list := f.list()
		i := f.find(list, mine)
		var next sibling
		switch {
		case i < 0 && try < 4: // a folder that is renumbered right now can hide a file from two readings in a row: that it is deleted has to be seen again
			continue
		case i >= 0 && i+1 < len(list):
			f.named(list[i].path)
			next = list[i+1]
		case i >= 0:
			return nil
		default:
			next = f.orphaned(list, suspended)
		}
		if next.path == "" {
			return nil
		}
		c, err := f.openTracked(next.path)
		if err != nil {
			continue
		}
		info, err := c.stat()
		if err == nil && info.Same(next.info) && f.stillNext(mine, info, i < 0) {
			c.original = next.path == f.opts.Path
			return c
		}
		c.drop()
	}
	return nil
}

func (f *follower) stillNext(mine, opened Info, orphan bool) bool {
	list := f.list()
	i := f.find(list, mine)
	if orphan {
		return indexOf(list, opened) >= 0
	}
	return i >= 0 && i+1 < len(list) && list[i+1].info.Same(opened)
}

func indexOf(list []sibling, info Info) int {
	for i, s := range list {
		if s.info.Same(info) {
			return i
		}
	}
	return -1
}

// find looks for the file that is read among the siblings, also for a compressed copy of it.
func (f *follower) find(list []sibling, mine Info) int {
	if i := indexOf(list, mine); i >= 0 {
		return i
	}
	for i, s := range list {
		if strings.HasSuffix(s.path, ".gz") && f.packedFrom(s.path) {
			return i
		}
	}
	return -1
}

// packedFrom tells whether a compressed file is made of the one that is read. Its beginning is compared further than the header.
func (f *follower) packedFrom(path string) bool {
	begin := f.cur.start[:min(len(f.cur.start), 64<<10)]
	if len(begin) == 0 {
		begin = f.cur.head
	}
	return len(begin) > 0 && bytes.Equal(f.unpackedHead(path, len(begin)), begin)
}

func (f *follower) unpackedHead(path string, n int) []byte {
	file, info, err := f.openFile(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	z, err := gzip.NewReader(io.NewSectionReader(file, 0, info.Size))
	if err != nil {
		return nil
	}
	buf := make([]byte, n)
	read, _ := io.ReadFull(z, buf)
	return buf[:read]
}

// orphaned is for a file that was read and is deleted: reading goes on with the oldest file that was not there before. Nothing proves that no
// other was deleted too, unless it was the log itself, it was looked at all the time, and nothing else was rotated.
func (f *follower) orphaned(list []sibling, suspended bool) sibling {
	for _, s := range list {
		if f.knows(s.info) {
			continue
		}
		if s.path != f.opts.Path || suspended || !f.cur.original { // behind a copy came other copies, or what the log held since
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
	c.mod = info.Mod
	buf := make([]byte, len(c.head))
	if n, _ := c.file.ReadAt(buf, 0); (n < len(buf) || !bytes.Equal(buf, c.head)) && !f.overwritten(info) {
		f.restart(info.Size < c.offset)
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
	for range 8 { // a file may be renamed between the list and its opening
		list := f.list()
		if live, err := f.opts.FS.Stat(f.opts.Path); err != nil || !live.Same(mine) {
			return true // it was renamed: then others came after it
		}
		copied, ok := f.newBeside(list, mine)
		if !ok {
			return true
		}
		c, err := f.openTracked(copied.path)
		if err != nil {
			continue
		}
		if c.is(copied.info) {
			f.openNext(c)
			return len(c.head) > 0
		}
		c.drop()
	}
	return true
}

// newBeside is the oldest file beside the log that was not there before.
func (f *follower) newBeside(list []sibling, mine Info) (sibling, bool) {
	for _, s := range list {
		if s.path != f.opts.Path && !s.info.Same(mine) && !f.knows(s.info) {
			return s, true
		}
	}
	return sibling{}, false
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
	c, err := f.openTracked(f.opts.Path)
	if err != nil {
		_ = f.vanished(err)
		return
	}
	f.openNext(c)
}

// copyOf finds a sibling that begins and goes on like the file that was read, and is at least as long.
func (f *follower) copyOf() *tracked {
	list := f.list()
	for range 8 { // a file may be renamed between the list and its opening
		if c := f.copyAmong(list); c != nil {
			return c
		}
		again := f.list()
		if sameFiles(list, again) {
			return nil
		}
		list = again
	}
	return nil
}

func (f *follower) copyAmong(list []sibling) *tracked {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].path == f.opts.Path || list[i].info.Size < f.cur.offset || strings.HasSuffix(list[i].path, ".gz") {
			continue
		}
		if f.knows(list[i].info) && !f.cur.tells() { // only its header was read: then a copy is known by being new
			continue
		}
		c, err := f.openTracked(list[i].path)
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
	c.key, c.line = f.cur.key, f.cur.line
	f.cur = c
	f.push(message{kind: opened, key: c.key, name: c.name, identity: c.identity, mod: c.mod, offset: c.offset})
}
