package kit_test

import (
	"image"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
)

// oneLine is a log of a single line.
type oneLine string

func (oneLine) Len() int               { return 1 }
func (l oneLine) Line(int) kit.LogLine { return kit.LogLine{Text: string(l)} }

// cell gives the picture of the two cells in which the n-th wide character of the first line is drawn.
func cell(v *kit.LogView, w fyne.Window, n int) []color.Color {
	img := w.Canvas().Capture()
	line := v.SeenLines()[0]
	wide := (v.PlaceOf(0).X) / 2 // the gutter is four cells: two of them are a wide character's
	at := image.Pt(int(line.At.X+v.PlaceOf(0).X+float32(n)*wide+0.5), int(line.At.Y))
	var all []color.Color
	for y := range int(line.Size.Height) {
		for x := range int(wide) {
			all = append(all, img.At(at.X+x, at.Y+y))
		}
	}
	return all
}

func same(a, b []color.Color) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestCharactersOfEastAsiaAreDrawnWithFontsOfTheSystem(t *testing.T) {
	fonts, err := kit.LoadSystemFonts()
	if err != nil {
		t.Skipf("this machine has no fonts: %v", err)
	}
	v := kit.NewLogView()
	v.SetLines(oneLine("日本語ログ"))
	lacks := 0
	v.OnLack = func() { lacks++ }
	w := show(t, v, 400, 200)
	if !same(cell(v, w, 0), cell(v, w, 1)) {
		t.Fatal("characters that no font has differ: they are not drawn as frames")
	}
	if lacks != 1 {
		t.Errorf("it was told %d times that characters are missing", lacks)
	}
	if !fonts.Have('日') {
		t.Skip("no font of this machine has characters of East Asia")
	}
	v.UseFonts(fonts)
	first, second := cell(v, w, 0), cell(v, w, 1)
	if same(first, second) {
		t.Error("two characters look the same: they are still frames")
	}
	inked := 0
	for _, c := range first {
		if c != first[0] {
			inked++
		}
	}
	if inked < 20 || inked > len(first)*3/4 {
		t.Errorf("of %d points %d are inked", len(first), inked)
	}
	if lacks != 1 {
		t.Errorf("it was told %d times that characters are missing", lacks)
	}
}
