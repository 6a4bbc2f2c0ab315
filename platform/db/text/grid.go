package text

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// unit is how a tool counts the width of a text that isn't ASCII: clients pad by characters, by cells of a terminal, or by bytes.
type unit func(r rune, size int) int

var units = []unit{
	func(rune, int) int { return 1 },
	func(r rune, _ int) int {
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			return 2
		}
		return 1
	},
	func(_ rune, size int) int { return size },
}

// cut gives the byte offset after n units of s; short tells that s ended before, odd that a character lies across the cut.
func (u unit) cut(s string, n int) (at int, short, odd bool) {
	if n >= 0 && n <= len(s) && isASCII(s[:n]) {
		return n, false, false
	}
	for at < len(s) && n > 0 {
		r, size := utf8.DecodeRuneInString(s[at:])
		n -= u(r, size)
		at += size
	}
	return at, n > 0, n < 0
}

// cells cuts a row into its columns; ok is false when the gaps between them aren't blank, or the last one is longer than its column, so that the unit
// can't be right. The last cell has everything that is left: nothing of an exception is lost, whatever was done to the file.
func (u unit) cells(row string, widths []int) (cells []string, ok bool) {
	ok = true
	for i, w := range widths {
		at, short, odd := u.cut(row, w)
		if i == len(widths)-1 {
			return append(cells, row), ok && !odd && strings.TrimSpace(row[at:]) == ""
		}
		ok = ok && !odd
		cells = append(cells, row[:at])
		row = row[at:]
		if short || row == "" {
			continue
		}
		ok = ok && row[0] == ' '
		_, size := utf8.DecodeRuneInString(row)
		row = row[size:]
	}
	return cells, ok
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// grid cuts lines into rows.
type grid struct {
	columns  []string
	widths   []int
	uidFirst bool // the first column holds UIDs
}

func (g grid) total() int {
	n := len(g.widths) - 1
	for _, w := range g.widths {
		n += w
	}
	return n
}

// rows reads lines[0:]; first is the number of the first line in the file, from 0.
func (g grid) rows(lines []string, first int, exact bool) []apps.Row {
	var texts []string
	rows := []apps.Row{}
	for i := 0; i < len(lines); {
		n := 0
		if exact {
			n = g.exact(lines[i:])
		}
		if n == 0 {
			n = g.untilNext(lines[i:])
		}
		text := strings.Join(lines[i:i+n], "\n")
		if n > 1 || strings.TrimSpace(text) != "" {
			texts, rows = append(texts, text), append(rows, apps.Row{Line: first + i + 1})
		}
		i += n
	}
	u := g.bestUnit(texts)
	for i := range rows {
		rows[i].Values = g.values(texts[i], u)
	}
	return rows
}

// exact counts the lines that make up exactly the padded width of a row; 0 when no unit fits.
func (g grid) exact(lines []string) int {
	total := g.total()
	for _, u := range units {
		left := total
		for n, line := range lines {
			if n > 0 {
				left-- // the line break is part of the value
			}
			at, short, odd := u.cut(line, left)
			if odd {
				break
			}
			if short {
				for _, r := range line {
					left -= u(r, utf8.RuneLen(r))
				}
				continue
			}
			if strings.TrimSpace(line[at:]) != "" {
				break
			}
			if _, ok := u.cells(strings.Join(lines[:n+1], "\n"), g.widths); ok && (n+1 == len(lines) || g.begins(lines[n+1])) {
				return n + 1
			}
			break
		}
	}
	return 0
}

// untilNext counts the lines up to the next one that looks like the beginning of a row.
func (g grid) untilNext(lines []string) int {
	for n := 1; n < len(lines); n++ {
		if g.begins(lines[n]) {
			return n
		}
	}
	return len(lines)
}

var (
	continued = lazyregexp.New(`^(\s+at |\s*at [\w.$]+\(|\t|Caused by:|Suppressed:|\s*\.\.\. \d+ )`)
	uuid      = lazyregexp.New(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
)

// begins tells that a line may be the first one of a row: its first cell is filled and the gap after it blank; a UID has no blanks in it.
func (g grid) begins(line string) bool {
	if strings.TrimSpace(line) == "" || continued.MatchString(line) {
		return false
	}
	for _, u := range units {
		at, short, odd := u.cut(line, g.widths[0])
		if odd || short || (len(g.widths) > 1 && (at >= len(line) || line[at] != ' ')) {
			continue
		}
		cell := strings.TrimSpace(line[:at])
		if cell == "" {
			return false
		}
		if g.uidFirst && strings.ContainsAny(cell, " \t:()") {
			return false
		}
		return true
	}
	return len(g.widths) == 1
}

// values cuts the text of a row by the unit of the file; "-" is how the tool prints NULL.
func (g grid) values(row string, u unit) []*string {
	cells, _ := u.cells(row, g.widths)
	values := make([]*string, len(g.widths))
	for i := range values {
		v := ""
		if i < len(cells) {
			v = strings.TrimSpace(cells[i])
		}
		if v != "-" {
			values[i] = &v
		}
	}
	return values
}

// bestUnit is the one by which the most rows look right: as wide as the header says, blank between the cells, values at the beginning of their cells.
// One row alone may look right by several units.
func (g grid) bestUnit(rows []string) unit {
	best, most, total := 0, -1, g.total()
	for i, u := range units {
		score := 0
		for _, row := range rows {
			if isASCII(row) {
				continue // the same by every unit
			}
			cells, ok := u.cells(row, g.widths)
			if at, short, odd := u.cut(row, total); !short && !odd && strings.TrimSpace(row[at:]) == "" {
				score += 4
			}
			if ok {
				score += 2
			}
			if aligned(cells) {
				score++
			}
		}
		if score > most {
			best, most = i, score
		}
	}
	return units[best]
}

var gapInside = lazyregexp.New(`\S {3,}\S`)

// aligned tells that each value stands at the left of its cell, or (a number) at the right, and that no cell seems to hold two values.
func aligned(cells []string) bool {
	for _, c := range cells {
		value := strings.TrimSpace(c)
		if value == "" || strings.Contains(value, "\n") {
			continue
		}
		if gapInside.MatchString(value) || (c[0] == ' ' && c[len(c)-1] == ' ') {
			return false
		}
	}
	return true
}
