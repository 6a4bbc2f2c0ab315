package kit

import (
	"fyne.io/fyne/v2"
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
	LineGap  // ours: something is missing here
)

// Fold is the sign of a record's first line that tells whether its trace is folded.
type Fold int

// The folds. NoFold is a line that has nothing to fold.
const (
	NoFold Fold = iota
	Folded
	Unfolded
)

// Tone is how a part of a line is written.
type Tone int

// The tones. TonePlain is that of the line's level.
const (
	TonePlain Tone = iota
	ToneDim
	ToneName
	ToneLink
)

// LogSpan gives a tone to a part of a line, in bytes.
type LogSpan struct {
	From, To int
	Tone     Tone
}

// LogLine is one line as it is shown.
type LogLine struct {
	Text  string
	Level LineLevel
	Fold  Fold
	Flag  bool      // a person has marked the record
	Spans []LogSpan // in order, not overlapping
}

// Lines gives a log view its content, addressed by line. It is asked on Fyne's goroutine for the lines that are seen, and for all when a search
// runs.
type Lines interface {
	Len() int
	Line(i int) LogLine
}

// LogItems gives a log view its content, addressed by item: a record with its lines, of which there is at least one. It is asked on Fyne's goroutine for
// the items that are seen, again for each picture: answers come from memory. How many lines an item has may change, when it is folded for example.
type LogItems interface {
	Len() int
	Rows(item int) []LogLine
}

// singles shows each line as an item of its own.
type singles struct{ Lines }

// Rows implements LogItems.
func (s singles) Rows(i int) []LogLine { return []LogLine{s.Line(i)} }

// LogView shows a log of any length. It draws into one raster with glyphs of its own and is addressed by item and line: text widgets take half a
// minute for 10,000 lines, and pixel offsets no longer tell lines apart in large files. How high an item is it asks only of those that are seen, so
// that a frame costs the same in a log of any size.
//
// It follows the end until a person scrolls up; from then on it counts what is new. The keys stand in TypedKey and TypedRune.
type LogView struct {
	widget.BaseWidget
	OnFollow  func(following bool, unseen int) // after each change
	OnCurrent func(item int)                   // the cursor came to another item
	OnFold    func(item int)                   // its trace is to be folded or unfolded
	OnFlag    func(item int)                   // a press on the place of the flag
	OnFind    func(forward bool)               // to the next or the previous hit; nil: the view looks through its lines itself
	OnRune    func(r rune) bool                // keys that the view itself does not use; true when it was one
	OnKey     func(e *fyne.KeyEvent) bool      // asked first; true when it is done
	OnMenu    func(item int, at fyne.Position) // the second button, or the menu key; at is a place in the view
	OnSeen    func(first, last int)            // the items that are seen have changed
	OnCopied  func(lines int, whole bool)
	CopyItem  func(item int) string // the text of an item, for a copy without a selection
	OnLack    func()                // once, when a character is seen that the bundled fonts lack: UseFonts may have it

	src      LogItems
	known    int // items when last told
	top      spot
	cursor   spot // item -1: none
	left     int  // first column seen
	widest   int  // widest line drawn so far, in cells
	follow   bool
	unseen   int
	finder   func(string) [][]int
	anchor   spot // where a selection began
	head     spot // where it ends
	selected bool
	dragging bool
	focused  bool
	wheel    float32
	seen     [2]int

	raster *canvas.Raster
	down   *Scrollbar
	across *Scrollbar
	atlas  *atlas
	fonts  *SystemFonts
	lacked bool // OnLack was called
	buf    imageBuffer
	cellW  float32 // cell in units of the canvas
	cellH  float32
}

// NewLogView makes an empty view that follows.
func NewLogView() *LogView {
	v := &LogView{follow: true, cursor: spot{item: -1}, seen: [2]int{-1, -1}}
	v.down = NewScrollbar(false, func(first int) { v.scrollBar(first) })
	v.across = NewScrollbar(true, func(left int) { v.left = left; v.Refresh() })
	v.raster = canvas.NewRaster(v.draw)
	v.raster.ScaleMode = canvas.ImageScalePixels // it is drawn in the pixels of the screen
	v.measure(1)
	v.ExtendBaseWidget(v)
	return v
}

