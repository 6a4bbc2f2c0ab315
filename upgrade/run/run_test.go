package run

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func texts(id string) Text { return Text(assets.Step(id)) }

// store has a clock that goes on by one second with each look.
func store(t *testing.T) Store {
	t.Helper()
	at := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)
	return Store{Dir: filepath.Join(t.TempDir(), "runs"), Disk: osfs.Disk{}, Now: func() time.Time { at = at.Add(time.Second); return at }}
}

func inst() upgrade.Installation {
	return upgrade.Installation{ID: "leap-was-cell", Product: upgrade.Leap, Runtime: upgrade.WAS, Version: "9.3.8.12"}
}

func stateIn(t *testing.T, f *Folder, id string) State {
	t.Helper()
	s, err := f.Status(texts)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range s.Steps {
		if step.ID == id {
			return step.State
		}
	}
	t.Fatalf("no step %s", id)
	return ""
}

func TestAMovedRunFolderOpensWithAllItsSteps(t *testing.T) {
	s := store(t)
	f, err := s.Create(inst(), true)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Act(StepCensus, "census", func() (string, map[string]any, error) { return "200 applications", nil, nil }); err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Rename(f.Dir, moved); err != nil {
		t.Fatal(err)
	}
	g, err := s.Open(moved)
	if err != nil {
		t.Fatal(err)
	}
	if got := stateIn(t, g, StepCensus); got != Done {
		t.Errorf("census is %s", got)
	}
	data, err := os.ReadFile(filepath.Join(moved, "run.json"))
	if err != nil || strings.Contains(string(data), f.Dir) {
		t.Errorf("run.json holds a path to its own folder, %v", err)
	}
}

func TestAStepIsInterruptedUntilItsEffectIsJournaled(t *testing.T) {
	f, err := store(t).Create(inst(), false)
	if err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	err = f.Act(StepBackup, "backup", func() (string, map[string]any, error) {
		if got := stateIn(t, f, StepBackup); got != Running {
			t.Errorf("while it works the step is %s", got)
		}
		return "", nil, boom
	})
	if !errors.Is(err, boom) || stateIn(t, f, StepBackup) != Failed {
		t.Errorf("%v, %s", err, stateIn(t, f, StepBackup))
	}
	if err := f.Act(StepBackup, "backup", func() (string, map[string]any, error) { return "", nil, op.ErrStopped }); !errors.Is(err, op.ErrStopped) {
		t.Error(err)
	}
	if got := stateIn(t, f, StepBackup); got != Stopped {
		t.Errorf("got %s", got)
	}
}

func TestPhaseGoesOnWhenItsDueStepsAreDone(t *testing.T) {
	f, err := store(t).Create(inst(), false)
	if err != nil {
		t.Fatal(err)
	}
	phase := func() Phase {
		s, err := f.Status(texts)
		if err != nil {
			t.Fatal(err)
		}
		return s.Phase
	}
	for _, c := range []struct {
		step string
		want Phase
	}{{StepDetect, Survey}, {StepCensus, Survey}, {StepCheck, Protect}, {StepBackup, Protect}, {StepVerify, Upgrade}, {StepInstall, Upgrade}, {StepSetup, Applications}} {
		if _, err := f.Journal.Append(journal.Effect, c.step, "done", nil); err != nil {
			t.Fatal(err)
		}
		if got := phase(); got != c.want {
			t.Errorf("after %s the phase is %s, want %s", c.step, got, c.want)
		}
	}
	if s, err := f.Status(texts); err != nil || !s.PastNoReturn {
		t.Errorf("installed, and not past the point of no return: %v", err)
	}
}

func TestTheSameObservationIsJournaledOnce(t *testing.T) {
	f, err := store(t).Create(inst(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Setup finished", "Setup finished", "Setup finished again"} {
		if err := f.Saw(StepSetup, text, nil); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := f.Journal.Entries()
	if err != nil || len(entries) != 3 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

func TestNewestIsTheNewestOpenRunOfTheInstallation(t *testing.T) {
	s := store(t)
	if _, err := s.Newest("leap-was-cell"); code(err) != "SB-6023" {
		t.Errorf("no run at all: %v", err)
	}
	first, err := s.Create(inst(), false)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Create(inst(), false)
	if err != nil {
		t.Fatal(err)
	}
	other := inst()
	other.ID = "domino-leap"
	if _, err := s.Create(other, false); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Newest("leap-was-cell"); err != nil || f.Dir != second.Dir {
		t.Errorf("%v %v", f, err)
	}
	if err := second.Close("done"); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Newest("leap-was-cell"); err != nil || f.Dir != first.Dir {
		t.Errorf("%v %v", f, err)
	}
}

func TestARunOfANewerFormatIsRefused(t *testing.T) {
	s := store(t)
	f, err := s.Create(inst(), false)
	if err != nil {
		t.Fatal(err)
	}
	f.Meta.Format = Format + 1
	data, err := json.Marshal(f.Meta)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.Path("run.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(f.Dir); upgrade.KindOf(err) != upgrade.KindUnsupported {
		t.Errorf("got %v", err)
	}
}

func TestEveryStepAndPhaseHasItsTexts(t *testing.T) {
	for _, step := range Steps() {
		if s := assets.Step(step.ID); s.Title == step.ID || s.Before == "" || s.Does == "" || s.Proof == "" || s.WayBack == "" || s.IfStop == "" {
			t.Errorf("%s lacks a text", step.ID)
		}
	}
	for _, p := range Phases {
		if title := assets.Step(string(p)).Title; title == string(p) {
			t.Errorf("%s has no title", p)
		}
	}
}

func code(err error) string {
	if f, ok := upgrade.AsFault(err); ok {
		return f.Code
	}
	return ""
}

func TestAStepOfTheOtherProductIsNotInTheRun(t *testing.T) {
	for product, want := range map[upgrade.Product]string{upgrade.Leap: StepSAML, upgrade.DominoLeap: StepNotes} {
		found := false
		for _, s := range StepsOf(product) {
			found = found || s.ID == want
			if s.Only != "" && s.Only != product {
				t.Errorf("%s has %s", product, s.ID)
			}
		}
		if !found {
			t.Errorf("%s lacks %s", product, want)
		}
	}
	if len(StepsOf("")) != len(Steps()) {
		t.Error("an unknown product lacks steps")
	}
}
