package kit

import "fyne.io/fyne/v2"

// SeenLine is a line that a log view shows, and how.
type SeenLine struct {
	LogLine
	Item    int
	Current bool          // the cursor is on it
	Marked  bool          // a hit of the search is in it
	At      fyne.Position // within the view
	Size    fyne.Size
}

// SeenLines are the lines that are seen as a whole, from top to bottom: what a picture of the log holds, as text. Call it on Fyne's goroutine.
func (v *LogView) SeenLines() []SeenLine {
	n := v.Len()
	if n == 0 {
		return nil
	}
	all := make([]SeenLine, 0, v.page())
	at := v.step(v.top, 0)
	for len(all) < v.page() && at.item < n {
		for row, l := range v.rows(at.item)[at.row:] {
			if len(all) == v.page() {
				break
			}
			all = append(all, SeenLine{LogLine: l, Item: at.item, Current: at.item == v.cursor.item && at.row+row == v.cursor.row, Marked: len(v.hits(l.Text, 0, len(l.Text))) > 0,
				At: fyne.NewPos(2, float32(len(all))*v.cellH), Size: fyne.NewSize(max(0, v.Size().Width-barRoom-2), v.cellH)})
		}
		at = spot{item: at.item + 1}
	}
	return all
}
