package index

import (
	"sort"
	"time"
	"unsafe"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

const (
	minBlock  = 2 << 10
	maxBlocks = 1 << 17 // of a file; when there are more, blocks become larger
	pieceSize = 1 << 20 // how much is indexed at once
)

// tally counts what stands in a piece, or before it.
type tally struct{ lines, records, errors, warnings int64 }

func (t *tally) add(o tally) {
	t.lines += o.lines
	t.records += o.records
	t.errors += o.errors
	t.warnings += o.warnings
}

// block is what stands in a file before a block's first byte: all lines that begin there, and their records.
type block struct {
	lines, records   int64
	errors, warnings int64
	latest           int64 // the highest wall clock of a first record of a block up to this one, in milliseconds; 0 when there is none
}

const blockBytes = int64(unsafe.Sizeof(block{}))

// file is one file of the stream. Its fields but part, scan and log are guarded by the index's lock.
type file struct {
	part *logs.Part
	scan *logs.Scanner
	log  int // which log of the stream

	blockSize int64
	blocks    []block
	before    tally // in the files before
	sum       tally // in this file
	latest    int64
	size      int64 // indexed
	total     int64 // when it was looked at last
	done      bool  // a rotated file that will not grow
	sewn      bool  // its end was looked at together with the next file

	// The last line when it has no end, and what it is together with its rest in the next file. Only of a file that is not the last.
	tail      int64 // its offset, -1 when there is none
	tailBegin bool  // a record begins there
}

func newFile(p *logs.Part, log int) *file {
	f := &file{part: p, scan: p.Scanner(), log: log, blockSize: minBlock, tail: -1}
	if !p.Packed() {
		f.total, _ = p.Size() // a file that cannot be looked at fails when it is indexed
	}
	return f
}

// coarsen makes blocks as large as a size needs.
func (f *file) coarsen(size int64) {
	for size/f.blockSize >= maxBlocks {
		half := f.blocks[:0]
		for i := 0; i < len(f.blocks); i += 2 {
			half = append(half, f.blocks[i])
		}
		f.blocks = half
		f.blockSize *= 2
	}
}

// rewind forgets the last block, which may be incomplete, and gives the offset from where indexing goes on.
func (f *file) rewind(size int64) int64 {
	if n := len(f.blocks); n > 0 {
		last := f.blocks[n-1]
		f.sum, f.latest = tally{last.lines, last.records, last.errors, last.warnings}, last.latest
		f.blocks = f.blocks[:n-1]
	}
	f.size = int64(len(f.blocks)) * f.blockSize
	f.coarsen(size)
	if f.size%f.blockSize != 0 { // the middle of a block that became larger
		return f.rewind(size)
	}
	return f.size
}

// counted is what one block holds.
type counted struct {
	tally
	first int64 // wall clock of its first record, 0 when there is none
}

func (f *file) append(found []counted, end int64) {
	for _, c := range found {
		f.latest = max(f.latest, c.first)
		f.blocks = append(f.blocks, block{f.sum.lines, f.sum.records, f.sum.errors, f.sum.warnings, f.latest})
		f.sum.add(c.tally)
	}
	f.size = end
}

// blockBefore finds the block in which the n-th line or record of the file begins.
func (f *file) blockBefore(n int64, of func(block) int64) int {
	return max(0, sort.Search(len(f.blocks), func(i int) bool { return of(f.blocks[i]) > n })-1)
}

func linesOf(b block) int64   { return b.lines }
func recordsOf(b block) int64 { return b.records }

// wall gives the wall clock of a time in milliseconds, as if its zone were UTC.
func wall(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	_, offset := t.Zone()
	return t.UnixMilli() + int64(offset)*1000
}
