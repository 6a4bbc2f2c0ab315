package kit_test

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/upgrade"
)

// show puts an object into a window of the test driver, in Springboard's look.
func show(t *testing.T, o fyne.CanvasObject, w, h float32) fyne.Window {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.Light))
	win := app.NewWindow("")
	win.SetPadded(false)
	win.SetContent(o)
	win.Resize(fyne.NewSize(w, h))
	t.Cleanup(win.Close)
	return win
}

func press(f fyne.Focusable, keys ...fyne.KeyName) {
	for _, k := range keys {
		f.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

// luminance and contrast are WCAG's.
func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	lin := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.03928 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(n.R) + 0.7152*lin(n.G) + 0.0722*lin(n.B)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestEveryTextIsReadableOnItsGround(t *testing.T) {
	for _, choice := range []kit.Choice{kit.Light, kit.Dark} {
		th := kit.NewTheme(choice)
		c := func(n fyne.ThemeColorName) color.Color { return th.Color(n, theme.VariantLight) }
		for _, ink := range []fyne.ThemeColorName{kit.ColorInk, kit.ColorDim, kit.ColorAccent, kit.ColorGood, kit.ColorBad, kit.ColorWarn, kit.ColorUnsure} {
			for _, ground := range []fyne.ThemeColorName{kit.ColorGround, kit.ColorSurface, kit.ColorHover} {
				if r := contrast(c(ink), c(ground)); r < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f", choice, ink, ground, r)
				}
			}
		}
		for _, pair := range [][2]fyne.ThemeColorName{{kit.ColorOnAccent, kit.ColorAccent}, {kit.ColorInk, kit.ColorTint}, {kit.ColorInk,
			kit.ColorRaised}, {kit.ColorDim, kit.ColorRaised}, {kit.ColorInk, kit.ColorMatch},
			{kit.ColorInk, kit.ColorGoodTint}, {kit.ColorInk, kit.ColorBadTint}} {
			if r := contrast(c(pair[0]), c(pair[1])); r < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f", choice, pair[0], pair[1], r)
			}
		}
	}
}

func TestTheLookFollowsTheSystemUnlessAPersonChose(t *testing.T) {
	auto, dark := kit.NewTheme(kit.Auto), kit.NewTheme(kit.Dark)
	if auto.Color(kit.ColorSurface, theme.VariantDark) != dark.Color(kit.ColorSurface, theme.VariantLight) {
		t.Error("a dark system gives a light window")
	}
	if auto.Color(kit.ColorSurface, theme.VariantLight) == dark.Color(kit.ColorSurface, theme.VariantLight) {
		t.Error("a light system gives a dark window")
	}
	if kit.ParseChoice("dark") != kit.Dark || kit.ParseChoice("nonsense") != kit.Auto {
		t.Error("the remembered choice is read wrongly")
	}
}

// rows are n rows of numbers, counting how many cells were asked for.
type rows struct{ n, asked int }

func (r *rows) Len() int { return r.n }
func (r *rows) Cell(row, col int) kit.Cell {
	r.asked++
	return kit.Cell{Text: fmt.Sprintf("cell %d.%d", row, col)}
}

func table() *kit.DataTable {
	return kit.NewDataTable([]kit.Column{{ID: "a", Title: "A", Min: 80, Weight: 1}, {ID: "b", Title: "B", Min: 60, Right: true}})
}

func TestAMillionRowsCostWhatIsSeen(t *testing.T) {
	tab, r := table(), &rows{n: 1_000_000}
	show(t, tab, 400, 300)
	tab.SetRows(&rows{n: 100}) // fonts and the rows that are seen
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	tab.SetRows(r)
	tab.Select(999_999)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	if r.asked > 200 {
		t.Errorf("%d cells were asked for, some twenty are seen", r.asked)
	}
}

