package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Column of a table.
type Column struct {
	ID     string
	Title  string
	Min    float32 // width that it never falls below
	Weight float32 // share of the width that is left; 0: keeps Min
	Right  bool    // numbers
	Mono   bool
}

// Cell is what stands in a row and column.
type Cell struct {
	Text string
	Sign Sign // before the text; none when its shape is empty
	Dim  bool
	Bold bool
	Path bool // cut in its middle when there is too little room
}

// Rows gives a table its content. It is asked on Fyne's goroutine, and only for what is seen.
type Rows interface {
	Len() int
	Cell(row, col int) Cell
}

// RowsOf makes Rows of two functions.
type RowsOf struct {
	Count func() int
	At    func(row, col int) Cell
}

// Len implements Rows.
func (r RowsOf) Len() int { return r.Count() }

// Cell implements Rows.
func (r RowsOf) Cell(row, col int) Cell { return r.At(row, col) }

// DataTable is the one table of the program. It draws only the rows that are seen, whatever their number, and has a head of its own: Fyne's
// table makes one separator a row, before it knows its height, as soon as it has a head (3.6 s and 600 MB for a million rows), and counts in
// pixels that 32 bits cannot tell apart beyond some 400,000 rows.
//
// Up, Down, Page Up, Page Down, Home and End move the selection; Left and Right change the column it is sorted by, R turns the order round,
// Return opens, Ctrl+C copies the row.
type DataTable struct {
	widget.BaseWidget
	Columns []Column
	// OnSelect is called when a person selects a row, not when Select does.
	OnSelect func(row int)
	OnOpen   func(row int)
	OnSort   func(column string, descending bool)
	Empty    string // what an empty table says

	rows     Rows
	first    int // first row seen
	selected int // -1: none
	hovered  int
	sortBy   string
	sortDown bool
	focused  bool
	wheel    float32
	bar      *Scrollbar
}

// NewDataTable makes an empty table.
func NewDataTable(columns []Column) *DataTable {
	t := &DataTable{Columns: columns, selected: -1, hovered: -1}
	t.bar = NewScrollbar(false, t.scrollTo)
	t.ExtendBaseWidget(t)
	return t
}

// SetRows shows other rows; the selection stays at its number when that still exists.
func (t *DataTable) SetRows(r Rows) {
	t.rows = r
	if t.selected >= t.Len() {
		t.selected = -1
	}
	t.scrollTo(t.first)
	t.Refresh()
}

// Len is the number of rows.
func (t *DataTable) Len() int {
	if t.rows == nil {
		return 0
	}
	return t.rows.Len()
}

// At is the cell of a row and column.
func (t *DataTable) At(row, col int) Cell { return t.rows.Cell(row, col) }

// Selected is the selected row, or -1.
func (t *DataTable) Selected() int { return t.selected }

// Select selects a row without calling back, and scrolls to it; -1 for none.
func (t *DataTable) Select(row int) {
	if row >= t.Len() {
		row = -1
	}
	t.selected = row
	t.reveal(row)
	t.Refresh()
}

// SetSort shows how the rows are sorted.
func (t *DataTable) SetSort(column string, descending bool) {
	t.sortBy, t.sortDown = column, descending
	t.Refresh()
}

// Sort is how the rows are sorted.
func (t *DataTable) Sort() (column string, descending bool) { return t.sortBy, t.sortDown }

func (t *DataTable) page() int {
	return max(1, int((t.Size().Height-RowHeight)/RowHeight))
}

func (t *DataTable) scrollTo(first int) {
	first = max(0, min(first, t.Len()-t.page()))
	if first != t.first {
		t.first = first
		t.Refresh()
	}
}

func (t *DataTable) reveal(row int) {
	switch {
	case row < 0:
	case row < t.first:
		t.first = row
	case row >= t.first+t.page():
		t.first = row - t.page() + 1
	}
}

func (t *DataTable) choose(row int) {
	if t.Len() == 0 {
		return
	}
	row = max(0, min(row, t.Len()-1))
	changed := row != t.selected
	t.selected = row
	t.reveal(row)
	t.Refresh()
	if changed && t.OnSelect != nil {
		t.OnSelect(row)
	}
}

func (t *DataTable) rowAt(y float32) int {
	if y < RowHeight {
		return -1
	}
	row := t.first + int((y-RowHeight)/RowHeight)
	if row >= t.Len() {
		return -1
	}
	return row
}

