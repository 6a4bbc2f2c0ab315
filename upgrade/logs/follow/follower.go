package follow

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// follower is the state of reading one log. It lives on one goroutine.
type follower struct {
	opts  Options
	next  stage
	err   error // of what comes after reading: ends everything
	woken error // of the waker, which ended following

	cur    *tracked // the file that is read, nil when there is none
	serial int
	buf    []byte

	state     State
	reason    string
	lastByte  time.Time // when something was read last
	lastLook  time.Time
	quiet     bool      // it was told that nothing came since the last byte, or none came
	missed    int       // looks in a row at which the log was not there
	listed    time.Time // modification time of the folder when it was listed last
	listedFor *tracked  // the file that was read then
	known     []Info    // rotated siblings at the last look
}

// tracked is a file that is or was read.
type tracked struct {
	key      string // its name among the chunks: two files may have the same name one after the other
	name     string
	identity string
	file     File
	offset   int64 // read so far
	line     int64 // lines before the place where reading began
	mod      time.Time
	head     []byte  // first bytes that were read, to see that the file is still the same
	tail     []byte  // the last bytes before offset
	packed   *Info   // not nil: file is its unpacked content
	start    []byte  // the first bytes, more than head: what is ahead when the log is written over in place
	was      content // what was read, to tell how far it is written over
	lap      *lap    // not nil: it is written over in place
	waits    int     // looks at which it was empty
	gone     bool    // a gap was told because it is deleted
	original bool    // it had the log's name once: it is no copy of the log, however alike they begin
	telling  bool    // more than a header was read of it, see tells
}

// drop closes a file that was only read: nothing is lost if that fails.
func (c *tracked) drop() {
	if c.file != nil {
		_ = c.file.Close()
	}
}

// window is how much of the read part's beginning and end is compared at every look.
const window = 512

func newFollower(opts Options, next stage) *follower {
	if opts.FS == nil {
		opts.FS = disk{}
	}
	opts.Poll = orDefault(opts.Poll, 250*time.Millisecond)
	opts.Quiet = orDefault(opts.Quiet, 300*time.Millisecond)
	opts.Silent = orDefault(opts.Silent, 2*time.Minute)
	f := &follower{opts: opts, next: next, buf: make([]byte, 256<<10), quiet: true}
	f.lastByte = opts.Now()
	f.lastLook = f.lastByte
	return f
}

func (f *follower) close() {
	if f.cur != nil {
		f.cur.drop()
	}
}

// pause is how long to wait for the next look: not longer than until a record is complete.
func (f *follower) pause() time.Duration {
	if !f.quiet {
		return min(f.opts.Poll, f.opts.Quiet)
	}
	return f.opts.Poll
}

// look reads what is new and notices rotations.
func (f *follower) look(ctx context.Context) error {
	now := f.opts.Now()
	suspended := now.Sub(f.lastLook) > max(5*time.Second, 20*f.opts.Poll)
	f.lastLook = now
	if f.cur == nil {
		return f.reappear(ctx)
	}
	if err := f.sameContent(); err != nil {
		return err
	}
	if err := f.drain(ctx); err != nil {
		return err
	}
	if err := f.rest(); err != nil { // before it is looked for rotations: somebody waits for the line
		return err
	}
	if err := f.rotated(ctx, suspended); err != nil {
		return err
	}
	return f.settle()
}

