package kit

import (
	"image"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// glyph is the coverage of one rune within its cell (or two cells, when it is wide).
type glyph struct {
	mask *image.Alpha
	at   image.Point // where the mask stands within the cell
}

// atlas draws monospace text into an image, one cell a rune, at one size in pixels. It keeps the glyphs it has drawn: a log uses some hundred.
type atlas struct {
	px     float64
	faces  []font.Face
	fonts  []*sfnt.Font
	cellW  int
	cellH  int
	ascent int
	glyphs map[rune]*glyph
	buf    sfnt.Buffer

	system *SystemFonts // nil: not looked for
	lacks  bool         // a rune was drawn that no font has

	tiles   map[tileKey]*tile
	reaches bool // a rune of this picture reaches into another line
	overX   int  // how far the runes of the line at overY reach that left their cells
	overY   int
}

var parseFonts = sync.OnceValue(func() []*sfnt.Font {
	var out []*sfnt.Font
	for _, res := range []fyne.Resource{theme.DefaultTextMonospaceFont(), theme.DefaultTextFont(), theme.DefaultSymbolFont()} {
		if res == nil {
			continue
		}
		if f, err := opentype.Parse(res.Content()); err == nil {
			out = append(out, f)
		}
	}
	return out
})

// newAtlas makes an atlas for a text height in pixels.
func newAtlas(px float64) *atlas {
	a := &atlas{px: px, glyphs: map[rune]*glyph{}, tiles: map[tileKey]*tile{}}
	for _, f := range parseFonts() {
		if face := faceOf(f, px); face != nil {
			a.fonts, a.faces = append(a.fonts, f), append(a.faces, face)
		}
	}
	a.cellW, a.cellH, a.ascent = int(px*0.6+0.5), int(px*1.4+0.5), int(px*1.05+0.5)
	if len(a.faces) > 0 {
		if adv, ok := a.faces[0].GlyphAdvance('0'); ok {
			a.cellW = adv.Round()
		}
		m := a.faces[0].Metrics()
		a.ascent = m.Ascent.Ceil() + 1
		a.cellH = m.Ascent.Ceil() + m.Descent.Ceil() + 2
	}
	return a
}

func faceOf(f *sfnt.Font, px float64) font.Face {
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: px, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil
	}
	return face
}

// use draws what the bundled fonts lack with those of the system.
func (a *atlas) use(s *SystemFonts) {
	a.system, a.lacks = s, false
	clear(a.glyphs)
	clear(a.tiles)
}

// frameRune is in no font: it is drawn as a frame.
const frameRune = 0xffff

// visible is the sign that stands for a rune that a screen would hide: the picture of a control where a font has it, else a frame.
func (a *atlas) visible(r rune) rune {
	picture := rune(frameRune)
	switch {
	case r < 0x20:
		picture = 0x2400 + r
	case r == 0x7f:
		picture = 0x2421
	}
	if a.has(picture) {
		return picture
	}
	return frameRune
}

// has tells whether the monospace font has a rune.
func (a *atlas) has(r rune) bool {
	if len(a.fonts) == 0 {
		return false
	}
	n, err := a.fonts[0].GlyphIndex(&a.buf, r)
	return err == nil && n != 0
}

func (a *atlas) glyph(r rune) *glyph {
	if g, ok := a.glyphs[r]; ok {
		return g
	}
	g := a.render(r)
	a.glyphs[r] = g
	return g
}

// render draws a rune from the first font that has it; a rune that none has becomes a frame, so that it is seen that something stands there.
func (a *atlas) render(r rune) *glyph {
	for i, face := range a.faces {
		if n, err := a.fonts[i].GlyphIndex(&a.buf, r); err != nil || n == 0 {
			continue
		}
		if g := a.shape(face, r); g != nil {
			return g
		}
		return &glyph{}
	}
	if g := a.renderSystem(r); g != nil {
		return g
	}
	a.lacks = a.lacks || r != frameRune
	return a.frame(r)
}

