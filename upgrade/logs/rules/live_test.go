package rules

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

func oneRule(code, text string) string {
	return `{"version":1,"rules":[{"code":"` + code + `","scope":"server","outcome":"failed","severity":"warning","text":"` + text + `"}]}`
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAnEditOfTheRulesCountsWhileTheProgramRuns(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.json")
	put(t, file, oneRule("A", "alpha"))
	live, err := OpenLive(file, defaults(t))
	if err != nil {
		t.Fatal(err)
	}
	r := &logs.Record{Level: "E", Text: "beta"}
	if _, ok := live.Match(r); ok {
		t.Error("a record matches before the edit")
	}
	if c, changed := live.Look(); changed {
		t.Errorf("an unchanged file was told as %+v", c)
	}
	put(t, file, oneRule("B", "beta"))
	c, changed := live.Look()
	if e, ok := live.Match(r); !changed || c.Err != nil || !ok || e.Rule != "B" || !strings.Contains(c.String(), "1 rules") && !strings.Contains(c.String(), "read again") {
		t.Errorf("after the edit: %v %v %v", c, ok, e.Rule)
	}
}

func TestABrokenEditKeepsTheRulesAndSaysSoOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.json")
	good := oneRule("A", "alpha")
	put(t, file, good)
	live, err := OpenLive(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	put(t, file, good[:40]) // an editor in the middle of writing
	if c, changed := live.Look(); changed {
		t.Errorf("a half written file was told at once: %v", c)
	}
	c, changed := live.Look()
	if !changed || c.Err == nil || !strings.Contains(c.String(), "line 1") || !strings.Contains(c.String(), file) {
		t.Errorf("a broken file that stays so: %v %v", changed, c)
	}
	if _, changed := live.Look(); changed {
		t.Error("told twice")
	}
	if _, ok := live.Match(&logs.Record{Level: "E", Text: "alpha"}); !ok {
		t.Error("the rules before are not in force")
	}
	put(t, file, good)
	if c, changed := live.Look(); !changed || c.Err != nil {
		t.Errorf("mended: %v %v", changed, c)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if c, changed := live.Look(); !changed || c.Err == nil || live.Set() == nil {
		t.Errorf("gone: %v %v", changed, c)
	}
	if _, changed := live.Look(); changed {
		t.Error("told twice that it is gone")
	}
	put(t, file, good)
	if c, changed := live.Look(); !changed || c.Err != nil {
		t.Errorf("returned: %v %v", changed, c)
	}
}

func TestRulesThatAreBrokenFromTheBeginningAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.json")
	if _, err := OpenLive(file, nil); err == nil || !strings.Contains(err.Error(), "SB-3010") {
		t.Errorf("a missing file: %v", err)
	}
	put(t, file, "{")
	if _, err := OpenLive(file, nil); err == nil {
		t.Error("a broken file was taken")
	}
}

func TestRunTellsEachChangeUntilItsEnd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.json")
	put(t, file, oneRule("A", "alpha"))
	live, err := OpenLive(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	ticks, told, done := make(chan time.Time), make(chan Change, 8), make(chan struct{})
	go func() {
		live.Run(context.Background(), ticks, func(c Change) { told <- c })
		close(done)
	}()
	ticks <- time.Time{}
	put(t, file, oneRule("B", "beta")) // the look of the first tick may still go on, and find it
	ticks <- time.Time{}
	ticks <- time.Time{}
	if c := <-told; c.Err != nil || c.Set.Rules[0].Code != "B" {
		t.Errorf("%+v", c)
	}
	close(ticks)
	<-done
}

func TestTheShippedRulesNeverChange(t *testing.T) {
	live, err := OpenLive("", defaults(t))
	if err != nil {
		t.Fatal(err)
	}
	if c, changed := live.Look(); changed || live.Set().Rule("DB-DOWN") == nil {
		t.Errorf("%+v", c)
	}
}
