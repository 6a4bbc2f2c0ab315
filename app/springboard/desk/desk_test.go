package desk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/springboard-leap/springboard/app/springboard/desk"
	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// practice makes a practice server that nobody serves, and a desk on it.
func practice(t *testing.T) *desk.Desk {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lab")
	if _, err := lab.Create(t.Context(), lab.Options{Dir: dir, Apps: 12, Fail: 2, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	d, err := desk.New(wire.Options{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLookingAtEveryScreenWritesNothing(t *testing.T) {
	d := practice(t)
	before := tree(t, d.Root())
	ctx := t.Context()
	if _, err := d.Installations(ctx, true); err != nil {
		t.Error(err)
	}
	if c, err := d.Findings(ctx); err != nil || !c.At.IsZero() {
		t.Errorf("%+v %v", c, err)
	}
	if l, err := d.Ledger(ctx, true); err != nil || l.Taken {
		t.Errorf("a ledger without a census: %+v %v", l, err)
	}
	if b, err := d.Estimate(ctx, ""); err != nil || b.Begun {
		t.Errorf("%+v %v", b, err)
	}
	if dr, err := d.Draft(ctx); err != nil || dr.Begun {
		t.Errorf("%+v %v", dr, err)
	}
	if s, err := d.Checklist(ctx); err != nil || len(s) != 4 || s[0].State != run.Waiting {
		t.Errorf("%+v %v", s, err)
	}
	if h, err := d.Journal(ctx); err != nil || h.Dir != "" {
		t.Errorf("%+v %v", h, err)
	}
	if s, err := d.Situation(ctx); err != nil || s.ServerURI.Key == "" {
		t.Errorf("%+v %v", s, err)
	}
	if n, err := d.Needs(ctx); err != nil || len(n) != 0 {
		t.Errorf("%v %v", n, err)
	}
	if p, err := d.Place(ctx); err != nil || !p.Found || p.HasRun || p.Served {
		t.Errorf("%+v %v", p, err)
	}
	if after := tree(t, d.Root()); after != before {
		t.Errorf("files came or went:\nbefore %s\nafter %s", before, after)
	}
}

// tree lists all files below a folder.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			fmt.Fprintln(&b, path, info.Size())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWhatANewProgramLosesIsPutBack(t *testing.T) {
	d := practice(t)
	ctx := t.Context()
	if err := d.Practice(ctx, op.Silent{}); err != nil {
		t.Fatal(err)
	}
	find := func(title string) port.Returned {
		items, err := d.Returned(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			if it.Title == title {
				return it
			}
		}
		t.Fatalf("nothing of %s: %+v", title, items)
		return port.Returned{}
	}
	dir, file := find("Extensions directory"), find("fsp.properties")
	if dir.Same || dir.Was == dir.Now || file.Same || file.Base == "" || !strings.Contains(file.Diff, "+extensions") {
		t.Fatalf("after the upgrade: %+v\n%+v", dir, file)
	}
	for _, k := range file.Merge {
		if k.Key == "extensions" && k.Reason != settings.MergeKept {
			t.Errorf("%+v", k)
		}
	}
	did, err := d.PutBack(ctx, nil, "")
	if err != nil || !strings.Contains(did, "fsp.properties") {
		t.Fatalf("%s %v", did, err)
	}
	if file := find("fsp.properties"); !file.Same {
		t.Errorf("%+v", file)
	}
	if after := find("Extensions directory"); after.Now != dir.Was || after.Same || !after.ByHand || !strings.Contains(after.Will, "restart") {
		t.Errorf("the configuration is not a proof, only the log of a restarted server is: %+v", after)
	}
	steps, err := d.Checklist(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if s.ID != run.StepRecord && s.ID != run.StepGate && s.State != run.Done { // nobody passed the gate here
			t.Errorf("%s is %s", s.ID, s.State)
		}
	}
}

func TestAFindingIsFixedAndTheFixIsTakenBack(t *testing.T) {
	d := practice(t)
	ctx := t.Context()
	if err := d.Check(ctx, op.Silent{}); err != nil {
		t.Fatal(err)
	}
	const code = "LEAP-TRACE-001"
	severity := func() upgrade.Severity {
		c, err := d.Findings(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range c.Findings {
			if f.Code == code {
				return f.Severity
			}
		}
		return ""
	}
	if s := severity(); s != upgrade.Blocker {
		t.Fatalf("%s is %q before the fix", code, s)
	}
	diff, err := d.PreviewFix(ctx, code)
	if err != nil || !strings.Contains(diff, "*=info") {
		t.Fatalf("%s %v", diff, err)
	}
	if s := severity(); s != upgrade.Blocker {
		t.Fatal("the preview changed something")
	}
	if err := d.Fix(ctx, code); err != nil {
		t.Fatal(err)
	}
	if s := severity(); s != upgrade.OK {
		t.Errorf("%s is %q after the fix", code, s)
	}
	h, err := d.Journal(ctx)
	if err != nil || len(h.Changes) != 1 {
		t.Fatalf("%+v %v", h.Changes, err)
	}
	if err := d.UndoSettings(ctx, h.Changes[0].File, ""); err != nil {
		t.Fatal(err)
	}
	if err := d.Check(ctx, op.Silent{}); err != nil {
		t.Fatal(err)
	}
	if s := severity(); s != upgrade.Blocker {
		t.Errorf("%s is %q after the undo", code, s)
	}
	needs, err := d.Needs(ctx)
	if err != nil || len(needs) == 0 || needs[0].Screen != "survey" {
		t.Errorf("%v %v", needs, err)
	}
}

func TestTheStreamShowsTheWholeLogAndGoesOnWhenARunBegins(t *testing.T) {
	d := practice(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); d.Follow(ctx) }()
	defer func() { cancel(); <-ended }()
	changes := d.LogChanges(ctx)
	wait := func(what string, ok func() bool) {
		t.Helper()
		limit := time.After(30 * time.Second)
		for !ok() {
			select {
			case <-changes:
			case <-limit:
				t.Fatalf("%s did not come: %d records, state %+v", what, d.Stream().Len(), d.LogState())
			}
		}
	}
	wait("the log", func() bool { return d.Stream().Len() > 500 && d.LogState().State == "live" })
	held := d.Stream().Len()
	if err := d.Check(ctx, op.Silent{}); err != nil { // begins a run: from now on it is recorded
		t.Fatal(err)
	}
	wait("the recording", func() bool {
		h, err := d.Journal(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range h.Entries {
			if e.Step == run.StepRecord {
				return d.Stream().Len() >= held
			}
		}
		return false
	})
	if n := d.Stream().Len(); n < held || n > held+held/10 {
		t.Errorf("%d records before the run, %d after: lost or doubled", held, n)
	}
}

func TestEvidenceOfAHugeFileIsReadAroundItsLine(t *testing.T) {
	d := practice(t)
	file := filepath.Join(t.TempDir(), "big.log")
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "line %d\r\n", i+1)
	}
	b.WriteString(strings.Repeat("x", 100_000) + "\xff")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	x, err := d.ReadFile(t.Context(), file, 9000)
	if err != nil || x.Whole || x.First != 7000 || x.Lines[9000-x.First] != "line 9000" {
		t.Errorf("first %d, whole %v, %d lines, %v", x.First, x.Whole, len(x.Lines), err)
	}
	x, err = d.ReadFile(t.Context(), file, 20_001)
	if last := x.Lines[len(x.Lines)-1]; err != nil || len(last) > 8<<10 {
		t.Errorf("a line of 100 kB is shown with %d bytes, %v", len(last), err)
	}
	if x, err = d.ReadFile(t.Context(), file, 0); err != nil || x.First != 1 || x.Lines[0] != "line 1" {
		t.Errorf("the file as a whole begins at %d, %v", x.First, err)
	}
	for _, bad := range []string{filepath.Dir(file), filepath.Join(filepath.Dir(file), "none")} {
		if _, err := d.ReadFile(t.Context(), bad, 1); err == nil {
			t.Errorf("%s was read", bad)
		} else if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-9100" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestARootWithoutAnInstallationIsExplained(t *testing.T) {
	d, err := desk.New(wire.Options{Root: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if all, err := d.Installations(t.Context(), true); err != nil || len(all) != 0 {
		t.Errorf("%v %v", all, err)
	}
	if p, err := d.Place(t.Context()); err == nil || p.Found {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := desk.New(wire.Options{Root: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("a root that does not exist is taken")
	}
}
