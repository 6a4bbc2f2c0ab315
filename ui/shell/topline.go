package shell

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
)

// topLine says where one is: installation, practice badge, run.
type topLine struct {
	*fyne.Container
	name  *kit.Text
	where *kit.Text
	badge *fyne.Container
	run   *kit.Text
	off   *kit.Text // that the product is offline, and for how long
	look  *kit.Button
	serve *kit.Button
	theme kit.Choice
}

func newTopLine(switchTheme func(kit.Choice), serve func(), choice kit.Choice) *topLine {
	t := &topLine{name: kit.NewText("", kit.Heading).Whole(), where: kit.NewText("", kit.Dim), run: kit.NewText("", kit.Dim).Whole(), theme: choice}
	t.off = kit.NewText("", kit.SmallStrong).In(kit.ColorWarn).Whole()
	t.off.Hide()
	badgeText := kit.NewText("LAB", kit.SmallStrong).In(kit.ColorWarn).Whole()
	t.badge = container.NewStack(kit.NewFill(kit.ColorSurface, kit.ColorWarn, 10), kit.Inset(10, 3, 10, 3, badgeText))
	t.badge.Hide()
	t.look = kit.NewQuiet(themeWord(choice), nil)
	t.look.OnTap = func() {
		t.theme = nextTheme(t.theme)
		t.look.SetText(themeWord(t.theme))
		switchTheme(t.theme)
		kit.Update(t.Container)
	}
	t.serve = kit.NewButton("Start the practice server", nil)
	t.serve.OnTap = func() {
		t.serve.Hide()
		serve()
	}
	t.serve.Hide()
	line := kit.RowFill(kit.Gap, 1, t.name, t.where, t.serve, t.badge, t.off, t.run, t.look)
	t.Container = container.NewStack(kit.NewFill(kit.ColorSurface, "", 0), container.NewBorder(nil, kit.HLine(), nil, nil, kit.Inset(16, 0, 8, 0, line)))
	return t
}

func nextTheme(c kit.Choice) kit.Choice {
	switch c {
	case kit.Auto:
		return kit.Light
	case kit.Light:
		return kit.Dark
	}
	return kit.Auto
}

func themeWord(c kit.Choice) string {
	switch c {
	case kit.Light:
		return "Look: light"
	case kit.Dark:
		return "Look: dark"
	}
	return "Look: as the system"
}

// unknown is shown until the installation was looked for.
func (t *topLine) unknown(root string, lab bool) {
	t.name.SetText("Looking for an installation")
	if root != "" {
		t.where.SetText("below " + root)
	}
	t.badge.Hidden = !lab
	kit.Update(t.Container)
}

func (t *topLine) show(p port.Place, err error, now time.Time) {
	before := t.says()
	defer func() {
		if t.says() != before { // it is asked every few seconds, and every frame costs a processor that draws by itself
			kit.Update(t.Container)
		}
	}()
	t.off.Hidden = p.OfflineSince.IsZero()
	if !t.off.Hidden {
		t.off.SetText(offlineFor(now.Sub(p.OfflineSince)))
	}
	switch {
	case err != nil && !p.Found:
		t.name.SetText("No installation yet")
		t.where.SetText(kit.TroubleOf(err).What)
	case len(p.Several) > 0:
		t.name.SetText(present.Plural(int64(len(p.Several)), "installation", "installations") + " found")
		t.where.SetText("Start with --installation ID for one of them")
	case p.Found:
		t.name.SetText(present.Name(p.Installation))
		t.where.SetText(present.Place(p.Installation))
	}
	t.badge.Hidden = !p.Lab
	t.serve.Hidden = !p.Lab || p.Served
	if p.HasRun {
		t.run.SetText("run " + p.Run.Name)
	} else {
		t.run.SetText("no run yet")
	}
}

// says is all that show can change.
func (t *topLine) says() topSays {
	return topSays{t.off.Hidden, t.badge.Hidden, t.serve.Hidden, t.off.Text(), t.name.Text(), t.where.Text(), t.run.Text()}
}

type topSays struct {
	noOff, noBadge, noServe bool
	off, name, where, run   string
}

// offlineFor tells whole minutes: seconds would make the line be drawn all the time.
func offlineFor(d time.Duration) string {
	if d < time.Minute {
		return "OFFLINE, just now"
	}
	return "OFFLINE for " + strings.TrimSuffix(present.Duration(d.Truncate(time.Minute)), " 00 s")
}
