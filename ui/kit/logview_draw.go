package kit

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// gutter is the room before the text, in cells: the mark of a warning or an error stands in it.
const gutter = 2

// imageBuffer is the picture that is drawn into again and again.
type imageBuffer struct{ img *image.RGBA }

func (b *imageBuffer) take(w, h int) *image.RGBA {
	if b.img == nil || b.img.Rect.Dx() != w || b.img.Rect.Dy() != h {
		b.img = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	return b.img
}

// measure fits the atlas to the scale of the canvas.
func (v *LogView) measure(scale float32) {
	px := float64(sizeOf(SizeBody, v)-0.5) * float64(scale)
	if v.atlas == nil || math.Abs(v.atlas.px-px) > 0.01 {
		v.atlas = newAtlas(px)
	}
	v.cellW, v.cellH = float32(v.atlas.cellW)/scale, float32(v.atlas.cellH)/scale
}

type logInk struct {
	ground, text, dim, warn, bad, note, selection, match, current color.NRGBA
}

func (v *LogView) inks() logInk {
	c := func(n fyne.ThemeColorName) color.NRGBA { return plainColor(colorOf(n, v)) }
	return logInk{ground: c(ColorSurface), text: c(ColorInk), dim: c(ColorDim), warn: c(ColorWarn), bad: c(ColorBad), note: c(ColorAccent),
		selection: c(ColorTint), match: c(ColorMatch), current: c(ColorHover)}
}

func (k logInk) of(l LineLevel) (color.NRGBA, rune) {
	switch l {
	case LineError:
		return k.bad, '▲'
	case LineWarning:
		return k.warn, '◆'
	case LineTrace:
		return k.dim, 0
	case LineNote:
		return k.note, '•'
	}
	return k.text, 0
}

// draw makes the picture: w and h are pixels.
func (v *LogView) draw(w, h int) image.Image {
	size := v.raster.Size()
	if size.Width > 0 {
		v.measure(float32(w) / size.Width)
	}
	dst, inks := v.buf.take(w, h), v.inks()
	fillRect(dst, dst.Rect, inks.ground)
	rows := h/v.atlas.cellH + 1
	for i := range rows {
		line := v.first + i
		if line >= v.Len() {
			break
		}
		v.drawLine(dst, inks, line, i*v.atlas.cellH)
	}
	return dst
}

func (v *LogView) drawLine(dst *image.RGBA, inks logInk, line, y int) {
	a, l := v.atlas, v.src.Line(line)
	ink, sign := inks.of(l.Level)
	if line == v.current {
		fillRect(dst, image.Rect(0, y, dst.Rect.Dx(), y+a.cellH), inks.current)
		fillRect(dst, image.Rect(0, y, 3, y+a.cellH), inks.note)
	}
	hitFrom, hitTo := v.hit(l.Text)
	col, seen := 0, dst.Rect.Dx()/a.cellW
	for i, r := range l.Text {
		n := advance(r, col)
		x := (col - v.left + gutter) * a.cellW
		if col-v.left > seen {
			col = v.restWidth(l.Text[i:], col)
			break
		}
		if col >= v.left {
			v.drawCell(dst, inks, r, image.Rect(x, y, x+n*a.cellW, y+a.cellH), ink, i >= hitFrom && i < hitTo, v.covers(line, col))
		}
		col += n
	}
	v.widest = max(v.widest, col)
	if sign != 0 {
		fillRect(dst, image.Rect(0, y, gutter*a.cellW-2, y+a.cellH), inks.ground)
		a.draw(dst, sign, a.cellW/2, y, ink)
	}
}

// restWidth estimates the width of what lies beyond the right edge; a line of megabytes is not walked to its end for a scroll bar.
func (v *LogView) restWidth(rest string, col int) int { return col + min(len(rest), 20000) }

func (v *LogView) drawCell(dst *image.RGBA, inks logInk, r rune, cell image.Rectangle, ink color.NRGBA, hit, selected bool) {
	switch {
	case selected:
		fillRect(dst, cell, inks.selection)
	case hit:
		fillRect(dst, cell, inks.match)
		ink = inks.text
	}
	switch {
	case r == '\t' || r == ' ':
	case r < 0x20 || r == 0x7f:
		v.atlas.draw(dst, '·', cell.Min.X, cell.Min.Y, inks.dim)
	default:
		v.atlas.draw(dst, r, cell.Min.X, cell.Min.Y, ink)
	}
}

// hit is the first place of the query in a text, in bytes.
func (v *LogView) hit(text string) (from, to int) {
	if at := indexFold(text, v.query); at >= 0 {
		return at, at + len(v.query)
	}
	return -1, -1
}

// covers tells whether the selection covers a cell.
func (v *LogView) covers(line, col int) bool {
	if !v.selected {
		return false
	}
	a, b := v.from, v.to
	if b.before(a) {
		a, b = b, a
	}
	p := place2{line, col}
	return !p.before(a) && p.before(b)
}

// CreateRenderer implements fyne.Widget.
func (v *LogView) CreateRenderer() fyne.WidgetRenderer {
	v.ExtendBaseWidget(v)
	ring := canvas.NewRectangle(color.Transparent)
	p := &parts{objects: []fyne.CanvasObject{v.raster, v.down, v.across, ring}}
	update := func() {
		n := v.Len()
		v.first = max(0, min(v.first, n-v.page()))
		if v.follow {
			v.first = max(0, n-v.page())
		}
		v.down.Set(n, v.page(), v.first)
		seen := max(1, int((v.Size().Width-barRoom)/v.cellW)-gutter)
		v.left = max(0, min(v.left, v.widest-seen))
		v.across.Set(v.widest, seen, v.left)
		ring.Hidden = !v.focused
		ring.StrokeColor, ring.StrokeWidth, ring.CornerRadius = colorOf(ColorAccent, v), 2, 4
	}
	p.layout = func(s fyne.Size) {
		place(v.raster, 2, 0, max(0, s.Width-barRoom-2), max(0, s.Height-barRoom))
		place(v.down, s.Width-barRoom, 0, barRoom, max(0, s.Height-barRoom))
		place(v.across, 0, s.Height-barRoom, max(0, s.Width-barRoom), barRoom)
		place(ring, 0, 0, s.Width, s.Height)
		update()
	}
	p.min = func() fyne.Size { return fyne.NewSize(120, 4*v.cellH) }
	p.refresh = func() {
		update()
		v.raster.Refresh()
		ring.Refresh()
		canvas.Refresh(v)
	}
	return p
}