// drain reads the current file to its end. Each read begins with the last bytes of the one before: when they are others now, the file was
// truncated and written again, and what stands behind them does not belong to what was read.
func (f *follower) drain(ctx context.Context) error {
	began := f.opts.Now()
	for f.err == nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		if f.cur.offset == 0 && f.cur.lap == nil && len(f.cur.head) == 0 && !f.peek() {
			return f.err
		}
		c := f.cur
		if c.lap != nil {
			if f.lapDrain() || f.err != nil {
				return f.err
			}
			f.restart(false)
			return f.err
		}
		known := len(c.tail)
		n, err := c.file.ReadAt(f.buf, c.offset-int64(known))
		if err != nil && !errors.Is(err, io.EOF) {
			f.enter(Lost, err.Error())
			return f.err
		}
		if n < known || !bytes.Equal(f.buf[:known], c.tail) || !c.beginsLike(f.buf[known:n]) {
			f.restart(n < known)
			return f.err
		}
		if n == known {
			return f.err
		}
		f.take(f.buf[known:n])
		if n < len(f.buf) {
			return f.err // that was its end
		}
		if f.opts.Now().Sub(began) > time.Second {
			f.enter(Delayed, "")
		}
	}
	return f.err
}

// beginsLike compares bytes read at the beginning of the file with those that stood there when it was opened.
func (c *tracked) beginsLike(data []byte) bool {
	if c.offset >= int64(len(c.head)) {
		return true
	}
	rest := c.head[c.offset:]
	return len(data) >= len(rest) && bytes.Equal(data[:len(rest)], rest)
}

// take hands read bytes on.
func (f *follower) take(data []byte) {
	c := f.cur
	chunk := Chunk{Log: f.opts.Path, File: c.name, Identity: c.identity, Key: c.key, Offset: c.offset, Line: c.line, Data: data}
	if c.lap != nil {
		chunk.Over = c.lap.was.size
	}
	spot := f.keep(chunk)
	if f.err != nil {
		return
	}
	m := message{kind: fed, key: c.key, offset: c.offset, data: data, spot: spot, more: len(data) == len(f.buf)-len(c.tail)}
	c.remember(data)
	f.lastByte, f.quiet = f.opts.Now(), false
	f.push(m)
}

// keep gives a chunk to who wants every byte.
func (f *follower) keep(c Chunk) (spot Spot) {
	switch {
	case f.err != nil:
	case f.opts.Store != nil:
		spot, f.err = f.opts.Store.Keep(c)
	case f.opts.Raw != nil:
		f.err = f.opts.Raw(c)
	}
	return spot
}

// push hands a message to the next stage.
func (f *follower) push(m message) {
	if f.err == nil {
		f.err = f.next.push(m)
	}
}

// rest tells the next stage that there is nothing more at once.
func (f *follower) rest() error {
	if f.err == nil {
		f.err = f.next.rest()
	}
	return f.err
}

func (c *tracked) remember(data []byte) {
	if have := int64(len(c.head)); have < window && have >= c.offset && have-c.offset < int64(len(data)) {
		more := data[have-c.offset:]
		c.head = append(c.head, more[:min(window-int(have), len(more))]...)
	}
	if have := int64(len(c.start)); have < aheadSize && have == c.offset {
		c.start = append(c.start, data[:min(aheadSize-int(have), len(data))]...)
	}
	if c.lap == nil && c.packed == nil {
		c.was.append(c.offset, data)
	}
	c.offset += int64(len(data))
	if len(data) >= window {
		c.tail = append(c.tail[:0], data[len(data)-window:]...)
		return
	}
	c.tail = append(c.tail, data...)
	if over := len(c.tail) - window; over > 0 {
		c.tail = append(c.tail[:0], c.tail[over:]...)
	}
}

// headerMax is how long a header is taken to be at most: class paths are long.
const headerMax = 128 << 10

// tells whether what was read of the file tells it from the others of the log.
func (c *tracked) tells() bool {
	switch {
	case c.telling:
	case len(c.start) > 0: // the file itself may have been truncated
		end, whole := logs.HeaderEnd(c.start[:min(len(c.start), headerMax)])
		c.telling = whole && c.offset > int64(end)
	case c.file != nil:
		c.telling = tells(c.file, c.offset)
	}
	return c.telling
}

// tells whether the beginning of a file, as far as an offset, is more than the header with which all files of a server begin.
func tells(file io.ReaderAt, offset int64) bool {
	head := make([]byte, min(offset, headerMax))
	n, _ := file.ReadAt(head, 0)
	end, whole := logs.HeaderEnd(head[:n])
	return whole && offset > int64(end)
}

