package cli

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
	"golang.org/x/text/width"
)

// plainWidth is how wide text is where no terminal says otherwise.
const plainWidth = 80

// gutter is what stands between two columns.
const gutter = 2

// widthOf is how wide the terminal behind a writer is.
func widthOf(w io.Writer) int {
	if o, ok := w.(*oneByOne); ok {
		w = o.w
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			return columns
		}
	}
	return plainWidth
}

// fitted prints rows in columns that fit the terminal: what does not fit goes on in the next line, below its own column. Words are broken only where
// they are longer than a unique id.
func fitted(w io.Writer, rows ...[]string) { fitTo(w, widthOf(w), rows) }

func fitTo(w io.Writer, room int, rows [][]string) {
	widths := shares(rows, room)
	for _, row := range rows {
		cells, height := make([][]string, len(row)), 1
		for i, cell := range row {
			cells[i] = wrapped(cell, widths[i])
			height = max(height, len(cells[i]))
		}
		for line := range height {
			var b strings.Builder
			for i := range row {
				text := ""
				if line < len(cells[i]) {
					text = cells[i][line]
				}
				b.WriteString(text)
				b.WriteString(strings.Repeat(" ", max(0, widths[i]-cellsOf(text))+gutter))
			}
			_, _ = io.WriteString(w, strings.TrimRight(b.String(), " ")+"\n")
		}
	}
}

// shares shares the room out: a column gets what it needs, and those that need most share what is left, none less than its longest word or a unique id.
func shares(rows [][]string, room int) []int {
	var need, least []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(need) {
				need, least = append(need, 0), append(least, 0)
			}
			need[i] = max(need[i], cellsOf(cell))
			for _, word := range strings.Fields(cell) {
				least[i] = max(least[i], min(cellsOf(word), uniqueID))
			}
		}
	}
	left := room - gutter*(len(need)-1)
	for _, n := range need {
		left -= n
	}
	for left < 0 {
		widest := -1
		for i := range need {
			if need[i] > least[i] && (widest < 0 || need[i] > need[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		need[widest]--
		left++
	}
	return need
}

// uniqueID is how long the id of an application is.
const uniqueID = 36

// pieces breaks a word that is too long, after slashes where it has some.
func pieces(word string, room int) []string {
	var out []string
	for cellsOf(word) > room {
		n, used, slash := 0, 0, 0
		for i, r := range word {
			if used += cellsOf(string(r)); used > room {
				break
			}
			n = i + utf8.RuneLen(r)
			if r == '/' || r == '\\' {
				slash = n
			}
		}
		if slash > 1 {
			n = slash
		}
		if n <= 0 {
			break
		}
		out, word = append(out, word[:n]), word[n:]
	}
	return append(out, word)
}

// wrapped breaks a text at blanks.
func wrapped(text string, room int) []string {
	lines := []string{}
	line := ""
	var words []string
	for _, word := range strings.Fields(text) {
		words = append(words, pieces(word, max(room, 1))...)
	}
	for _, word := range words {
		switch {
		case line == "":
			line = word
		case cellsOf(line)+1+cellsOf(word) <= room:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

// cellsOf is how many cells of a terminal a text takes: characters of East Asia take two.
func cellsOf(text string) int {
	n := 0
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
