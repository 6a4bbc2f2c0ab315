package shell

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/port"
)

// TestTheBottomBarTellsTheAgeOfTheLogInSteps: each change of the text draws a frame, so that in the first minute it changes every ten seconds only.
func TestTheBottomBarTellsTheAgeOfTheLogInSteps(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(kit.NewTheme(kit.Light))
	b := newBottomBar(&Shell{})
	last := time.Date(2026, 11, 23, 21, 0, 0, 0, time.UTC)
	b.state = port.LogState{State: "live", Last: last}
	texts := map[string]int{}
	for s := range 60 {
		b.writeLog(last.Add(time.Duration(s) * time.Second))
		texts[b.log.Text]++
	}
	if len(texts) != 6 {
		t.Errorf("in a minute it said %v", texts)
	}
	if b.writeLog(last.Add(3 * time.Minute)); b.log.Text != "log: live, 3 min ago" {
		t.Errorf("after three minutes it says %q", b.log.Text)
	}
}

// TestTheTopLineIsDrawnAgainOnlyWhenItSaysSomethingElse compares what it says: it is asked every five seconds.
func TestTheTopLineIsDrawnAgainOnlyWhenItSaysSomethingElse(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(kit.NewTheme(kit.Light))
	line := newTopLine(nil, func() {}, kit.Auto)
	now := time.Date(2026, 11, 23, 21, 0, 0, 0, time.UTC)
	p := port.Place{Found: true, Lab: true, OfflineSince: now.Add(-time.Hour)}
	line.show(p, nil, now)
	said := line.says()
	line.show(p, nil, now.Add(5*time.Second))
	if line.says() != said {
		t.Errorf("it says %+v, it said %+v", line.says(), said)
	}
	p.Served, p.OfflineSince = true, time.Time{}
	line.show(p, nil, now)
	if got := line.says(); got == said || !got.noServe || !got.noOff || got.run != "no run yet" {
		t.Errorf("after the server was started it says %+v", got)
	}
}
