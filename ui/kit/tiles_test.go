package kit

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

const reaching = '☃' // its glyph is replaced by one that reaches out of its cell, to the right and into the next line

func reachOut(a *atlas) {
	mask := image.NewAlpha(image.Rect(0, 0, 3*a.cellW, a.cellH+1))
	for i := range mask.Pix {
		mask.Pix[i] = 0x80
	}
	a.glyphs[reaching] = &glyph{mask: mask}
}

func TestARuneThatIsCopiedLooksLikeOneThatIsMixed(t *testing.T) {
	test.NewTempApp(t)
	a := newAtlas(13)
	ground, ink := color.NRGBA{R: 0x1a, G: 0x20, B: 0x27, A: 0xff}, color.NRGBA{R: 0xe4, G: 0xe9, B: 0xef, A: 0xff}
	copied := 0
	for r := rune(0x21); r < 0x2600; r++ {
		n := cells(r)
		if n == 0 || hidden(r) {
			continue
		}
		cell := image.Rect(20, 20, 20+n*a.cellW, 20+a.cellH)
		a.begin()
		var pictures [2]*image.RGBA
		for i := range pictures {
			pictures[i] = image.NewRGBA(image.Rect(0, 0, 80, 80))
			fillRect(pictures[i], pictures[i].Rect, ground)
		}
		a.draw(pictures[0], r, cell.Min.X, cell.Min.Y, ink)
		a.put(pictures[1], r, cell, ink, ground)
		if a.tiles[tileKey{r, ink, ground}] != nil {
			copied++
		}
		if !bytes.Equal(pictures[0].Pix, pictures[1].Pix) {
			t.Errorf("%c (%U) looks otherwise when it is copied", r, r)
		}
	}
	if copied < 300 {
		t.Errorf("only %d runes were copied", copied)
	}
	if len(a.tiles) > maxTiles {
		t.Errorf("%d tiles are kept", len(a.tiles))
	}
}

func TestMostLettersOfEnglishAreCopied(t *testing.T) {
	test.NewTempApp(t)
	for _, px := range []float64{12.5, 13, 18.75, 25} {
		a, copied := newAtlas(px), 0
		for r := rune('!'); r <= '~'; r++ {
			if a.tile(r, image.Rect(0, 0, a.cellW, a.cellH), color.NRGBA{A: 0xff}, color.NRGBA{R: 0xff, A: 0xff}) != nil {
				copied++
			}
		}
		if copied < 70 {
			t.Errorf("at %v pixels only %d of 94 letters keep to their cells", px, copied)
		}
	}
}

// page is a log whose first line can be replaced.
type page struct {
	first string
	rows  int
}

func (p page) Len() int { return p.rows }
func (p page) Line(i int) LogLine {
	if i == 0 {
		return LogLine{Text: p.first}
	}
	l := LogLine{Level: LineLevel(i % 6), Text: fmt.Sprintf("[11/26/26 11:%02d:00:123 CET] 0000%04x WebContainer  E   SRVE0777E: Exception gëworfen, 漢字, e\u0301 WWWW %s", i%60, i, strings.Repeat("at com.ibm.Form ", 6))}
	if i%3 == 0 {
		l.Spans = []LogSpan{{0, 28, ToneDim}, {40, 60, ToneLink}}
	}
	return l
}

func pageView(t testing.TB, p page) *LogView {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(NewTheme(Light))
	v := NewLogView()
	v.Resize(fyne.NewSize(900, 500))
	v.SetLines(p)
	v.home()
	reachOut(v.atlas)
	return v
}

func TestALogLooksTheSameWhetherItIsCopiedOrMixed(t *testing.T) {
	var pictures [2]*image.RGBA
	for i, first := range []string{"x", string(reaching)} {
		v := pageView(t, page{first, 20})
		hits := regexp.MustCompile("Exception|Form")
		v.Mark(func(text string) [][]int { return hits.FindAllStringIndex(text, -1) })
		v.cursor, v.anchor, v.head, v.selected = spot{item: 5}, spot{item: 7, col: 9}, spot{item: 9, col: 3}, true
		pictures[i], _ = v.draw(int(v.raster.Size().Width), 24*v.atlas.cellH).(*image.RGBA)
		if v.atlas.reaches != (i == 1) {
			t.Fatalf("the log that begins with %q: a rune reaches into another line: %v", first, v.atlas.reaches)
		}
		pictures[i].Pix = pictures[i].Pix[2*v.atlas.cellH*pictures[i].Stride:]
	}
	if !bytes.Equal(pictures[0].Pix, pictures[1].Pix) {
		t.Error("the log looks otherwise when its runes are copied")
	}
}

func BenchmarkAPageOfALogIsDrawn(b *testing.B) {
	for name, first := range map[string]string{"copied": "x", "mixed": string(reaching)} {
		b.Run(name, func(b *testing.B) {
			v := pageView(b, page{first, 30})
			for b.Loop() {
				v.draw(int(v.raster.Size().Width), 432)
			}
		})
	}
}
