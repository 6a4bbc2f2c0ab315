package present

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// LogStore holds the entries of a log in memory: compressed in blocks, because a log shrinks to a tenth, with five bytes for each entry that tell its time
// and its level. When it is full, the oldest are dropped. Entries are added on the engine's goroutines and read on the screen's.
type LogStore struct {
	mu      sync.RWMutex
	limit   int64 // of compressed bytes
	blocks  []*logBlock
	open    []LogEntry // the newest, not yet compressed
	weight  int        // bytes of text in open
	first   int        // number of the first entry held
	epoch   int
	size    int64 // compressed bytes
	counts  map[logs.Severity]int
	failed  int
	clock   int64 // of the last entry with a time
	done    bool
	read    int64
	total   int64
	pending []int64 // clocks of open
	pack    *zstd.Encoder
	unpack  *zstd.Decoder

	cacheMu sync.Mutex
	cache   []opened
}

// logBlock is some hundred entries.
type logBlock struct {
	first  int // number of its first entry
	packed []byte
	base   int64   // milliseconds
	offset []int32 // of each entry to base
	what   []uint8 // of each entry: index of its severity, and whether it failed
}

const (
	blockEntries = 256
	blockBytes   = 512 << 10
	failedBit    = 0x80
	noSeverity   = 0x7f
	cachedBlocks = 6
)

type opened struct {
	block   *logBlock
	entries []LogEntry
}

var severityCodes = []logs.Severity{logs.Fatal, logs.Error, logs.Warning, logs.Audit, logs.Info, logs.Config, logs.Detail, logs.SystemOut, logs.SystemErr,
	logs.Fine, logs.Finer, logs.Finest, logs.Entry, logs.Exit, logs.Other}

func codeOf(e LogEntry) uint8 {
	code := uint8(noSeverity)
	for i, s := range severityCodes {
		if s == e.Severity() {
			code = uint8(i)
		}
	}
	if e.Failed {
		code |= failedBit
	}
	return code
}

// NewLogStore makes a store for so many compressed bytes.
func NewLogStore(limit int64) *LogStore {
	pack, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // the options are constant
	}
	unpack, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2))
	if err != nil {
		panic(err)
	}
	return &LogStore{limit: limit, counts: map[logs.Severity]int{}, pack: pack, unpack: unpack}
}

// Add appends entries. Any goroutine, one at a time.
func (s *LogStore) Add(entries ...LogEntry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range entries {
		if s.amends(e) {
			continue
		}
		if e.Record != nil {
			s.counts[e.Record.Severity]++
			s.weight += len(e.Record.Text)
			for _, t := range e.Record.Trace {
				s.weight += len(t)
			}
		}
		if e.Failed {
			s.failed++
		}
		if w := e.Wall(); !w.IsZero() {
			s.clock = w.UnixMilli()
		}
		s.open = append(s.open, e)
		s.pending = append(s.pending, s.clock)
		if len(s.open) >= blockEntries || s.weight > blockBytes {
			s.seal()
		}
	}
}

// amends takes a record that was delivered before, when the server paused within it, in the place of that.
func (s *LogStore) amends(e LogEntry) bool {
	if e.Record == nil || !e.Record.Amended {
		return false
	}
	for i := len(s.open) - 1; i >= 0; i-- {
		if r := s.open[i].Record; r != nil && r.File == e.Record.File && r.Offset == e.Record.Offset {
			s.open[i] = e
			return true
		}
	}
	return false
}

// seal compresses what is open and drops what is too much.
func (s *LogStore) seal() {
	b := &logBlock{first: s.end() - len(s.open), base: s.pending[0], offset: make([]int32, len(s.open)), what: make([]uint8, len(s.open))}
	var p packer
	for i, e := range s.open {
		p.entry(e)
		b.offset[i] = int32(min(max(s.pending[i]-b.base, -1<<31), 1<<31-1))
		b.what[i] = codeOf(e)
	}
	b.packed = s.pack.EncodeAll(p.b, nil)
	s.size += int64(len(b.packed))
	s.blocks = append(s.blocks, b)
	s.open, s.pending, s.weight = nil, nil, 0
	for s.size > s.limit && len(s.blocks) > 1 {
		s.size -= int64(len(s.blocks[0].packed))
		s.first = s.blocks[1].first
		s.blocks = s.blocks[1:]
	}
}

func (s *LogStore) end() int {
	n := s.first
	if k := len(s.blocks); k > 0 {
		n = s.blocks[k-1].first + len(s.blocks[k-1].what)
	}
	return n + len(s.open)
}

// Reset empties the store: the log is read anew. Any goroutine.
func (s *LogStore) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks, s.open, s.pending, s.weight, s.size, s.first, s.failed = nil, nil, nil, 0, 0, 0, 0
	s.counts, s.clock, s.done = map[logs.Severity]int{}, 0, false
	s.epoch++
}

// Progress tells how far a log that is being opened has been read.
func (s *LogStore) Progress(read, total int64, done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read, s.total, s.done = read, total, done
}

// Len is the number of entries that are held.
func (s *LogStore) Len() int { return s.Count().Len() }

// Count implements LogSource.
func (s *LogStore) Count() LogCount {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return LogCount{First: s.first, End: s.end(), Epoch: s.epoch, Done: s.done, Read: s.read, Total: s.total}
}

// Levels gives the number of records by level since the beginning, and of those that a failure rule matched.
func (s *LogStore) Levels() (byLevel map[logs.Severity]int, failed int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return maps.Clone(s.counts), s.failed
}

// Entry implements LogSource.
func (s *LogStore) Entry(n int) (LogEntry, bool) {
	s.mu.RLock()
	b, open := s.holder(n)
	s.mu.RUnlock()
	if open != nil {
		return *open, true
	}
	if b == nil {
		return LogEntry{}, false
	}
	entries := s.entries(b)
	if i := n - b.first; i < len(entries) {
		return entries[i], true
	}
	return LogEntry{}, false
}

