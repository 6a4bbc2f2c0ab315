package osfs

import (
	"io"
	"io/fs"
	"os"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// block is what a disk's own transfers are aligned to: no disk in use asks for more.
const block = 4096

// Open opens a regular file for reading from its beginning to its end. On Windows others may go on renaming and deleting it.
func (FS) Open(path string) (backup.Reader, error) {
	f, err := openShared(path)
	if err != nil {
		return nil, err
	}
	adviseSequential(f)
	return &reader{f: f}, nil
}

// OpenDisk is Open past the page cache: what memory holds of the file is dropped first where the system can do that, so that the bytes are the
// disk's. Pages that were not flushed stay in memory, so Sync comes first. They are dropped again at Close, to leave the memory to the server.
func (FS) OpenDisk(path string) (backup.Reader, error) {
	f, err := openShared(path)
	if err != nil {
		return nil, err
	}
	dropCache(f)
	r := &reader{f: f, drop: true}
	r.direct.startReading(f)
	if !r.direct.on {
		adviseSequential(f)
	}
	return r, nil
}

type reader struct {
	f      *os.File
	drop   bool
	direct direct
}

func (r *reader) Read(p []byte) (int, error) {
	r.direct.fits(r.f, p)
	was := r.direct.on
	n, err := r.f.Read(p)
	if was && refused(err) {
		r.direct.turnOff(r.f)
		return r.f.Read(p)
	}
	if n < len(p) {
		r.direct.turnOff(r.f) // the next read would begin within a block
	}
	return n, err
}

func (r *reader) Stat() (backup.Info, error) {
	fi, err := r.f.Stat()
	if err != nil {
		return backup.Info{}, err
	}
	return describe(fi), nil
}

func (r *reader) Close() error {
	if r.drop {
		dropCache(r.f)
	}
	return r.f.Close()
}

// Create makes a new file, written past the page cache where that can be; one that exists (or a link of that name) is an error.
func (FS) Create(path string, perm fs.FileMode) (backup.Writer, error) {
	f, direct, err := createDirect(path, perm)
	if err != nil {
		return nil, err
	}
	return &writer{f: f, direct: direct}, nil
}

// CreateCached makes a new file that is written through the page cache and can be read back from there.
func (FS) CreateCached(path string, perm fs.FileMode) (backup.Writer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err
	}
	return &writer{f: f, cached: true}, nil
}

type writer struct {
	f      *os.File
	direct direct
	cached bool // of CreateCached
	// hole is set while the file ends with skipped bytes that no write has followed: its length is then set by settle.
	hole bool
	// at is how far the file is written. The disk was asked to write what stands before asked, and has written what stands before begun.
	at, asked, begun int64
}

func (w *writer) Write(p []byte) (int, error) {
	w.hole = false
	w.direct.fits(w.f, p)
	was := w.direct.on
	n, err := w.f.Write(p)
	if was && n == 0 && refused(err) {
		w.direct.turnOff(w.f)
		n, err = w.f.Write(p)
	}
	w.at += int64(n)
	return n, err
}

func (w *writer) Skip(n int64) error {
	w.hole = true
	if n%block != 0 {
		w.direct.turnOff(w.f)
	}
	_, err := w.f.Seek(n, io.SeekCurrent)
	w.at += n
	return err
}

// settle gives a file that ends with a hole its full length.
func (w *writer) settle() error {
	if !w.hole {
		return nil
	}
	end, err := w.f.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	w.hole = false
	return w.f.Truncate(end)
}

func (w *writer) ReadBack(p []byte, at int64) (int, error) { return w.f.ReadAt(p, at) }

// Start asks for what was written since the last call, and waits for what it asked for then: two parts of a file are in memory at most.
func (w *writer) Start() error {
	if w.direct.on {
		return nil // the disk has it
	}
	if err := startWriteback(w.f, w.asked, w.at-w.asked); err != nil {
		return err
	}
	if w.asked > w.begun {
		if err := finishWriteback(w.f, w.begun, w.asked-w.begun); err != nil {
			return err
		}
	}
	w.begun, w.asked = w.asked, w.at
	return nil
}

// Sync lets go of the memory behind a file that went through it: it was read back already, and the next file finds warm memory.
func (w *writer) Sync() error {
	if err := w.settle(); err != nil {
		return err
	}
	if err := w.f.Sync(); err != nil {
		return err
	}
	if w.cached {
		dropCache(w.f)
	}
	return nil
}

func (w *writer) Close() error {
	err := w.settle()
	if closeErr := w.f.Close(); err == nil {
		err = closeErr
	}
	return err
}
