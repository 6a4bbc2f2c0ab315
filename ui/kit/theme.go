package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Choice is the look that a person chose.
type Choice string

// The choices. Auto follows the system.
const (
	Auto  Choice = "auto"
	Light Choice = "light"
	Dark  Choice = "dark"
)

// ParseChoice reads a remembered or given choice; anything else is Auto.
func ParseChoice(s string) Choice {
	if c := Choice(s); c == Light || c == Dark {
		return c
	}
	return Auto
}

// The colours that Fyne has no name for. They are asked for through the theme, so that a widget never holds a colour of its own.
const (
	ColorGround   fyne.ThemeColorName = "sb.ground"   // behind everything: bars, navigation
	ColorSurface  fyne.ThemeColorName = "sb.surface"  // panels, tables
	ColorRaised   fyne.ThemeColorName = "sb.raised"   // table heads, chips, buttons
	ColorLine     fyne.ThemeColorName = "sb.line"     // hairlines
	ColorEdge     fyne.ThemeColorName = "sb.edge"     // borders of what can be pressed or filled in
	ColorInk      fyne.ThemeColorName = "sb.ink"      // text
	ColorDim      fyne.ThemeColorName = "sb.dim"      // secondary text, still readable
	ColorAccent   fyne.ThemeColorName = "sb.accent"   // what can be pressed
	ColorOnAccent fyne.ThemeColorName = "sb.onaccent" // text on it
	ColorTint     fyne.ThemeColorName = "sb.tint"     // selection
	ColorHover    fyne.ThemeColorName = "sb.hover"
	ColorGood     fyne.ThemeColorName = "sb.good"
	ColorBad      fyne.ThemeColorName = "sb.bad"
	ColorWarn     fyne.ThemeColorName = "sb.warn"
	ColorUnsure   fyne.ThemeColorName = "sb.unsure"
	ColorGoodTint fyne.ThemeColorName = "sb.goodtint" // ground of added lines
	ColorBadTint  fyne.ThemeColorName = "sb.badtint"  // ground of removed lines
	ColorMatch    fyne.ThemeColorName = "sb.match"    // ground of a search hit
)

// The type scale: one size for titles, one for text, one for captions and evidence.
const (
	SizeTitle   = theme.SizeNameHeadingText
	SizeHeading = theme.SizeNameSubHeadingText
	SizeBody    = theme.SizeNameText
	SizeSmall   = theme.SizeNameCaptionText
)

// The rhythm of the window: distances are multiples of Unit.
const (
	Unit      float32 = 8
	Gap       float32 = 2 * Unit // between panels
	RowHeight float32 = 28       // of tables
)

type palette map[fyne.ThemeColorName]color.NRGBA

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

var lightPalette = palette{
	ColorGround: rgb(0xF2F4F7), ColorSurface: rgb(0xFFFFFF), ColorRaised: rgb(0xE8ECF1), ColorLine: rgb(0xDDE2E8), ColorEdge: rgb(0xB4BDC8),
	ColorInk: rgb(0x17202A), ColorDim: rgb(0x55616F), ColorAccent: rgb(0x1D5BB8), ColorOnAccent: rgb(0xFFFFFF),
	ColorTint: rgb(0xDCE8FA), ColorHover: rgb(0xEEF2F7),
	ColorGood: rgb(0x1A7741), ColorBad: rgb(0xB3261E), ColorWarn: rgb(0x8A5700), ColorUnsure: rgb(0x6A4BB0),
	ColorGoodTint: rgb(0xE1F3E7), ColorBadTint: rgb(0xFBE4E1), ColorMatch: rgb(0xFFE48A),
}

var darkPalette = palette{
	ColorGround: rgb(0x12161B), ColorSurface: rgb(0x1A2027), ColorRaised: rgb(0x262E38), ColorLine: rgb(0x2E3742), ColorEdge: rgb(0x4A5665),
	ColorInk: rgb(0xE4E9EF), ColorDim: rgb(0x9DAAB8), ColorAccent: rgb(0x78ADFF), ColorOnAccent: rgb(0x0B1522),
	ColorTint: rgb(0x22375A), ColorHover: rgb(0x222A33),
	ColorGood: rgb(0x5AC988), ColorBad: rgb(0xFF8A7D), ColorWarn: rgb(0xE8B85A), ColorUnsure: rgb(0xBBA8FF),
	ColorGoodTint: rgb(0x17352A), ColorBadTint: rgb(0x42221F), ColorMatch: rgb(0x6B5510),
}

