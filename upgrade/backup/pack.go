package backup

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// packSuffix is the end of the name of a packed file, as zstd(1) gives and takes it.
const packSuffix = ".zst"

// packWindow bounds the memory that packing and unpacking take; every zstd unpacks it without an option.
const packWindow = 1 << 20

// errTooLong is the answer to a packed file that holds more than was sealed.
var errTooLong = errors.New("it unpacks to more than was sealed")

// packer is the memory of a worker for packed files.
type packer struct {
	enc  *zstd.Encoder
	dec  *zstd.Decoder
	out  *packedOut
	in   *packedIn
	hash hash.Hash // of what stands on the disk
}

// packing gives the lane's packer, made when it is first needed.
func (l *lane) packing() (*packer, error) {
	if l.pack != nil {
		return l.pack, nil
	}
	p := &packer{hash: sha256.New()}
	p.out, p.in = &packedOut{buf: l.mem.chunk(), hash: p.hash}, &packedIn{buf: l.mem.chunk(), hash: p.hash}
	var err error
	p.enc, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(packWindow),
		zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(true), zstd.WithZeroFrames(true))
	if err != nil {
		return nil, err
	}
	// Another zstd may have made the file again; eight megabytes is the window of its usual levels.
	p.dec, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return nil, err
	}
	l.pack = p
	return p, nil
}

// packedOut gathers what the encoder gives into pieces that a disk takes directly, and hashes it.
type packedOut struct {
	buf   []byte
	n     int
	total int64
	hash  hash.Hash
	write func([]byte) error
}

func (o *packedOut) reset(write func([]byte) error) {
	o.n, o.total, o.write = 0, 0, write
	o.hash.Reset()
}

func (o *packedOut) Write(p []byte) (int, error) {
	for done := 0; done < len(p); {
		n := copy(o.buf[o.n:], p[done:])
		o.n, done = o.n+n, done+n
		if o.n == len(o.buf) {
			if err := o.flush(); err != nil {
				return done, err
			}
		}
	}
	return len(p), nil
}

func (o *packedOut) flush() error {
	if o.n == 0 {
		return nil
	}
	piece := o.buf[:o.n]
	o.hash.Write(piece)
	o.total += int64(o.n)
	o.n = 0
	return o.write(piece)
}

// packTo reads r to its end and gives packed pieces to write. The sums are of the content and of what was written.
func (l *lane) packTo(ctx context.Context, rg *ring, r io.Reader, seen func([]byte) error, write func([]byte) error) (content, stored summed, err error) {
	p, err := l.packing()
	if err != nil {
		return content, stored, err
	}
	p.out.reset(write)
	p.enc.Reset(p.out)
	content.sum, content.size, err = l.readWith(ctx, rg, r, func(piece []byte) error {
		if err := seen(piece); err != nil {
			return err
		}
		_, err := p.enc.Write(piece)
		return err
	})
	if err == nil {
		err = errors.Join(p.enc.Close(), p.out.flush())
	}
	if err != nil {
		return content, stored, err
	}
	p.hash.Sum(stored.sum[:0])
	stored.size = p.out.total
	return content, stored, nil
}

// summed is a hash with the number of bytes it is of.
type summed struct {
	sum  [32]byte
	size int64
}

// packedIn reads ahead in pieces that a disk gives directly, and hashes what it gives.
type packedIn struct {
	r    io.Reader
	buf  []byte
	rest []byte
	size int64
	hash hash.Hash
	end  bool
	err  error // of the medium: the decoder hides whose error it is
}

func (i *packedIn) reset(r io.Reader) {
	i.r, i.rest, i.size, i.end, i.err = r, nil, 0, false, nil
	i.hash.Reset()
}

func (i *packedIn) Read(p []byte) (int, error) {
	if len(i.rest) == 0 && !i.end && i.err == nil {
		n, err := io.ReadFull(i.r, i.buf)
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			i.end = true
		case err != nil:
			i.err = err
		}
		i.rest = i.buf[:n]
		i.size += int64(n)
		i.hash.Write(i.rest)
	}
	if len(i.rest) == 0 {
		if i.err != nil {
			return 0, i.err
		}
		return 0, io.EOF
	}
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	return n, nil
}

// damagedError tells that what was read is no packed file of ours, while the medium gave it without an error.
type damagedError struct{ err error }

func (e damagedError) Error() string { return e.err.Error() }
func (e damagedError) Unwrap() error { return e.err }

// unpack reads a packed file to its end and hands the content to use (nil: hash only). More content than limit is refused before it fills a disk.
func (l *lane) unpack(ctx context.Context, r io.Reader, limit int64, use func([]byte) error) (content, stored summed, err error) {
	p, err := l.packing()
	if err != nil {
		return content, stored, err
	}
	p.in.reset(r)
	if err := p.dec.Reset(p.in); err != nil {
		return content, stored, p.blame(err)
	}
	left := limit
	content.sum, content.size, err = l.read(ctx, p.dec.IOReadCloser(), func(piece []byte) error {
		if left -= int64(len(piece)); left < 0 {
			return damagedError{errTooLong}
		}
		if use == nil {
			return nil
		}
		return use(piece)
	})
	if err == nil {
		_, err = io.Copy(io.Discard, p.in) // the decoder has read all of it, or it would not have come to the end
	}
	if err != nil {
		return content, stored, p.blame(err)
	}
	p.hash.Sum(stored.sum[:0])
	stored.size = p.in.size
	return content, stored, nil
}

// blame tells an error of the medium from content that is damaged.
func (p *packer) blame(err error) error {
	var own damagedError
	var writing writeError
	switch {
	case p.in.err != nil:
		return p.in.err
	case errors.As(err, &own), errors.As(err, &writing), isCancelled(err):
		return err
	}
	return damagedError{err}
}

// close lets go of what the coders hold.
func (l *lane) close() {
	if l.pack != nil {
		_ = l.pack.enc.Close() // nothing is in it
		l.pack.dec.Close()
		l.pack = nil
	}
}

// plainName gives the name of the content of a packed file.
func plainName(path string) string { return strings.TrimSuffix(path, packSuffix) }
