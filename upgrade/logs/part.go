package logs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// Part is one opened file of a log. Its ReadAt may be called from several goroutines.
type Part struct {
	path    string
	name    fileName
	file    *os.File
	packed  bool
	size    int64 // of the file as it is on disk
	mod     time.Time
	samples [][]byte
	profile Profile

	mu       sync.Mutex
	content  io.ReaderAt // of a compressed file, unpacked
	unpacked int64
	torn     bool // the compressed file ends too early
	drop     func() error
	headers  []int64 // where headers begin in its first searched bytes, see headerBefore
	searched int64
}

// maxHeld is how much of a compressed file is held in memory when it must be read at any place; what is larger goes to a temporary file.
const maxHeld = 16 << 20

// Path is the name that the part's records carry.
func (p *Part) Path() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.path
}

// Rename tells that the server renamed the file.
func (p *Part) Rename(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.path, p.name = path, parseName(path)
}

func (p *Part) naming() fileName {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.name
}

// Same tells whether two parts are one file of the disk.
func (p *Part) Same(o *Part) bool {
	a, err := p.file.Stat()
	if err != nil {
		return false
	}
	b, err := o.file.Stat()
	return err == nil && os.SameFile(a, b)
}

// Is tells whether a name names this file.
func (p *Part) Is(path string) bool {
	a, err := p.file.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// Profile tells how its lines are to be understood.
func (p *Part) Profile() Profile { return p.profile }

// Packed tells that the file is compressed.
func (p *Part) Packed() bool { return p.packed }

// Scanner finds lines and records in pieces of the part.
func (p *Part) Scanner() *Scanner { return NewScanner(p.profile) }

// Size looks how many bytes the content has now, and lets reading go so far. A compressed file must have been unpacked.
func (p *Part) Size() (int64, error) {
	if p.packed {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.unpacked, nil
	}
	info, err := p.file.Stat()
	if err != nil {
		return 0, cannotRead(p.Path(), err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.size = info.Size()
	return p.size, nil
}

// known is the size when it was looked at last.
func (p *Part) known() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.packed {
		return p.unpacked
	}
	return p.size
}

// ReadAt reads the content at any place. A compressed file must have been unpacked.
func (p *Part) ReadAt(buf []byte, offset int64) (int, error) {
	if !p.packed {
		return p.file.ReadAt(buf, offset)
	}
	p.mu.Lock()
	content := p.content
	p.mu.Unlock()
	if content == nil {
		return 0, errors.New("the compressed file is not unpacked")
	}
	return content.ReadAt(buf, offset)
}

// reader reads the content from an offset on, which is 0 for a compressed file that was not unpacked.
func (p *Part) reader(offset int64) (io.Reader, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.packed {
		return io.NewSectionReader(p.file, offset, max(p.size-offset, 0)), nil
	}
	if p.content != nil {
		return io.NewSectionReader(p.content, offset, p.unpacked-offset), nil
	}
	return unpacker(p.file, p.size)
}

// feed reads the part from an offset on into an assembler.
func (p *Part) feed(ctx context.Context, a *Assembler, buf []byte, offset int64) (more bool, err error) {
	r, err := p.reader(offset)
	if err != nil {
		return false, cannotRead(p.Path(), err)
	}
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		n, err := r.Read(buf)
		if n > 0 && !a.Feed(buf[:n]) {
			return false, nil
		}
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF) && p.packed, err == io.EOF && p.torn:
			// A compressed sibling that was cut: what could be unpacked was read.
			return a.Gap("the compressed file ends too early"), nil
		case err == io.EOF:
			return true, nil
		case err != nil:
			return false, cannotRead(p.Path(), err)
		}
	}
}

// Unpack makes the content of a compressed file readable at any place: in memory, or in a temporary file that Close removes when it is large. It does
// nothing for other files, and when it was done before. A file that was cut gives what could be unpacked.
func (p *Part) Unpack(ctx context.Context) error {
	if !p.packed {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.content != nil {
		return nil
	}
	r, err := unpacker(p.file, p.size)
	if err != nil {
		return cannotRead(p.path, err)
	}
	var held bytes.Buffer
	n, err := io.CopyN(&held, withContext{ctx, r}, maxHeld)
	if err != nil {
		if err = p.endOf(err); err != nil {
			return cannotRead(p.path, err)
		}
		p.content, p.unpacked = bytes.NewReader(held.Bytes()), n
		return nil
	}
	return p.unpackToFile(&held, withContext{ctx, r})
}

func (p *Part) unpackToFile(held *bytes.Buffer, rest io.Reader) error {
	f, err := os.CreateTemp("", "springboard-log-*")
	if err != nil {
		return cannotRead(p.path, err)
	}
	drop := func() error { return errors.Join(f.Close(), os.Remove(f.Name())) }
	n, err := io.Copy(f, io.MultiReader(held, rest))
	if err = p.endOf(err); err != nil {
		return cannotRead(p.path, errors.Join(err, drop()))
	}
	p.content, p.unpacked, p.drop = f, n, drop
	return nil
}

// endOf takes the early end of a compressed file for its end.
func (p *Part) endOf(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		p.torn = true
		return nil
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// withContext is a reader that ends with a context.
type withContext struct {
	ctx context.Context
	r   io.Reader
}

func (w withContext) Read(buf []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.Read(buf)
}

// Close closes the file and removes what was unpacked.
func (p *Part) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	if p.drop != nil {
		err = p.drop()
		p.drop = nil
	}
	return errors.Join(err, p.file.Close())
}
