// Package index opens one log of any size for a window: a stream of many files, rotated and compressed siblings included, in which lines and records
// have numbers that go on from file to file.
//
// The order of calls:
//
//	x, err := index.Open(ctx, logs.Options{}, files...) // reads samples only, at once whatever the size; files as logs.Siblings lists them
//	last := x.Tail(200)                                 // the first screen, before anything is indexed; Head for the beginning
//	go x.Build(ctx)                                     // indexes on all cores; Changed and Count tell how far it is; ctx cancels
//	x.Records(from, n); x.Lines(from, n)                // any place that is indexed, also while Build runs
//	x.RecordAtTime(t); x.RecordAtPercent(50); x.RecordAtLine(n); x.RecordAt(file, offset) // the number of a record to jump to
//	x.Timeline(800)                                     // records, errors and warnings over time, for a strip
//	for hit, err := range x.Search(ctx, filter) {...}   // streams whole records in order while it scans
//	s := x.Select(filter); go s.Run(ctx); s.At(i)       // a filtered view that is kept: numbers of records, one bit for each record of the log
//	x.Build(ctx)                                        // again when the log grew or was rotated: extends the index; Run extends a selection
//	x.Close()                                           // when Build, Run and every Search have returned
//
// Records and lines are numbered from 0 over all files; Record.File, Offset and Line tell the place in its own file. A line that a
// rotation cut counts in both files. Records are those of logs.Source.Records without joining (Options.Join is not looked at).
//
// An index keeps 40 bytes for each block of a file, and blocks grow with the file (2 kB at least, at most 131,072 of them): five megabytes for a file of
// any size. A log that shrinks, or whose beginning changes, ends the index with ErrChanged: open it anew.
package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

// ErrChanged tells that a file is not the one that was indexed: it was truncated or written anew in place.
var ErrChanged = errors.New("the log was truncated or overwritten while it was open: open it again")

// Index is an opened log. Build runs on a goroutine of the caller's, one call at a time; all other methods may be called from any goroutine at
// any time and see what is indexed so far.
type Index struct {
	opts    logs.Options
	profile logs.Profile
	changed chan struct{}
	head    []byte // the first bytes of the last file, to see that it is still the same

	mu    sync.RWMutex
	files []*file
	done  bool
}

// Count is how far an index is.
type Count struct {
	Lines    int64 `json:"lines"`
	Records  int64 `json:"records"`
	Errors   int64 `json:"errors"`   // records of the levels F and E
	Warnings int64 `json:"warnings"` // records of the level W
	Bytes    int64 `json:"bytes"`    // indexed
	Total    int64 `json:"total"`    // of all files; compressed ones count once they are unpacked
	Done     bool  `json:"done"`     // all that the files held when Build looked
}

// File is one file of the stream.
type File struct {
	Path        string `json:"path"`
	FirstLine   int64  `json:"first_line"` // number of its first line in the stream, from 0
	Lines       int64  `json:"lines"`
	FirstRecord int64  `json:"first_record"`
	Records     int64  `json:"records"`
	Bytes       int64  `json:"bytes"`
}

// Open opens the files of a log; siblings are put in order. It reads samples only. Faults: those of logs.Open.
func Open(ctx context.Context, opts logs.Options, paths ...string) (*Index, error) {
	if len(paths) == 0 {
		return nil, upgrade.NewFault("SB-3001", upgrade.KindFailed, nil, "file", "", "detail", "no file was named")
	}
	src, err := logs.Open(ctx, opts, paths...)
	if err != nil {
		return nil, err
	}
	x := &Index{opts: opts, profile: src.Profile(), changed: make(chan struct{}, 1)}
	for n, parts := range src.Parts() {
		for _, p := range parts {
			x.files = append(x.files, newFile(p, n))
		}
	}
	x.head = headOf(x.files[len(x.files)-1].part)
	return x, nil
}

// Close closes the files; Build must have returned.
func (x *Index) Close() error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var errs []error
	for _, f := range x.files {
		errs = append(errs, f.part.Close())
	}
	return errors.Join(errs...)
}

// Profile tells what the log is.
func (x *Index) Profile() logs.Profile { return x.profile }

// Count tells how far the index is.
func (x *Index) Count() Count {
	x.mu.RLock()
	defer x.mu.RUnlock()
	c := Count{Done: x.done}
	for _, f := range x.files {
		c.Lines += f.sum.lines
		c.Records += f.sum.records
		c.Errors += f.sum.errors
		c.Warnings += f.sum.warnings
		c.Bytes += f.size
		c.Total += max(f.total, f.size)
	}
	return c
}

// Files lists the files of the stream in order, as far as they are indexed.
func (x *Index) Files() []File {
	x.mu.RLock()
	defer x.mu.RUnlock()
	all := make([]File, 0, len(x.files))
	for _, f := range x.files {
		all = append(all, File{f.part.Path(), f.before.lines, f.sum.lines, f.before.records, f.sum.records, f.size})
	}
	return all
}

// Memory is about how many bytes the index holds.
func (x *Index) Memory() int64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var n int64
	for _, f := range x.files {
		n += int64(cap(f.blocks)) * blockBytes
	}
	return n
}

// Changed is signalled when the index grew; signals coalesce. One watcher only.
func (x *Index) Changed() <-chan struct{} { return x.changed }

func (x *Index) signal() {
	select {
	case x.changed <- struct{}{}:
	default:
	}
}

// parts gives the files of a log and the number of its first file.
func (x *Index) parts(log int) (parts []*logs.Part, first int) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for i, f := range x.files {
		if f.log == log {
			if parts == nil {
				first = i
			}
			parts = append(parts, f.part)
		}
	}
	return parts, first
}

// headOf reads the first bytes of a file.
func headOf(p *logs.Part) []byte {
	if p.Packed() {
		return nil
	}
	buf := make([]byte, 256)
	n, err := p.ReadAt(buf, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil
	}
	return buf[:n]
}

// same tells whether the last file is still the one that was indexed.
func (x *Index) same(f *file, size int64) error {
	if size < f.size {
		return fmt.Errorf("%s: %w", f.part.Path(), ErrChanged)
	}
	if now := headOf(f.part); !bytes.HasPrefix(now, x.head) {
		return fmt.Errorf("%s: %w", f.part.Path(), ErrChanged)
	} else if len(x.head) < len(now) {
		x.head = now
	}
	return nil
}
