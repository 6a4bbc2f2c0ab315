package kit

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// A line of a log is a row of cells, one a rune: two for the wide runes of East Asia, none for marks that are written over the rune before.

// cells is the number of cells a rune takes.
func cells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r < 0x1100:
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// advance is the number of cells that a rune takes at a column.
func advance(r rune, col int) int {
	if r == '\t' {
		return 8 - col%8
	}
	return cells(r)
}

// plainPrefix is the length of the part of a text in which each byte is one cell, looked at up to a limit.
func plainPrefix(text string, limit int) int {
	limit = min(limit, len(text))
	for i := range limit {
		if c := text[i]; c >= utf8.RuneSelf || c == '\t' {
			return i
		}
	}
	return limit
}

// byteAt turns a column of cells into an offset within the text.
func byteAt(text string, col int) int {
	i := plainPrefix(text, col)
	if i == col {
		return i
	}
	at := i
	for k, r := range text[i:] {
		n := advance(r, at)
		if at >= col && n > 0 {
			return i + k
		}
		at += n
	}
	return len(text)
}

// cellsOf is the number of cells of a text.
func cellsOf(text string) int {
	i := plainPrefix(text, len(text))
	col := i
	for _, r := range text[i:] {
		col += advance(r, col)
	}
	return col
}

// hidden tells of runes that a screen does not show by itself but that change how text looks: controls, and those that turn the direction of writing.
func hidden(r rune) bool {
	switch {
	case r < 0x20 && r != '\t', r == 0x7f, r >= 0x80 && r < 0xa0, r == 0xad:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff:
		return true
	}
	return false
}
