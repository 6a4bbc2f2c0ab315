package kit

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// LineLevel is how loud a line of a log is.
type LineLevel int

// The levels of lines. LineTrace is a line below the first of a record: a frame of a stack trace, for example.
const (
	LineInfo LineLevel = iota
	LineTrace
	LineWarning
	LineError
	LineNote // ours, not the log's: "the log continues in ..."
)

// LogLine is one line as it is shown.
type LogLine struct {
	Text  string
	Level LineLevel
}

// Lines gives a log view its content, addressed by line. It is asked on Fyne's goroutine for the lines that are seen, and for all when a search
// runs.
type Lines interface {
	Len() int
	Line(i int) LogLine
}

type place2 struct{ line, col int }

func (a place2) before(b place2) bool { return a.line < b.line || a.line == b.line && a.col < b.col }

// LogView shows a log of any length. It draws into one raster with glyphs of its own and is addressed by line: text widgets take half a minute
// for 10,000 lines, and pixel offsets no longer tell lines apart in large files.
//
// It follows the end until a person scrolls up; from then on it counts what is new. Drag selects, Ctrl+C copies, Ctrl+A selects all; arrows, Page
// Up, Page Down, Home and End scroll (End follows again); N and Shift+N go to the next and the previous match.
type LogView struct {
	widget.BaseWidget
	OnFollow func(following bool, unseen int) // after each change
	OnTap    func(line int)

	src      Lines
	known    int // lines when last told
	first    int
	left     int // first column seen
	widest   int // widest line drawn so far, in cells
	follow   bool
	unseen   int
	query    string
	current  int // line of the current match or jump; -1 none
	from, to place2
	selected bool
	dragging bool
	focused  bool
	wheel    float32

	raster *canvas.Raster
	down   *Scrollbar
	across *Scrollbar
	atlas  *atlas
	buf    imageBuffer
	cellW  float32 // cell in units of the canvas
	cellH  float32
}

// NewLogView makes an empty view that follows.
func NewLogView() *LogView {
	v := &LogView{follow: true, current: -1}
	v.down = NewScrollbar(false, func(first int) { v.ScrollTo(first) })
	v.across = NewScrollbar(true, func(left int) { v.left = left; v.Refresh() })
	v.raster = canvas.NewRaster(v.draw)
	v.measure(1)
	v.ExtendBaseWidget(v)
	return v
}

// SetLines shows another log from its end.
func (v *LogView) SetLines(l Lines) {
	v.src, v.known, v.unseen, v.selected, v.current, v.widest, v.left = l, 0, 0, false, -1, 0, 0
	v.first, v.follow = 0, true
	v.Grown()
}

// Grown tells that there are more lines than before (or fewer, when old ones were dropped).
func (v *LogView) Grown() {
	n := v.Len()
	if added := n - v.known; added > 0 && !v.follow {
		v.unseen += added
	}
	v.known = n
	if v.follow {
		v.first = max(0, n-v.page())
	}
	v.Refresh()
	v.tell()
}

// Shift tells that lines were dropped at the start, so that what is seen stays what it is.
func (v *LogView) Shift(dropped int) {
	v.first = max(0, v.first-dropped)
	v.known = max(0, v.known-dropped)
	if v.current >= 0 {
		v.current = max(-1, v.current-dropped)
	}
	v.from.line, v.to.line = v.from.line-dropped, v.to.line-dropped
	if v.from.line < 0 || v.to.line < 0 {
		v.selected = false
	}
}

// Len is the number of lines.
func (v *LogView) Len() int {
	if v.src == nil {
		return 0
	}
	return v.src.Len()
}

// First is the first line seen.
func (v *LogView) First() int { return v.first }

// Following tells whether it follows the end, and how many lines came since it stopped.
func (v *LogView) Following() (bool, int) { return v.follow, v.unseen }

