package kit

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// gutter is the room before the text, in cells: a flag, the mark of a level, the sign of a fold, and a distance.
const gutter = 4

// The cells of the gutter.
const (
	flagCell = iota
	markCell
	foldCell
)

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
		v.atlas.use(v.fonts)
	}
	v.cellW, v.cellH = float32(v.atlas.cellW)/scale, float32(v.atlas.cellH)/scale
}

type logInk struct {
	ground, text, dim, warn, bad, note, selection, match, current, line color.NRGBA
}

func (v *LogView) inks() logInk {
	c := func(n fyne.ThemeColorName) color.NRGBA { return plainColor(colorOf(n, v)) }
	return logInk{ground: c(ColorSurface), text: c(ColorInk), dim: c(ColorDim), warn: c(ColorWarn), bad: c(ColorBad), note: c(ColorAccent),
		selection: c(ColorTint), match: c(ColorMatch), current: c(ColorHover), line: c(ColorLine)}
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
	case LineGap:
		return k.bad, '✖'
	}
	return k.text, 0
}

// tone is the ink of a part of a line.
func (k logInk) tone(t Tone, line color.NRGBA) color.NRGBA {
	switch t {
	case ToneDim:
		return k.dim
	case ToneName, ToneLink:
		return k.note
	}
	return line
}

// draw makes the picture: w and h are pixels.
func (v *LogView) draw(w, h int) image.Image {
	size := v.raster.Size()
	if size.Width > 0 {
		v.measure(float32(w) / size.Width)
	}
	dst, inks := v.buf.take(w, h), v.inks()
	v.atlas.begin()
	fillRect(dst, dst.Rect, inks.ground)
	n := v.Len()
	if n == 0 {
		return dst
	}
	v.drawLines(dst, inks, n, h)
	if v.atlas.lacks && !v.lacked && v.OnLack != nil {
		v.lacked = true
		v.OnLack()
	}
	return dst
}

func (v *LogView) drawLines(dst *image.RGBA, inks logInk, n, h int) {
	at := v.step(v.top, 0)
	rows := v.rows(at.item)
	for y := 0; y < h; y += v.atlas.cellH {
		v.drawLine(dst, inks, rows[at.row], at, y)
		if at.row++; at.row < len(rows) {
			continue
		}
		if at.item++; at.item >= n {
			break
		}
		at.row = 0
		rows = v.rows(at.item)
	}
}

// around is how many bytes before and after what is seen are searched for hits, so that one that is cut by the edge is seen.
const around = 256

// drawLine draws what is seen of a line; what lies to the left or right of it costs nothing as long as each byte of it is a cell.
func (v *LogView) drawLine(dst *image.RGBA, inks logInk, l LogLine, at spot, y int) {
	a := v.atlas
	ink, sign := inks.of(l.Level)
	ground := inks.ground
	if l.Level == LineNote || l.Level == LineGap {
		fillRect(dst, image.Rect(0, y+a.cellH/2, dst.Rect.Dx(), y+a.cellH/2+1), inks.line)
		fillRect(dst, image.Rect(0, y, (gutter+cellsOf(l.Text)-v.left+1)*a.cellW, y+a.cellH), inks.ground)
	}
	if at.item == v.cursor.item {
		ground = inks.current
		fillRect(dst, image.Rect(0, y, dst.Rect.Dx(), y+a.cellH), ground)
		if at.row == v.cursor.row {
			fillRect(dst, image.Rect(0, y, 3, y+a.cellH), inks.note)
		}
	}
	v.drawText(dst, inks, l, at, y, ink, ground)
	v.drawGutter(dst, inks, l, y, ink, sign)
}

func (v *LogView) drawText(dst *image.RGBA, inks logInk, l LogLine, at spot, y int, ink, ground color.NRGBA) {
	a := v.atlas
	seen := dst.Rect.Dx()/a.cellW + 1
	from := byteAt(l.Text, v.left)
	col := v.left
	if from < len(l.Text) && from != v.left {
		col = cellsOf(l.Text[:from])
	}
	to := min(len(l.Text), from+4*seen)
	hits := v.hits(l.Text, max(0, from-around), min(len(l.Text), to+around))
	selFrom, selTo := v.covered(at)
	spans := l.Spans
	for i, r := range l.Text[from:to] {
		if col-v.left >= seen {
			break
		}
		pos := from + i
		n := advance(r, col)
		x := (col - v.left + gutter) * a.cellW
		cell := image.Rect(x, y, x+n*a.cellW, y+a.cellH)
		for len(spans) > 0 && pos >= spans[0].To {
			spans = spans[1:]
		}
		for len(hits) > 0 && pos >= hits[0][1] {
			hits = hits[1:]
		}
		color, below := ink, ground
		if len(spans) > 0 && pos >= spans[0].From {
			color = inks.tone(spans[0].Tone, ink)
		}
		switch {
		case col >= selFrom && col < selTo:
			color, below = inks.text, inks.selection
			fillRect(dst, cell, below)
		case len(hits) > 0 && pos >= hits[0][0]:
			color, below = inks.text, inks.match
			fillRect(dst, cell, below)
		}
		v.drawRune(dst, inks, r, cell, color, below)
		col += n
	}
	v.widest = max(v.widest, col+min(len(l.Text)-to, 1<<20)) // what is not seen is not walked for a scroll bar
}

