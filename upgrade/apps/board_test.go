package apps

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func census(n int) []Entry {
	entries := make([]Entry, n)
	for i := range entries {
		records := int64(i)
		entries[i] = Entry{UID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Name: fmt.Sprintf("Application %d", i), Records: &records}
	}
	return entries
}

func accessed(e Entry, says upgrade.AppState, minute int) Fact {
	return FactOfAccess(Access{UID: e.UID, Name: e.Name, At: at(minute), Seconds: 1.5, Says: says})
}

func TestBoardIsClosedWhenEveryApplicationIsSettled(t *testing.T) {
	entries := census(200)
	var facts []Fact
	for i, e := range entries {
		says := upgrade.Upgraded
		if i%30 == 3 {
			says = upgrade.Failed
		}
		facts = append(facts, accessed(e, says, 5))
	}
	b := Build(Input{Census: entries, HasCensus: true, Facts: facts, Since: t0})
	if !b.Closed || b.Census != 200 || b.Totals[upgrade.Upgraded] != 193 || b.Totals[upgrade.Failed] != 7 {
		t.Fatalf("closed %v census %d totals %v problems %v", b.Closed, b.Census, b.Totals, b.Problems)
	}
	if len(b.Totals) != len(upgrade.AppStates) {
		t.Errorf("not every state is in the totals: %v", b.Totals)
	}
	if upgrade.KindOf(b.Err()) != upgrade.KindAppsFailed {
		t.Errorf("Err: %v", b.Err())
	}
	if b.Apps[0].Seconds != 1.5 {
		t.Errorf("seconds %v", b.Apps[0].Seconds)
	}
}

func TestBoardStaysOpen(t *testing.T) {
	entries := census(2)
	done := []Fact{accessed(entries[0], upgrade.Upgraded, 1), accessed(entries[1], upgrade.Upgraded, 1)}
	stranger := Entry{UID: "stranger", Name: "Stranger"}
	for name, in := range map[string]Input{
		"without a census":             {Facts: done},
		"with a pending application":   {Census: entries, HasCensus: true, Facts: done[:1]},
		"with an application too many": {Census: entries, HasCensus: true, Facts: append([]Fact{accessed(stranger, upgrade.Upgraded, 2)}, done...)},
		"with a doubled application":   {Census: append([]Entry{entries[0]}, entries...), HasCensus: true, Facts: done},
		"with a failure of nobody known": {Census: entries, HasCensus: true,
			Facts: append([]Fact{{Name: "No such name", Source: upgrade.FromLog, Says: upgrade.Failed}}, done...)},
	} {
		b := Build(in)
		if b.Closed || len(b.Problems) == 0 || b.Err() == nil {
			t.Errorf("%s: closed %v, problems %v, err %v", name, b.Closed, b.Problems, b.Err())
		}
	}
	if b := Build(Input{Census: entries, HasCensus: true, Facts: done}); !b.Closed || b.Err() != nil {
		t.Errorf("the plain case: %v %v", b.Problems, b.Err())
	}
}

func TestFactsFindTheirApplication(t *testing.T) {
	entries := []Entry{{UID: "ABC-1", Name: "Leave"}, {UID: "abc-2", Name: "Same"}, {UID: "abc-3", Name: "Same"}}
	b := Build(Input{Census: entries, HasCensus: true, Facts: []Fact{
		{UID: " abc-1  ", Source: upgrade.FromDatabase, Says: upgrade.Failed},
		{Name: "Same", Source: upgrade.FromLog, Says: upgrade.Failed}, // of which of the two?
	}})
	if b.Apps[0].State != upgrade.Failed {
		t.Errorf("case and padding of a UID: %s", b.Apps[0].State)
	}
	if b.Apps[1].State != upgrade.Pending || b.Apps[2].State != upgrade.Pending || len(b.Extra) != 1 || b.Closed {
		t.Errorf("a shared name: %v extra %v", b.Apps, b.Extra)
	}
	b = Build(Input{Census: entries, HasCensus: true, Facts: []Fact{{Name: "Leave", Source: upgrade.FromLog, Says: upgrade.Failed}}})
	if b.Apps[0].State != upgrade.Failed {
		t.Errorf("a name of one application only: %s", b.Apps[0].State)
	}
}