// SetLines shows another log, each line an item, from its end.
func (v *LogView) SetLines(l Lines) { v.SetItems(singles{l}, true) }

// SetItems shows another log: from its end, following it, or from its beginning.
func (v *LogView) SetItems(items LogItems, follow bool) {
	v.src, v.unseen, v.selected, v.widest, v.left = items, 0, false, 0, 0
	v.known = v.Len() // none of them is news
	v.top, v.cursor, v.follow = spot{}, spot{item: -1}, follow
	v.Grown()
}

// Grown tells that there are more items than before, or fewer, or that they look different now.
func (v *LogView) Grown() {
	n := v.Len()
	if added := n - v.known; added > 0 && !v.follow {
		v.unseen += added
	}
	v.known = n
	if v.cursor.item >= n {
		v.cursor = spot{item: -1}
	}
	if v.follow {
		v.top = v.lastTop()
	}
	v.Refresh()
	v.tell()
}

// Shift tells that items were dropped at the start, so that what is seen stays what it is.
func (v *LogView) Shift(dropped int) {
	shift := func(p *spot) bool {
		p.item -= dropped
		return p.item >= 0
	}
	if !shift(&v.top) {
		v.top = spot{}
	}
	if v.cursor.item >= 0 && !shift(&v.cursor) {
		v.cursor = spot{item: -1}
	}
	a, b := shift(&v.anchor), shift(&v.head)
	v.selected = v.selected && a && b
	v.known = max(0, v.known-dropped)
}

// Len is the number of items.
func (v *LogView) Len() int {
	if v.src == nil {
		return 0
	}
	return v.src.Len()
}

// First is the first item seen.
func (v *LogView) First() int { return v.top.item }

// Current is the item under the cursor, -1 when there is none.
func (v *LogView) Current() int { return v.cursor.item }

// Following tells whether it follows the end, and how many items came since it stopped.
func (v *LogView) Following() (bool, int) { return v.follow, v.unseen }

// Follow goes to the end and stays there.
func (v *LogView) Follow() {
	v.follow, v.unseen = true, 0
	v.top = v.lastTop()
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

// ScrollTo shows an item at the top. Scrolling away from the end pauses; reaching it follows again.
func (v *LogView) ScrollTo(item int) { v.scrollTop(spot{item: item}) }

// GoTo shows an item in the middle and puts the cursor on it.
func (v *LogView) GoTo(item int) { v.GoToRow(item, 0) }

// GoToRow shows a line of an item in the middle and puts the cursor on it.
func (v *LogView) GoToRow(item, row int) {
	if item < 0 || item >= v.Len() {
		return
	}
	v.follow = false
	v.cursor = spot{item: item, row: min(row, len(v.rows(item))-1)}
	v.top = v.clampTop(v.step(v.cursor, -v.page()/2))
	v.Refresh()
	v.tell()
	v.tellCurrent()
}

// Mark gives the places in a text that are to be marked, in bytes, as regexp.FindAllStringIndex gives them; nil marks nothing. It is asked for the lines
// that are seen.
func (v *LogView) Mark(finder func(text string) [][]int) {
	v.finder = finder
	v.Refresh()
}

// UseFonts draws characters that the bundled fonts lack with those of the system, which belong to the view from then on.
func (v *LogView) UseFonts(s *SystemFonts) {
	v.fonts = s
	v.atlas.use(s)
	v.Refresh()
}

func (v *LogView) tell() {
	if v.OnFollow != nil {
		v.OnFollow(v.follow, v.unseen)
	}
}

func (v *LogView) tellCurrent() {
	if v.OnCurrent != nil {
		v.OnCurrent(v.cursor.item)
	}
}

// tellSeen tells which items are seen, once for each change.
func (v *LogView) tellSeen() {
	now := [2]int{v.top.item, v.step(v.top, v.page()-1).item}
	if v.Len() == 0 {
		now = [2]int{-1, -1}
	}
	if now != v.seen && v.OnSeen != nil {
		v.seen = now
		v.OnSeen(now[0], now[1])
	}
}

// page is the number of lines that are seen as a whole.
func (v *LogView) page() int {
	h := v.Size().Height - barRoom
	if h <= 0 || v.cellH <= 0 {
		return 1
	}
	return max(1, int(h/v.cellH))
}
