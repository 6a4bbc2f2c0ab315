package logs

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

func indexNewline(data []byte) int { return bytes.IndexByte(data, '\n') }

// fileCount gathers the blocks of one file.
type fileCount struct {
	FileStatistics
	levels [256]int64
	first  int64
	last   int64
	points []point
	ended  bool
}

func (f *fileCount) merge(_ int64, own int, b blockCount) {
	for _, p := range b.points {
		p.line += f.Lines
		f.points = append(f.points, p)
	}
	f.Lines += b.lines
	f.Bytes += int64(own)
	for i, n := range b.levels {
		f.levels[i] += n
		f.Records += n
	}
	if f.first < 0 {
		f.first = b.first
	}
	if b.last >= 0 {
		f.last = b.last
	}
	f.ended = b.ended
}

// countFast counts every file by blocks, then reads the few places that tell more: the beginning, headers, launches, trace states, the end, and
// the seams between files.
func (st *stream) countFast(ctx context.Context) (*Statistics, error) {
	t := st.empty()
	c := newCounter(dialectOf(st.profile.Format))
	d := &digest{st: st, t: t, c: c}
	for i, in := range st.parts {
		f := &fileCount{first: -1, last: -1}
		f.Path, f.Format, f.Encoding = in.path, in.profile.Format, in.profile.Encoding
		if err := in.blocks(ctx, c, f.merge); err != nil {
			return nil, err
		}
		if i > 0 && i < len(st.parts)-1 && f.first < 0 && !f.ended && f.Bytes > 0 {
			return st.countSlowly(ctx) // a line may go through all of this file
		}
		if err := d.file(ctx, i, in, f); err != nil {
			return nil, err
		}
		for l, n := range f.levels {
			if n > 0 {
				t.ByLevel[letterStrings[l]] += n
			}
		}
		t.Records += f.Records
		t.Lines += f.Lines
		t.Bytes += f.Bytes
		t.Files = append(t.Files, f.FileStatistics)
	}
	d.finish()
	return t, nil
}

// countSlowly reads every record: for dialects whose level stands on a later line, and for text of two bytes a character.
func (st *stream) countSlowly(ctx context.Context) (*Statistics, error) {
	t := st.empty()
	s := &countSink{t: t, files: map[string]*FileStatistics{}}
	w := &gapWatch{sink: s}
	a := NewAssembler(st.profile, w)
	w.a = a
	buf := make([]byte, readSize(st.parts))
	for i, in := range st.parts {
		if i > 0 {
			w.between(st.parts[i-1], in)
		}
		f := &FileStatistics{Path: in.path, Format: in.profile.Format, Encoding: in.profile.Encoding}
		s.files[in.path] = f
		a.use(in.profile)
		a.Open(in.path, 0, 0)
		if _, err := in.feed(ctx, a, buf, 0); err != nil {
			return nil, err
		}
		f.Lines, f.Bytes = a.lines.number, a.lines.offset+a.lines.size
		if a.lines.size > 0 {
			f.Lines++
		}
	}
	a.Close()
	for _, in := range st.parts {
		f := s.files[in.path]
		t.Files = append(t.Files, *f)
		t.Lines += f.Lines
		t.Bytes += f.Bytes
	}
	t.Lines -= a.joined // a line that a rotation cut is one
	t.Starts, t.Orphans, t.TraceState, t.Header = a.Starts(), a.Orphans, a.Trace, a.Header
	return t, nil
}

type countSink struct {
	t     *Statistics
	files map[string]*FileStatistics
}

func (c *countSink) Record(r *Record) bool {
	c.t.Records++
	c.t.ByLevel[r.Level]++
	f := c.files[r.File]
	f.Records++
	f.Cut = f.Cut || r.Cut
	if c.t.First.IsZero() {
		c.t.First = r.Time
	}
	if !r.Time.IsZero() {
		c.t.Last = r.Time
	}
	return true
}

func (c *countSink) Mark(m Mark) bool {
	if m.Kind == MarkGap {
		c.t.Gaps = append(c.t.Gaps, m)
	}
	return true
}

// lineAt reads the line that begins at an offset, without its end; more is how much at most.
func (in *Part) lineAt(offset int64, more int) []byte {
	if offset < 0 {
		return nil
	}
	for size := min(more, 1<<10); ; size = more { // most lines are short
		buf := make([]byte, size)
		n, err := in.file.ReadAt(buf, offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil
		}
		buf = buf[:n]
		if end := indexNewline(buf); end >= 0 {
			return bytes.TrimSuffix(buf[:end], []byte{'\r'})
		}
		if size == more || n < size {
			return bytes.TrimSuffix(buf, []byte{'\r'})
		}
	}
}

// momentLine is how much of a line must be read to tell its time: all of it in JSON, whose fields stand in any order.
func momentLine(d dialect) int {
	if _, json := d.(jsonLines); json {
		return maxLine
	}
	return 4096
}

// momentOf reads the time of the record that begins at an offset.
func (in *Part) momentOf(d dialect, offset int64) (stamp.Moment, string) {
	first := in.lineAt(offset, momentLine(d))
	if len(first) == 0 {
		return stamp.Moment{}, ""
	}
	var r Record
	d.parse(&r, string(in.profile.charset().Bytes(first)))
	a := Assembler{order: in.profile.Order}
	a.stampOf(&r)
	return r.Time, r.Stamp
}
