package kit

import "strings"

// What a copy holds at most: more than that no clipboard is for. "Save" writes the rest.
const (
	maxCopyLines = 200_000
	maxCopyBytes = 32 << 20
)

// Selection is the selected text, as far as a clipboard is for it.
func (v *LogView) Selection() string {
	text, _, _ := v.selection()
	return text
}

func (v *LogView) selection() (text string, lines int, whole bool) {
	if !v.selected || v.src == nil {
		return "", 0, true
	}
	a, b := v.anchor, v.head
	if b.before(a) {
		a, b = b, a
	}
	var out strings.Builder
	for i := max(0, a.item); i <= b.item && i < v.Len(); i++ {
		for k, l := range v.rows(i) {
			at := spot{item: i, row: k}
			if at.before(spot{item: a.item, row: a.row}) {
				continue
			}
			if (spot{item: b.item, row: b.row}).before(at) {
				return out.String(), lines, true
			}
			if lines >= maxCopyLines || out.Len() >= maxCopyBytes {
				return out.String(), lines, false
			}
			if lines > 0 {
				out.WriteByte('\n')
			}
			lines++
			out.WriteString(cut(l.Text, at, a, b))
		}
	}
	return out.String(), lines, true
}

// cut gives the part of a line that a selection from a to b covers.
func cut(text string, at, a, b spot) string {
	start, end := 0, len(text)
	if at.sameLine(a) {
		start = byteAt(text, a.col)
	}
	if at.sameLine(b) {
		end = byteAt(text, b.col)
	}
	if start >= end {
		return ""
	}
	return text[start:end]
}

// SelectAll selects everything.
func (v *LogView) SelectAll() {
	last := max(0, v.Len()-1)
	v.anchor, v.head, v.selected = spot{}, spot{item: last, row: len(v.rows(last)) - 1, col: 1 << 30}, true
	v.Refresh()
}

// ClearSelection selects nothing. It tells whether something was selected.
func (v *LogView) ClearSelection() bool {
	was := v.selected
	v.selected = false
	v.Refresh()
	return was
}

// extend moves the end of the selection with the cursor; a selection begins with whole lines.
func (v *LogView) extend(move func()) {
	if v.cursor.item < 0 {
		v.moveCursor(0)
	}
	if !v.selected {
		v.anchor = spot{item: v.cursor.item, row: v.cursor.row}
	}
	move()
	v.head, v.selected = spot{item: v.cursor.item, row: v.cursor.row, col: 1 << 30}, true
	if v.head.before(v.anchor) { // upwards: the line where it began belongs to it as a whole
		v.anchor.col, v.head.col = 1<<30, 0
	} else {
		v.anchor.col = 0
	}
	v.Refresh()
}

// copy puts the selection on the clipboard, or the item under the cursor when nothing is selected.
func (v *LogView) copy() {
	text, lines, whole := v.selection()
	if text == "" && v.cursor.item >= 0 && v.CopyItem != nil {
		text = v.CopyItem(v.cursor.item)
		lines, whole = 1+strings.Count(strings.TrimRight(text, "\n"), "\n"), true
	}
	if text == "" {
		return
	}
	Copy(text)
	if v.OnCopied != nil {
		v.OnCopied(lines, whole)
	}
}

// selectWord selects the word at a place.
func (v *LogView) selectWord(p spot) {
	text := v.rows(p.item)[p.row].Text
	at := byteAt(text, p.col)
	inWord := func(c byte) bool {
		return c >= 0x80 || c == '_' || c == '.' || c == '$' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	from, to := at, at
	for from > 0 && inWord(text[from-1]) {
		from--
	}
	for to < len(text) && inWord(text[to]) {
		to++
	}
	if from == to {
		return
	}
	v.anchor, v.head, v.selected = spot{p.item, p.row, cellsOf(text[:from])}, spot{p.item, p.row, cellsOf(text[:to])}, true
	v.Refresh()
}

// covered gives the cells of a line that the selection covers; from == to: none.
func (v *LogView) covered(at spot) (from, to int) {
	if !v.selected {
		return 0, 0
	}
	a, b := v.anchor, v.head
	if b.before(a) {
		a, b = b, a
	}
	at.col = 0
	if at.before(spot{item: a.item, row: a.row}) || (spot{item: b.item, row: b.row}).before(at) {
		return 0, 0
	}
	to = 1 << 30
	if at.sameLine(a) {
		from = a.col
	}
	if at.sameLine(b) {
		to = b.col
	}
	return from, to
}
