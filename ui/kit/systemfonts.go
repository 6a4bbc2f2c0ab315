package kit

import (
	"cmp"
	"image"
	"os"
	"slices"
	"strings"

	textfont "github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/fontscan"
	"golang.org/x/image/vector"
)

// SystemFonts are the fonts of the machine: they have the characters that the fonts within the program lack, those of East Asia for example. A font is
// read when one of its characters is first drawn. After it was made it belongs to one goroutine.
type SystemFonts struct {
	prints []fontscan.Footprint // best first
	opened map[textfont.FontID]*textfont.Face
}

// silent drops what the scan has to say of single fonts: one that cannot be read is not used.
type silent struct{}

func (silent) Printf(string, ...any) {}

// LoadSystemFonts looks which fonts the machine has. The first time on a machine that takes seconds, later ones read the index that the toolkit keeps in
// the user's cache folder. Any goroutine.
func LoadSystemFonts() (*SystemFonts, error) {
	prints, err := fontscan.SystemFonts(silent{}, "")
	if err != nil {
		return nil, err
	}
	prints = slices.Clone(prints)
	slices.SortStableFunc(prints, func(a, b fontscan.Footprint) int { return cmp.Compare(fitness(b), fitness(a)) })
	return &SystemFonts{prints: prints, opened: map[textfont.FontID]*textfont.Face{}}, nil
}

// fitness tells how well a font goes with the log: upright, of ordinary weight, and without serifs if its name says so.
func fitness(p fontscan.Footprint) int {
	n := 0
	if p.Aspect.Style <= textfont.StyleNormal {
		n += 4
	}
	if p.Aspect.Weight == 0 || p.Aspect.Weight >= textfont.WeightNormal && p.Aspect.Weight <= textfont.WeightMedium {
		n += 4
	}
	for _, word := range []string{"mono", "gothic", "sans", "hei"} {
		if strings.Contains(p.Family, word) {
			n++
		}
	}
	return n
}

// having gives the fonts that have a rune, best first, those that can be read.
func (s *SystemFonts) having(r rune) func(yield func(*textfont.Face) bool) {
	return func(yield func(*textfont.Face) bool) {
		for _, p := range s.prints {
			if !p.Runes.Contains(r) {
				continue
			}
			if f := s.open(p.Location); f != nil && !yield(f) {
				return
			}
		}
	}
}

// Have tells whether a font that can be read has a rune.
func (s *SystemFonts) Have(r rune) bool {
	for range s.having(r) {
		return true
	}
	return false
}

// open gives a font, nil when it cannot be read; it is not tried again.
func (s *SystemFonts) open(at textfont.FontID) *textfont.Face {
	f, known := s.opened[at]
	if !known {
		f = openFont(at)
		s.opened[at] = f
	}
	return f
}

func openFont(at textfont.FontID) *textfont.Face {
	file, err := os.Open(at.File)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }() // it was only read
	all, err := textfont.ParseTTC(file)
	if err != nil || int(at.Index) >= len(all) {
		return nil
	}
	return all[at.Index]
}

// glyph draws a rune for a text height in pixels into a picture of w times h pixels, in the middle of its width, with its feet at baseline. nil: no font
// has an outline of it.
func (s *SystemFonts) glyph(r rune, px float64, w, h, baseline int) *image.Alpha {
	for face := range s.having(r) {
		id, ok := face.NominalGlyph(r)
		if !ok {
			continue
		}
		outline, ok := face.GlyphData(id).(textfont.GlyphOutline)
		if !ok || len(outline.Segments) == 0 {
			continue
		}
		scale := float32(px) / float32(face.Upem())
		left := (float32(w) - face.HorizontalAdvance(id)*scale) / 2
		pen := vector.NewRasterizer(w, h)
		draw(pen, outline.Segments, func(p opentype.SegmentPoint) (x, y float32) { return left + p.X*scale, float32(baseline) - p.Y*scale })
		out := image.NewAlpha(image.Rect(0, 0, w, h))
		pen.Draw(out, out.Rect, image.Opaque, image.Point{})
		return out
	}
	return nil
}

// draw gives the lines of an outline to a pen.
func draw(pen *vector.Rasterizer, outline []opentype.Segment, at func(opentype.SegmentPoint) (x, y float32)) {
	for _, s := range outline {
		x0, y0 := at(s.Args[0])
		x1, y1 := at(s.Args[1])
		x2, y2 := at(s.Args[2])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			pen.ClosePath()
			pen.MoveTo(x0, y0)
		case opentype.SegmentOpLineTo:
			pen.LineTo(x0, y0)
		case opentype.SegmentOpQuadTo:
			pen.QuadTo(x0, y0, x1, y1)
		case opentype.SegmentOpCubeTo:
			pen.CubeTo(x0, y0, x1, y1, x2, y2)
		}
	}
	pen.ClosePath()
}
