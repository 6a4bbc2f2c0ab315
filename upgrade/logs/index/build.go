package index

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/internal/ahead"
)

// longLook is how far beyond a piece its last line is looked at.
const longLook = 64 << 10

// Build indexes what the log holds now, from where it stopped last: call it again when the log grew. A last line without an end is counted and looked
// at again next time. When the server rotated the log, the files that are new are added to the stream; those that were renamed keep what is known
// of them. Errors: the context's, ErrChanged, SB-3001.
func (x *Index) Build(ctx context.Context) error {
	if err := x.roll(ctx); err != nil {
		return err
	}
	x.mu.Lock()
	x.done = false
	files := slices.Clone(x.files)
	x.mu.Unlock()
	for i, f := range files {
		if f.done {
			continue
		}
		if err := x.buildFile(ctx, f, i == len(files)-1); err != nil {
			return err
		}
	}
	for i, f := range files[:len(files)-1] {
		if f.log != files[i+1].log || f.sewn {
			continue
		}
		if err := x.sew(ctx, i); err != nil {
			return err
		}
		f.sewn = i+2 < len(files) // what the last file begins with may not all be there
	}
	x.mu.Lock()
	x.done = true
	x.mu.Unlock()
	x.signal()
	return nil
}

// buildFile indexes one file from where it stopped.
func (x *Index) buildFile(ctx context.Context, f *file, last bool) error {
	if err := f.part.Unpack(ctx); err != nil {
		return err
	}
	size, err := f.part.Size()
	if err != nil {
		return err
	}
	if last {
		if err := x.same(f, size); err != nil {
			return err
		}
	}
	x.mu.Lock()
	f.total = size
	from := f.rewind(size)
	blockSize := f.blockSize
	x.mu.Unlock()
	piece := max(pieceSize, blockSize)
	n := int((size - from + piece - 1) / piece)
	buffers := make([][]byte, ahead.Workers(n))
	at := from
	err = ahead.Each(ctx, n, func(_ context.Context, worker, i int) ([]counted, error) {
		if buffers[worker] == nil {
			buffers[worker] = make([]byte, 2+min(piece, size-from)+longLook)
		}
		return f.countPiece(buffers[worker], from+int64(i)*piece, min(piece, size-from-int64(i)*piece), size, blockSize)
	}, func(found []counted) bool {
		at = min(at+piece, size)
		x.mu.Lock()
		f.append(found, at)
		x.rebase()
		x.mu.Unlock()
		x.signal()
		return true
	})
	if err == nil && !last {
		x.mu.Lock()
		f.done = true
		x.mu.Unlock()
	}
	return err
}

// rebase sums up what stands before each file.
func (x *Index) rebase() {
	var sum tally
	for _, f := range x.files {
		f.before = sum
		sum.add(f.sum)
	}
}

// countPiece counts the lines that begin in each block of a piece.
func (f *file) countPiece(buf []byte, at, own, size, blockSize int64) ([]counted, error) {
	unit := int64(f.scan.Unit())
	lead := min(at, unit) // to see whether a line begins at the first byte
	n, err := f.part.ReadAt(buf[:min(lead+own+longLook, size-at+lead, int64(len(buf)))], at-lead)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if int64(n) < lead+own {
		return nil, ErrChanged
	}
	data := buf[:n]
	found := make([]counted, (own+blockSize-1)/blockSize)
	pos := int(lead)
	if at == 0 {
		pos = f.scan.Skip(data)
	} else if f.scan.Newline(data[:lead]) != int(lead) {
		pos = f.after(data, pos)
	}
	for i := range found {
		end := int(lead + min(int64(i+1)*blockSize, own))
		if pos >= end {
			continue // one line goes over all of it
		}
		f.countBlock(&found[i], data, pos, end)
		if pos = end; f.scan.Newline(data[end-int(unit):end]) != int(unit) {
			pos = f.after(data, end)
		}
	}
	return found, nil
}

// after gives the index after the end of the line that goes on at i.
func (f *file) after(data []byte, i int) int {
	if n := f.scan.Newline(data[i:]); n > 0 {
		return i + n
	}
	return len(data)
}

