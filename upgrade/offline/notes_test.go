package offline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/offline"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func TestWithoutADirectAddressServerURIIsDisabledAndNothingIsSaidOnTheLoginPage(t *testing.T) {
	all := offline.NotesForBegin("", "", false, noon)
	if len(all) != 1 || all[0].ID != "begin.serverURI" || all[0].Op != offline.NotesOff || all[0].Value != "" {
		t.Errorf("%+v", all)
	}
}

func TestTheNoticeIsHTMLInWhichNothingOfTheTextIsMarkup(t *testing.T) {
	all := offline.NotesForBegin("http://d:80", "a <b>\n & c", true, noon)
	if len(all) != 3 || all[0].Value != "http://d:80" || all[1].Value != "<p><strong>a &lt;b&gt; &amp; c</strong></p>" || all[2].Value != "false" {
		t.Errorf("%+v", all)
	}
}

func TestTheEndPutsBackWhatWasTickedTheLastFirst(t *testing.T) {
	all := offline.NotesForBegin("http://d:80", "soon", true, noon)
	all[0].Ticked = &offline.NotesTick{By: "Ann", Was: "https://leap.example.com"}
	all[1].Ticked = &offline.NotesTick{By: "Ann", WasOff: true}
	back := offline.NotesForEnd(all, noon) // nobody ticked the statistics: they are as they were
	if len(back) != 2 {
		t.Fatalf("%+v", back)
	}
	if b := back[0]; b.ID != "end.InfoEntryPoint.dailyInfo" || b.Op != offline.NotesOff || b.Value != "" || b.Proof != offline.NotesNoNotice {
		t.Errorf("%+v", b)
	}
	if b := back[1]; b.ID != "end.serverURI" || b.Op != offline.NotesValue || b.Value != "https://leap.example.com" || b.Proof != offline.NotesPublic {
		t.Errorf("%+v", b)
	}
}

func TestAChangeInVoltConfigIsProvenOnlyByWhatIsSeenFromOutside(t *testing.T) {
	login := &offline.Answer{Status: 401, Realm: "HCL Domino Leap"}
	page := func(text string) *offline.Answer {
		return &offline.Answer{Status: 200, Page: offline.PageLogin, Text: text}
	}
	const public, direct = "https://leap.example.com", "http://domino01:80"
	for _, c := range []struct {
		name   string
		proof  offline.NotesProof
		look   offline.Look
		proven bool
		says   string
	}{
		{"the direct address answers", offline.NotesDirect, offline.Look{Administrator: login, Public: public, Direct: direct}, true, "401"},
		{"the direct address sends to the users'", offline.NotesDirect, offline.Look{Administrator: &offline.Answer{Status: 302, Location: public + "/volt-apps"}, Public: public, Direct: direct}, false, "sends to the users' address"},
		{"the direct address shows the maintenance page", offline.NotesDirect, offline.Look{Administrator: &offline.Answer{Status: 503, Mark: "m"}, Public: public, Direct: direct}, false, "maintenance page"},
		{"nobody answers", offline.NotesDirect, offline.Look{Administrator: &offline.Answer{Trouble: offline.SawNothing, Detail: "refused"}, Public: public, Direct: direct}, false, "refused"},
		{"one address for both", offline.NotesDirect, offline.Look{Administrator: login, Public: direct, Direct: direct}, false, "same address"},
		{"no direct address", offline.NotesDirect, offline.Look{}, false, "not known"},
		{"users reach it again", offline.NotesPublic, offline.Look{Users: login}, true, "401"},
		{"users still see the maintenance page", offline.NotesPublic, offline.Look{Users: &offline.Answer{Status: 503, Mark: "m"}}, false, "maintenance"},
		{"no users' address", offline.NotesPublic, offline.Look{}, false, "not known"},
		{"the notice is there", offline.NotesNotice, offline.Look{Administrator: page("Login. Back at 6.")}, true, "stands"},
		{"the notice is not there", offline.NotesNotice, offline.Look{Administrator: page("Login.")}, false, "does not stand"},
		{"no page", offline.NotesNotice, offline.Look{Administrator: login}, false, "no page"},
		{"the notice is gone", offline.NotesNoNotice, offline.Look{Users: page("Login.")}, true, "does not stand"},
		{"the notice is still there", offline.NotesNoNotice, offline.Look{Users: page("Back at 6")}, false, "still stands"},
		{"a person's word", offline.NotesWord, offline.Look{Administrator: login, Users: login}, false, "does not show"},
	} {
		proven, says, next := offline.NotesTask{Proof: c.proof}.Prove(c.look, "Back at 6")
		if proven != c.proven || !strings.Contains(says, c.says) {
			t.Errorf("%s: %v %q", c.name, proven, says)
		}
		if !proven && c.proof != offline.NotesWord && next == "" {
			t.Errorf("%s: nothing to do is said", c.name)
		}
	}
}
