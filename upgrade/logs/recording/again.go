package recording

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/springboard-leap/springboard/upgrade/logs/follow"
)

// Again gives bytes of one file again that Keep recorded in this session: those from offset on, of which the first stand at a spot. give gets them in order, in
// pieces that are valid during the call only; its error is returned. It may be called while Keep is: it reads what is on the disk. Fault SB-3030: they are not
// there as they were written.
func (r *Recorder) Again(log, key string, at follow.Spot, offset, length int64, give func(data []byte) error) error {
	f := r.open.get(log, key)
	if f == nil {
		return changed(r.dir, fmt.Errorf("nothing of %s was recorded", key))
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return err
	}
	defer z.Close()
	a := &again{id: f.ID, offset: offset, end: offset + length, z: z, give: give}
	for n := at.Segment; a.offset < a.end; n++ {
		if err := a.segment(filepath.Join(r.dir, segmentName(n)), at.Offset); err != nil {
			return err
		}
		at.Offset = int64(headLength)
	}
	return nil
}

// again is one reading of what was recorded a moment ago.
type again struct {
	id          int
	offset, end int64 // of the file: the next byte, and where to stop
	z           *zstd.Decoder
	buf         []byte
	give        func([]byte) error
}

// segment reads one segment from a frame on, until all was given or the segment ends.
func (a *again) segment(path string, from int64) error {
	s, err := openSegment(path)
	if err != nil {
		return changed(path, err)
	}
	defer func() { _ = s.close() }() // it was only read
	if err := s.skipTo(from); err != nil {
		return changed(path, err)
	}
	for a.offset < a.end {
		fr, err := s.next()
		if errors.Is(err, io.EOF) {
			if _, serr := os.Stat(filepath.Join(filepath.Dir(path), segmentName(s.number+1))); serr != nil {
				return changed(path, fmt.Errorf("it ends before byte %d of file %d", a.end, a.id))
			}
			return nil
		}
		if err != nil {
			return changed(path, err)
		}
		if fr.kind != kindData {
			continue
		}
		if err := a.take(path, fr); err != nil {
			return err
		}
	}
	return nil
}

func (a *again) take(path string, fr frame) error {
	id, offset, packed, err := dataFrame(fr.body)
	if err != nil {
		return changed(path, err)
	}
	if id != a.id {
		return nil
	}
	if offset != a.offset {
		return changed(path, fmt.Errorf("byte %d of file %d is wanted, and byte %d comes", a.offset, id, offset))
	}
	if a.buf, err = a.z.DecodeAll(packed, a.buf[:0]); err != nil {
		return changed(path, err)
	}
	data := a.buf[:min(int64(len(a.buf)), a.end-a.offset)]
	a.offset += int64(len(data))
	return a.give(data)
}
