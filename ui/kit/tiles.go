package kit

import (
	"image"
	"image/color"
)

// tileKey is a rune as it stands on a plain ground.
type tileKey struct {
	r           rune
	ink, ground color.NRGBA
}

// tile is a rune mixed with its ground, as large as its mask: opaque pixels that are copied instead of mixed anew.
type tile struct {
	pix []uint8
	w   int         // bytes of a row
	at  image.Point // within the cell
}

// maxTiles bounds what is kept: a log of these servers uses some hundred; one in Chinese, some thousand. Each takes up to 1 KB.
const maxTiles = 4096

// put draws a rune into its cell, of which the ground is plain, as draw does but quicker. A picture is drawn from the left to the right and downwards: what
// reaches from one cell into the next is mixed, and the rune that stands there too, for a copy would wipe it out.
func (a *atlas) put(dst *image.RGBA, r rune, cell image.Rectangle, ink, ground color.NRGBA) {
	if a.reaches || !cell.In(dst.Rect) || cell.Min.X < a.overOn(cell.Min.Y) {
		a.mix(dst, r, cell, ink)
		return
	}
	key := tileKey{r, ink, ground}
	t, ok := a.tiles[key]
	if !ok {
		if len(a.tiles) >= maxTiles {
			clear(a.tiles)
		}
		t = a.tile(r, cell.Sub(cell.Min), ink, ground)
		a.tiles[key] = t
	}
	if t == nil {
		a.mix(dst, r, cell, ink)
		return
	}
	to := (cell.Min.Y+t.at.Y)*dst.Stride + (cell.Min.X+t.at.X)*4
	for from := 0; from < len(t.pix); from += t.w {
		copy(dst.Pix[to:to+t.w], t.pix[from:from+t.w])
		to += dst.Stride
	}
}

// mix draws a rune over what stands there, and notes how far it reaches out of its cell. One that reaches into another line makes all later ones of the
// picture be mixed.
func (a *atlas) mix(dst *image.RGBA, r rune, cell image.Rectangle, ink color.NRGBA) {
	g := a.glyph(r)
	if g.mask == nil {
		return
	}
	box := g.mask.Rect.Add(cell.Min).Add(g.at)
	if box.Max.X > cell.Max.X {
		a.overX, a.overY = max(box.Max.X, a.overOn(cell.Min.Y)), cell.Min.Y
	}
	if box.Min.Y < cell.Min.Y || box.Max.Y > cell.Max.Y {
		a.reaches = true
	}
	a.draw(dst, r, cell.Min.X, cell.Min.Y, ink)
}

// overOn is how far the runes of a line reach that left their cells.
func (a *atlas) overOn(y int) int {
	if y != a.overY {
		return 0
	}
	return a.overX
}

// begin forgets what reached out of its cell in the picture before.
func (a *atlas) begin() { a.reaches, a.overX, a.overY = false, 0, -1 }

// tile mixes a rune with a ground; nil when it reaches out of its cell.
func (a *atlas) tile(r rune, cell image.Rectangle, ink, ground color.NRGBA) *tile {
	g := a.glyph(r)
	if g.mask == nil {
		return &tile{}
	}
	if in := g.mask.Rect.Add(g.at); !in.In(cell) {
		return nil
	}
	img := image.NewRGBA(image.Rect(0, 0, g.mask.Rect.Dx(), g.mask.Rect.Dy()))
	fillRect(img, img.Rect, ground)
	a.draw(img, r, -g.at.X, -g.at.Y, ink)
	return &tile{pix: img.Pix, w: img.Stride, at: g.at}
}
