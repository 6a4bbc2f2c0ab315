package present

import (
	"context"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/index"
)

// LogIndex is a log of any size on the disk as a view reads it: some pages of records are held, the rest is read when it is asked for, on other goroutines.
// A drive that does not answer delays what is shown, never the window.
type LogIndex struct {
	x      *index.Index
	failed func(*logs.Record) bool
	loaded func() // a page came that was asked for in vain before

	mu       sync.Mutex
	pages    map[int]*page
	recent   []int // page numbers, newest last
	building bool
	built    chan struct{}
	marks    []index.Mark // in order
}

// page is pageEntries records; come is closed when they are there.
type page struct {
	entries []LogEntry
	come    chan struct{}
}

const (
	pageEntries = 128
	pagesHeld   = 24
	// patience is how long the screen waits for a page: a page of a local disk is there in a fraction of it.
	patience = 12 * time.Millisecond
)

// NewLogIndex makes a source of an index that Built is told about when it has been built. failed tells whether a failure rule matches a record; loaded is
// called on any goroutine when more can be shown.
func NewLogIndex(x *index.Index, failed func(*logs.Record) bool, loaded func()) *LogIndex {
	return &LogIndex{x: x, failed: failed, loaded: loaded, pages: map[int]*page{}, building: true, built: make(chan struct{})}
}

// Built tells that the index is complete. Once.
func (s *LogIndex) Built() {
	s.mu.Lock()
	s.building = false
	s.mu.Unlock()
	close(s.built)
}

// SetMarks gives the starts and gaps, in order, when they are found.
func (s *LogIndex) SetMarks(marks []index.Mark) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marks = marks
}

// MarksBetween implements LogMarked.
func (s *LogIndex) MarksBetween(after, upTo int) []LogEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := sort.Search(len(s.marks), func(i int) bool { return s.marks[i].Before > int64(after) })
	var out []LogEntry
	for ; i < len(s.marks) && s.marks[i].Before <= int64(upTo); i++ {
		out = append(out, LogEntry{Mark: &s.marks[i].Mark})
	}
	return out
}

// Count implements LogSource.
func (s *LogIndex) Count() LogCount {
	s.mu.Lock()
	building, marks := s.building, len(s.marks)
	s.mu.Unlock()
	c := s.x.Count()
	return LogCount{End: int(c.Records), Marks: marks, Done: !building, Read: c.Bytes, Total: c.Total}
}

// Levels gives the numbers that an index keeps: errors, warnings, and the rest.
func (s *LogIndex) Levels() map[logs.Severity]int {
	c := s.x.Count()
	return map[logs.Severity]int{logs.Error: int(c.Errors), logs.Warning: int(c.Warnings), logs.Info: int(c.Records - c.Errors - c.Warnings)}
}

// Entry implements LogSource.
func (s *LogIndex) Entry(n int) (LogEntry, bool) {
	p := s.page(n)
	select {
	case <-p.come:
		return p.at(n)
	default:
	}
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case <-p.come:
		return p.at(n)
	case <-t.C:
		go func() { <-p.come; s.loaded() }()
		return LogEntry{}, false
	}
}

// Read implements LogSource.
func (s *LogIndex) Read(ctx context.Context, n int) (LogEntry, error) {
	p := s.page(n)
	select {
	case <-p.come:
		e, _ := p.at(n)
		return e, nil
	case <-ctx.Done():
		return LogEntry{}, context.Cause(ctx)
	}
}

func (p *page) at(n int) (LogEntry, bool) {
	if i := n % pageEntries; i < len(p.entries) {
		return p.entries[i], true
	}
	return LogEntry{}, false
}

// page gives the page of an entry, which may be on its way. One that was cut short by the end of the index is read again when there is more.
func (s *LogIndex) page(n int) *page {
	number := n / pageEntries
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.pages[number]; ok {
		select {
		case <-p.come:
			if n%pageEntries < len(p.entries) {
				return p
			}
		default:
			return p
		}
	}
	p := &page{come: make(chan struct{})}
	if _, again := s.pages[number]; !again {
		s.recent = append(s.recent, number)
	}
	s.pages[number] = p
	if len(s.recent) > pagesHeld {
		delete(s.pages, s.recent[0])
		s.recent = s.recent[1:]
	}
	go func() {
		defer close(p.come)
		for _, r := range s.x.Records(int64(number)*pageEntries, pageEntries) {
			p.entries = append(p.entries, LogEntry{Record: r, Failed: s.failed(r)})
		}
	}()
	return p
}

