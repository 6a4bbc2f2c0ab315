package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"sync"
)

// chunk is how much is read, hashed and written at a time: large enough that the calls don't count, small enough to stop at once.
const chunk = 1 << 20

// writeback is after how many bytes of one file the disk is asked to begin, so that the flush at the end has little left to do.
const writeback = 8 << 20

// largeFile is from where on a file is worth threads of its own: its pieces are read, hashed and written at the same time.
const largeFile = 32 << 20

// lane is the working memory of one worker, made when it is first needed: a worker that only waits for the disk has none.
type lane struct {
	fs   FS
	mem  *memory
	buf  []byte
	back []byte // for what is read back from memory
	hash hash.Hash
	pack *packer
	// marking: the marks of what is read are gathered.
	marking bool
	marks   marks
}

func (l *lane) ready() {
	if l.buf == nil {
		l.buf, l.hash = l.mem.chunk(), sha256.New()
	}
	l.hash.Reset()
}

// gate lets few large files through at a time. With one file for two processors the copy of the next file overlaps the reading back of the one
// before; all at once would first write everything and then read everything. What goes through it is the memory that a large file needs.
type gate struct {
	mem   *memory
	piece int
	rings chan *ring
}

// ring is the memory of a large file under way.
type ring struct{ bufs [][]byte }

const ringSize = 4

// writePiece is how much of a large file is written at a time: a virtual disk takes four chunks at once nearly twice as fast as one after the other.
const writePiece = 4 * chunk

// newGate lets n files through, whose content moves in pieces of so many bytes, a multiple of chunk.
func newGate(mem *memory, n, piece int) gate {
	n = min(max(1, n), 8)
	g := gate{mem: mem, piece: piece, rings: make(chan *ring, n)}
	for range n {
		g.rings <- &ring{}
	}
	return g
}

// enter waits for the memory for a large file; leave gives it back.
func (g gate) enter(ctx context.Context) (*ring, error) {
	select {
	case r := <-g.rings:
		if r.bufs == nil {
			for range ringSize {
				r.bufs = append(r.bufs, g.mem.take(g.piece))
			}
		}
		return r, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// enterFor is enter for a file of a size; a small one needs no memory of its own.
func (g gate) enterFor(ctx context.Context, size int64) (*ring, error) {
	if size < largeFile {
		return nil, nil //nolint:nilnil // see above
	}
	return g.enter(ctx)
}

func (g gate) leave(r *ring) {
	if r != nil {
		g.rings <- r
	}
}

// read reads r to its end, hashes it, and hands each piece to use (nil: hash only).
func (l *lane) read(ctx context.Context, r io.Reader, use func([]byte) error) (sum [32]byte, n int64, err error) {
	l.ready()
	for {
		got, end, err := fill(ctx, r, l.buf)
		if err != nil {
			return sum, n, err
		}
		if got > 0 {
			l.digest(l.buf[:got])
			n += int64(got)
			if use != nil {
				if err := use(l.buf[:got]); err != nil {
					return sum, n, err
				}
			}
		}
		if end {
			l.hash.Sum(sum[:0])
			return sum, n, nil
		}
	}
}

// fill reads until the buffer is full or the end is there.
func fill(ctx context.Context, r io.Reader, buf []byte) (n int, end bool, err error) {
	if ctx.Err() != nil {
		return 0, false, ctx.Err()
	}
	n, err = io.ReadFull(r, buf)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return n, true, nil
	}
	return n, false, err
}

// piece is a part of a file on its way.
type piece struct {
	data []byte // of buf
	buf  []byte
	end  bool
	err  error
}

// readWith is read; with a ring the reading, the hashing and the use of pieces overlap.
func (l *lane) readWith(ctx context.Context, rg *ring, r io.Reader, use func([]byte) error) (sum [32]byte, n int64, err error) {
	if rg == nil {
		return l.read(ctx, r, use)
	}
	l.ready()
	free, read, used := make(chan []byte, ringSize), make(chan piece, 1), make(chan piece, 1)
	stop, failed := make(chan struct{}), make(chan error, 1)
	for _, b := range rg.bufs {
		free <- b
	}
	var group sync.WaitGroup
	group.Go(func() { readPieces(ctx, r, free, read, stop) })
	group.Go(func() { usePieces(used, free, failed, use) })
	for n, err = 0, nil; err == nil; {
		p := <-read // the reader always answers
		if err = p.err; err != nil {
			break
		}
		l.digest(p.data)
		n += int64(len(p.data))
		select {
		case used <- p:
		case err = <-failed:
		}
		if p.end {
			break
		}
	}
	close(stop)
	close(used)
	group.Wait()
	if err == nil {
		select {
		case err = <-failed:
		default:
		}
	}
	if err != nil {
		return sum, n, err
	}
	l.hash.Sum(sum[:0])
	return sum, n, nil
}

// readPieces fills free buffers until the end, an error, or a stop.
func readPieces(ctx context.Context, r io.Reader, free <-chan []byte, read chan<- piece, stop <-chan struct{}) {
	for {
		var p piece
		select {
		case p.buf = <-free:
		case <-stop:
			return
		}
		var n int
		n, p.end, p.err = fill(ctx, r, p.buf)
		p.data = p.buf[:n]
		select {
		case read <- p:
		case <-stop:
			return
		}
		if p.end || p.err != nil {
			return
		}
	}
}

// usePieces hands the pieces on in order. After an error it only gives the buffers back.
func usePieces(used <-chan piece, free chan<- []byte, failed chan<- error, use func([]byte) error) {
	bad := false
	for p := range used {
		if use != nil && !bad && len(p.data) > 0 {
			if err := use(p.data); err != nil {
				bad = true
				failed <- err
			}
		}
		free <- p.buf
	}
}

// writeError marks an error of the writing side, so that the message names the right file.
type writeError struct{ err error }

func (e writeError) Error() string { return e.err.Error() }
func (e writeError) Unwrap() error { return e.err }

// errReadBack is the answer to bytes that the system gives back otherwise than they were written.
var errReadBack = errors.New("reads back otherwise than it was written")

// sink gives a use for read that writes. Zeros of a sparse file are skipped, so that the copy is sparse too. With back each piece is read back from
// the page cache at once and compared byte by byte.
func (l *lane) sink(w Writer, sparse, back bool) func([]byte) error {
	var since, at int64
	return func(piece []byte) error {
		begin := at
		at += int64(len(piece))
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
		if back {
			if err := l.compare(w, piece, begin); err != nil {
				return err
			}
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

// compare reads a piece back from where it was written.
func (l *lane) compare(w Writer, piece []byte, at int64) error {
	if l.back == nil {
		l.back = l.mem.chunk()
	}
	for len(piece) > 0 {
		got := l.back[:min(len(l.back), len(piece))]
		if n, err := w.ReadBack(got, at); err != nil || n < len(got) {
			return writeError{errors.Join(err, errReadBack)}
		}
		if !bytes.Equal(got, piece[:len(got)]) {
			return writeError{errReadBack}
		}
		piece, at = piece[len(got):], at+int64(len(got))
	}
	return nil
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
func (l *lane) reread(ctx context.Context, place string) (sum [32]byte, n int64, err error) {
	return l.rereadWith(ctx, nil, place, nil)
}

func (l *lane) rereadWith(ctx context.Context, rg *ring, place string, use func([]byte) error) (sum [32]byte, n int64, err error) {
	r, err := l.fs.OpenDisk(place)
	if err != nil {
		return sum, 0, err
	}
	defer r.Close()
	return l.readWith(ctx, rg, r, use)
}
