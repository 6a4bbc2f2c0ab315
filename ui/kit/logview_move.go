package kit

import "fyne.io/fyne/v2"

// spot is a line of an item.
type spot struct {
	item, row int
	col       int // in cells; of a selection only
}

func (a spot) before(b spot) bool {
	if a.item != b.item {
		return a.item < b.item
	}
	if a.row != b.row {
		return a.row < b.row
	}
	return a.col < b.col
}

func (a spot) sameLine(b spot) bool { return a.item == b.item && a.row == b.row }

func (v *LogView) rows(item int) []LogLine {
	if item < 0 || item >= v.Len() {
		return []LogLine{{}}
	}
	if rows := v.src.Rows(item); len(rows) > 0 {
		return rows
	}
	return []LogLine{{}}
}

// step goes n lines down (up when n is negative), at most to the last (first) line.
func (v *LogView) step(p spot, n int) spot {
	last := v.Len() - 1
	if last < 0 {
		return spot{}
	}
	p.item = max(0, min(p.item, last))
	height := len(v.rows(p.item))
	p.row = max(0, min(p.row, height-1))
	for n > 0 {
		if rest := height - 1 - p.row; n <= rest {
			p.row += n
			break
		} else if p.item == last {
			p.row = height - 1
			break
		}
		n -= height - p.row
		p.item, p.row = p.item+1, 0
		height = len(v.rows(p.item))
	}
	for n < 0 {
		if -n <= p.row {
			p.row += n
			break
		} else if p.item == 0 {
			p.row = 0
			break
		}
		n += p.row + 1
		p.item--
		p.row = len(v.rows(p.item)) - 1
	}
	return p
}

// lastTop is the first line that is seen when the last one is.
func (v *LogView) lastTop() spot {
	n := v.Len()
	if n == 0 {
		return spot{}
	}
	return v.step(spot{item: n - 1, row: len(v.rows(n-1)) - 1}, 1-v.page())
}

// clampTop keeps the view within the log. Far from the end it asks for no item there.
func (v *LogView) clampTop(p spot) spot {
	n := v.Len()
	if p.item < 0 || n == 0 {
		return spot{}
	}
	if n-1-p.item >= v.page() {
		return p
	}
	if end := v.lastTop(); end.before(p) {
		return end
	}
	return p
}

// scrollTop shows a line at the top; at the end it follows.
func (v *LogView) scrollTop(p spot) {
	p.col = 0
	v.top = v.clampTop(p)
	v.follow = v.Len()-1-v.top.item < v.page() && !v.top.before(v.lastTop())
	if v.follow {
		v.unseen = 0
	}
	v.Refresh()
	v.tell()
}

// scrollBar is told where a person has moved the bar to.
func (v *LogView) scrollBar(first int) {
	if first >= v.down.total-v.down.page {
		v.Follow()
		return
	}
	v.scrollTop(spot{item: first})
}

// moveCursor moves it by lines and shows it. The first move begins at what is seen.
func (v *LogView) moveCursor(n int) {
	if v.Len() == 0 {
		return
	}
	before := v.cursor
	switch {
	case v.cursor.item >= 0:
		v.cursor = v.step(v.cursor, n)
	case v.follow:
		v.cursor = v.step(v.top, v.page()-1)
	default:
		v.cursor = v.step(v.top, 0)
	}
	v.cursor.col = 0
	v.reveal(v.cursor, n < 0)
	if v.cursor.item != before.item {
		v.tellCurrent()
	}
}

// reveal scrolls as little as is needed to show a line.
func (v *LogView) reveal(p spot, upwards bool) {
	switch last := v.step(v.top, v.page()-1); {
	case p.before(spot{item: v.top.item, row: v.top.row}):
		v.top = v.clampTop(spot{item: p.item, row: p.row})
	case last.before(spot{item: p.item, row: p.row}):
		v.top = v.clampTop(v.step(p, 1-v.page()))
	}
	if upwards && v.follow {
		v.follow, v.unseen = false, 0
	}
	v.Refresh()
	v.tell()
}

// pageBy scrolls by whole pages and takes the cursor along, when there is one.
func (v *LogView) pageBy(n int) {
	step := max(1, v.page()-1) * n
	if v.cursor.item >= 0 {
		before := v.cursor.item
		v.cursor = v.step(v.cursor, step)
		if v.cursor.item != before {
			v.tellCurrent()
		}
	}
	v.scrollTop(v.step(v.top, step))
}

// Find goes to the next line that the finder marks, or to the previous one, and begins anew at the other end. It looks through all lines, so it is for
// logs in memory; it tells whether there is a hit.
func (v *LogView) Find(forward bool) bool {
	n := v.Len()
	if v.finder == nil || n == 0 {
		return false
	}
	by, at := 1, v.cursor.item
	if !forward {
		by = -1
	}
	if at < 0 {
		at = v.top.item - by
	}
	for range n {
		at = (at + by + n) % n
		for row, l := range v.rows(at) {
			if len(v.finder(l.Text)) > 0 {
				v.GoToRow(at, row)
				return true
			}
		}
	}
	return false
}

func (v *LogView) find(forward bool) {
	if v.OnFind != nil {
		v.OnFind(forward)
		return
	}
	v.Find(forward)
}

// home and end go to the two ends of the log.
func (v *LogView) home() {
	if v.cursor.item >= 0 {
		v.cursor = spot{}
		v.tellCurrent()
	}
	v.scrollTop(spot{})
}

func (v *LogView) end() {
	if v.cursor.item >= 0 {
		v.cursor = v.step(spot{item: v.Len() - 1}, 1<<20)
		v.tellCurrent()
	}
	v.Follow()
}

// sideways scrolls by cells.
func (v *LogView) sideways(cells int) {
	v.left = max(0, v.left+cells)
	v.Refresh()
}

var _ fyne.Focusable = (*LogView)(nil)