func TestFactsFromBeforeTheUpgradeDoNotCount(t *testing.T) {
	entries := census(1)
	uid := entries[0].UID
	before := Fact{UID: uid, Source: upgrade.FromLog, Says: upgrade.Failed, At: at(-10), Evidence: upgrade.FileEvidence("SystemOut.log", 3, "failed")}
	gone := Fact{UID: "deleted-last-year", Source: upgrade.FromDatabase, Says: upgrade.Failed, At: at(-1000)}
	b := Build(Input{Census: entries, HasCensus: true, Facts: []Fact{before, gone, accessed(entries[0], upgrade.Upgraded, 1)}, Since: t0})
	if b.Apps[0].State != upgrade.Upgraded || !b.Closed || len(b.Extra) != 0 {
		t.Errorf("%+v %v", b.Apps[0], b.Problems)
	}
	if e := b.Apps[0].Evidence[0]; e.Says == upgrade.Failed || !strings.Contains(e.Text, "before this upgrade") {
		t.Errorf("an old failure isn't marked: %+v", e)
	}
	loose := before
	loose.Loose = true // a database's local time may be hours off
	if b = Build(Input{Census: entries, HasCensus: true, Facts: []Fact{loose}, Since: t0}); b.Apps[0].State != upgrade.Failed {
		t.Errorf("a time without a zone: %s", b.Apps[0].State)
	}
}

func TestWhileNoUpgradeWasSeenOnlyNewRowsAndImportsCount(t *testing.T) {
	entries := census(4)
	in := Input{Census: entries, HasCensus: true, HasBaseline: true, Facts: []Fact{
		accessed(entries[0], upgrade.Upgraded, 1),
		{UID: entries[1].UID, Source: upgrade.FromImport, Says: upgrade.Failed},
		{UID: entries[2].UID, Source: upgrade.FromDatabase, Says: upgrade.Failed},
		{UID: entries[3].UID, Source: upgrade.FromLog, Says: upgrade.Failed, At: at(1)},
	}}
	in.BeforeUpgrade()
	b := Build(in)
	for i, want := range []upgrade.AppState{upgrade.Pending, upgrade.Failed, upgrade.Failed, upgrade.Pending} {
		if b.Apps[i].State != want {
			t.Errorf("%d: %s, want %s", i, b.Apps[i].State, want)
		}
	}
}

func TestMildRecordsSettleNothing(t *testing.T) {
	f, ok := FactOfFailure(upgrade.Failure{UID: "u1", Severity: upgrade.Warning, Text: "slow"})
	if !ok || decide([]Fact{f}).state == upgrade.Failed {
		t.Error("a warning made an application failed")
	}
	if f, _ = FactOfFailure(upgrade.Failure{UID: "u1", Severity: upgrade.Blocker}); decide([]Fact{f}).state != upgrade.Failed {
		t.Error("a blocker did not")
	}
	if _, ok := FactOfFailure(upgrade.Failure{Scope: "server", Text: "out of memory"}); ok {
		t.Error("a failure of no application became a fact of one")
	}
}

