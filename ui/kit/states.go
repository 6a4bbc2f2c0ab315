package kit

import (
	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/run"
)

func state(s Shape, c fyne.ThemeColorName, word string) State { return State{Sign{s, c}, word} }

// SeverityState is the sign and word of a severity.
func SeverityState(s upgrade.Severity) State {
	switch s {
	case upgrade.Blocker:
		return state(Triangle, ColorBad, "Blocker")
	case upgrade.Unknown:
		return state(Question, ColorUnsure, "Not checked")
	case upgrade.Warning:
		return state(Diamond, ColorWarn, "Warning")
	case upgrade.Info:
		return state(Info, ColorDim, "Note")
	}
	return state(Disc, ColorGood, "Fine")
}

// FindingState is that of a finding, which may be waived.
func FindingState(f upgrade.Finding) State {
	if f.Waived {
		return state(Dash, ColorDim, "Waived")
	}
	return SeverityState(f.Severity)
}

// AppState is the sign and word of an application's state.
func AppState(s upgrade.AppState) State {
	switch s {
	case upgrade.Upgraded:
		return state(Disc, ColorGood, "upgraded")
	case upgrade.Recovered:
		return state(Return, ColorGood, "recovered")
	case upgrade.Failed:
		return state(Triangle, ColorBad, "failed")
	case upgrade.Missing:
		return state(Cross, ColorBad, "missing")
	case upgrade.Upgrading:
		return state(Half, ColorAccent, "upgrading")
	case upgrade.Pending:
		return state(Ring, ColorDim, "pending")
	}
	return state(Question, ColorUnsure, "unknown")
}

// StepState is the sign and word of a step of the run.
func StepState(s run.State) State {
	switch s {
	case run.Done:
		return state(Check, ColorGood, "done")
	case run.Failed:
		return state(Triangle, ColorBad, "failed")
	case run.Stopped:
		return state(Diamond, ColorWarn, "stopped")
	case run.Running:
		return state(Half, ColorAccent, "under way")
	case run.Interrupted:
		return state(Diamond, ColorWarn, "interrupted")
	case run.Undone:
		return state(Return, ColorDim, "undone")
	}
	return state(Ring, ColorDim, "waiting")
}

// PhaseState is the sign and word of a phase on the roadmap.
func PhaseState(m present.Mark) State {
	switch m {
	case present.MarkDone:
		return state(Check, ColorGood, string(m))
	case present.MarkCurrent:
		return state(Arrow, ColorAccent, string(m))
	case present.MarkBusy:
		return state(Half, ColorAccent, string(m))
	case present.MarkBroken:
		return state(Diamond, ColorWarn, string(m))
	case present.MarkFailed:
		return state(Triangle, ColorBad, string(m))
	case present.MarkWaived:
		return state(Dash, ColorDim, string(m))
	case present.MarkLocked:
		return state(Lock, ColorDim, string(m))
	}
	return state(Ring, ColorDim, string(m))
}

// StreamState is the sign and word of the followed log.
func StreamState(s string) State {
	switch s {
	case "live":
		return state(Disc, ColorGood, "live")
	case "delayed":
		return state(Half, ColorWarn, "delayed")
	case "silent":
		return state(Ring, ColorDim, "silent")
	case "lost":
		return state(Triangle, ColorBad, "lost")
	}
	return state(Dash, ColorDim, "not followed")
}

// Good, Bad, Warn and Plain are signs of a header's first answer.
var (
	Good  = Sign{Check, ColorGood}
	Bad   = Sign{Triangle, ColorBad}
	Warn  = Sign{Diamond, ColorWarn}
	Open  = Sign{Ring, ColorDim}
	Dunno = Sign{Question, ColorUnsure}
)
