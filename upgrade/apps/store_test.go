package apps

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/springboard-leap/springboard/upgrade"
)

func storeIn(t *testing.T) *Store {
	t.Helper()
	return OpenStore(filepath.Join(t.TempDir(), "run", "apps"), os.WriteFile)
}

func TestStoreGivesBackWhatItGot(t *testing.T) {
	s := storeIn(t)
	if _, ok, err := s.Census(); ok || err != nil {
		t.Fatalf("an empty store has a census: %v %v", ok, err)
	}
	table := tableOf("APPID,NAME,EXCEPTION", "u1|One|NULL")
	snap := Snapshot{At: at(0), Source: "http://server/apps", Entries: census(3), Baseline: BaselineOf(table)}
	if err := s.SaveCensus(snap); err != nil {
		t.Fatal(err)
	}
	got, ok, err := OpenStore(s.Dir(), os.WriteFile).Census()
	snap.Format = Format
	if d := cmp.Diff(snap, got); !ok || err != nil || d != "" {
		t.Errorf("%v %v %s", ok, err, d)
	}
	a := Access{UID: "u1", At: at(1), Seconds: 0.25, Says: upgrade.Failed, Try: 1, Causes: []string{"a", "b"}, Evidence: upgrade.Evidence{URL: "http://x", Status: 500}}
	for range 3 {
		if err := s.AppendAccess(a); err != nil {
			t.Fatal(err)
		}
	}
	accesses, err := s.Accesses()
	if d := cmp.Diff([]Access{a, a, a}, accesses); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

func TestSecondCensusKeepsTheFirst(t *testing.T) {
	s := storeIn(t)
	for i := range 2 {
		if err := s.SaveCensus(Snapshot{At: at(i), Entries: census(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	got, _, _ := s.Census()
	kept, _ := filepath.Glob(filepath.Join(s.Dir(), "census-*.json"))
	if len(got.Entries) != 2 || len(kept) != 1 {
		t.Errorf("%d entries, kept %v", len(got.Entries), kept)
	}
}

func TestFactIsKeptOnceThoughItsFileWasRotated(t *testing.T) {
	s := storeIn(t)
	failure := upgrade.Failure{UID: "u1", Text: "upgrade failed", Stamp: "[3/14/26 22:01:00:000 UTC]", Time: at(1), Evidence: upgrade.FileEvidence("SystemOut.log", 10, "x")}
	first, _ := FactOfFailure(failure)
	failure.Evidence = upgrade.FileEvidence("SystemOut_26.03.14_22.05.00.log", 10, "x")
	rotated, _ := FactOfFailure(failure)
	failure.Stamp, failure.Time = "[3/14/26 22:09:00:000 UTC]", at(9)
	later, _ := FactOfFailure(failure)
	if n, err := s.AppendFacts(first, rotated, first); n != 1 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	again := OpenStore(s.Dir(), os.WriteFile)
	if n, err := again.AppendFacts(rotated, later); n != 1 || err != nil {
		t.Fatalf("after opening again: %d %v", n, err)
	}
	facts, err := again.Facts()
	if err != nil || len(facts) != 2 || facts[0].Failure == nil || facts[0].Evidence.File != "SystemOut.log" {
		t.Errorf("%+v %v", facts, err)
	}
}

func TestTornLineIsLeftOutAndTheNextOneIsWhole(t *testing.T) {
	for cut := 1; cut < 40; cut++ {
		s := storeIn(t)
		for i := range 2 {
			if err := s.AppendAccess(Access{UID: "u", At: at(i), Says: upgrade.Upgraded}); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(s.Dir(), accessFile)
		info, _ := os.Stat(path)
		if err := os.Truncate(path, info.Size()-int64(cut)); err != nil {
			t.Fatal(err)
		}
		want := 1
		if cut == 1 {
			want = 2 // only the line break is gone
		}
		if got, err := s.Accesses(); err != nil || len(got) != want {
			t.Fatalf("cut by %d: %d %v", cut, len(got), err)
		}
		if err := s.AppendAccess(Access{UID: "v"}); err != nil {
			t.Fatal(err)
		}
		got, err := s.Accesses()
		if err != nil || len(got) != want+1 || got[want].UID != "v" {
			t.Fatalf("cut by %d, then appended: %+v %v", cut, got, err)
		}
	}
}

func TestDamagedFileIsAFaultWithItsLine(t *testing.T) {
	s := storeIn(t)
	for range 3 {
		_ = s.AppendAccess(Access{UID: "u"})
	}
	path := filepath.Join(s.Dir(), accessFile)
	data, _ := os.ReadFile(path)
	lines := strings.SplitAfter(string(data), "\n")
	lines[1] = strings.Replace(lines[1], `"uid"`, `"uid#`, 1)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := s.Accesses()
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4503" || f.Args["line"] != "2" {
		t.Errorf("%v", err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir(), censusFile), []byte("{\n\"format\": 1,\n oops"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err = s.Census()
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4503" || f.Args["line"] != "3" {
		t.Errorf("%v", err)
	}
	_ = os.WriteFile(filepath.Join(s.Dir(), censusFile), []byte(`{"format":99}`), 0o600)
	_, _, err = s.Census()
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4504" || f.Kind != upgrade.KindUnsupported {
		t.Errorf("%v", err)
	}
}

func TestFailedWriteIsAFault(t *testing.T) {
	hit := false
	s := OpenStore(t.TempDir(), func(string, []byte, fs.FileMode) error { hit = true; return errors.New("disk full") })
	err := s.SaveCensus(Snapshot{})
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4502" || !hit {
		t.Errorf("%v hit %v", err, hit)
	}
}

func TestGatherBringsAllSourcesTogether(t *testing.T) {
	s, entries := storeIn(t), census(6)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	u := func(i int) string { return entries[i].UID }
	old := tableOf("APPID,NAME,EXCEPTION", u(0)+"|x|ancient")
	must(s.SaveCensus(Snapshot{At: at(-60), Entries: entries, Baseline: BaselineOf(old)}))
	must(s.SaveAfter(Snapshot{At: at(30), Source: "http://s", Entries: entries[:5]})) // 5 is gone
	must(s.AppendAccess(Access{UID: u(0), At: at(5), Says: upgrade.Upgraded, Seconds: 2}))
	must(s.AppendAccess(Access{UID: u(1), At: at(5), Says: upgrade.Failed}))
	_, err := s.AppendFacts(Fact{UID: u(2), Source: upgrade.FromLog, Says: upgrade.Failed, At: at(6)})
	must(err)
	must(s.SaveImport(tableOf("APPID,EXCEPTION", u(4)+"|imported long ago"), at(-90)))
	must(s.SaveImport(tableOf("APPID,EXCEPTION", u(3)+"|imported"), at(9)))
	now := tableOf("APPID,NAME,EXCEPTION", u(0)+"|x|ancient", u(1)+"|y|boom")
	in, err := s.Gather(Sources{Table: &now, LogFacts: []Fact{{UID: u(2), Source: upgrade.FromLog, Says: upgrade.Failed, At: at(6)}}, Since: at(0)})
	must(err)
	b := Build(in)
	want := []upgrade.AppState{upgrade.Upgraded, upgrade.Failed, upgrade.Failed, upgrade.Failed, upgrade.Pending, upgrade.Missing}
	for i, a := range b.Apps {
		if a.State != want[i] {
			t.Errorf("%d: %s, want %s (%+v)", i, a.State, want[i], a.Evidence)
		}
	}
	if len(b.Apps[2].Evidence) != 1 {
		t.Errorf("the same log fact counts twice: %+v", b.Apps[2].Evidence)
	}
	if len(in.Warnings) != 0 || b.Closed {
		t.Errorf("%v %v", in.Warnings, b.Problems)
	}
	odd := tableOf("A,B", "1|2")
	in, err = s.Gather(Sources{Table: &odd, Since: at(0)})
	if err != nil || len(in.Warnings) != 1 || Build(in).Apps[2].State != upgrade.Failed {
		t.Errorf("a table that says nothing took the other sources along: %v %v", err, in.Warnings)
	}
}

func FuzzReadLines(f *testing.F) {
	f.Add([]byte("{\"uid\":\"a\"}\n{\"uid\":\"b\"}\n{\"ui"))
	f.Add([]byte("\n\n{}\nx\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := OpenStore(t.TempDir(), os.WriteFile)
		if err := os.WriteFile(filepath.Join(s.Dir(), accessFile), data, 0o600); err != nil {
			t.Fatal(err)
		}
		before, err := s.Accesses()
		if err != nil {
			if _, ok := upgrade.AsFault(err); !ok {
				t.Fatal(err)
			}
			return
		}
		if err := s.AppendAccess(Access{UID: "last"}); err != nil {
			t.Fatal(err)
		}
		after, err := s.Accesses()
		if err == nil && (len(after) != len(before)+1 || after[len(before)].UID != "last") {
			t.Fatalf("%d before, %d after", len(before), len(after))
		}
	})
}