func TestBoardAsJSON(t *testing.T) {
	data, err := json.Marshal(Build(Input{}))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"apps":[],"totals":{"failed":0,"missing":0,"pending":0,"recovered":0,"unknown":0,"upgraded":0,"upgrading":0},"census":0,"closed":false,` +
		`"extra":[],"problems":["no census was taken before the upgrade"]}`
	if string(data) != want {
		t.Errorf("got  %s\nwant %s", data, want)
	}
}

func bigInput(n int) Input {
	in := Input{Census: census(n), HasCensus: true, Since: t0}
	for i, e := range in.Census {
		in.Facts = append(in.Facts, accessed(e, upgrade.Upgraded, 3))
		if i%10 == 0 {
			in.Facts = append(in.Facts, Fact{UID: e.UID, Source: upgrade.FromLog, Says: upgrade.Failed, At: at(5),
				Causes: []string{"com.ibm.form.nitro.service.exception.AppAdminUserException: Unable to upgrade " + e.UID, "java.lang.IllegalStateException: item '" + e.Name + "' of form " + e.UID}})
		}
	}
	return in
}

func TestTenThousandApplicationsAreClusteredByCause(t *testing.T) {
	b := Build(bigInput(10000))
	clusters := Clusters(b)
	if len(clusters) != 1 || clusters[0].Count != 1000 || len(clusters[0].UIDs) != 1000 {
		t.Fatalf("%d clusters", len(clusters))
	}
	if c := clusters[0]; !strings.HasPrefix(c.Root, "java.lang.IllegalStateException") || len(c.Causes) != 2 || c.Evidence.Says != upgrade.Failed {
		t.Errorf("%+v", c)
	}
}

func BenchmarkBoardOf10000(b *testing.B) {
	in := bigInput(10000)
	for b.Loop() {
		if Build(in).Census != 10000 {
			b.Fatal("lost some")
		}
	}
}

func TestClustersPutAlikeFailuresTogether(t *testing.T) {
	entries := census(5)
	causes := [][]string{
		{"java.sql.SQLException: SQLCODE=-964, table T1"}, {"java.sql.SQLException: SQLCODE=-964, table T1"},
		{"java.lang.NullPointerException"}, {"java.lang.NullPointerException"}, {"java.lang.NullPointerException"},
	}
	var facts []Fact
	for i, e := range entries {
		facts = append(facts, Fact{UID: e.UID, Source: upgrade.FromDatabase, Says: upgrade.Failed, Causes: causes[i], Error: causes[i][0]})
	}
	c := Clusters(Build(Input{Census: entries, HasCensus: true, Facts: facts}))
	if len(c) != 2 || c[0].Count != 3 || c[1].Count != 2 || c[0].Error != "java.lang.NullPointerException" {
		t.Errorf("%+v", c)
	}
}

func TestCompareFindsWhatChanged(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	before := []Entry{{UID: "a", Name: "A", Records: n(1)}, {UID: "b", Name: "B", Records: n(2)}, {UID: "c", Name: "C"}, {UID: "e", Name: "E"}}
	after := []Entry{{UID: "A", Name: "A", Records: n(1)}, {UID: "b", Name: "B", Records: n(1)}, {UID: "d", Name: "D"}, {UID: "e", Name: "E2", Records: n(5)}}
	c := Compare(before, after)
	if len(c.Missing) != 1 || c.Missing[0].UID != "c" || len(c.New) != 1 || c.New[0].UID != "d" || len(c.Changed) != 2 || c.Same != 1 {
		t.Errorf("%+v", c)
	}
}

func TestEstimate(t *testing.T) {
	entries := census(100)
	if e := EstimateFor(entries, nil, 4, "run-1"); e.P50 != nil || e.P90 != nil || e.Basis == "" {
		t.Errorf("nothing measured, yet: %+v", e)
	}
	var timings []Timing
	for _, e := range entries {
		timings = append(timings, Timing{e.UID, 2})
	}
	e := EstimateFor(entries, timings, 4, "run-1")
	if e.P50 == nil || *e.P50 != 50 || *e.P90 < 50 || *e.P90 > 70 || e.Matched != 100 {
		t.Errorf("all measured: %+v", e)
	}
	few := EstimateFor(entries, timings[:3], 4, "run-1")
	if *few.P50 != 50 || *few.P90 <= *e.P90 {
		t.Errorf("three measured say %v, all measured %v", *few.P90, *e.P90)
	}
	long := EstimateFor(entries[:2], []Timing{{entries[0].UID, 600}, {entries[1].UID, 1}}, 8, "run-1")
	if *long.P50 < 600 {
		t.Errorf("the longest application bounds it: %v", *long.P50)
	}
	got := TimingsOf([]Access{{UID: "a", Says: upgrade.Upgrading, Seconds: 9}, {UID: "a", Says: upgrade.Upgraded, Seconds: 3}, {UID: "A", Says: upgrade.Upgraded, Seconds: 0.1}})
	if len(got) != 1 || got[0].Seconds != 3 {
		t.Errorf("timings %v", got)
	}
}