func TestTheTableIsUsedByKeyboard(t *testing.T) {
	tab := table()
	win := show(t, tab, 400, 300)
	tab.SetRows(&rows{n: 100})
	var chosen []int
	opened, sorted := -1, ""
	tab.OnSelect = func(row int) { chosen = append(chosen, row) }
	tab.OnOpen = func(row int) { opened = row }
	tab.OnSort = func(col string, down bool) { sorted = fmt.Sprint(col, down) }
	win.Canvas().Focus(tab)
	press(tab, fyne.KeyDown, fyne.KeyDown, fyne.KeyEnd, fyne.KeyDown, fyne.KeyHome, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyReturn)
	if fmt.Sprint(chosen) != "[0 1 99 0 9]" {
		t.Errorf("selected %v", chosen)
	}
	if opened != 9 {
		t.Errorf("opened %d", opened)
	}
	press(tab, fyne.KeyRight)
	tab.TypedRune('r')
	if sorted != "atrue" {
		t.Errorf("sorted by %s", sorted)
	}
	press(tab, fyne.KeyRight)
	if sorted != "bfalse" {
		t.Errorf("sorted by %s", sorted)
	}
	tab.TypedShortcut(&fyne.ShortcutCopy{})
	if got := fyne.CurrentApp().Clipboard().Content(); got != "cell 9.0\tcell 9.1" {
		t.Errorf("copied %q", got)
	}
}

func TestTheTableIsUsedByMouse(t *testing.T) {
	tab := table()
	show(t, tab, 400, 300)
	tab.SetRows(&rows{n: 100})
	sorted := ""
	tab.OnSort = func(col string, down bool) { sorted = fmt.Sprint(col, down) }
	test.TapAt(tab, fyne.NewPos(390, 10))
	test.TapAt(tab, fyne.NewPos(20, 10))
	if sorted != "afalse" {
		t.Errorf("a tap on the head sorts by %s", sorted)
	}
	test.TapAt(tab, fyne.NewPos(20, kit.RowHeight*3+5))
	if tab.Selected() != 2 {
		t.Errorf("selected %d", tab.Selected())
	}
	tab.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -280)})
	test.TapAt(tab, fyne.NewPos(20, kit.RowHeight+5))
	if tab.Selected() != 20 {
		t.Errorf("after the wheel the first row is %d", tab.Selected())
	}
	tab.SetRows(&rows{n: 5})
	if tab.Selected() != -1 {
		t.Error("a row that is gone is still selected")
	}
}

// lines are numbered lines of a log.
type lines struct{ n int }

func (l *lines) Len() int { return l.n }
func (l *lines) Line(i int) kit.LogLine {
	level := kit.LineInfo
	if i%10 == 0 {
		level = kit.LineError
	}
	return kit.LogLine{Text: fmt.Sprintf("line %d\twith a tab, wide 漢字 and ä", i), Level: level}
}

func logView(t *testing.T, n int) (*kit.LogView, *lines, fyne.Window) {
	v, l := kit.NewLogView(), &lines{n: n}
	win := show(t, v, 600, 300)
	v.SetLines(l)
	win.Canvas().Capture()
	return v, l, win
}

func TestTheLogFollowsItsEndUntilAPersonScrollsUp(t *testing.T) {
	v, l, _ := logView(t, 1000)
	following, unseen := false, 0
	v.OnFollow = func(f bool, n int) { following, unseen = f, n }
	v.Grown() // the height of a line is known once it was drawn
	bottom := v.First()
	l.n = 1100
	v.Grown()
	if v.First() != bottom+100 {
		t.Errorf("it shows line %d, want %d", v.First(), bottom+100)
	}
	press(v, fyne.KeyPageUp)
	at := v.First()
	l.n = 1150
	v.Grown()
	if v.First() != at || following || unseen != 50 {
		t.Errorf("paused at %d: shows %d, following %v, %d unseen", at, v.First(), following, unseen)
	}
	press(v, fyne.KeyEnd)
	if !following || unseen != 0 || v.First() <= at {
		t.Errorf("at the end: following %v, %d unseen, first %d", following, unseen, v.First())
	}
	v.Shift(500)
	l.n -= 500
	press(v, fyne.KeyHome)
	if v.First() != 0 || following {
		t.Errorf("at the start: first %d, following %v", v.First(), following)
	}
}

func marks(expr string) func(string) [][]int {
	re := regexp.MustCompile(expr)
	return func(s string) [][]int { return re.FindAllStringIndex(s, -1) }
}

