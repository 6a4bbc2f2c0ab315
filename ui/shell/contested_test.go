package shell_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// contested is the refusal to take a change back whose setting somebody else edited since.
var contested = upgrade.NewFault("SB-5016", upgrade.KindFailed, &settings.Conflict{File: "/srv/lab/Leap_config.properties", Both: []string{"serverURI"},
	Ours: "@@ -1 +1 @@\n-#serverURI=a\n+serverURI=a\n", Theirs: "@@ -1 +1 @@\n-#serverURI=a\n+serverURI=other\n"}, "file", "/srv/lab/Leap_config.properties", "record", "1")

func TestWhoeverTakesBackASettingThatSomebodyElseEditedIsAskedWhoseValueStays(t *testing.T) {
	for name, c := range map[string]struct {
		at     screen.ID
		open   []string // what is pressed until the question comes
		answer string
		did    string
	}{
		"settings undo, theirs": {screen.Journal, []string{"Take back"}, "Leave what they wrote", "/srv/lab/server.xmltheirs"},
		"settings undo, ours":   {screen.Journal, []string{"Take back"}, "Put back what was before", "/srv/lab/server.xmlours"},
		"run undo":              {screen.Journal, []string{"Go back step by step", "Take it back"}, "Leave what they wrote", "run theirs"},
		"reopen":                {screen.Reopen, []string{"Put 2 things back", "Put it back"}, "Put back what was before", "put back ours"},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEngine()
			e.contested = true
			b := open(t, e, kit.Light, normal)
			b.shell.Go(c.at)
			b.Settle()
			for _, press := range c.open {
				b.Tap(press)
			}
			b.Sees("Both changed serverURI.", "serverURI=other", "Nothing was written of this file.")
			if len(e.undone) > 0 {
				t.Errorf("done before it was answered: %q", e.undone)
			}
			b.Tap(c.answer)
			if diff := cmp.Diff([]string{c.did}, e.undone); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestComingBackOnlineAsksWhoseValueStays(t *testing.T) {
	e := newEngine()
	e.offline, e.contested = true, true
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Offline)
	b.Settle()
	b.Tap("Bring the product back")
	b.Tap("Put everything back")
	b.Tap("Leave what they wrote")
	b.Sees("The product is online", "2 files are as before, but for what somebody else wrote since.")
	if diff := cmp.Diff([]string{"offlinetheirs"}, e.undone); diff != "" {
		t.Error(diff)
	}
}
