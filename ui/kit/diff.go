package kit

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
)

// DiffLine is a line of a difference.
type DiffLine struct {
	Kind byte // '+', '-', ' ', '@'
	Text string
}

// ParseDiff reads a unified diff into lines. The names of the files at its top are left out: the screen says them.
func ParseDiff(unified string) []DiffLine {
	var out []DiffLine
	for _, l := range strings.Split(strings.TrimRight(unified, "\n"), "\n") {
		switch {
		case l == "" && len(out) == 0, strings.HasPrefix(l, "---") && len(out) == 0, strings.HasPrefix(l, "+++") && len(out) == 0:
		case strings.HasPrefix(l, "@"):
			out = append(out, DiffLine{'@', hunkPlace(l)})
		case strings.HasPrefix(l, "+"), strings.HasPrefix(l, "-"):
			out = append(out, DiffLine{l[0], l[1:]})
		default:
			out = append(out, DiffLine{' ', strings.TrimPrefix(l, " ")})
		}
	}
	return out
}

// hunkPlace says where a part of a diff stands: the head of a part is written for patch(1), not for a person.
func hunkPlace(head string) string {
	text := strings.TrimSpace(strings.Trim(head, "@"))
	if _, after, ok := strings.Cut(text, " +"); ok && strings.HasPrefix(text, "-") {
		from, _, _ := strings.Cut(after, ",")
		from, _, _ = strings.Cut(from, " ")
		if n, err := strconv.Atoi(from); err == nil {
			return "from line " + strconv.Itoa(max(n, 1))
		}
	}
	return text
}

// maxDiffLines is as many lines as a diff shows; what is longer is opened in a file.
const maxDiffLines = 200

// DiffView shows a unified diff: removed and added lines by ground, sign and text.
func DiffView(unified string) fyne.CanvasObject {
	lines := ParseDiff(unified)
	if len(lines) == 0 {
		return NewText("No difference.", Dim)
	}
	rows := make([]fyne.CanvasObject, 0, len(lines))
	for i, l := range lines {
		if i == maxDiffLines {
			rows = append(rows, NewText("… "+strconv.Itoa(len(lines)-i)+" more lines", Dim))
			break
		}
		rows = append(rows, diffRow(l))
	}
	return Stack(0, rows...)
}

func diffRow(l DiffLine) fyne.CanvasObject {
	ground, ink, sign := ColorSurface, ColorInk, " "
	switch l.Kind {
	case '+':
		ground, ink, sign = ColorGoodTint, ColorGood, "+"
	case '-':
		ground, ink, sign = ColorBadTint, ColorBad, "−"
	case '@':
		return Inset(4, 2, 4, 2, NewText(l.Text, Small))
	}
	text := strings.ReplaceAll(l.Text, "\t", "    ")
	line := RowFill(6, 1, FixedWidth(12, NewText(sign, MonoSmall).In(ink)), NewPara(shorten(text, 2000), MonoSmall))
	return stackOver(NewFill(ground, "", 0), Inset(4, 1, 4, 1, line))
}