func TestTheLogFindsForwardsBackwardsAndRound(t *testing.T) {
	v, _, _ := logView(t, 1000)
	v.Mark(marks("(?i)LINE 99"))
	press(v, fyne.KeyHome)
	for _, want := range []int{99, 990, 991} {
		if !v.Find(true) {
			t.Fatalf("line %d was not found", want)
		}
		if v.First() > want || v.First()+40 < want {
			t.Errorf("found, but line %d is not seen: it begins at %d", want, v.First())
		}
	}
	v.TypedRune('N')
	v.TypedRune('N')
	v.TypedRune('N')
	if v.First()+40 < 990 {
		t.Errorf("backwards it goes round to the last hit, it begins at %d", v.First())
	}
	v.Mark(marks("nowhere"))
	if v.Find(true) {
		t.Error("found what is nowhere")
	}
}

func TestASelectionIsCopiedAsItStandsInTheFile(t *testing.T) {
	v, _, _ := logView(t, 1000)
	press(v, fyne.KeyHome)
	v.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(2+7.8*4, 5)}, Button: desktop.MouseButtonPrimary})
	v.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(500, 25)}})
	v.DragEnd()
	v.TypedShortcut(&fyne.ShortcutCopy{})
	got := fyne.CurrentApp().Clipboard().Content()
	if !strings.Contains(got, "line 0\twith a tab, wide 漢字 and ä\nline 1\twith") || got != v.Selection() {
		t.Errorf("copied %q", got)
	}
	v.SelectAll()
	if n := strings.Count(v.Selection(), "\n"); n != 999 {
		t.Errorf("all of it are %d line ends", n)
	}
}

func TestTheLogDrawsErrorsInTheirColour(t *testing.T) {
	v, _, win := logView(t, 20)
	press(v, fyne.KeyHome)
	img := win.Canvas().Capture()
	bad := color.NRGBAModel.Convert(kit.NewTheme(kit.Light).Color(kit.ColorBad, theme.VariantLight)).(color.NRGBA)
	found := 0
	for y := range 18 {
		for x := range 200 {
			if color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) == bad {
				found++
			}
		}
	}
	if found < 20 {
		t.Errorf("%d pixels of the first line, an error, are in the error's colour", found)
	}
}

func TestAGateNeedsTheWordAndEscapeKeepsThings(t *testing.T) {
	win := show(t, container.NewStack(), 800, 600)
	went, kept := 0, 0
	g := kit.Gate{Title: "Restore", Word: "restore", Confirm: "Restore", Danger: true, Fields: []kit.Field{{Label: "Your name", Required: true}},
		OnGo: func(v []string) { went++ }, OnKeep: func() { kept++ }}
	v := kit.ShowGate(win.Canvas(), g)
	test.Tap(v.Go)
	if went != 0 {
		t.Fatal("it went on without the word")
	}
	v.Typed.SetText("restore")
	test.Tap(v.Go)
	if went != 0 {
		t.Fatal("it went on without the name")
	}
	v.Entries[0].SetText(" kim ")
	test.Tap(v.Go)
	if went != 1 || win.Canvas().Overlays().Top() != nil {
		t.Errorf("went on %d times, the gate is open: %v", went, win.Canvas().Overlays().Top() != nil)
	}
	v = kit.ShowGate(win.Canvas(), kit.Gate{Title: "Sure", Confirm: "Yes", OnGo: func([]string) { went++ }, OnKeep: func() { kept++ }})
	if win.Canvas().Focused() != v.Keep {
		t.Error("the button that changes nothing is the default")
	}
	press(v.Keep, fyne.KeyEscape)
	if kept != 1 || went != 1 || win.Canvas().Overlays().Top() != nil {
		t.Errorf("Escape: kept %d, went %d", kept, went)
	}
}

func TestReturnGoesOnOnlyWhereAGateAllowsItAndNothingIsMissing(t *testing.T) {
	w := show(t, kit.NewText("", kit.Body), 800, 600)
	asked := ""
	ask := func() *kit.GateView {
		return kit.ShowGate(w.Canvas(), kit.Gate{Title: "Go to", Confirm: "Go", Fields: []kit.Field{{Label: "Where", Required: true}}, OnGo: func(v []string) { asked = v[0] }})
	}
	g := ask()
	g.Entries[0].SetText("7")
	press(g.Entries[0], fyne.KeyReturn)
	if asked != "" {
		t.Fatal("Return went on in a gate that did not allow it")
	}
	g.Close()
	g = ask()
	g.ByReturn(g.Entries[0])
	press(g.Entries[0], fyne.KeyReturn)
	if asked != "" || w.Canvas().Overlays().Top() == nil {
		t.Fatal("it went on although the field is empty")
	}
	g.Entries[0].SetText("7")
	press(g.Entries[0], fyne.KeyReturn)
	if asked != "7" || w.Canvas().Overlays().Top() != nil {
		t.Errorf("asked for %q", asked)
	}
}