// Follow goes to the end and stays there.
func (v *LogView) Follow() {
	v.follow, v.unseen = true, 0
	v.first = max(0, v.Len()-v.page())
	v.Refresh()
	v.tell()
}

// Pause stops following where it is.
func (v *LogView) Pause() {
	if v.follow {
		v.follow, v.unseen = false, 0
		v.tell()
	}
}

// ScrollTo shows a line at the top. Scrolling away from the end pauses; reaching it follows again.
func (v *LogView) ScrollTo(first int) {
	end := max(0, v.Len()-v.page())
	v.first = max(0, min(first, end))
	v.follow = v.first >= end
	if v.follow {
		v.unseen = 0
	}
	v.Refresh()
	v.tell()
}

// GoTo shows a line in the middle and marks it.
func (v *LogView) GoTo(line int) {
	if line < 0 || line >= v.Len() {
		return
	}
	v.current = line
	v.follow = false
	v.first = max(0, min(line-v.page()/2, v.Len()-v.page()))
	v.Refresh()
	v.tell()
}

func (v *LogView) tell() {
	if v.OnFollow != nil {
		v.OnFollow(v.follow, v.unseen)
	}
}

func (v *LogView) page() int {
	h := v.Size().Height - barRoom
	if h <= 0 || v.cellH <= 0 {
		return 1
	}
	return max(1, int(h/v.cellH))
}

// Highlight marks all hits of a text (case does not matter) and does not move.
func (v *LogView) Highlight(query string) {
	v.query = strings.ToLower(query)
	v.Refresh()
}

// Find goes to the next line that holds the query, or to the previous one; it begins anew at the other end. It tells whether there is one.
func (v *LogView) Find(forward bool) bool {
	n := v.Len()
	if v.query == "" || n == 0 {
		return false
	}
	step, at := 1, v.current
	if !forward {
		step = -1
	}
	if at < 0 {
		at = v.first - step
	}
	for range n {
		at = (at + step + n) % n
		if indexFold(v.src.Line(at).Text, v.query) >= 0 {
			v.GoTo(at)
			return true
		}
	}
	return false
}

// indexFold finds a lower-case text in s without regard to the case of ASCII letters, and without making a copy of s when it is ASCII.
func indexFold(s, lower string) int {
	if lower == "" {
		return -1
	}
	for _, r := range []byte(lower) {
		if r >= utf8.RuneSelf {
			return strings.Index(strings.ToLower(s), lower)
		}
	}
	first := lower[0]
	for i := 0; i+len(lower) <= len(s); i++ {
		if lowerByte(s[i]) == first && equalFold(s[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}

func equalFold(s, lower string) bool {
	for i := range len(lower) {
		if lowerByte(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

func lowerByte(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// Selection is the selected text.
func (v *LogView) Selection() string {
	if !v.selected || v.src == nil {
		return ""
	}
	a, b := v.from, v.to
	if b.before(a) {
		a, b = b, a
	}
	var out strings.Builder
	for i := max(0, a.line); i <= b.line && i < v.Len(); i++ {
		if i > a.line {
			out.WriteByte('\n')
		}
		text := v.src.Line(i).Text
		start, end := 0, len(text)
		if i == a.line {
			start = byteAt(text, a.col)
		}
		if i == b.line {
			end = byteAt(text, b.col)
		}
		if start < end {
			out.WriteString(text[start:end])
		}
	}
	return out.String()
}

// SelectAll selects everything.
func (v *LogView) SelectAll() {
	v.from, v.to, v.selected = place2{}, place2{line: max(0, v.Len()-1), col: 1 << 30}, true
	v.Refresh()
}

// byteAt turns a column of cells into an offset within the text.
func byteAt(text string, col int) int {
	at := 0
	for i, r := range text {
		if at >= col {
			return i
		}
		at += advance(r, at)
	}
	return len(text)
}

// advance is the number of cells that a rune takes at a column.
func advance(r rune, col int) int {
	if r == '\t' {
		return 8 - col%8
	}
	return cells(r)
}