// severityLetters are the letters of the levels that an index can look for.
var severityLetters = map[logs.Severity][]string{logs.Fatal: {"F"}, logs.Error: {"E"}, logs.Warning: {"W"}, logs.Audit: {"A"}, logs.Info: {"I"},
	logs.Config: {"C"}, logs.Detail: {"D"}, logs.SystemOut: {"O"}, logs.SystemErr: {"R"}, logs.Fine: {"1"}, logs.Finer: {"2"}, logs.Finest: {"3"},
	logs.Entry: {">"}, logs.Exit: {"<"}}

// primary is the part of a filter that the index looks for itself; whole tells that it is all of it.
func (f LogFilter) primary() (p *logs.Filter, whole bool) {
	p, whole = &logs.Filter{}, !f.Failures && len(f.parts) < 2
	if len(f.parts) > 0 {
		one := *f.parts[0]
		p = &one
	}
	if len(f.Levels) == 0 {
		return p, whole
	}
	letters := map[string]bool{}
	for s := range f.Levels {
		if severityLetters[s] == nil { // levels of its own: any other letter
			return p, false
		}
		for _, l := range severityLetters[s] {
			letters[l] = true
		}
	}
	p.Levels = letters
	return p, whole
}

// Search implements LogSource. It waits until the index is complete.
func (s *LogIndex) Search(ctx context.Context, f LogFilter, from, to int, found func([]int, int) bool) error {
	if from >= to {
		return nil
	}
	select {
	case <-s.built:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	ctx, cancel := context.WithCancel(ctx)
	primary, whole := f.primary()
	sel, end := s.x.Select(primary), make(chan error, 1)
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	group.Go(func() { end <- sel.Run(ctx) })
	running := true
	var err error
	for given := int64(0); ; {
		select {
		case <-sel.Changed():
		case err = <-end:
			running = false
		}
		n := sel.Len()
		hits := make([]int, 0, n-given)
		for ; given < n; given++ {
			number := int(sel.At(given))
			if number < from {
				continue
			}
			if !whole {
				if e, err := s.Read(ctx, number); err != nil || !f.Match(e) {
					continue
				}
			}
			hits = append(hits, number)
		}
		at, _ := sel.Scanned()
		if !running && err == nil {
			at = s.x.Count().Records
		}
		if !found(hits, max(from, int(at))) || !running {
			return err
		}
	}
}

// AtTime implements LogSource.
func (s *LogIndex) AtTime(at time.Time) int { return int(s.x.RecordAtTime(at)) }

// AtLine is the number of the entry to which a line of a file belongs, -1 when there is none.
func (s *LogIndex) AtLine(file string, line int64) int {
	for _, f := range s.x.Files() {
		if strings.HasSuffix(f.Path, file) {
			if n := s.x.LineOf(f.Path, line); n >= 0 {
				return int(s.x.RecordAtLine(n))
			}
		}
	}
	return -1
}

// finer is how many slices of the index make a part of the timeline: enough to see silences.
const finer = 16

// Density implements LogSource. Errors are told of the whole log only.
func (s *LogIndex) Density(_ context.Context, parts int, only []int) Density {
	d := Density{All: make([]float64, parts), Errors: make([]float64, parts), First: make([]int, parts), Began: make([]time.Time, parts)}
	for i := range d.First {
		d.First[i] = -1
	}
	kept, pauses := busySlices(s.x.Timeline(parts * finer))
	if len(kept) == 0 {
		return d
	}
	d.From, d.To = kept[0].From, kept[len(kept)-1].From
	for i, k := range kept {
		part := i * parts / len(kept)
		if k.Records > 0 && d.First[part] < 0 {
			d.First[part], d.Began[part] = int(k.First), k.From
		}
		if pauses[i] {
			d.Pauses = append(d.Pauses, part)
		}
		if only == nil {
			d.All[part] += float64(k.Records)
			d.Errors[part] += float64(k.Errors)
		}
	}
	part := 0
	for _, n := range only {
		for next := part + 1; next < parts; next++ {
			if d.First[next] > n {
				break
			}
			if d.First[next] >= 0 {
				part = next
			}
		}
		d.All[part]++
	}
	return d
}

// busySlices leaves out what is beyond a short silence, and tells where.
func busySlices(all []index.Slice) (kept []index.Slice, pause map[int]bool) {
	pause = map[int]bool{}
	silent := 0
	for _, s := range all {
		if s.Records == 0 {
			silent++
		} else {
			silent = 0
		}
		if silent > finer {
			pause[len(kept)] = true
			continue
		}
		kept = append(kept, s)
	}
	return kept, pause
}
