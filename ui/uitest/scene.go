package uitest

import (
	"fmt"
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/springboard-leap/springboard/ui/kit"
)

// Part is something that is seen. Its place is in units of the canvas, from the corner of the window.
type Part struct {
	Kind       string // text, button, chip, tag, link, field, table, row, log, line, timeline, item (of a menu)
	Text       string
	State      string // words like "off", "on", "focused"; empty for the ordinary one
	X, Y, W, H float32
}

// Scene is what a window shows, from back to front, each part before what stands within it.
type Scene []Part

// Look takes the scene of a canvas. Call it on Fyne's goroutine.
func Look(c fyne.Canvas) (s Scene) {
	whole := place{clip: area{max: fyne.NewPos(c.Size().Width, c.Size().Height)}}
	for _, root := range Roots(c) {
		walk(root, whole, func(o fyne.CanvasObject, at place) {
			for _, p := range partsOf(o) {
				p.X, p.Y = p.X+at.at.X, p.Y+at.at.Y
				if p.focused(c, o) {
					p.State = strings.TrimSpace(p.State + " focused")
				}
				if at.clip.has(fyne.NewPos(p.X+p.W/2, p.Y+p.H/2)) {
					s = append(s, p)
				}
			}
		})
	}
	return s
}

func (p Part) focused(c fyne.Canvas, o fyne.CanvasObject) bool {
	f, ok := o.(fyne.Focusable)
	return ok && p.Kind != "line" && c.Focused() == f
}

// partsOf tells what an object shows of its own; its place is within the object.
func partsOf(o fyne.CanvasObject) []Part {
	one := func(kind, text string, states ...string) []Part {
		return []Part{{Kind: kind, Text: text, State: strings.TrimSpace(strings.Join(states, " ")), W: o.Size().Width, H: o.Size().Height}}
	}
	switch w := o.(type) {
	case *kit.Text:
		if w.Text() != "" {
			return one("text", w.Text())
		}
	case *kit.Button:
		return one("button", w.Text, when(w.Disabled(), "off"))
	case *kit.Chip:
		return one("chip", strings.TrimSpace(w.State.Word+" "+w.Count()), when(w.On(), "on"))
	case *kit.Tag:
		return one("tag", w.Text())
	case *kit.Link:
		return one("link", w.Text())
	case *kit.Entry:
		return one("field", w.PlaceHolder+" ["+w.Text+"]", when(w.Disabled(), "off"))
	case *kit.Strip:
		return one("strip", w.Legend())
	case *kit.Timeline:
		return one("timeline", "")
	case *kit.DataTable:
		return append(one("table", fmt.Sprint(w.Len(), " rows")), rowsOf(w)...)
	case *kit.LogView:
		return append(one("log", fmt.Sprint(w.Len(), " records")), linesOf(w)...)
	case fyne.Widget:
		if fmt.Sprintf("%T", w) == "*widget.menuItem" { // the toolkit does not export it
			return one("item", labelOf(w))
		}
	}
	return nil
}

// labelOf is the first text of a widget of the toolkit.
func labelOf(w fyne.Widget) string {
	for _, o := range test.WidgetRenderer(w).Objects() {
		if t, ok := o.(*canvas.Text); ok {
			return t.Text
		}
	}
	return ""
}

func when(is bool, word string) string {
	if is {
		return word
	}
	return ""
}

func rowsOf(t *kit.DataTable) (rows []Part) {
	for row := range t.Len() {
		at, size, seen := t.RowPlace(row)
		if !seen {
			continue
		}
		var cells []string
		for col := range t.Columns {
			cells = append(cells, t.At(row, col).Text)
		}
		rows = append(rows, Part{Kind: "row", Text: strings.Join(cells, " | "), State: when(row == t.Selected(), "selected"), X: at.X, Y: at.Y, W: size.Width, H: size.Height})
	}
	return rows
}

var levelNames = map[kit.LineLevel]string{kit.LineTrace: "trace", kit.LineWarning: "warning", kit.LineError: "error", kit.LineNote: "note", kit.LineGap: "gap"}

func linesOf(v *kit.LogView) (lines []Part) {
	for _, l := range v.SeenLines() {
		states := []string{levelNames[l.Level], when(l.Fold == kit.Folded, "folded"), when(l.Fold == kit.Unfolded, "unfolded"), when(l.Flag, "flagged"),
			when(l.Current, "current"), when(l.Marked, "marked")}
		lines = append(lines, Part{Kind: "line", Text: l.Text, State: strings.Join(strings.Fields(strings.Join(states, " ")), " "), X: l.At.X, Y: l.At.Y, W: l.Size.Width,
			H: l.Size.Height})
	}
	return lines
}

// String writes a part as a line.
func (p Part) String() string {
	text := fmt.Sprintf("%4.0f %4.0f %4.0f %3.0f  %-7s %s", round(p.X), round(p.Y), round(p.W), round(p.H), p.Kind, p.Text)
	if p.State != "" {
		text += "  <" + p.State + ">"
	}
	return text
}

func round(v float32) float64 { return math.Round(float64(v)) }

// String writes a part a line, for a comparison with what a scene was.
func (s Scene) String() string {
	var out strings.Builder
	for _, p := range s {
		out.WriteString(p.String() + "\n")
	}
	return out.String()
}

// Of gives the parts of a kind.
func (s Scene) Of(kind string) (all Scene) {
	for _, p := range s {
		if p.Kind == kind {
			all = append(all, p)
		}
	}
	return all
}

// Named gives the front part of a kind whose text begins with some words.
func (s Scene) Named(kind, words string) (Part, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].Kind == kind && strings.HasPrefix(s[i].Text, words) {
			return s[i], true
		}
	}
	return Part{}, false
}

// Says tells whether a text that is seen contains some words.
func (s Scene) Says(words string) bool {
	for _, p := range s {
		if strings.Contains(p.Text, words) {
			return true
		}
	}
	return false
}