// Read implements LogSource.
func (s *LogStore) Read(_ context.Context, n int) (LogEntry, error) {
	e, _ := s.Entry(n)
	return e, nil
}

// AtLine implements LogSource; of several files with such a line it takes the newest.
func (s *LogStore) AtLine(file string, line int64) int {
	c, found := s.Count(), -1
	_ = s.Search(context.Background(), LogFilter{NoMarks: true}, c.First, c.End, func(hits []int, _ int) bool {
		for _, n := range hits {
			if e, ok := s.Entry(n); ok && e.holds(file, line) {
				found = n
			}
		}
		return true
	})
	return found
}

// holder finds the block that holds an entry, or the entry itself when it is not compressed yet.
func (s *LogStore) holder(n int) (*logBlock, *LogEntry) {
	if from := s.end() - len(s.open); n >= from {
		if n-from < len(s.open) {
			return nil, &s.open[n-from]
		}
		return nil, nil
	}
	if n < s.first {
		return nil, nil
	}
	low, high := 0, len(s.blocks)
	for low+1 < high {
		if mid := (low + high) / 2; s.blocks[mid].first <= n {
			low = mid
		} else {
			high = mid
		}
	}
	return s.blocks[low], nil
}

// entries unpacks a block; the last few are kept.
func (s *LogStore) entries(b *logBlock) []LogEntry {
	s.cacheMu.Lock()
	defer s.cacheMu.Unlock()
	for i, c := range s.cache {
		if c.block == b {
			copy(s.cache[1:i+1], s.cache[:i])
			s.cache[0] = c
			return c.entries
		}
	}
	c := opened{b, unpackBlock(s.raw(b, nil), len(b.what))}
	s.cache = append([]opened{c}, s.cache[:min(len(s.cache), cachedBlocks-1)]...)
	return c.entries
}

func (s *LogStore) raw(b *logBlock, into []byte) []byte {
	raw, err := s.unpack.DecodeAll(b.packed, into[:0])
	if err != nil {
		panic(fmt.Sprintf("a block of the log in memory is broken: %v", err))
	}
	return raw
}

func unpackBlock(raw []byte, n int) []LogEntry {
	u := unpacker{s: string(raw)}
	entries := make([]LogEntry, n)
	for i := range entries {
		entries[i] = u.entry()
	}
	return entries
}

// Search implements LogSource. Blocks in which no level fits or in which a text that must be there is not are not taken apart.
func (s *LogStore) Search(ctx context.Context, f LogFilter, from, to int, found func([]int, int) bool) error {
	var raw []byte
	for at := from; at < to; {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		s.mu.RLock()
		at = max(at, s.first) // older ones may have been dropped meanwhile
		b, open := s.holder(at)
		var newest []LogEntry
		if open != nil {
			newest = append(newest, s.open[at-(s.end()-len(s.open)):]...)
		}
		s.mu.RUnlock()
		var hits []int
		next := to
		switch {
		case b != nil:
			raw, hits = s.searchBlock(b, f, max(at, b.first), min(to, b.first+len(b.what)), raw)
			next = b.first + len(b.what)
		default:
			for i, e := range newest[:min(len(newest), to-at)] {
				if f.Match(e) {
					hits = append(hits, at+i)
				}
			}
		}
		at = min(next, to)
		if !found(hits, at) {
			return nil
		}
	}
	return nil
}

func (s *LogStore) searchBlock(b *logBlock, f LogFilter, from, to int, raw []byte) ([]byte, []int) {
	if !f.mayHold(b.what[from-b.first : to-b.first]) {
		return raw, nil
	}
	raw = s.raw(b, raw)
	text := string(raw)
	if l := f.literal(); l != "" && !strings.Contains(text, l) && (f.NoMarks || !hasMarks(b.what)) {
		return raw, nil
	}
	u := unpacker{s: text}
	var hits []int
	for n := b.first; n < to; n++ {
		if e := u.entry(); n >= from && f.Match(e) {
			hits = append(hits, n)
		}
	}
	return raw, hits
}

// AtTime implements LogSource.
func (s *LogStore) AtTime(at time.Time) int {
	want := at.UnixMilli()
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, b := range s.blocks {
		for i, off := range b.offset {
			if b.base+int64(off) >= want {
				return b.first + i
			}
		}
	}
	for i, t := range s.pending {
		if t >= want {
			return s.end() - len(s.open) + i
		}
	}
	return s.end()
}

// Density implements LogSource.
func (s *LogStore) Density(ctx context.Context, parts int, only []int) Density {
	s.mu.RLock()
	blocks, pending, end := s.blocks, s.pending, s.end()
	newest := append([]LogEntry(nil), s.open...)
	s.mu.RUnlock()
	return densityPass(parts, func(visit func(int, int64, bool)) {
		rest := only
		wanted := func(n int) bool {
			if only == nil {
				return true
			}
			for len(rest) > 0 && rest[0] < n {
				rest = rest[1:]
			}
			return len(rest) > 0 && rest[0] == n
		}
		for _, b := range blocks {
			if ctx.Err() != nil {
				return
			}
			for i, off := range b.offset {
				if code := b.what[i] &^ failedBit; code != noSeverity && b.base+int64(off) != 0 && wanted(b.first+i) {
					visit(b.first+i, b.base+int64(off), Loud(severityCodes[code]))
				}
			}
		}
		for i, e := range newest {
			if n := end - len(newest) + i; e.Record != nil && pending[i] != 0 && wanted(n) {
				visit(n, pending[i], Loud(e.Severity()))
			}
		}
	})
}
