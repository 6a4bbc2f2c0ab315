package present

import "github.com/springboard-leap/springboard/upgrade/run"

// Mark is how a phase stands on the roadmap.
type Mark string

// The marks.
const (
	MarkDone    Mark = "done"
	MarkCurrent Mark = "current"
	MarkBusy    Mark = "under way"
	MarkFailed  Mark = "failed"
	MarkBroken  Mark = "interrupted" // begun, and nobody is at work on it
	MarkWaiting Mark = "waiting"
	MarkWaived  Mark = "optional"
	MarkLocked  Mark = "locked"
)

// PhaseRow is a phase on the roadmap.
type PhaseRow struct {
	ID    run.Phase
	Title string
	Mark  Mark
}

// phaseTitles are the names of the phases in the navigation.
var phaseTitles = map[run.Phase]string{
	run.Survey: "Survey", run.Rehearse: "Rehearse", run.Protect: "Protect", run.Offline: "Offline", run.Upgrade: "Upgrade",
	run.Applications: "Applications", run.Recover: "Recover", run.Reopen: "Reopen", run.SignOff: "Sign off",
}

// PhaseTitle is the name of a phase.
func PhaseTitle(p run.Phase) string { return phaseTitles[p] }

// Roadmap gives the nine phases. Without a run the first is current. What lies behind the point of no return is locked until everything before it
// is done; it can be looked at all the same.
func Roadmap(s run.Status, has bool) []PhaseRow {
	state, optional := map[run.Phase]run.State{}, map[run.Phase]bool{}
	for _, p := range s.Phases {
		state[p.ID] = p.State
	}
	for _, p := range run.Phases {
		optional[p] = true
	}
	for _, step := range run.Steps() {
		if !step.Optional {
			optional[step.Phase] = false
		}
	}
	current := s.Phase
	if !has {
		current = run.Survey
	}
	rows := make([]PhaseRow, 0, len(run.Phases))
	protected := true
	for _, p := range run.Phases {
		row := PhaseRow{ID: p, Title: phaseTitles[p], Mark: markOf(state[p])}
		open := row.Mark == MarkWaiting
		switch {
		case open && p == current:
			row.Mark = MarkCurrent
		case open && optional[p]:
			row.Mark = MarkWaived
		case open && p == run.Upgrade && !protected && !s.PastNoReturn:
			row.Mark = MarkLocked
		}
		if p == run.Protect && row.Mark != MarkDone {
			protected = false
		}
		rows = append(rows, row)
	}
	return rows
}

func markOf(s run.State) Mark {
	switch s {
	case run.Done:
		return MarkDone
	case run.Failed, run.Stopped:
		return MarkFailed
	case run.Running:
		return MarkBusy
	case run.Interrupted:
		return MarkBroken
	}
	return MarkWaiting
}
