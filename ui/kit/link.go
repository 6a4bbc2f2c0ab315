package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
	"strconv"

	"github.com/springboard-leap/springboard/upgrade"
)

// Link is a line of text that can be pressed. It is cut in the middle when it is too long: the end of a path tells more than its middle.
type Link struct {
	widget.BaseWidget
	text    string
	role    Role
	OnTap   func()
	focused bool
	hovered bool
}

// NewLink makes a link.
func NewLink(text string, tapped func()) *Link {
	l := &Link{text: text, role: MonoSmall, OnTap: tapped}
	l.ExtendBaseWidget(l)
	return l
}

// Text is the whole text.
func (l *Link) Text() string { return l.text }

// SetText changes it.
func (l *Link) SetText(s string) {
	if s != l.text {
		l.text = s
		l.Refresh()
	}
}

// Tapped implements fyne.Tappable.
func (l *Link) Tapped(*fyne.PointEvent) {
	if l.OnTap != nil {
		l.OnTap()
	}
}

// FocusGained implements fyne.Focusable.
func (l *Link) FocusGained() { l.focused = true; l.Refresh() }

// FocusLost implements fyne.Focusable.
func (l *Link) FocusLost() { l.focused = false; l.Refresh() }

// TypedRune implements fyne.Focusable.
func (l *Link) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (l *Link) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		l.Tapped(nil)
	}
}

// MouseIn implements desktop.Hoverable.
func (l *Link) MouseIn(*desktop.MouseEvent) { l.hovered = true; l.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (l *Link) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (l *Link) MouseOut() { l.hovered = false; l.Refresh() }

// Cursor implements desktop.Cursorable.
func (l *Link) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer implements fyne.Widget.
func (l *Link) CreateRenderer() fyne.WidgetRenderer {
	l.ExtendBaseWidget(l)
	text, under, ring := canvas.NewText("", nil), canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	look := roleLooks[l.role]
	measure := func(s string) float32 { return fyne.MeasureText(s, sizeOf(look.size, l), look.style).Width }
	p := &parts{objects: []fyne.CanvasObject{text, under, ring}}
	p.layout = func(s fyne.Size) {
		text.Text = middleEllipsis(l.text, s.Width, measure)
		text.TextSize, text.TextStyle, text.Color = sizeOf(look.size, l), look.style, colorOf(ColorAccent, l)
		place(text, 0, 0, s.Width, s.Height)
		under.FillColor, under.Hidden = colorOf(ColorAccent, l), !l.hovered
		place(under, 0, s.Height-2, min(s.Width, measure(text.Text)), 1)
		ring.FillColor, ring.StrokeColor, ring.StrokeWidth, ring.CornerRadius, ring.Hidden = color.Transparent, colorOf(ColorAccent, l), 2, 3, !l.focused
		place(ring, -3, -1, min(s.Width, measure(text.Text))+6, s.Height+2)
	}
	p.min = func() fyne.Size {
		return fyne.NewSize(min(60, measure(l.text)), ceil(fyne.MeasureText("Ag", sizeOf(look.size, l), look.style).Height)+2)
	}
	p.refresh = func() { p.layout(l.Size()); canvas.Refresh(l) }
	return p
}

func middleEllipsis(s string, width float32, measure func(string) float32) string {
	if width <= 0 || measure(s) <= width+0.5 {
		return s
	}
	runes := []rune(s)
	lo, hi := 0, len(runes)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if measure(cutMiddle(runes, mid)) <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return cutMiddle(runes, lo)
}

// cutMiddle keeps n runes: a third from the start, the rest from the end.
func cutMiddle(runes []rune, n int) string {
	head := n / 3
	return string(runes[:head]) + "…" + string(runes[len(runes)-(n-head):])
}

// EvidencePlace is where a piece of evidence stands, in one line.
func EvidencePlace(e upgrade.Evidence) string {
	switch {
	case e.File != "" && e.Line > 0:
		return e.File + ":" + strconv.Itoa(e.Line)
	case e.File != "":
		return e.File
	case e.Command != "":
		return "$ " + e.Command
	case e.Query != "":
		return e.Query
	case e.URL != "" && e.Status > 0:
		return e.URL + "  " + strconv.Itoa(e.Status)
	case e.URL != "":
		return e.URL + "  no answer"
	}
	return ""
}

// EvidenceText is what it says there.
func EvidenceText(e upgrade.Evidence) string {
	switch {
	case e.Command != "" && e.Output != "":
		return e.Output
	case e.Query != "" && e.Row != "":
		return e.Row
	}
	return e.Text
}

// EvidenceRow shows a piece of evidence: what it says, and its place as a link that opens it.
func EvidenceRow(e upgrade.Evidence, open func(upgrade.Evidence)) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	if text := EvidenceText(e); text != "" {
		rows = append(rows, NewPara(shorten(text, 600), MonoSmall))
	}
	if at := EvidencePlace(e); at != "" {
		rows = append(rows, NewLink(at, func() {
			if open != nil {
				open(e)
			}
		}))
	}
	return Stack(1, rows...)
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	cut := n
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