func TestNoErrorIsNoDialog(t *testing.T) {
	win := show(t, container.NewStack(), 800, 600)
	if kit.ShowError(win.Canvas(), nil) != nil || win.Canvas().Overlays().Top() != nil {
		t.Error("nil opened a dialog")
	}
	n := kit.NewNotice()
	n.ShowError(nil)
	if n.Visible() {
		t.Error("nil shows a notice")
	}
	n.ShowError(fmt.Errorf("wrapped: %w", upgrade.NewFault("SB-9001", upgrade.KindUsage, nil, "detail", "x")))
	if !strings.Contains(n.What(), "x") {
		t.Errorf("the notice says %q", n.What())
	}
	if tr := kit.TroubleOf(errors.New("plain")); tr.What != "plain" || tr.Next == "" {
		t.Errorf("%+v", tr)
	}
}

func TestAButtonIsPressedByKeyboardUnlessItIsOff(t *testing.T) {
	pressed := 0
	b := kit.NewPrimary("Go", func() { pressed++ })
	show(t, b, 100, 40)
	press(b, fyne.KeySpace, fyne.KeyReturn)
	b.SetEnabled(false)
	press(b, fyne.KeySpace)
	test.Tap(b)
	if pressed != 2 {
		t.Errorf("pressed %d times", pressed)
	}
}

func TestATextIsCutWithAnEllipsisAndWrapsAtWords(t *testing.T) {
	measure := func(s string) float32 { return float32(len([]rune(s))) }
	for s, want := range map[string]string{"short": "short", "exactly ten": "exactly t…", "äöüäöüäöüäöü": "äöüäöüäöü…", "": ""} {
		if got := kit.Ellipsis(s, 10, measure); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
	}
	p := kit.NewPara("one two three four five six seven eight nine ten", kit.Body)
	show(t, container.NewWithoutLayout(p), 400, 400)
	p.Resize(fyne.NewSize(400, 20))
	one := p.MinSize().Height
	p.Resize(fyne.NewSize(90, 20))
	if many := p.MinSize().Height; many < 3*one {
		t.Errorf("in a quarter of the width it is %v high, %v before", many, one)
	}
}

func TestUpdateGivesNestedParagraphsTheirHeight(t *testing.T) {
	p := kit.NewPara(strings.Repeat("word ", 60), kit.Body)
	inner := kit.Stack(0)
	after := kit.NewText("after", kit.Body)
	outer := kit.Stack(0, kit.Pad(2, inner), after)
	show(t, kit.Scroll(outer), 200, 400)
	inner.Objects = []fyne.CanvasObject{p}
	kit.Update(outer)
	if after.Position().Y < p.MinSize().Height {
		t.Errorf("what comes after stands at %v, the paragraph is %v high", after.Position().Y, p.MinSize().Height)
	}
}

func TestADiffShowsWhatGoesAndWhatComes(t *testing.T) {
	got := kit.ParseDiff("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n keep\n-old\n+new\n--- not a head any more\n")
	kinds := ""
	for _, l := range got {
		kinds += string(l.Kind)
	}
	if kinds != "@ -+-" {
		t.Errorf("kinds %q of %+v", kinds, got)
	}
}

func TestTheScrollbarReachesTheLastOfManyLines(t *testing.T) {
	at := 0
	s := kit.NewScrollbar(false, func(first int) { at = first })
	show(t, container.NewWithoutLayout(s), 100, 500)
	s.Resize(fyne.NewSize(10, 400))
	s.Set(10_000_000, 40, 0)
	s.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, 1000)})
	s.DragEnd()
	if at != 10_000_000-40 {
		t.Errorf("it ends at %d", at)
	}
	s.Set(10_000_000, 40, at)
	test.TapAt(s, fyne.NewPos(5, 5))
	if at != 10_000_000-80 {
		t.Errorf("a tap before the handle goes to %d", at)
	}
}