func (f *file) countBlock(c *counted, data []byte, from, to int) {
	c.lines += f.scan.Each(data, from, to, func(r logs.Found) bool {
		if c.records == 0 {
			c.first = wall(f.scan.Time(data[r.At:min(r.End, r.At+1024)]).Time)
		}
		c.records++
		switch r.Letter {
		case 'E', 'F':
			c.errors++
		case 'W':
			c.warnings++
		}
		return true
	})
}

// sew finds out what the last line of a file is when a rotation cut it: alone it may begin no record, and with its rest one, or the other way round.
func (x *Index) sew(ctx context.Context, i int) error {
	x.mu.RLock()
	f := x.files[i]
	size, tail := f.size, f.tail
	x.mu.RUnlock()
	if tail < 0 {
		tail = f.openLine(size)
	}
	if tail < 0 {
		return nil
	}
	parts, first := x.parts(f.log)
	at, line, raw := f.beforeTail(tail)
	s := &tailSink{path: f.part.Path(), tail: tail}
	if err := logs.Assemble(ctx, parts, i-first, at, line, s); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	was := raw
	if f.tail >= 0 {
		was = f.tailBegin
	}
	if f.tail, f.tailBegin = tail, s.begins; was != s.begins {
		if s.begins {
			f.sum.records++
		} else {
			f.sum.records--
		}
		x.rebase()
	}
	return nil
}

// tailSink sees whether a record begins at the last line of a file.
type tailSink struct {
	path   string
	tail   int64
	begins bool
}

// Record implements logs.Sink.
func (s *tailSink) Record(r *logs.Record) bool {
	if r.File != s.path {
		return false
	}
	s.begins = s.begins || r.Offset >= s.tail
	return !s.begins
}

// Mark implements logs.Sink.
func (s *tailSink) Mark(logs.Mark) bool { return true }

// openLine gives the offset of the last line when it has no end, else -1.
func (f *file) openLine(size int64) int64 {
	unit := int64(f.scan.Unit())
	if size < unit {
		return -1
	}
	end := make([]byte, unit)
	if _, err := f.part.ReadAt(end, size-unit); err != nil && !errors.Is(err, io.EOF) || f.scan.Newline(end) > 0 {
		return -1
	}
	_, offset := f.lineAt(f.sum.lines-1, size)
	return offset
}

// beforeTail gives the place of the last record before the tail, 0 when there is none, and whether the tail alone begins a record.
func (f *file) beforeTail(tail int64) (at, line int64, raw bool) {
	plain := f.sum.records
	if f.tail >= 0 && f.tailBegin {
		plain--
	}
	text, _ := f.lineAt(f.sum.lines-1, f.size)
	f.scan.Each(text, 0, len(text), func(logs.Found) bool { raw = true; return false })
	if raw && f.tail < 0 {
		plain--
	}
	if plain > 0 {
		at, line = f.recordAt(plain-1, tail)
	}
	return at, line, raw
}

// roll adds files that came into being by a rotation since the log was opened.
func (x *Index) roll(ctx context.Context) error {
	x.mu.RLock()
	last := x.files[len(x.files)-1]
	x.mu.RUnlock()
	path := last.part.Path()
	if last.part.Is(path) {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil // between renaming and creating: the old file is read on
	}
	src, err := logs.OpenLog(ctx, x.opts, path)
	if err != nil {
		return err
	}
	var fresh []*logs.Part
	for _, parts := range src.Parts() {
		fresh = append(fresh, parts...)
	}
	return x.adopt(fresh, last)
}

// adopt takes over the parts that are new, and the new names of those that are known: the servers write files in the order of siblings.
func (x *Index) adopt(fresh []*logs.Part, last *file) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	known := func(p *logs.Part) *file {
		for _, f := range x.files {
			if f.part.Same(p) {
				return f
			}
		}
		return nil
	}
	newest := -1
	for i, p := range fresh {
		if f := known(p); f != nil {
			f.part.Rename(p.Path())
			newest = i
		}
	}
	var errs []error
	for i, p := range fresh {
		if i > newest {
			x.files = append(x.files, newFile(p, last.log))
		} else {
			errs = append(errs, p.Close())
		}
	}
	x.rebase()
	x.head = headOf(x.files[len(x.files)-1].part)
	return errors.Join(errs...)
}
