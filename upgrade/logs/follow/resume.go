package follow

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

// Resume says where following goes on after another process stopped. What was read is one thing, what was delivered another: bytes that were read and not
// delivered come again from Replay, even when the server has thrown them away meanwhile.
type Resume struct {
	Position // of the first record that was not delivered

	// Read is up to where the log was read; its Offset is the first byte that was not. Nil: the same as Position.
	Read *Position
	// Replay gives what was read from Position to Read, in order, under the keys of the positions; nil when Read is. With a Store it is called on the
	// goroutine of the handler, while more is kept.
	Replay func(give func(Chunk) error) error
	// Content gives what was read of the file of Read, in the order in which it was written: pieces at offsets, later ones over earlier ones. It is asked
	// when the file is written over in place. May be nil.
	Content func(give func(offset int64, data []byte) error) error
	// Known tells whether a file, or what it is a copy of, was read before the file of Read; nil when that is not known.
	Known func(identity string, file io.ReaderAt) bool
}

// errEnough ends a replay whose taker wants no more.
var errEnough = errors.New("enough")

// resume goes on where another process stopped: in the same file, whatever its name is now.
func (f *follower) resume(r Resume) error {
	p := r.Position
	if r.Read != nil {
		f.replay(r)
		if p = *r.Read; r.Position.Key == p.Key && r.Position.Offset == p.Offset { // nothing is to be replayed
			p.Line, p.Given = r.Line, r.Given
		}
	}
	if p.Over == 0 {
		if c := f.opened(r, p); c != nil {
			return f.goOnReading(c, p)
		}
	}
	if c := f.openedOver(r, p); c != nil {
		return f.goOnReading(c, p)
	}
	f.push(message{kind: ended})
	if p.Offset > 0 || p.Prefix > 0 {
		f.gap("the file that was read last, " + filepath.Base(p.File) + ", is gone: what was written into it afterwards is missing")
	}
	return errors.Join(f.openUnknown(r), f.err)
}

// replay lets what was read and not delivered be delivered first.
func (f *follower) replay(r Resume) {
	m := message{kind: replayed, given: r.Given, offset: r.Offset, again: r.Replay}
	if c := f.opened(Resume{}, r.Position); c != nil { // its beginning tells what the log is
		m.name, m.mod = c.name, c.mod
		if r.Offset > 0 {
			m.data = c.first()
		}
		c.drop()
	}
	f.quiet = false
	f.push(m)
}

// goOnReading goes on in a file that may be the one that was replayed last.
func (f *follower) goOnReading(c *tracked, p Position) error {
	c.key = p.Key
	return f.goOnIn(c, p.Offset, p.Line, p.Given)
}

// openedOver opens the file of a position when it is, or may be, written over in place: what was read last still stands where it stood. What the file held
// is known from what was read; how far it has been written over meanwhile is found by comparing.
func (f *follower) openedOver(r Resume, p Position) *tracked {
	if r.Content == nil || p.Identity == "" || len(p.Tail) == 0 {
		return nil
	}
	p.Prefix = 0
	c := f.same(r, p, true)
	if c == nil {
		return nil
	}
	var image []byte
	err := r.Content(func(offset int64, data []byte) error {
		end := offset + int64(len(data))
		if end > maxBlocks*blockSize {
			return errEnough
		}
		if end > int64(len(image)) {
			image = append(image, make([]byte, end-int64(len(image)))...)
		}
		copy(image[offset:], data)
		return nil
	})
	if err != nil || int64(len(image)) < max(p.Offset, p.Over) {
		c.drop()
		return nil
	}
	c.head = bytes.Clone(image[:min(window, p.Offset)])
	c.start = bytes.Clone(image[:min(maxAhead, p.Offset)])
	c.was.append(0, image)
	if p.Over > 0 {
		was := c.was
		was.seal()
		c.lap = &lap{was: &was, ahead: bytes.Clone(image[p.Offset:min(p.Offset+maxAhead, int64(len(image)))])}
	}
	return c
}

// opened finds the file of a position and opens it there.
func (f *follower) opened(r Resume, p Position) *tracked {
	for range 8 { // files may be renumbered, copied and truncated while they are looked through
		c := f.same(r, p, true)
		if c == nil {
			c = f.same(r, p, false) // a copy, or a file system without identities
		}
		if c == nil {
			continue
		}
		if err := c.at(p.Offset); err == nil {
			return c
		}
		c.drop()
	}
	return nil
}

// same opens the file of a position.
func (f *follower) same(r Resume, p Position, byIdentity bool) *tracked {
	unread := false // a file that was not read stands before
	for _, s := range f.list() {
		c, err := f.openTracked(s.path)
		if err != nil {
			continue
		}
		known := r.Known != nil && r.Known(c.identity, c.file)
		if p.is(c, byIdentity) && (byIdentity || !known) && (tells(c.file, p.Offset) || p.guessed(byIdentity, unread)) {
			return c
		}
		unread = unread || !known
		c.drop()
	}
	return nil
}

// guessed tells whether a file of which no more than a header was read may be taken for the one of the position: its content tells nothing, and file systems use
// the numbers of deleted files again.
func (p Position) guessed(byIdentity, unread bool) bool {
	if byIdentity {
		return !unread
	}
	return p.Identity == ""
}

// openUnknown opens the first file of the log that was not read before.
func (f *follower) openUnknown(r Resume) error {
	for _, s := range f.list() {
		c, err := f.openTracked(s.path)
		if err != nil {
			continue
		}
		if r.Known == nil || !r.Known(c.identity, c.file) {
			return f.goOnIn(c, 0, 0, 0)
		}
		f.known = append(f.known, s.info)
		c.drop()
	}
	return f.err
}

// is tells whether a file is the one of the position, and holds what was read of it.
func (p Position) is(c *tracked, byIdentity bool) bool {
	info, err := c.file.Stat()
	if err != nil || info.Size < p.Offset || byIdentity && (p.Identity == "" || c.identity != p.Identity) {
		return false
	}
	if p.Prefix > 0 {
		hash, n, err := logfile.Prefix(c.file, p.Prefix)
		if err != nil || n != p.Prefix || hash != p.Hash {
			return false
		}
	} else if !byIdentity {
		return false
	}
	tail := make([]byte, len(p.Tail))
	if _, err := c.file.ReadAt(tail, p.Offset-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	return bytes.Equal(tail, p.Tail)
}