// RowPlace is where a row is drawn within the table; seen is false when it is not.
func (t *DataTable) RowPlace(row int) (at fyne.Position, size fyne.Size, seen bool) {
	if row < t.first || row >= min(t.Len(), t.first+t.page()) {
		return at, size, false
	}
	return fyne.NewPos(0, RowHeight*float32(1+row-t.first)), fyne.NewSize(t.Size().Width-barRoom, RowHeight), true
}

// Tapped implements fyne.Tappable: on the head it sorts, on a row it selects.
func (t *DataTable) Tapped(e *fyne.PointEvent) {
	Focus(t)
	if e.Position.Y < RowHeight {
		t.tapHead(e.Position.X)
		return
	}
	if row := t.rowAt(e.Position.Y); row >= 0 {
		t.choose(row)
	}
}

func (t *DataTable) tapHead(x float32) {
	at := float32(0)
	for i, w := range t.widths(t.Size().Width) {
		if x < at+w {
			t.sortOn(i)
			return
		}
		at += w
	}
}

func (t *DataTable) sortOn(col int) {
	if t.OnSort == nil || col < 0 || col >= len(t.Columns) {
		return
	}
	id := t.Columns[col].ID
	t.sortDown = id == t.sortBy && !t.sortDown
	t.sortBy = id
	t.OnSort(t.sortBy, t.sortDown)
	t.Refresh()
}

func (t *DataTable) sortColumn() int {
	for i, c := range t.Columns {
		if c.ID == t.sortBy {
			return i
		}
	}
	return -1
}

// Scrolled implements fyne.Scrollable.
func (t *DataTable) Scrolled(e *fyne.ScrollEvent) {
	t.wheel -= e.Scrolled.DY
	if n := int(t.wheel / RowHeight * 2); n != 0 {
		t.wheel = 0
		t.scrollTo(t.first + n)
	}
}

// MouseIn implements desktop.Hoverable.
func (t *DataTable) MouseIn(e *desktop.MouseEvent) { t.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (t *DataTable) MouseMoved(e *desktop.MouseEvent) {
	if row := t.rowAt(e.Position.Y); row != t.hovered {
		t.hovered = row
		t.Refresh()
	}
}

// MouseOut implements desktop.Hoverable.
func (t *DataTable) MouseOut() {
	t.hovered = -1
	t.Refresh()
}

// FocusGained implements fyne.Focusable.
func (t *DataTable) FocusGained() { t.focused = true; t.Refresh() }

// FocusLost implements fyne.Focusable.
func (t *DataTable) FocusLost() { t.focused = false; t.Refresh() }

// TypedRune implements fyne.Focusable.
func (t *DataTable) TypedRune(r rune) {
	if (r == 'r' || r == 'R') && t.sortColumn() >= 0 {
		t.sortOn(t.sortColumn())
	}
}

// TypedKey implements fyne.Focusable.
func (t *DataTable) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown:
		t.choose(t.selected + 1)
	case fyne.KeyUp:
		t.choose(t.selected - 1)
	case fyne.KeyPageDown:
		t.choose(t.selected + t.page())
	case fyne.KeyPageUp:
		t.choose(t.selected - t.page())
	case fyne.KeyHome:
		t.choose(0)
	case fyne.KeyEnd:
		t.choose(t.Len() - 1)
	case fyne.KeyRight:
		t.sortOn(min(t.sortColumn()+1, len(t.Columns)-1))
	case fyne.KeyLeft:
		t.sortOn(max(t.sortColumn()-1, 0))
	case fyne.KeyReturn, fyne.KeyEnter:
		if t.selected >= 0 && t.OnOpen != nil {
			t.OnOpen(t.selected)
		}
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (t *DataTable) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); !ok {
		forward(t, s)
		return
	}
	if t.selected < 0 {
		return
	}
	line := ""
	for i := range t.Columns {
		if i > 0 {
			line += "\t"
		}
		line += t.rows.Cell(t.selected, i).Text
	}
	Copy(line)
}

// widths shares the width among the columns: each its minimum, then by weight.
func (t *DataTable) widths(total float32) []float32 {
	total -= barRoom
	out := make([]float32, len(t.Columns))
	least, weight := float32(0), float32(0)
	for i, c := range t.Columns {
		out[i] = c.Min
		least += c.Min
		weight += c.Weight
	}
	if rest := total - least; rest > 0 && weight > 0 {
		for i, c := range t.Columns {
			out[i] += rest * c.Weight / weight
		}
	}
	return out
}

const barRoom float32 = 10
