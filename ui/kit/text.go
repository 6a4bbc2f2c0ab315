package kit

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Role is the part that a text plays; it decides size, weight and colour.
type Role int

// The roles of text.
const (
	Body Role = iota
	Strong
	Dim
	Title
	Heading
	Small
	SmallStrong
	Mono
	MonoSmall
)

type roleLook struct {
	size  fyne.ThemeSizeName
	color fyne.ThemeColorName
	style fyne.TextStyle
}

var roleLooks = map[Role]roleLook{
	Body:        {SizeBody, ColorInk, fyne.TextStyle{}},
	Strong:      {SizeBody, ColorInk, fyne.TextStyle{Bold: true}},
	Dim:         {SizeBody, ColorDim, fyne.TextStyle{}},
	Title:       {SizeTitle, ColorInk, fyne.TextStyle{Bold: true}},
	Heading:     {SizeHeading, ColorInk, fyne.TextStyle{Bold: true}},
	Small:       {SizeSmall, ColorDim, fyne.TextStyle{}},
	SmallStrong: {SizeSmall, ColorDim, fyne.TextStyle{Bold: true}},
	Mono:        {SizeBody, ColorInk, fyne.TextStyle{Monospace: true}},
	MonoSmall:   {SizeSmall, ColorInk, fyne.TextStyle{Monospace: true}},
}

// Text shows a line that ends in an ellipsis when there is too little room, or a paragraph that wraps. It carries no padding of its own: the
// layout around it gives the distances. Meant for up to some hundred lines; logs have LogView.
type Text struct {
	widget.BaseWidget
	text    string
	look    roleLook
	wrap    bool
	center  bool
	lines   []*canvas.Text
	shown   []string
	shownAt float32 // the width that shown was computed for; -1: not computed
	minOne  bool
}

// NewText makes a single line.
func NewText(text string, role Role) *Text {
	t := &Text{text: text, look: roleLooks[role], shownAt: -1}
	t.ExtendBaseWidget(t)
	return t
}

// NewPara makes a text that wraps at its width.
func NewPara(text string, role Role) *Text {
	t := NewText(text, role)
	t.wrap = true
	return t
}

// In sets the colour and gives the text back.
func (t *Text) In(c fyne.ThemeColorName) *Text {
	t.look.color = c
	return t
}

// Centred sets the alignment and gives the text back.
func (t *Text) Centred() *Text {
	t.center = true
	return t
}

// Whole makes the minimum width that of the whole line, so that it is never cut.
func (t *Text) Whole() *Text {
	t.minOne = true
	return t
}

// Text is what it shows.
func (t *Text) Text() string { return t.text }

// SetText changes the text.
func (t *Text) SetText(s string) {
	if s == t.text {
		return
	}
	t.text, t.shownAt = s, -1
	t.Refresh()
}

// Set changes text and colour.
func (t *Text) Set(s string, c fyne.ThemeColorName) {
	if s == t.text && c == t.look.color {
		return
	}
	t.text, t.look.color, t.shownAt = s, c, -1
	t.Refresh()
}

func (t *Text) size() float32 { return sizeOf(t.look.size, t) }

func (t *Text) lineHeight() float32 {
	return ceil(fyne.MeasureText("Ag", t.size(), t.look.style).Height) + 1
}

// fit computes the lines for a width, once a width.
func (t *Text) fit(width float32) {
	if t.shownAt == width {
		return
	}
	t.shownAt = width
	if t.wrap {
		t.shown = wrapText(t.text, width, t.measure)
	} else {
		t.shown = []string{Ellipsis(firstLine(t.text), width, t.measure)}
	}
	for len(t.lines) < len(t.shown) {
		t.lines = append(t.lines, canvas.NewText("", nil))
	}
	t.lines = t.lines[:len(t.shown)]
}

func (t *Text) measure(s string) float32 {
	return fyne.MeasureText(s, t.size(), t.look.style).Width
}

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	p := &parts{}
	p.layout = func(s fyne.Size) {
		t.fit(s.Width)
		t.dress(p)
		h := t.lineHeight()
		for i, l := range t.lines {
			place(l, 0, float32(i)*h, s.Width, h)
		}
	}
	p.min = func() fyne.Size {
		w := float32(8)
		if t.minOne {
			w = ceil(t.measure(firstLine(t.text)))
		} else if !t.wrap {
			w = min(40, t.measure(firstLine(t.text)))
		}
		n := 1
		if t.wrap && t.Size().Width > 0 {
			t.fit(t.Size().Width)
			n = max(1, len(t.shown))
		}
		return fyne.NewSize(w, float32(n)*t.lineHeight())
	}
	p.refresh = func() {
		p.layout(t.Size())
		for _, l := range t.lines {
			l.Refresh()
		}
		canvas.Refresh(t)
	}
	return p
}

func (t *Text) dress(p *parts) {
	p.objects = p.objects[:0]
	col := colorOf(t.look.color, t)
	for i, l := range t.lines {
		l.Text, l.TextSize, l.TextStyle, l.Color = t.shown[i], t.size(), t.look.style, col
		l.Alignment = fyne.TextAlignLeading
		if t.center {
			l.Alignment = fyne.TextAlignCenter
		}
		p.objects = append(p.objects, l)
	}
}

func firstLine(s string) string {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return s[:i]
	}
	return s
}

// Ellipsis cuts a text so that it fits the width, and says so by an ellipsis at its end.
func Ellipsis(s string, width float32, measure func(string) float32) string {
	if width <= 0 {
		return ""
	}
	if len(s) > 2000 { // far more than any width shows, and measuring costs
		s = strings.ToValidUTF8(s[:2000], "")
	}
	if measure(s) <= width+0.5 {
		return s
	}
	runes := []rune(s)
	lo, hi := 0, len(runes)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if measure(string(runes[:mid])+"…") <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	if lo == 0 {
		return ""
	}
	return strings.TrimRight(string(runes[:lo]), " ") + "…"
}

// wrapText breaks a text into lines: at its own line breaks, then at spaces, and inside a word only when the word alone is too wide (paths).
func wrapText(s string, width float32, measure func(string) float32) []string {
	var out []string
	for _, para := range strings.Split(s, "\n") {
		out = append(out, wrapPara(para, width, measure)...)
	}
	return out
}

func wrapPara(s string, width float32, measure func(string) float32) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(s) {
		try := word
		if line != "" {
			try = line + " " + word
		}
		if measure(try) <= width {
			line = try
			continue
		}
		if line != "" {
			out = append(out, line)
		}
		for width > 0 && measure(word) > width {
			n := breakAt(word, width, measure)
			out = append(out, word[:n])
			word = word[n:]
		}
		line = word
	}
	return append(out, line)
}

// breakAt gives the number of bytes of a word that fit, at least one rune.
func breakAt(word string, width float32, measure func(string) float32) int {
	_, n := utf8.DecodeRuneInString(word)
	for n < len(word) {
		_, size := utf8.DecodeRuneInString(word[n:])
		if measure(word[:n+size]) > width {
			break
		}
		n += size
	}
	return n
}
