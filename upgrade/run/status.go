package run

import (
	"time"

	"github.com/springboard-leap/springboard/upgrade/journal"
)

// State of a step.
type State string

// The states. After an intent without its effect the step's lock tells the two cases apart: somebody is at work right now (Running), or the program was killed
// (Interrupted).
const (
	Waiting     State = "waiting"
	Running     State = "running"
	Interrupted State = "interrupted"
	Done        State = "done"
	Failed      State = "failed"
	Stopped     State = "stopped"
	Undone      State = "undone"
)

// StepStatus is a step with how far it is.
type StepStatus struct {
	ID         string    `json:"id"`
	Phase      Phase     `json:"phase"`
	State      State     `json:"state"`
	Reversible bool      `json:"reversible"`
	Optional   bool      `json:"optional"`
	Title      string    `json:"title"`
	WayBack    string    `json:"way_back"`
	IfStop     string    `json:"if_you_stop_here"`
	Text       string    `json:"text,omitempty"` // the last entry of the journal about it
	By         string    `json:"by,omitempty"`
	At         time.Time `json:"at,omitzero"`
	Began      time.Time `json:"began,omitzero"` // when it was last begun
	Person     bool      `json:"person"`         // done outside Springboard, ticked by name
	Gate       bool      `json:"gate"`           // passed with a typed word
	Needs      []string  `json:"needs"`          // steps that should be done before and are not
	Before     string    `json:"before,omitempty"`
	Does       string    `json:"does,omitempty"`
	Proof      string    `json:"proof,omitempty"`
}

// PhaseStatus sums up the steps of a phase.
type PhaseStatus struct {
	ID    Phase  `json:"id"`
	Title string `json:"title"`
	State State  `json:"state"`
}

// Status is a run as it stands.
type Status struct {
	Run    string        `json:"run"` // folder
	Name   string        `json:"name"`
	Phase  Phase         `json:"phase"` // the first that is not done
	Phases []PhaseStatus `json:"phases"`
	Steps  []StepStatus  `json:"steps"`
	// PastNoReturn: the new version has met the database; the way back is the restore.
	PastNoReturn bool `json:"past_no_return"`
	Closed       bool `json:"closed"`
	Lab          bool `json:"lab"`
	Entries      int  `json:"entries"` // of the journal
	// GatePassed: a person confirmed by name, with a proven backup, that the upgrade may begin.
	GatePassed bool `json:"gate_passed"`
	// Holder is who changes the installation right now, empty when nobody does. It is filled by the caller, who knows the lock.
	Holder string `json:"holder,omitempty"`
}

// Text is what a step or phase says to a person.
type Text struct{ Title, Before, Does, Proof, WayBack, IfStop string }

// Texts gives what a step or phase says, by its id.
type Texts func(id string) Text

// Status derives how far the run is from its journal alone.
func (f *Folder) Status(texts Texts) (Status, error) {
	entries, err := f.Journal.Entries()
	if err != nil {
		return Status{}, err
	}
	s := Status{Run: f.Dir, Name: f.Meta.Name, Closed: f.Meta.Closed, Lab: f.Meta.Lab, Entries: len(entries)}
	last, began := map[string]journal.Entry{}, map[string]time.Time{}
	for _, e := range entries {
		if e.Step != "" && stateOf(e.Kind) != "" {
			last[e.Step] = e
		}
		if e.Kind == journal.Intent {
			began[e.Step] = e.Time
		}
	}
	done := func(id string) bool { e, ok := last[id]; return ok && stateOf(e.Kind) == Done }
	for _, step := range StepsOf(f.Meta.Product) {
		t := texts(step.ID)
		st := StepStatus{ID: step.ID, Phase: step.Phase, State: Waiting, Reversible: step.Reversible, Optional: step.Optional, Person: step.Person, Gate: step.Gate,
			Needs: []string{}, Title: t.Title, WayBack: t.WayBack, IfStop: t.IfStop, Before: t.Before, Does: t.Does, Proof: t.Proof, Began: began[step.ID]}
		if e, ok := last[step.ID]; ok {
			st.State, st.Text, st.By, st.At = stateOf(e.Kind), e.Text, e.By, e.Time
			if by, _ := e.Data["by"].(string); by != "" {
				st.By = by // a person said so, at somebody's keyboard
			}
		}
		if st.State == Interrupted {
			if _, ok := f.atWork(step.ID); ok {
				st.State = Running
			}
		}
		if st.State != Done {
			for _, id := range step.Needs {
				if !done(id) {
					st.Needs = append(st.Needs, id)
				}
			}
		}
		s.GatePassed = s.GatePassed || step.ID == StepGate && st.State == Done
		if step.ID == NoReturn && st.State == Done {
			s.PastNoReturn = true
		}
		s.Steps = append(s.Steps, st)
	}
	s.Phases, s.Phase = phases(s.Steps, texts)
	return s, nil
}

// stateOf is the state of a step after an entry of this kind; empty for kinds that say nothing about it.
func stateOf(kind journal.Kind) State {
	switch kind {
	case journal.Intent:
		return Interrupted
	case journal.Effect, journal.Verified:
		return Done
	case journal.Failed:
		return Failed
	case journal.Stopped:
		return Stopped
	case journal.Undone:
		return Undone
	}
	return ""
}

// phases sums up the steps: a phase is done when all its steps are that are not optional, and one without such steps when any was done.
func phases(steps []StepStatus, texts Texts) (all []PhaseStatus, current Phase) {
	for _, p := range Phases {
		ps := PhaseStatus{ID: p, Title: texts(string(p)).Title, State: sum(p, steps)}
		all = append(all, ps)
	}
	current = SignOff
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].State != Done && !optional(all[i].ID) {
			current = all[i].ID
		}
	}
	return all, current
}

func optional(p Phase) bool {
	for _, s := range Steps() {
		if s.Phase == p && !s.Optional {
			return false
		}
	}
	return true
}

func sum(p Phase, steps []StepStatus) State {
	due, done, worst := 0, 0, Waiting
	for _, s := range steps {
		if s.Phase != p {
			continue
		}
		if !s.Optional || optional(p) {
			due++
			if s.State == Done {
				done++
			}
		}
		if s.State == Failed || s.State == Interrupted || s.State == Stopped || s.State == Running {
			worst = s.State
		}
	}
	if worst == Waiting && due > 0 && done == due {
		return Done
	}
	return worst
}
