package recording

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

// frame is one frame of a segment; body is valid until the next one is read.
type frame struct {
	kind   byte
	body   []byte
	offset int64 // in the segment
}

var (
	errTorn    = errors.New("the last frame is torn")
	errChanged = errors.New("a frame is not as it was written")
)

// segmentReader reads the frames of a segment and checks the chain.
type segmentReader struct {
	path   string
	number int
	f      *os.File
	in     *bufio.Reader
	chain  chain
	good   int64 // offset after the last good frame
	size   int64
	body   []byte

	unchained bool // the chain's value before the next frame is not known
}

func openSegment(path string) (*segmentReader, error) {
	f, err := logfile.Open(path)
	if err != nil {
		return nil, err
	}
	s := &segmentReader{path: path, f: f, in: bufio.NewReaderSize(f, 256<<10)}
	if info, err := f.Stat(); err == nil {
		s.size = info.Size()
	}
	if err := s.readHead(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

func (s *segmentReader) readHead() error {
	head := make([]byte, headLength)
	if _, err := io.ReadFull(s.in, head); err != nil {
		return errTorn
	}
	fields := strings.Fields(string(head))
	if len(fields) != 3 || fields[0] != magic || head[headLength-1] != '\n' {
		return fmt.Errorf("%w: its first line", errChanged)
	}
	number, err := strconv.Atoi(fields[1])
	sum, hexErr := hex.DecodeString(fields[2])
	if err != nil || hexErr != nil || len(sum) != chainSize {
		return fmt.Errorf("%w: its first line", errChanged)
	}
	s.number = number
	copy(s.chain[:], sum)
	s.good = int64(headLength)
	return nil
}

// skipTo goes on with the frame that begins at an offset of the segment: the frames before it are not looked at, and its own value of the chain is
// taken as it stands.
func (s *segmentReader) skipTo(offset int64) error {
	if offset <= s.good {
		return nil
	}
	if _, err := s.f.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	s.in.Reset(s.f)
	s.good, s.unchained = offset, true
	return nil
}

// next gives the next frame; io.EOF at a clean end, errTorn when the file ends within a frame, errChanged when the chain does not fit.
func (s *segmentReader) next() (frame, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		if err == io.EOF {
			return frame{}, io.EOF
		}
		return frame{}, s.torn(err)
	}
	length := int64(binary.BigEndian.Uint32(head[1:5]))
	if length > maxBody {
		return frame{}, errChanged
	}
	if s.good+frameHead+length > s.size {
		return frame{}, errTorn
	}
	if int64(cap(s.body)) < length {
		s.body = make([]byte, length)
	}
	s.body = s.body[:length]
	if _, err := io.ReadFull(s.in, s.body); err != nil {
		return frame{}, s.torn(err)
	}
	next := s.chain.next(head[0], s.body)
	if s.unchained {
		next, s.unchained = chain(head[5:]), false
	}
	if next != chain(head[5:]) {
		if s.good+frameHead+length == s.size {
			return frame{}, errTorn // the last one: its bytes were not all on the disk
		}
		return frame{}, errChanged
	}
	f := frame{kind: head[0], body: s.body, offset: s.good}
	s.chain = next
	s.good += frameHead + length
	return f, nil
}

func (s *segmentReader) torn(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errTorn
	}
	return err
}

func (s *segmentReader) close() error { return s.f.Close() }
