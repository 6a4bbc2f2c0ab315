package present_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
)

var now = time.Date(2026, 11, 22, 22, 14, 5, 0, time.Local)

func TestNumbersCarryTheirUnits(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{present.Count(0), "0"}, {present.Count(9999), "9999"}, {present.Count(10000), "10\u202f000"}, {present.Count(1234567),
			"1\u202f234\u202f567"}, {present.Count(-12345), "-12\u202f345"},
		{present.Plural(1, "file", "files"), "1 file"}, {present.Plural(0, "file", "files"), "0 files"},
		{present.Size(0), "0 B"}, {present.Size(999), "999 B"}, {present.Size(1000), "1.0 kB"}, {present.Size(999_499), "999 kB"},
		{present.Size(999_999), "1.0 MB"}, {present.Size(2_040_000_000), "2.0 GB"},
		{present.Size(45_600_000), "46 MB"}, {present.Size(3_000_000_000_000_000), "3.0 PB"},
		{present.Duration(-time.Second), "0 s"}, {present.Duration(1500 * time.Millisecond), "1.5 s"}, {present.Duration(59 * time.Second), "59 s"},
		{present.Duration(61 * time.Second), "1 min 01 s"},
		{present.Duration(3599*time.Second + 600*time.Millisecond), "1 h 00 min"}, {present.Duration(2*time.Hour + 5*time.Minute), "2 h 05 min"},
		{present.Seconds(0), ""}, {present.Seconds(0.42), "0.4 s"},
		{present.Left(0), ""}, {present.Left(4 * time.Second), "a few seconds left"}, {present.Left(42 * time.Second), "40 s left"},
		{present.Left(170 * time.Second), "3 min left"},
		{present.Clock(time.Time{}, now), ""}, {present.Clock(now, now), "22:14:05"}, {present.Clock(now.Add(-48*time.Hour), now),
			"2026-11-20 22:14"}, {present.ShortClock(now.Add(-48*time.Hour), now), "2026-11-20"},
		{present.Ago(time.Time{}, now), "never"}, {present.Ago(now, now), "just now"}, {present.Ago(now.Add(-90*time.Second), now), "1 min ago"},
		{present.Ago(now.Add(-72*time.Hour), now), "3 days ago"},
		{present.Sentence("Run the checks "), "Run the checks."}, {present.Sentence("Done."), "Done."}, {present.Sentence(""), ""},
		{present.Upper("the default"), "The default"}, {present.Upper(""), ""}, {present.Join([]string{"a", "b", "c"}), "a, b and c"}, {present.Join(nil), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestACommandLineCanBePasted(t *testing.T) {
	c := present.Command{Root: "/srv/my lab", Run: ""}
	if got, want := c.Line("check", "waive", "LEAP-1", "--by", "kim", "--why", `it's "fine"`),
		`springboardctl check waive LEAP-1 --by kim --why 'it'\''s "fine"' --root "/srv/my lab"`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for arg, want := range map[string]string{"": `""`, "plain-1.2": "plain-1.2", `C:\HCL\Leap`: `C:\HCL\Leap`,
		`C:\Program Files\HCL`: `"C:\Program Files\HCL"`, "a$b": "'a$b'", "ä": `"ä"`} {
		if got := present.Quote(arg); got != want {
			t.Errorf("Quote(%s) = %s, want %s", arg, got, want)
		}
	}
	if got := (present.Command{Root: "/"}).Line("detect"); got != "springboardctl detect" {
		t.Errorf("on the machine itself: %s", got)
	}
}

func finding(code string, s upgrade.Severity, waived bool) upgrade.Finding {
	return upgrade.Finding{Code: code, Title: "Title of " + code, Severity: s, Waived: waived}
}

func TestFindingsStandWorstFirstAndWaivedOnesApart(t *testing.T) {
	all := []upgrade.Finding{finding("ok-1", upgrade.OK, false), finding("warn-1", upgrade.Warning, false), finding("block-2", upgrade.Blocker, true),
		finding("unknown-1", upgrade.Unknown, false),
		finding("block-1", upgrade.Blocker, false)}
	var got []string
	for _, r := range present.FindingRows(all, "") {
		if r.Heading != "" {
			got = append(got, fmt.Sprintf("%s %d", r.Heading, r.Count))
		} else {
			got = append(got, r.Finding.Code)
		}
	}
	want := []string{"Blockers 1", "block-1", "Could not be checked 1", "unknown-1", "Warnings 1", "warn-1", "Waived 1", "block-2", "Fine 1", "ok-1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	sum := present.SumFindings(all)
	if sum.Stops() != 2 || sum.Words() != "1 blocker, 1 could not be checked, 1 warning, 1 waived, 1 fine" {
		t.Errorf("%d stop, %s", sum.Stops(), sum.Words())
	}
	if f, ok := present.Worst(all); !ok || f.Code != "block-1" {
		t.Errorf("worst is %v %v", f.Code, ok)
	}
	if _, ok := present.Worst([]upgrade.Finding{finding("a", upgrade.OK, false), finding("b", upgrade.Blocker, true)}); ok {
		t.Error("a waived finding is not the worst of what is open")
	}
	if rows := present.FindingRows(all, "WARN-1"); len(rows) != 2 {
		t.Errorf("the filter leaves %d rows, want a heading and one finding", len(rows))
	}
}

func TestApplicationsAreFilteredAndSortedWithoutCopies(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	all := []upgrade.App{{UID: "1", Name: "beta", State: upgrade.Upgraded, Seconds: 3, Records: n(5)}, {UID: "2", Name: "Alpha",
		State: upgrade.Failed, Seconds: 1, Cause: "c", Error: "NullPointer"},
		{UID: "3", Name: "gamma", State: upgrade.Pending, Records: n(70)}}
	for _, c := range []struct {
		f    present.AppFilter
		want []int
	}{
		{present.AppFilter{Sort: present.AppName}, []int{1, 0, 2}},
		{present.AppFilter{Sort: present.AppName, Descending: true}, []int{2, 0, 1}},
		{present.AppFilter{Sort: present.AppStateCol}, []int{1, 2, 0}},
		{present.AppFilter{Sort: present.AppSeconds, Descending: true}, []int{0, 1, 2}},
		{present.AppFilter{Sort: present.AppRecords}, []int{1, 0, 2}}, // not told comes before any number
		{present.AppFilter{States: map[upgrade.AppState]bool{upgrade.Failed: true}}, []int{1}},
		{present.AppFilter{Query: " nullp "}, []int{1}},
		{present.AppFilter{Cause: "c"}, []int{1}},
		{present.AppFilter{Query: "nothing"}, []int{}},
	} {
		if d := cmp.Diff(c.want, present.Apps(all, c.f)); d != "" {
			t.Errorf("%+v: %s", c.f, d)
		}
	}
}

func TestTheLedgerAlwaysShowsItsFourMainStates(t *testing.T) {
	parts := present.Ledger(map[upgrade.AppState]int{upgrade.Upgraded: 3, upgrade.Missing: 1})
	sum := 0
	var states []upgrade.AppState
	for _, p := range parts {
		sum += p.Count
		states = append(states, p.State)
	}
	if d := cmp.Diff([]upgrade.AppState{upgrade.Upgraded, upgrade.Failed, upgrade.Missing, upgrade.UnknownIn, upgrade.Pending}, states); d != "" || sum != 4 {
		t.Errorf("sum %d, %s", sum, d)
	}
}

func TestTheRoadmapLocksTheUpgradeUntilTheBackupStands(t *testing.T) {
	mark := func(s run.Status, has bool, p run.Phase) present.Mark {
		for _, r := range present.Roadmap(s, has) {
			if r.ID == p {
				return r.Mark
			}
		}
		return ""
	}
	if got := mark(run.Status{}, false, run.Survey); got != present.MarkCurrent {
		t.Errorf("without a run the survey is %s", got)
	}
	s := run.Status{Phase: run.Protect, Phases: []run.PhaseStatus{{ID: run.Survey, State: run.Done}, {ID: run.Protect, State: run.Waiting}}}
	if got := mark(s, true, run.Upgrade); got != present.MarkLocked {
		t.Errorf("without a backup the upgrade is %s", got)
	}
	s.Phases[1].State, s.Phase = run.Done, run.Upgrade
	if got := mark(s, true, run.Upgrade); got != present.MarkCurrent {
		t.Errorf("with a backup the upgrade is %s", got)
	}
	if got := len(present.Roadmap(s, true)); got != 9 {
		t.Errorf("%d phases", got)
	}
}

func TestTheBestBackupIsProvenBeforeItIsNew(t *testing.T) {
	list := []backup.Summary{{Backup: "new", State: backup.Sealed, Created: now}, {Backup: "proven", State: backup.Proven, Created: now.Add(-time.Hour)},
		{Backup: "newer but broken", State: backup.Proven, Created: now.Add(time.Hour), Problem: "manifest"}}
	if b, ok := present.BestBackup(list); !ok || b.Backup != "proven" {
		t.Errorf("got %s %v", b.Backup, ok)
	}
	if _, ok := present.BestBackup([]backup.Summary{{Incomplete: true, State: backup.Sealed}}); ok {
		t.Error("an unfinished backup is none")
	}
}

func TestTheLadderFillsInTheOrderOfTheWork(t *testing.T) {
	p := op.Progress{Kind: "backup", State: op.Running, Phase: "copying and reading back", Done: 50, Total: 100}
	if d := cmp.Diff([]float32{0.5, 0.5, 0.5, 0, 0}, present.LadderOf(p)); d != "" {
		t.Error(d)
	}
	p.State = op.Done
	if d := cmp.Diff([]float32{1, 1, 1, 1, 0}, present.LadderOf(p)); d != "" {
		t.Error(d)
	}
}

func TestThePaceIsMeasuredBetweenSamplesOfOnePhase(t *testing.T) {
	var p present.Pace
	p.Add(now, "copying", 0)
	p.Add(now.Add(100*time.Millisecond), "copying", 10) // too soon
	p.Add(now.Add(time.Second), "copying", 2_000_000)
	p.Add(now.Add(2*time.Second), "sealing", 0) // another phase begins anew
	p.Add(now.Add(4*time.Second), "sealing", 2_000_000)
	if d := cmp.Diff([]float64{0, 2e6, 1e6}, p.Bars(3)); d != "" || p.Words() != "1.0 MB/s" {
		t.Errorf("%s %s", d, p.Words())
	}
}

func TestEachFactOfAnInstallationNamesItsEvidence(t *testing.T) {
	in := upgrade.Installation{Product: upgrade.Leap, Runtime: upgrade.WAS, Version: "9.3.8.12", Home: "/p", Cell: "c",
		Nodes: []upgrade.Node{{Name: "n", Servers: []upgrade.Server{{Name: "s", HasLeap: true}}}},
		Trace: upgrade.Trace{Configured: "*=info"}, Evidence: map[string]upgrade.Evidence{"home": upgrade.FileEvidence("/r.xml", 3, "")}}
	if got := present.Name(in) + " | " + present.Place(in); got != "HCL Leap 9.3.8.12 on WebSphere | c / n / s" {
		t.Error(got)
	}
	facts := map[string]present.Fact{}
	for _, f := range present.Facts(in) {
		facts[f.Label] = f
	}
	if f := facts["Home"]; f.Text != "/p" || len(f.Evidence) != 1 || f.Evidence[0].Line != 3 {
		t.Errorf("%+v", f)
	}
	if f := facts["Data"]; !f.Unknown || f.Text != "not known" {
		t.Errorf("what is not known is said: %+v", f)
	}
	if f := facts["Trace"]; f.Text != "off" || f.Unknown {
		t.Errorf("%+v", f)
	}
	in.Product = upgrade.DominoLeap
	for _, f := range present.Facts(in) {
		if f.Label == "Data" || f.Label == "Extensions" {
			t.Errorf("Domino Leap has no %s to miss", f.Label)
		}
	}
}
