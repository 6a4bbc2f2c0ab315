package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"unsafe"
)

// chunk is how much is read, hashed and written at a time: large enough that the calls don't count, small enough to stop at once.
const chunk = 1 << 20

// writeback is after how many bytes of one file the disk is asked to begin, so that the flush at the end has little left to do.
const writeback = 8 << 20

// lane is the working memory of one worker, made when it is first needed: a worker that only waits for the disk has none.
type lane struct {
	buf  []byte
	hash hash.Hash
}

// read reads r to its end, hashes it, and hands each piece to use (nil: hash only).
func (l *lane) read(ctx context.Context, r io.Reader, use func([]byte) error) (sum [32]byte, n int64, err error) {
	if l.buf == nil {
		l.buf, l.hash = aligned(chunk), sha256.New()
	}
	l.hash.Reset()
	for {
		if ctx.Err() != nil {
			return sum, n, ctx.Err()
		}
		got, err := io.ReadFull(r, l.buf)
		if got > 0 {
			piece := l.buf[:got]
			l.hash.Write(piece)
			n += int64(got)
			if use != nil {
				if err := use(piece); err != nil {
					return sum, n, err
				}
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			l.hash.Sum(sum[:0])
			return sum, n, nil
		}
		if err != nil {
			return sum, n, err
		}
	}
}

// writeError marks an error of the writing side, so that the message names the right file.
type writeError struct{ err error }

func (e writeError) Error() string { return e.err.Error() }
func (e writeError) Unwrap() error { return e.err }

// sink gives a use for read that writes. Zeros of a sparse file are skipped, so that the copy is sparse too.
func sink(w Writer, sparse bool) func([]byte) error {
	var since int64
	return func(piece []byte) error {
		if sparse && allZero(piece) {
			if err := w.Skip(int64(len(piece))); err != nil {
				return writeError{err}
			}
			return nil
		}
		if n, err := w.Write(piece); err != nil || n < len(piece) {
			if err == nil {
				err = io.ErrShortWrite
			}
			return writeError{err}
		}
		if since += int64(len(piece)); since >= writeback {
			since = 0
			if err := w.Start(); err != nil {
				return writeError{err}
			}
		}
		return nil
	}
}

var zeros [64 << 10]byte

func allZero(p []byte) bool {
	for len(p) > 0 {
		n := min(len(p), len(zeros))
		if !bytes.Equal(p[:n], zeros[:n]) {
			return false
		}
		p = p[n:]
	}
	return true
}

// reread hashes a file as the disk has it.
func (l *lane) reread(ctx context.Context, fsys FS, place string, use func([]byte) error) (sum [32]byte, n int64, err error) {
	r, err := fsys.OpenDisk(place)
	if err != nil {
		return sum, 0, err
	}
	defer r.Close()
	return l.read(ctx, r, use)
}

// page is what memory must be aligned to for a disk to read and write it directly.
const page = 4096

// aligned makes a buffer that begins at a page.
func aligned(n int) []byte {
	raw := make([]byte, n+page)
	skip := (page - int(uintptr(unsafe.Pointer(&raw[0]))%page)) % page
	return raw[skip : skip+n : skip+n]
}
