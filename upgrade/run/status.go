package run

import (
	"time"

	"github.com/springboard-leap/springboard/upgrade/journal"
)

// State of a step.
type State string

// The states. Interrupted means that the journal has an intent without its effect: the program was killed, or it is at work right now.
const (
	Waiting     State = "waiting"
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
}

// Texts gives what a step or phase says: title, way back, what if one stops here.
type Texts func(id string) (title, wayBack, ifStop string)

// Status derives how far the run is from its journal alone.
func (f *Folder) Status(texts Texts) (Status, error) {
	entries, err := f.Journal.Entries()
	if err != nil {
		return Status{}, err
	}
	s := Status{Run: f.Dir, Name: f.Meta.Name, Closed: f.Meta.Closed, Lab: f.Meta.Lab, Entries: len(entries)}
	last := map[string]journal.Entry{}
	for _, e := range entries {
		if e.Step != "" && stateOf(e.Kind) != "" {
			last[e.Step] = e
		}
	}
	for _, step := range Steps() {
		st := StepStatus{ID: step.ID, Phase: step.Phase, State: Waiting, Reversible: step.Reversible, Optional: step.Optional}
		st.Title, st.WayBack, st.IfStop = texts(step.ID)
		if e, ok := last[step.ID]; ok {
			st.State, st.Text, st.By, st.At = stateOf(e.Kind), e.Text, e.By, e.Time
		}
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
		title, _, _ := texts(string(p))
		ps := PhaseStatus{ID: p, Title: title, State: sum(p, steps)}
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
		if s.State == Failed || s.State == Interrupted || s.State == Stopped {
			worst = s.State
		}
	}
	if worst == Waiting && due > 0 && done == due {
		return Done
	}
	return worst
}
