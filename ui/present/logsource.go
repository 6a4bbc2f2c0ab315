package present

import (
	"context"
	"time"
)

// LogSource is a log as a view reads it: entries by number, from the oldest. Numbers stay what they are while older entries are dropped. Its methods may
// be called from several goroutines; Entry answers at once.
type LogSource interface {
	// Count tells how much there is now.
	Count() LogCount
	// Entry gives an entry; false when it is no longer held, or is being read and comes with the next signal of a change.
	Entry(n int) (LogEntry, bool)
	// Read gives an entry and waits for it; not for the screen's goroutine.
	Read(ctx context.Context, n int) (LogEntry, error)
	// Search gives the numbers of the entries of [from, to) that a filter keeps, in order, some at a time, and how far it has come. It ends early
	// when found returns false or ctx ends.
	Search(ctx context.Context, f LogFilter, from, to int, found func(hits []int, at int) bool) error
	// AtLine is the number of the entry to which a line of a file (of any, when it is empty) belongs, -1 when there is none. file may be the end
	// of a path. Not for the screen's goroutine.
	AtLine(file string, line int64) int
	// AtTime is the number of the first entry that is not older than a wall clock, Count().End when all are.
	AtTime(wall time.Time) int
	// Density counts entries over time, all of them or those whose numbers are given.
	Density(ctx context.Context, parts int, only []int) Density
}

// LogMarked is a LogSource whose starts and gaps are no entries of their own.
type LogMarked interface {
	// MarksBetween gives the marks that stand behind an entry (-1: the beginning) and before another, in order.
	MarksBetween(after, upTo int) []LogEntry
}

// LogCount is how much of a log there is.
type LogCount struct {
	First, End int // numbers of the entries that are held: [First, End)
	Epoch      int // changes when the log was read anew and its numbers mean others
	Marks      int // starts and gaps that are known and are no entries, see LogMarked
	Done       bool
	Read       int64 // bytes read so far, of a log that is being opened
	Total      int64 // bytes that it has, 0 when that is not known
}

// Len is the number of entries that are held.
func (c LogCount) Len() int { return c.End - c.First }

// Density is a log over time, in equal parts.
type Density struct {
	All, Errors []float64 // records in each part, and those of them that are errors
	First       []int     // number of the entry with which each part begins, -1 for an empty one
	Began       []time.Time
	Pauses      []int // parts before which a silence was shortened
	From, To    time.Time
}

// PartOf gives the part in which an entry stands, -1 when there is none.
func (d Density) PartOf(n int) int {
	at := -1
	for i, first := range d.First {
		if first >= 0 && first <= n {
			at = i
		}
	}
	return at
}

// longestPause is as much of a silence as the density shows: a log that holds a day of January and an hour of today would else be two strokes.
const longestPause = 2 * time.Minute

// densityPass counts entries over time; run goes over them in order, twice.
func densityPass(parts int, run func(visit func(n int, wall int64, loud bool))) Density {
	d := Density{All: make([]float64, parts), Errors: make([]float64, parts), First: make([]int, parts), Began: make([]time.Time, parts)}
	for i := range d.First {
		d.First[i] = -1
	}
	var span, last, from int64
	begun := false
	run(func(_ int, at int64, _ bool) {
		if !begun {
			begun, from, last = true, at, at
		}
		span += min(int64(longestPause/time.Millisecond), max(0, at-last))
		last = max(last, at)
	})
	if !begun {
		return d
	}
	d.From, d.To = time.UnixMilli(from).UTC(), time.UnixMilli(last).UTC()
	var come int64
	last = from
	run(func(n int, at int64, loud bool) {
		step := max(0, at-last)
		come += min(int64(longestPause/time.Millisecond), step)
		last = max(last, at)
		part := 0
		if span > 0 {
			part = min(parts-1, int(float64(come)/float64(span)*float64(parts)))
		}
		if step > int64(longestPause/time.Millisecond) && (len(d.Pauses) == 0 || d.Pauses[len(d.Pauses)-1] != part) {
			d.Pauses = append(d.Pauses, part)
		}
		d.All[part]++
		if loud {
			d.Errors[part]++
		}
		if d.First[part] < 0 {
			d.First[part], d.Began[part] = n, time.UnixMilli(at).UTC()
		}
	})
	return d
}
