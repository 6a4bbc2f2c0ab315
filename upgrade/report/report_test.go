package report

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// through is a run in which all is known and well.
func through() Input {
	census := []apps.Entry{{UID: "a1", Name: "Leave <b>request</b>"}, {UID: "a2", Name: "=HYPERLINK(1)"}}
	var facts []apps.Fact
	for _, e := range census {
		facts = append(facts, apps.Fact{UID: e.UID, Source: upgrade.FromAccess, Says: upgrade.Upgraded, At: time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC),
			Evidence: upgrade.Evidence{URL: "http://leap.example/apps/" + e.UID, Status: 200}})
	}
	return Input{Tool: "Springboard test", Now: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC), Run: run.Meta{Name: "night"},
		Before: upgrade.Installation{Product: upgrade.Leap, Version: "9.3.8.12"}, After: upgrade.Installation{Product: upgrade.Leap, Version: "9.3.9.1"},
		HasFindings: true, HasCensus: true, Backups: []backup.Summary{{Backup: "/b/1", State: backup.Proven, Parts: []string{"database", "ear", "settings"}}},
		Board: apps.Build(apps.Input{Census: census, HasCensus: true, Facts: facts})}
}

func TestDoubtNeverCountsAsSuccess(t *testing.T) {
	if r := Make(through()); r.Verdict != CameThrough || len(r.Unknown) != 0 {
		t.Fatalf("the good case is %s: %v", r.Verdict, r.Unknown)
	}
	for name, c := range map[string]struct {
		change func(*Input)
		want   Verdict
		says   string
	}{
		"no census":           {func(in *Input) { in.HasCensus = false }, Incomplete, "No census"},
		"an open ledger":      {func(in *Input) { in.Board = apps.Build(apps.Input{Census: []apps.Entry{{UID: "a1"}}, HasCensus: true}) }, Incomplete, "Applications:"},
		"no upgrade seen":     {func(in *Input) { in.After.Version = in.Before.Version }, Incomplete, "no upgrade has been seen"},
		"a broken journal":    {func(in *Input) { in.JournalFault = "line 3" }, Incomplete, "line 3"},
		"an open check":       {func(in *Input) { in.Findings = []upgrade.Finding{{Code: "LEAP-X-1", Severity: upgrade.Unknown}} }, CameThrough, "LEAP-X-1"},
		"no backup":           {func(in *Input) { in.Backups = nil }, CameThrough, "no sealed backup"},
		"never restored":      {func(in *Input) { in.Backups[0].State = backup.Sealed }, CameThrough, "never restored"},
		"database unproven":   {func(in *Input) { in.Backups[0].State, in.Backups[0].Pending = backup.Sealed, "it was compared" }, CameThrough, "its database did not yet: it was compared"},
		"unfinished backup":   {func(in *Input) { in.Backups[0].Incomplete = true }, CameThrough, "no sealed backup"},
		"a late census":       {func(in *Input) { in.LateCensus = true }, Incomplete, "when the upgrade had begun"},
		"a source is down":    {func(in *Input) { in.Warnings = []string{"The database does not answer."} }, CameThrough, "The database does not answer."},
		"settings alone":      {func(in *Input) { in.Backups[0].Parts = []string{"settings"} }, CameThrough, "holds the database"},
		"backed up in motion": {func(in *Input) { in.Backups[0].WhileRunning = true }, CameThrough, "while the server ran"},
		"checks were not run": {func(in *Input) { in.HasFindings = false }, CameThrough, "checks were not run"},
		"an application failed": {func(in *Input) {
			in.Board = apps.Build(apps.Input{Census: []apps.Entry{{UID: "a1"}}, HasCensus: true, Facts: []apps.Fact{{UID: "a1", Source: upgrade.FromDatabase, Says: upgrade.Failed,
				Evidence: upgrade.Evidence{Query: "q", Row: "r"}}}})
		}, WithFailed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := through()
			c.change(&in)
			r := Make(in)
			if r.Verdict != c.want {
				t.Errorf("verdict %s, want %s", r.Verdict, c.want)
			}
			if !strings.Contains(strings.Join(r.Unknown, "\n"), c.says) {
				t.Errorf("%q is not among what is not known: %v", c.says, r.Unknown)
			}
		})
	}
}

func TestThePageLoadsNothingAndEscapesWhatItShows(t *testing.T) {
	page, err := Make(through()).HTML()
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`(?i)<(script|img|link|iframe)\b|url\(|@import|\ssrc=`).FindString(string(page)); m != "" {
		t.Errorf("the page loads something: %q", m)
	}
	if strings.Contains(string(page), "<b>request") || !strings.Contains(string(page), "Leave &lt;b&gt;request") {
		t.Error("a name was not escaped")
	}
}

func TestThePageNamesWhoVouchesForADatabase(t *testing.T) {
	in := through()
	at := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)
	in.Backups[0].Proofs = []backup.Proof{{At: at, OK: true, Files: 41, By: "node01"}, {At: at, OK: true, Person: "Ada <Admin>", Why: "into SBSCRATC, 41 tables counted"}}
	in.Backups = append(in.Backups, backup.Summary{Backup: "/b/2", State: backup.Sealed, Pending: "its dump was compared", Proofs: []backup.Proof{{At: at, Person: "Bob", Why: "tape error"}}})
	page, err := Make(in).HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"on node01: 41 files", "by the word of <b>Ada &lt;Admin&gt;</b>: into SBSCRATC, 41 tables counted", "did not come back in a test by hand</span>, ",
		"<b>Bob</b>: tape error", "waits for a person:</span> its dump was compared"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("%q is not on the page", want)
		}
	}
}

func TestAStrangerVerifiesTheFilesWithSha256sum(t *testing.T) {
	dir := t.TempDir()
	written, err := Make(through()).Write(dir, os.WriteFile)
	if err != nil || len(written.Files) != 4 {
		t.Fatalf("%v %v", written, err)
	}
	tool, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("sha256sum is not on this machine")
	}
	cmd := exec.CommandContext(t.Context(), tool, "-c", "--strict", SumsFile)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	var r Report
	data, err := os.ReadFile(filepath.Join(dir, JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil || r.Verdict != CameThrough || len(r.Apps) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestNoCellOfTheCSVIsAFormula(t *testing.T) {
	data, err := Make(through()).CSV()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil || len(rows) != 3 || rows[2][1] != "'=HYPERLINK(1)" {
		t.Errorf("%v %v", rows, err)
	}
}