// settle tells that a record is complete that nothing followed, and the state.
func (f *follower) settle() error {
	quiet := f.opts.Now().Sub(f.lastByte)
	if quiet >= f.opts.Quiet && !f.quiet {
		f.quiet = true
		f.push(message{kind: quieted})
	}
	_ = f.rest() // it is f.err
	switch {
	case f.err != nil, f.absent(): // it has told why
	case quiet >= f.opts.Silent:
		f.enter(Silent, f.why())
	default:
		f.enter(Live, "")
	}
	return f.err
}

// absent tells that the log is not there, or cannot be read.
func (f *follower) absent() bool { return f.state == Lost && f.missed > 0 }

func (f *follower) why() string {
	if f.state == Silent {
		return f.reason // it was looked for when the silence began
	}
	if reason := whySilent(f.opts.Path, f.lastByte); reason != "" { // what another file shows is the best evidence
		return reason
	}
	if f.opts.Why != nil {
		if reason := f.opts.Why(); reason != "" {
			return reason
		}
	}
	return nothingElse
}

// enter changes the state and tells about it.
func (f *follower) enter(s State, reason string) {
	if s == f.state && (s != Lost || reason == f.reason) || f.err != nil {
		return
	}
	f.state, f.reason = s, reason
	f.push(message{kind: entered, state: s, reason: reason})
}

// openTracked opens a file to be read from its beginning. A compressed one is unpacked into a temporary file, which is gone when it is closed.
func (f *follower) openTracked(name string) (*tracked, error) {
	file, info, err := f.openFile(name)
	if err != nil {
		return nil, err
	}
	c := &tracked{name: name, identity: info.Identity, mod: info.Mod, head: make([]byte, window)}
	if c.file = file; strings.HasSuffix(name, ".gz") {
		c.packed = &info
		if c.file, err = unpackFile(file, info.Size); err != nil {
			return nil, err
		}
	}
	n, err := c.file.ReadAt(c.head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, c.file.Close())
	}
	c.head = c.head[:n]
	return c, nil
}

// unpackFile unpacks into a temporary file and closes the packed one. What is left of a damaged file is kept.
func unpackFile(packed File, size int64) (File, error) {
	defer packed.Close()
	z, err := gzip.NewReader(io.NewSectionReader(packed, 0, size))
	if err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp("", "springboard-*.log")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(temp.Name()) // where an open file cannot be removed it stays in the folder for temporary files
	if _, err := io.Copy(temp, z); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.Join(err, temp.Close())
	}
	return diskFile{temp}, nil
}

// stat describes the file that has the name: for an unpacked one the packed one.
func (c *tracked) stat() (Info, error) {
	if c.packed != nil {
		return *c.packed, nil
	}
	return c.file.Stat()
}

// at reads from an offset on, as if what stands before had been read. A second call for the same place does nothing: the file may have been truncated meanwhile.
func (c *tracked) at(offset int64) error {
	if offset > 0 && c.offset == offset && len(c.tail) > 0 {
		return nil
	}
	tail := make([]byte, min(window, offset))
	n, err := c.file.ReadAt(tail, offset-int64(len(tail)))
	if n < len(tail) {
		return err
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	c.offset, c.tail = offset, tail
	if c.was.size > 0 || c.packed != nil { // it is known what the file held
		return err
	}
	if offset > maxBlocks*blockSize {
		c.was.hole = true
		return err
	}
	buf := make([]byte, 64<<10)
	for at := int64(0); at < offset && err == nil; {
		n, rerr := c.file.ReadAt(buf[:min(int64(len(buf)), offset-at)], at)
		if n == 0 {
			return rerr
		}
		if len(c.start) < aheadSize {
			c.start = append(c.start, buf[:n]...)
		}
		c.was.append(at, buf[:n])
		at += int64(n)
	}
	return err
}
