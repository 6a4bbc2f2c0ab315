package offlineview

import (
	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade/offline"
)

func word(s kit.Shape, c fyne.ThemeColorName, w string) kit.State {
	return kit.State{Sign: kit.Sign{Shape: s, Color: c}, Word: w}
}

// stations are the names in the picture.
var stations = map[offline.Who]string{offline.Users: "Users", offline.Programs: "Programs", offline.Administrator: "Administrator"}

// hop draws a way by what a probe saw. Users and programs go through the web server: the first arrow is theirs, the second the web server's. The colour says whether it is
// as it should be, the sign and the word whether it is open.
func hop(p offline.Probe, offlineNow bool) kit.Hop {
	h := kit.Hop{From: stations[p.From], To: "Leap"}
	colour := kit.ColorBad
	if p.Right {
		colour = kit.ColorGood
	} else if offlineNow && !p.Reached && p.From != offline.Administrator {
		colour = kit.ColorWarn // out, and not as one would like them to be
	}
	open, cut := word(kit.Disc, colour, "open"), word(kit.Cross, colour, "cut")
	if p.From == offline.Administrator {
		if h.State = cut; p.Reached {
			h.State = open
		}
		if p.Saw == offline.SawLogin {
			h.State.Word = "open: login"
		}
		return h
	}
	h.Via = "Web server"
	switch {
	case p.Saw == offline.SawMaintenance || p.Saw == offline.SawOtherPage:
		h.State, h.Then = word(kit.Disc, colour, "page"), cut
	case p.Saw == offline.SawDown:
		h.State, h.Then = word(kit.Disc, colour, "error"), cut
	case !p.Reached:
		h.State, h.Then = cut, word(kit.Question, kit.ColorUnsure, "not seen")
	default:
		h.State, h.Then = open, open
	}
	return h
}

func (v *View) showPicture() {
	unseen := word(kit.Question, kit.ColorUnsure, "not seen")
	hops := []kit.Hop{{From: "Users", Via: "Web server", To: "Leap", State: unseen, Then: unseen}, {From: "Programs", Via: "Web server", To: "Leap", State: unseen, Then: unseen},
		{From: "Administrator", To: "Leap", State: unseen}}
	v.proof.Objects = nil
	for _, p := range v.now.Probes {
		for i := range hops {
			if hops[i].From == stations[p.From] {
				hops[i] = hop(p, v.now.Offline)
				hops[i].Note = present.Clock(p.At, v.host.Now())
			}
		}
		sign := kit.Bad
		if p.Right {
			sign = kit.Good
		} else if v.now.Offline && !p.Reached && p.From != offline.Administrator {
			sign = kit.Warn
		}
		lines := []fyne.CanvasObject{kit.NewText(stations[p.From], kit.Strong), kit.NewPara(present.Upper(present.Sentence(p.Says)), kit.Body)}
		if p.Next != "" {
			lines = append(lines, kit.NewPara(p.Next, kit.Body).In(kit.ColorDim))
		}
		place := p.Evidence
		place.Text = "" // said above
		lines = append(lines, kit.EvidenceRow(place, v.host.Open))
		v.proof.Objects = append(v.proof.Objects, kit.Beside(sign, kit.Stack(1, lines...)))
	}
	if len(v.now.Probes) == 0 {
		v.proof.Objects = []fyne.CanvasObject{kit.NewPara("A probe asks each address once, without signing in, and recognises the maintenance page by its mark. It shows what this "+
			"machine sees; users on another network may see something else.", kit.Dim)}
	}
	v.flow.Set(hops)
}