// Theme is Springboard's look.
type Theme struct {
	choice Choice
	base   fyne.Theme
}

// NewTheme makes the theme for a choice.
func NewTheme(c Choice) *Theme { return &Theme{choice: c, base: theme.DefaultTheme()} }

// Choice is what the theme was made for.
func (t *Theme) Choice() Choice { return t.choice }

func (t *Theme) palette(variant fyne.ThemeVariant) palette {
	switch {
	case t.choice == Dark, t.choice == Auto && variant == theme.VariantDark:
		return darkPalette
	}
	return lightPalette
}

// fyneNames maps Fyne's names to ours.
var fyneNames = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNameBackground: ColorGround, theme.ColorNameButton: ColorRaised, theme.ColorNameDisabledButton: ColorRaised,
	theme.ColorNameDisabled: ColorDim, theme.ColorNameError: ColorBad, theme.ColorNameFocus: ColorAccent,
	theme.ColorNameForeground: ColorInk, theme.ColorNameForegroundOnPrimary: ColorOnAccent,
	theme.ColorNameForegroundOnError: ColorOnAccent, theme.ColorNameForegroundOnSuccess: ColorOnAccent,
	theme.ColorNameForegroundOnWarning: ColorOnAccent, theme.ColorNameHeaderBackground: ColorRaised, theme.ColorNameHover: ColorHover,
	theme.ColorNameHyperlink: ColorAccent, theme.ColorNameInputBackground: ColorSurface, theme.ColorNameInputBorder: ColorEdge,
	theme.ColorNameMenuBackground: ColorSurface, theme.ColorNameOverlayBackground: ColorSurface, theme.ColorNamePlaceHolder: ColorDim,
	theme.ColorNamePressed: ColorTint, theme.ColorNamePrimary: ColorAccent, theme.ColorNameSelection: ColorTint,
	theme.ColorNameSeparator: ColorLine, theme.ColorNameSuccess: ColorGood, theme.ColorNameWarning: ColorWarn,
	theme.ColorNameScrollBar: ColorEdge, theme.ColorNameScrollBarBackground: ColorGround,
}

// Color implements fyne.Theme.
func (t *Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	p := t.palette(variant)
	if c, ok := p[name]; ok {
		return c
	}
	if own, ok := fyneNames[name]; ok {
		return p[own]
	}
	if name == theme.ColorNameShadow {
		return color.NRGBA{A: 0x38}
	}
	return t.base.Color(name, variant)
}

var sizes = map[fyne.ThemeSizeName]float32{
	theme.SizeNameText: 13, theme.SizeNameHeadingText: 20, theme.SizeNameSubHeadingText: 15, theme.SizeNameCaptionText: 11.5,
	theme.SizeNamePadding: 4, theme.SizeNameInnerPadding: 7, theme.SizeNameLineSpacing: 3, theme.SizeNameInlineIcon: 16,
	theme.SizeNameScrollBar: 10, theme.SizeNameScrollBarSmall: 6, theme.SizeNameScrollBarRadius: 4, theme.SizeNameSeparatorThickness: 1,
	theme.SizeNameInputBorder: 1, theme.SizeNameInputRadius: 4, theme.SizeNameButtonRadius: 4, theme.SizeNameSelectionRadius: 3,
	theme.SizeNameDialogRadius: 6, theme.SizeNamePopupRadius: 6, theme.SizeNameMenuRadius: 6, theme.SizeNameModalBlurRadius: 0,
}

// Size implements fyne.Theme.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := sizes[name]; ok {
		return s
	}
	return t.base.Size(name)
}

// Font implements fyne.Theme. Fyne's bundled face has figures of equal width, which columns of numbers need.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource { return t.base.Font(style) }

// Icon implements fyne.Theme.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource { return t.base.Icon(name) }
