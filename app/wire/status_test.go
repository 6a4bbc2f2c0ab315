package wire_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/upgrade/run"
)

func state(t *testing.T, st run.Status, step string) run.State {
	t.Helper()
	for _, s := range st.Steps {
		if s.ID == step {
			return s.State
		}
	}
	t.Fatalf("no step %s", step)
	return ""
}

// TestTheStatusTellsWhatTheLogSaysNow: a desk that has looked before sees each later change of the log at once, whoever asks at the same time.
func TestTheStatusTellsWhatTheLogSaysNow(t *testing.T) {
	w := fresh(t)
	d := w.desk(t)
	ask := func() (all []run.Status) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				st, err := d.RunStatus(t.Context())
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				all = append(all, st)
			})
		}
		wg.Wait()
		return all
	}
	for _, st := range append(ask(), ask()...) {
		if got := state(t, st, run.StepSetup); got != run.Waiting {
			t.Fatalf("before the upgrade Setup is %s", got)
		}
	}
	if _, err := lab.Upgrade(t.Context(), w.root, nil); err != nil {
		t.Fatal(err)
	}
	for _, st := range append(ask(), ask()...) {
		if got := state(t, st, run.StepSetup); got != run.Done {
			t.Errorf("after the upgrade Setup is %s", got)
		}
	}
	logs, err := filepath.Glob(filepath.Join(w.root, "opt/IBM/WebSphere/AppServer/profiles/AppSrv01/logs/server1/SystemOut*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatal(logs, err)
	}
	for _, name := range logs {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	if st := ask()[0]; state(t, st, run.StepSetup) != run.Done {
		t.Error("the logs are gone, and with them what the journal knew")
	}
}

func BenchmarkRunStatusWithoutAChange(b *testing.B) {
	w := freshOf(b, 100)
	d := w.desk(b)
	if _, err := d.RunStatus(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := d.RunStatus(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRunStatusOfANewDesk(b *testing.B) {
	w := freshOf(b, 100)
	for b.Loop() {
		if _, err := w.desk(b).RunStatus(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
