// Package index opens logs of any size for a window: the first lines at once, any line or record in a moment, a search that streams. It keeps two
// numbers for each 64 kB of a file, which is less than a tenth of a byte a line, and reads the rest from the disk when it is asked for.
package index

import (
	"context"
	"errors"
	"io"
	"os"
	"sort"
	"sync"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

const (
	blockSize = 64 << 10
	step      = 16 * blockSize // how much is indexed at once
	tail      = 4 << 10        // how far beyond a block its last line is looked at
)

// Index is an opened log. Build runs on a goroutine of the caller's, one call at a time; all other methods may be called from any goroutine at
// any time and see what is indexed so far.
type Index struct {
	path    string
	file    *os.File
	scan    *logs.Scanner
	profile logs.Profile

	mu      sync.RWMutex
	blocks  []block // what stands before each block
	lines   int64
	records int64
	size    int64 // indexed bytes
	total   int64 // size of the file when it was looked at last
	done    bool
	changed chan struct{}
}

// block holds the counts of all lines that begin before it.
type block struct{ lines, records int64 }

// Count is how far an index is.
type Count struct {
	Lines   int64 `json:"lines"`
	Records int64 `json:"records"`
	Bytes   int64 `json:"bytes"` // indexed
	Total   int64 `json:"total"` // of the file
	Done    bool  `json:"done"`
}

// Open opens one file. Faults: those of logs.Open. Compressed files cannot be opened.
func Open(path string, opts logs.Options) (*Index, error) {
	f, err := logfile.Open(path)
	if err != nil {
		return nil, cannotRead(path, err)
	}
	head := make([]byte, 256<<10)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(cannotRead(path, err), f.Close())
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(cannotRead(path, err), f.Close())
	}
	p := logs.Probe(path, stamp.Hints{ModTime: info.ModTime()}, opts, head[:n])
	if p.Binary {
		return nil, errors.Join(upgrade.NewFault("SB-3002", upgrade.KindUnsupported, nil, "file", path), f.Close())
	}
	return &Index{path: path, file: f, profile: p, scan: logs.NewScanner(p), total: info.Size(), changed: make(chan struct{}, 1)}, nil
}

func cannotRead(path string, err error) error {
	return upgrade.NewFault("SB-3001", upgrade.KindFailed, err, "file", path, "detail", err.Error())
}

// Close closes the file; Build must have returned.
func (x *Index) Close() error { return x.file.Close() }

// Profile tells what the log is.
func (x *Index) Profile() logs.Profile { return x.profile }

// Count tells how far the index is.
func (x *Index) Count() Count {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return Count{Lines: x.lines, Records: x.records, Bytes: x.size, Total: x.total, Done: x.done}
}

// Changed is signalled when the index grew; signals coalesce. One watcher only.
func (x *Index) Changed() <-chan struct{} { return x.changed }

// Build indexes what the file holds now, from where it stopped last: call it again when the file has grown. A last line without an end is counted
// and looked at again next time.
func (x *Index) Build(ctx context.Context) error {
	info, err := x.file.Stat()
	if err != nil {
		return err
	}
	at := x.rewind(info.Size())
	buf := make([]byte, 2+step+tail)
	for at < info.Size() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if at, err = x.extend(buf, at, info.Size()); err != nil {
			return err
		}
		x.signal()
	}
	x.mu.Lock()
	x.done = true
	x.mu.Unlock()
	x.signal()
	return nil
}

// rewind forgets the last block, which may have been incomplete, and gives where indexing goes on.
func (x *Index) rewind(total int64) int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.total, x.done = total, false
	if n := len(x.blocks); n > 0 {
		x.lines, x.records = x.blocks[n-1].lines, x.blocks[n-1].records
		x.blocks = x.blocks[:n-1]
	}
	x.size = int64(len(x.blocks)) * blockSize
	return x.size
}

func (x *Index) signal() {
	select {
	case x.changed <- struct{}{}:
	default:
	}
}

// unit is how many bytes an end of line has.
func (x *Index) unit() int64 {
	if x.profile.Encoding == "UTF-16LE" || x.profile.Encoding == "UTF-16BE" {
		return 2
	}
	return 1
}

// extend indexes the next blocks and gives where it came to.
func (x *Index) extend(buf []byte, at, end int64) (int64, error) {
	lead := min(at, x.unit()) // to see whether a line begins at the first byte
	n, err := x.file.ReadAt(buf[:min(lead+step+tail, end-at+lead)], at-lead)
	if err != nil && !errors.Is(err, io.EOF) {
		return at, err
	}
	own := min(int64(n)-lead, step)
	if own <= 0 {
		return end, nil
	}
	found := x.count(buf[:n], int(lead), int(own))
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, b := range found {
		x.blocks = append(x.blocks, block{x.lines, x.records})
		x.lines += b.lines
		x.records += b.records
	}
	x.size = at + own
	return at + own, nil
}

// count counts the lines that begin in each block of data[lead:lead+own].
func (x *Index) count(data []byte, lead, own int) []block {
	found := make([]block, (own+blockSize-1)/blockSize)
	pos := lead
	if lead > 0 && x.scan.Newline(data[:lead]) != lead {
		n := x.scan.Newline(data[lead:])
		if n == 0 {
			return found // one line goes over all of it
		}
		pos += n
	}
	for pos < lead+own {
		n := x.scan.Newline(data[pos:])
		line := data[pos:]
		if n > 0 {
			line = data[pos : pos+n]
		}
		b := &found[(pos-lead)/blockSize]
		b.lines++
		if x.scan.Begins(line) != 0 {
			b.records++
		}
		if n == 0 {
			break
		}
		pos += n
	}
	return found
}

// blockOf finds the block in which the n-th line or record begins (from 0), and what stands before it.
func (x *Index) blockOf(n int64, of func(block) int64, all int64) (at int64, before block, ok bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if n < 0 || n >= all || len(x.blocks) == 0 {
		return 0, block{}, false
	}
	i := sort.Search(len(x.blocks), func(i int) bool { return of(x.blocks[i]) > n }) - 1
	return int64(i) * blockSize, x.blocks[i], true
}

func linesOf(b block) int64   { return b.lines }
func recordsOf(b block) int64 { return b.records }
