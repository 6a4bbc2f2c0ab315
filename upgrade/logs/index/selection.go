package index

import (
	"context"
	"math/bits"
	"sort"
	"sync"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// Selection is a filtered view of an index that is kept while a window shows it: which records a filter keeps, as one bit for each record of
// the log, however many they are. Run fills it; all other methods may be called from any goroutine at any time.
type Selection struct {
	x       *Index
	f       *logs.Filter
	changed chan struct{}

	mu      sync.RWMutex
	words   []uint64 // bit n: record n is kept
	before  []uint32 // kept records before each page of words
	count   int64
	scanned int64 // records that were looked at
	done    bool
}

// pageWords is how many words share a count: 512 records.
const pageWords = 8

// Select makes an empty selection; Run fills it.
func (x *Index) Select(f *logs.Filter) *Selection {
	return &Selection{x: x, f: f, changed: make(chan struct{}, 1)}
}

// Run looks through what is indexed and not looked through yet. Call it again when the index grew: it goes on with the record that was the last,
// which may have got more lines. It runs on the caller's goroutine, one call at a time, until ctx ends. The filter's limit is looked at.
func (s *Selection) Run(ctx context.Context) error {
	s.mu.Lock()
	from := max(0, s.scanned-1)
	s.forget(from)
	s.done = false
	s.mu.Unlock()
	total := s.x.Count().Records
	err := s.x.each(ctx, s.f, from, func(number int64) bool {
		s.mu.Lock()
		s.keep(number)
		full := s.f.Limit > 0 && s.count >= int64(s.f.Limit)
		s.mu.Unlock()
		return !full
	}, func(upTo int64) {
		s.mu.Lock()
		s.scanned = max(s.scanned, upTo)
		s.mu.Unlock()
		s.signal()
	})
	s.mu.Lock()
	if err == nil {
		s.scanned, s.done = total, true
	}
	s.mu.Unlock()
	s.signal()
	return err
}

func (s *Selection) signal() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Changed is signalled when the selection grew; signals coalesce. One watcher only.
func (s *Selection) Changed() <-chan struct{} { return s.changed }

// Len is how many records are kept so far.
func (s *Selection) Len() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.count
}

// Scanned is how many records were looked at, and whether these are all.
func (s *Selection) Scanned() (records int64, done bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.scanned, s.done
}

// keep sets the bit of a record that comes after all others.
func (s *Selection) keep(n int64) {
	for int64(len(s.words)) <= n/64 {
		if len(s.words)%pageWords == 0 {
			s.before = append(s.before, uint32(s.count)) //nolint:gosec // four thousand million records are more than any log has
		}
		s.words = append(s.words, 0)
	}
	s.words[n/64] |= 1 << (n % 64)
	s.count++
}

// forget clears the bits from a record on.
func (s *Selection) forget(n int64) {
	if n/64 >= int64(len(s.words)) {
		return
	}
	s.words = s.words[:n/64+1]
	s.words[n/64] &= 1<<(n%64) - 1
	s.before = s.before[:n/64/pageWords+1]
	s.count = int64(s.before[len(s.before)-1])
	for _, w := range s.words[len(s.before)*pageWords-pageWords:] {
		s.count += int64(bits.OnesCount64(w))
	}
}

// At gives the number of the i-th kept record; -1 when there are not so many.
func (s *Selection) At(i int64) int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if i < 0 || i >= s.count {
		return -1
	}
	page := sort.Search(len(s.before), func(p int) bool { return int64(s.before[p]) > i }) - 1
	left := i - int64(s.before[page])
	for w := page * pageWords; ; w++ {
		word := s.words[w]
		if n := int64(bits.OnesCount64(word)); left >= n {
			left -= n
			continue
		}
		for ; left > 0; left-- {
			word &= word - 1
		}
		return int64(w)*64 + int64(bits.TrailingZeros64(word))
	}
}

// Find tells how many kept records stand before a record: the place in the selection of the first kept record that is not before it.
func (s *Selection) Find(record int64) int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if record <= 0 {
		return 0
	}
	if record/64 >= int64(len(s.words)) {
		return s.count
	}
	page := record / 64 / pageWords
	n := int64(s.before[page])
	for w := page * pageWords; w < record/64; w++ {
		n += int64(bits.OnesCount64(s.words[w]))
	}
	return n + int64(bits.OnesCount64(s.words[record/64]&(1<<(record%64)-1)))
}

// Keeps tells whether a record is kept.
func (s *Selection) Keeps(record int64) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return record >= 0 && record/64 < int64(len(s.words)) && s.words[record/64]&(1<<(record%64)) != 0
}

// Next gives the first kept record after a record, -1 when there is none; Previous the last one before it.
func (s *Selection) Next(record int64) int64 { return s.At(s.Find(record + 1)) }

// Previous gives the last kept record before a record, -1 when there is none.
func (s *Selection) Previous(record int64) int64 { return s.At(s.Find(record) - 1) }

// Memory is about how many bytes the selection holds.
func (s *Selection) Memory() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return int64(cap(s.words))*8 + int64(cap(s.before))*4
}
