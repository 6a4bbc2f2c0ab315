package present

import (
	"strings"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/ui/port"
)

// LogBuffer holds the lines of the stream that the log screen shows: the newest, up to a number. Lines are added on the engine's goroutines and
// read on the screen's; a view of it is taken with View.
type LogBuffer struct {
	mu      sync.Mutex
	lines   []port.LogLine
	limit   int
	dropped int // since the beginning
	epoch   int // how often it was emptied
	counts  map[string]int
}

// NewLogBuffer makes a buffer for so many lines.
func NewLogBuffer(limit int) *LogBuffer { return &LogBuffer{limit: limit, counts: map[string]int{}} }

// Add appends lines. Any goroutine.
func (b *LogBuffer) Add(lines ...port.LogLine) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range lines {
		if l.Head {
			b.counts[l.Level]++
		}
	}
	b.lines = append(b.lines, lines...)
	if over := len(b.lines) - b.limit; over > b.limit/4 { // in large steps, for it copies
		b.dropped += over
		b.lines = append(make([]port.LogLine, 0, b.limit+b.limit/4), b.lines[over:]...)
	}
}

// Reset empties the buffer: the stream is read anew. Any goroutine.
func (b *LogBuffer) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines, b.dropped, b.counts = nil, 0, map[string]int{}
	b.epoch++
}

// Len is the number of lines that are held.
func (b *LogBuffer) Len() int { b.mu.Lock(); defer b.mu.Unlock(); return len(b.lines) }

// Counts gives the number of records by level since the beginning.
func (b *LogBuffer) Counts() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make(map[string]int, len(b.counts))
	for k, v := range b.counts {
		out[k] = v
	}
	return out
}

// LogFilter says which records are shown. A record is shown or left out with all its lines.
type LogFilter struct {
	Levels   map[string]bool // empty: all
	Failures bool            // only records that a failure rule matched
	Traces   bool            // the lines of traces too
	Query    string          // only records with it, when Only is set
	Only     bool
}

// LogWindow is a filtered view of the buffer that is extended as the buffer grows. It belongs to the screen's goroutine.
type LogWindow struct {
	buffer *LogBuffer
	filter LogFilter
	lines  []port.LogLine
	read   int  // absolute number of the next line to be read
	epoch  int  // of the buffer when it was read
	keep   bool // the record that is being read is shown
}

// View makes a window with a filter.
func (b *LogBuffer) View(f LogFilter) *LogWindow {
	w := &LogWindow{buffer: b, filter: f, epoch: -1}
	w.Grow()
	return w
}

// Grow takes in what is new and tells how many lines at its start are gone; anew means that all of them are others now.
func (w *LogWindow) Grow() (added, dropped int, anew bool) {
	w.buffer.mu.Lock()
	if anew = w.epoch != w.buffer.epoch; anew {
		w.epoch, w.read, w.lines, w.keep = w.buffer.epoch, 0, nil, false
	}
	fresh := w.buffer.lines[min(len(w.buffer.lines), max(0, w.read-w.buffer.dropped)):]
	w.read = w.buffer.dropped + len(w.buffer.lines)
	limit := w.buffer.limit
	w.buffer.mu.Unlock()
	before := len(w.lines)
	for i, l := range fresh {
		if l.Head || l.Note != "" {
			w.keep = l.Note != "" || w.filter.wants(fresh[i:])
		}
		if w.keep && (l.Head || l.Note != "" || w.filter.Traces) {
			w.lines = append(w.lines, l)
		}
	}
	added = len(w.lines) - before
	if over := len(w.lines) - limit; over > limit/4 {
		dropped = over
		w.lines = append([]port.LogLine{}, w.lines[over:]...)
	}
	return added, dropped, anew
}

// wants judges the record that begins with lines[0].
func (f LogFilter) wants(lines []port.LogLine) bool {
	head := lines[0]
	if len(f.Levels) > 0 && !f.Levels[head.Level] || f.Failures && !head.Failed {
		return false
	}
	if !f.Only || f.Query == "" {
		return true
	}
	q := strings.ToLower(f.Query)
	for i, l := range lines {
		if i > 0 && (l.Head || l.Note != "") {
			break
		}
		if strings.Contains(strings.ToLower(l.Text), q) {
			return true
		}
	}
	return false
}

// Len is the number of lines shown.
func (w *LogWindow) Len() int { return len(w.lines) }

// Line is one of them.
func (w *LogWindow) Line(i int) port.LogLine { return w.lines[i] }

// Find gives the line that came from a place in a file, or -1.
func (w *LogWindow) Find(file string, line int) int {
	for i := len(w.lines) - 1; i >= 0; i-- {
		if w.lines[i].File == file && w.lines[i].Line == line {
			return i
		}
	}
	return -1
}

// Density is the log over time, in equal parts.
type Density struct {
	All, Errors []float64 // records in each part, and those of them that are errors
	First       []int     // line at which each part begins, -1 for an empty one
	From, To    time.Time
}

// longestPause is as much of a silence as the density shows: a log that holds a day of January and an hour of today would else be two strokes.
const longestPause = 2 * time.Minute

// Density counts the records of the window over time, in n parts. Silences are shortened.
func (w *LogWindow) Density(n int) Density {
	d := Density{All: make([]float64, n), Errors: make([]float64, n), First: make([]int, n)}
	for i := range d.First {
		d.First[i] = -1
	}
	var heads []int
	var at []time.Duration
	var span time.Duration
	for i, l := range w.lines {
		if !l.Head || l.Time.IsZero() {
			continue
		}
		if len(heads) == 0 {
			d.From = l.Time
		} else {
			span += min(longestPause, max(0, l.Time.Sub(d.To)))
		}
		d.To = l.Time
		heads, at = append(heads, i), append(at, span)
	}
	for k, i := range heads {
		part := 0
		if span > 0 {
			part = min(n-1, int(float64(at[k])/float64(span)*float64(n)))
		}
		d.All[part]++
		if Loud(w.lines[i].Level) {
			d.Errors[part]++
		}
		if d.First[part] < 0 {
			d.First[part] = i
		}
	}
	return d
}

// Loud tells whether a level is an error's.
func Loud(level string) bool { return level == "fatal" || level == "error" || level == "err" }