// renderSystem draws a rune from a font of the system; nil when none has it.
func (a *atlas) renderSystem(r rune) *glyph {
	if a.system == nil {
		return nil
	}
	if mask := a.system.glyph(r, a.px, a.cellW*max(1, cells(r)), a.cellH, a.ascent); mask != nil {
		return &glyph{mask: mask}
	}
	return nil
}

// shape draws a rune of a face; nil when there is nothing of it to be seen.
func (a *atlas) shape(face font.Face, r rune) *glyph {
	dr, mask, from, _, ok := face.Glyph(fixed.P(0, a.ascent), r)
	if !ok || dr.Empty() {
		return nil
	}
	out := image.NewAlpha(image.Rect(0, 0, dr.Dx(), dr.Dy()))
	for y := range dr.Dy() {
		for x := range dr.Dx() {
			_, _, _, alpha := mask.At(from.X+x, from.Y+y).RGBA()
			out.Pix[y*out.Stride+x] = uint8(alpha >> 8)
		}
	}
	return &glyph{mask: out, at: dr.Min}
}

// frame stands for a rune that cannot be drawn.
func (a *atlas) frame(r rune) *glyph {
	w, h := a.cellW*cells(r)-2, a.ascent-2
	out := image.NewAlpha(image.Rect(0, 0, max(1, w), max(1, h)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			if x == 0 || y == 0 || x == out.Rect.Dx()-1 || y == out.Rect.Dy()-1 {
				out.SetAlpha(x, y, color.Alpha{A: 0x90})
			}
		}
	}
	return &glyph{mask: out, at: image.Pt(1, 2)}
}

// draw blends a rune into the image with its cell's corner at x, y. What lies outside is cut.
func (a *atlas) draw(dst *image.RGBA, r rune, x, y int, ink color.NRGBA) {
	g := a.glyph(r)
	if g.mask == nil {
		return
	}
	at := g.mask.Rect.Add(image.Pt(x+g.at.X, y+g.at.Y))
	in := at.Intersect(dst.Rect)
	for py := in.Min.Y; py < in.Max.Y; py++ {
		src := g.mask.Pix[(py-at.Min.Y)*g.mask.Stride+in.Min.X-at.Min.X:][:in.Dx()]
		row := dst.Pix[py*dst.Stride+in.Min.X*4:][:len(src)*4]
		for i, alpha := range src {
			switch alpha {
			case 0:
			case 0xff:
				p := row[i*4 : i*4+4 : i*4+4]
				p[0], p[1], p[2], p[3] = ink.R, ink.G, ink.B, 0xff
			default:
				blend(row[i*4:i*4+4:i*4+4], ink, uint32(alpha))
			}
		}
	}
}

// blend mixes ink into a pixel that is opaque.
func blend(p []uint8, ink color.NRGBA, a uint32) {
	p[0] = mix(p[0], ink.R, a)
	p[1] = mix(p[1], ink.G, a)
	p[2] = mix(p[2], ink.B, a)
	p[3] = 0xff
}

// mix divides by 255 without a division: 0x8081>>23 is exact for what two bytes multiply to.
func mix(below, above uint8, a uint32) uint8 {
	return uint8((uint32(below)*(255-a) + uint32(above)*a) * 0x8081 >> 23)
}

func fillRect(dst *image.RGBA, r image.Rectangle, c color.NRGBA) {
	r = r.Intersect(dst.Rect)
	if r.Empty() {
		return
	}
	first := dst.Pix[r.Min.Y*dst.Stride+r.Min.X*4 : r.Min.Y*dst.Stride+r.Max.X*4]
	for i := 0; i < len(first); i += 4 {
		first[i], first[i+1], first[i+2], first[i+3] = c.R, c.G, c.B, 0xff
	}
	for y := r.Min.Y + 1; y < r.Max.Y; y++ {
		copy(dst.Pix[y*dst.Stride+r.Min.X*4:y*dst.Stride+r.Max.X*4], first)
	}
}