// drawRune draws into a cell of a plain ground; what a screen would hide is drawn as a sign.
func (v *LogView) drawRune(dst *image.RGBA, inks logInk, r rune, cell image.Rectangle, ink, ground color.NRGBA) {
	switch {
	case r == '\t' || r == ' ':
	case hidden(r):
		v.atlas.put(dst, v.atlas.visible(r), cell, inks.dim, ground)
	case cell.Dx() == 0: // on the rune before it, which it is mixed with
		v.atlas.mix(dst, r, image.Rect(cell.Min.X-v.atlas.cellW, cell.Min.Y, cell.Min.X, cell.Max.Y), ink)
	default:
		v.atlas.put(dst, r, cell, ink, ground)
	}
}

// hits are the marked parts of a text between two offsets.
func (v *LogView) hits(text string, from, to int) [][]int {
	if v.finder == nil || from >= to {
		return nil
	}
	found := v.finder(text[from:to])
	if from == 0 {
		return found
	}
	out := make([][]int, len(found))
	for i, f := range found {
		out[i] = []int{f[0] + from, f[1] + from}
	}
	return out
}

func (v *LogView) drawGutter(dst *image.RGBA, inks logInk, l LogLine, y int, ink color.NRGBA, sign rune) {
	a := v.atlas
	if l.Flag {
		x, w := a.cellW/2, max(4, a.cellW*2/3)
		fillRect(dst, image.Rect(x, y+2, x+w, y+a.cellH-5), inks.note)
		fillRect(dst, image.Rect(x, y+2, x+max(1, w/5), y+a.cellH-2), inks.note)
	}
	if sign != 0 {
		a.draw(dst, sign, markCell*a.cellW+a.cellW/3, y, ink)
	}
	switch l.Fold {
	case Folded:
		a.draw(dst, '▸', foldCell*a.cellW+a.cellW/2, y, inks.note)
	case Unfolded:
		a.draw(dst, '▾', foldCell*a.cellW+a.cellW/2, y, inks.note)
	}
}

// edge is a frame of four straight lines. One rectangle with a stroke makes a software renderer look at each point within it, which costs more than all
// text of a log.
type edge [4]*canvas.Rectangle

func newEdge() *edge {
	var e edge
	for i := range e {
		e[i] = canvas.NewRectangle(color.Transparent)
	}
	return &e
}

func (e *edge) objects() []fyne.CanvasObject { return []fyne.CanvasObject{e[0], e[1], e[2], e[3]} }

func (e *edge) dress(c color.Color, seen bool) {
	for _, r := range e {
		r.FillColor, r.Hidden = c, !seen
	}
}

func (e *edge) place(s fyne.Size, w float32) {
	place(e[0], 0, 0, s.Width, w)
	place(e[1], 0, s.Height-w, s.Width, w)
	place(e[2], 0, 0, w, s.Height)
	place(e[3], s.Width-w, 0, w, s.Height)
}

// CreateRenderer implements fyne.Widget.
func (v *LogView) CreateRenderer() fyne.WidgetRenderer {
	v.ExtendBaseWidget(v)
	ring := newEdge()
	p := &parts{objects: append([]fyne.CanvasObject{v.raster, v.down, v.across}, ring.objects()...)}
	update := func() {
		v.top = v.clampTop(v.top)
		if v.follow {
			v.top = v.lastTop()
		}
		items := max(1, v.step(v.top, v.page()-1).item-v.top.item+1)
		v.down.Set(v.Len(), items, v.top.item)
		seen := max(1, int((v.Size().Width-barRoom)/v.cellW)-gutter)
		v.left = max(0, min(v.left, v.widest-seen))
		v.across.Set(v.widest, seen, v.left)
		ring.dress(colorOf(ColorAccent, v), v.focused)
		v.tellSeen()
	}
	p.layout = func(s fyne.Size) {
		place(v.raster, 2, 0, max(0, s.Width-barRoom-2), max(0, s.Height-barRoom))
		place(v.down, s.Width-barRoom, 0, barRoom, max(0, s.Height-barRoom))
		place(v.across, 0, s.Height-barRoom, max(0, s.Width-barRoom), barRoom)
		ring.place(s, 2)
		update()
	}
	p.min = func() fyne.Size { return fyne.NewSize(120, 4*v.cellH) }
	p.refresh = func() {
		update()
		v.raster.Refresh()
		canvas.Refresh(v)
	}
	return p
}
