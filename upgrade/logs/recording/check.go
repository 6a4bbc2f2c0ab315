package recording

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Report is what a check of a recording found.
type Report struct {
	Dir      string    `json:"dir"`
	OK       bool      `json:"ok"`
	Segments int       `json:"segments"`
	Frames   int64     `json:"frames"`
	Bytes    int64     `json:"bytes"`    // of the logs
	Stored   int64     `json:"stored"`   // on the disk
	Gaps     int       `json:"gaps"`     // that the recording tells of; they are no damage
	Chain    string    `json:"chain"`    // the last value of the chain: it stands for all of the recording
	Unsealed int64     `json:"unsealed"` // bytes of a last frame that a crash left, or that is being written; the next recorder cuts them off
	Problems []Problem `json:"problems"`
}

// Problem is one damage of a recording.
type Problem struct {
	Segment string `json:"segment"`
	Kind    string `json:"kind"` // missing, order, head, frame, content, seal, extra
	Offset  int64  `json:"offset"`
	Detail  string `json:"detail"`
}

// OpenDamaged opens a recording for Check although its last segment cannot be read.
func OpenDamaged(dir string) (*Recording, error) {
	names, err := segments(dir)
	if err != nil {
		return nil, changed(dir, err)
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, err
	}
	return &Recording{dir: dir, names: names, z: z}, nil
}

// Check reads all of the recording and names every segment that is not as it was written, with the place of the first byte that cannot be trusted. After a
// damage the check goes on with the next segment. A frame that is torn at the very end is no damage: a recorder writes it, or was killed.
func (r *Recording) Check(ctx context.Context, seals ...Seal) (Report, error) {
	c := &check{r: r, seals: map[Seal]bool{}, report: Report{Dir: r.dir, Segments: len(r.names), Problems: []Problem{}}}
	for i, name := range r.names {
		if err := c.segment(ctx, name, i == len(r.names)-1); err != nil {
			return c.report, err
		}
	}
	for _, seal := range seals {
		if !c.seals[seal] && seal != (Seal{}) {
			c.problem(segmentName(seal.Segment), "seal", 0, "a recorder ended here with the chain's value %s, and that is not in the recording any more", seal.Chain)
		}
	}
	c.strangers()
	c.report.OK = len(c.report.Problems) == 0
	c.report.Chain = hex.EncodeToString(c.chain[:])
	return c.report, nil
}

// Seal is where a recorder ended, kept outside the recording: it shows that the end of the recording is still there.
type Seal struct {
	Segment int    `json:"segment"`
	Chain   string `json:"chain"`
}

type check struct {
	r      *Recording
	seals  map[Seal]bool // that were met
	report Report
	number int   // of the segment before
	chain  chain // its last value
	sure   bool  // chain is known: the segment before could be read to its end
}

func (c *check) problem(name, kind string, offset int64, format string, args ...any) {
	c.report.Problems = append(c.report.Problems, Problem{Segment: filepath.Base(name), Kind: kind, Offset: offset, Detail: fmt.Sprintf(format, args...)})
}

func (c *check) segment(ctx context.Context, name string, last bool) error {
	number, _ := strconv.Atoi(strings.TrimSuffix(filepath.Base(name), suffix))
	for n := c.number + 1; n < number; n++ {
		c.problem(segmentName(n), "missing", 0, "the segment is not there")
		c.sure = false
	}
	first := c.number == 0 && number == 1
	if info, err := os.Stat(name); err == nil {
		c.report.Stored += info.Size()
	}
	c.number = number
	s, err := openSegment(name)
	if err != nil {
		if errors.Is(err, errTorn) && last {
			return nil
		}
		c.problem(name, "head", 0, "its first line is not as it was written")
		c.sure = false
		return nil //nolint:nilerr // it is in the report
	}
	defer func() { _ = s.close() }() // it was only read
	switch {
	case s.number != number:
		c.problem(name, "order", 0, "it is segment %d under another name", s.number)
	case (c.sure || first) && s.chain != c.chain:
		c.problem(name, "order", 0, "it does not go on where the segment before ends")
	}
	err = c.frames(ctx, s)
	c.chain, c.sure = s.chain, true
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.EOF):
	case errors.Is(err, errTorn) && last:
		c.report.Unsealed = s.size - s.good
	case errors.Is(err, errTorn):
		c.problem(name, "frame", s.good, "it ends within a frame: %d bytes of it are left", s.size-s.good)
		c.sure = false
	default:
		c.problem(name, "frame", s.good, "a frame is not as it was written; what follows it in the segment cannot be trusted")
		c.sure = false
	}
	return nil
}

func (c *check) frames(ctx context.Context, s *segmentReader) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		fr, err := s.next()
		if err != nil {
			return err
		}
		c.report.Frames++
		c.seals[Seal{Segment: s.number, Chain: hex.EncodeToString(s.chain[:])}] = true
		switch fr.kind {
		case kindGap:
			c.report.Gaps++
		case kindData:
			_, _, packed, err := dataFrame(fr.body)
			var data []byte
			if err == nil {
				data, err = c.r.z.DecodeAll(packed, nil)
			}
			if err != nil {
				c.problem(s.path, "content", fr.offset, "its bytes cannot be unpacked: %v", err)
			}
			c.report.Bytes += int64(len(data))
		}
	}
}

// strangers names files beside the segments that look like segments and are none.
func (c *check) strangers() {
	entries, err := os.ReadDir(c.r.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if n, err := strconv.Atoi(strings.TrimSuffix(e.Name(), suffix)); strings.HasSuffix(e.Name(), suffix) && (err != nil || segmentName(n) != e.Name()) {
			c.problem(e.Name(), "extra", 0, "no recorder wrote a segment of this name")
		}
	}
}
