package present

import (
	"fmt"
	"slices"
	"sort"
)

// LogWindow is what a log view shows of a source: all entries, or those that a scan has found, each folded or not. It belongs to the screen's goroutine.
type LogWindow struct {
	source LogSource
	scan   *LogScan // nil: all entries
	count  LogCount
	found  Found
	fold   bool         // traces are folded
	turned map[int]bool // entries that are folded the other way
}

// NewLogWindow makes a window over all entries, or over what a scan finds.
func NewLogWindow(s LogSource, scan *LogScan, fold bool) *LogWindow {
	w := &LogWindow{source: s, scan: scan, fold: fold, turned: map[int]bool{}, count: s.Count()}
	if scan != nil {
		w.found = scan.Found()
	}
	return w
}

// Grow takes in what is new and tells how many items at the start are gone; anew means that all of them are others now.
func (w *LogWindow) Grow() (added, dropped int, anew bool) {
	was, n := w.count, w.Len()
	first := w.Number(0)
	w.count = w.source.Count()
	if w.scan != nil {
		w.found = w.scan.Found()
	}
	if w.count.Epoch != was.Epoch {
		w.turned = map[int]bool{}
		return w.Len(), 0, true
	}
	if now := w.Number(0); n > 0 && now > first {
		dropped = now - first
		if w.scan != nil {
			dropped = n // replaced as a whole: only a scan that began anew drops
		}
	}
	return w.Len() - (n - dropped), dropped, false
}

// Len is the number of items.
func (w *LogWindow) Len() int {
	if w.scan == nil {
		return w.count.Len()
	}
	return len(w.found.Hits)
}

// Number is the number of the entry that an item shows; of one beyond the end, the number of the next.
func (w *LogWindow) Number(item int) int {
	if w.scan == nil {
		return w.count.First + item
	}
	if item >= 0 && item < len(w.found.Hits) {
		return w.found.Hits[item]
	}
	return w.count.End
}

// Item is the item that shows an entry, or the first one after it; exact tells whether it is the entry itself.
func (w *LogWindow) Item(number int) (item int, exact bool) {
	if w.scan == nil {
		item = max(0, min(number-w.count.First, w.count.Len()))
		return item, number >= w.count.First && number < w.count.End
	}
	return slices.BinarySearch(w.found.Hits, number)
}

// Found is how far the scan is; Done when there is none.
func (w *LogWindow) Found() Found {
	if w.scan == nil {
		return Found{At: w.count.End, Part: 1, Done: true}
	}
	return w.found
}

// Source is where the entries come from.
func (w *LogWindow) Source() LogSource { return w.source }

// Count is how much the source has, as of the last Grow.
func (w *LogWindow) Count() LogCount { return w.count }

// Rows are the rows of an item; ok is false while the entry is being read.
func (w *LogWindow) Rows(item int) (rows []LogRow, e LogEntry, ok bool) {
	n := w.Number(item)
	if e, ok = w.source.Entry(n); !ok {
		return []LogRow{{Text: "…", Kind: LogFrame}}, e, false
	}
	var before LogEntry
	if item > 0 {
		before, _ = w.source.Entry(w.Number(item - 1))
	}
	rows, before = w.marks(item, n, before)
	return append(rows, LogRows(e, before, w.Folded(n))...), e, true
}

// marksShown is how many marks in a row are shown: a filter may have hidden what stands between very many.
const marksShown = 20

// marks are the rows of what stands between an item and the one above it, of a source that does not give it as entries; last is what then stands above the item.
func (w *LogWindow) marks(item, n int, before LogEntry) (rows []LogRow, last LogEntry) {
	source, ok := w.source.(LogMarked)
	if !ok {
		return nil, before
	}
	after := -1
	if item > 0 {
		after = w.Number(item - 1)
	}
	all := source.MarksBetween(after, n)
	for _, m := range all[:min(len(all), marksShown)] {
		rows = append(rows, LogRows(m, before, false)...)
		before = m
	}
	if more := len(all) - marksShown; more > 0 {
		rows = append(rows, LogRow{Text: fmt.Sprintf("%d more gaps and starts of the server stand here", more), Kind: LogGap})
	}
	return rows, before
}

// Folded tells whether the trace of an entry is folded.
func (w *LogWindow) Folded(number int) bool { return w.fold != w.turned[number] }

// Turn folds or unfolds the trace of one entry.
func (w *LogWindow) Turn(number int) {
	if w.turned[number] {
		delete(w.turned, number)
	} else {
		w.turned[number] = true
	}
}

// Unfold shows the trace of an entry.
func (w *LogWindow) Unfold(number int) {
	if w.Folded(number) {
		w.Turn(number)
	}
}

// FoldAll folds or unfolds all traces.
func (w *LogWindow) FoldAll(fold bool) { w.fold, w.turned = fold, map[int]bool{} }

// Folds tells whether traces are folded.
func (w *LogWindow) Folds() bool { return w.fold }

// Nearest gives the item that is nearest to an entry, at or after it if there is one; -1 when there is none.
func (w *LogWindow) Nearest(number int) int {
	item, _ := w.Item(number)
	return min(item, w.Len()-1)
}

// Within tells which of the numbers is the next one after (or before) an entry, and its place among them; wrapped when it began anew at the other end.
func Within(numbers []int, from int, forward bool) (place int, wrapped bool) {
	if len(numbers) == 0 {
		return -1, false
	}
	if forward {
		place = sort.SearchInts(numbers, from+1)
		if place == len(numbers) {
			return 0, true
		}
		return place, false
	}
	if place = sort.SearchInts(numbers, from) - 1; place < 0 {
		return len(numbers) - 1, true
	}
	return place, false
}
