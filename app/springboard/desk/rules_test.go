package desk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/app/springboard/desk"
	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/ui/port"
)

// ruleFile writes rules of which one sees a failure of Setup in the records with a word.
func ruleFile(t *testing.T, path, word string) {
	t.Helper()
	text := fmt.Sprintf(`{"version": 1, "rules": [{"code": "SETUP-TEST", "scope": "setup", "outcome": "failed", "severity": "blocker", "title": "It went wrong",
		"remedy": "Look.", "words": [%q], "text": %q}]}`, word, word)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAnEditOfTheRulesJudgesTheWholeFollowedLogAnewAndABrokenOneIsTold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lab")
	if _, err := lab.Create(t.Context(), lab.Options{Dir: dir, Apps: 3, Fail: 1, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "opt/IBM/WebSphere/AppServer/profiles/*/logs/*/SystemOut*.log"))
	if err != nil || len(found) == 0 {
		t.Fatalf("%v %v", found, err)
	}
	for _, f := range found {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	const log = "[11/22/26 22:00:00:000 UTC] 00000041 Setup         E   LEAP0001E: The apples fell\n[11/22/26 22:00:01:000 UTC] 00000041 Setup         E   LEAP0001E: The pears fell\n" +
		"[11/22/26 22:00:02:000 UTC] 00000041 Setup         E   LEAP0001E: The pears fell again\n"
	if err := os.WriteFile(filepath.Join(filepath.Dir(found[0]), "SystemOut.log"), []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rules.json")
	ruleFile(t, file, "apples")
	d, err := desk.New(wire.Options{Root: dir, Rules: file})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	changes := d.LogChanges(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { d.Follow(ctx) })
	defer wg.Wait()
	defer cancel()
	until := func(what string, ok func(port.LogState) bool) {
		t.Helper()
		limit := time.NewTimer(30 * time.Second)
		defer limit.Stop()
		for !ok(d.LogState()) {
			select {
			case <-changes:
			case <-limit.C:
				t.Fatalf("%s did not come: %+v, failures %+v", what, d.LogState(), d.Failures())
			}
		}
	}
	failures := func(n int) func(port.LogState) bool {
		return func(s port.LogState) bool {
			return s.Rules == nil && len(d.Failures()) == n && d.Stream().Count().Len() == 3
		}
	}
	until("the failure by the first rules", failures(1))
	ruleFile(t, file, "pears")
	until("the failures by the edited rules", failures(2))
	if err := os.WriteFile(file, []byte(`{"version": 1, "rules": [`), 0o600); err != nil {
		t.Fatal(err)
	}
	until("the word that they are broken", func(s port.LogState) bool { return s.Rules != nil })
	if n := len(d.Failures()); n != 2 {
		t.Errorf("broken rules see %d failures", n)
	}
	ruleFile(t, file, "fell")
	until("the failures by the mended rules", failures(3))
}
