package run

import (
	"slices"

	"github.com/springboard-leap/springboard/upgrade"
)

// Phase is one of the nine phases of an upgrade, in order.
type Phase string

// The phases.
const (
	Survey       Phase = "survey"
	Rehearse     Phase = "rehearse"
	Protect      Phase = "protect"
	Offline      Phase = "offline"
	Upgrade      Phase = "upgrade"
	Applications Phase = "applications"
	Recover      Phase = "recover"
	Reopen       Phase = "reopen"
	SignOff      Phase = "sign-off"
)

// Phases lists all phases in order.
var Phases = []Phase{Survey, Rehearse, Protect, Offline, Upgrade, Applications, Recover, Reopen, SignOff}

// Step is one thing to be done in a phase. Its texts (title, precondition, effect, proof, way back, what if one stops here) stand in assets by ID.
type Step struct {
	ID         string
	Phase      Phase
	Reversible bool
	Optional   bool            // the phase is done without it
	Person     bool            // done outside Springboard, ticked by name with run tick
	Gate       bool            // passed by a person with a typed word
	Needs      []string        // steps that come before it
	Only       upgrade.Product // the product that has this step; empty: every one
}

// The ids of steps that commands record.
const (
	StepDetect   = "survey.detect"
	StepCensus   = "survey.census"
	StepCheck    = "survey.check"
	StepRehearse = "rehearse.import"
	StepBackup   = "protect.backup"
	StepVerify   = "protect.verify"
	StepProve    = "protect.prove"
	StepFix      = "offline.fix"
	StepOffline  = "offline.begin"
	StepPage     = "offline.page"
	StepSAML     = "offline.saml"
	StepNotes    = "offline.notes"
	StepGate     = "upgrade.gate"
	StepRecord   = "upgrade.record"
	StepInstall  = "upgrade.install"
	StepSetup    = "upgrade.setup"
	StepSweep    = "applications.sweep"
	StepLedger   = "applications.status"
	StepRecover  = "recover.applications"
	StepReopen   = "reopen.settings"
	StepOpenWeb  = "reopen.web"
	StepOpenSAML = "reopen.saml"
	StepNotesEnd = "reopen.notes"
	StepReport   = "sign-off.report"
	StepHandOver = "sign-off.hand-over"
)

// Steps lists all steps in order. The new version meets the database in StepInstall: from there the way back is the restore.
func Steps() []Step {
	needs := func(ids ...string) []string { return ids }
	return []Step{
		{ID: StepDetect, Phase: Survey, Reversible: true},
		{ID: StepCensus, Phase: Survey, Reversible: true, Needs: needs(StepDetect)},
		{ID: StepCheck, Phase: Survey, Reversible: true, Needs: needs(StepDetect)},
		{ID: StepRehearse, Phase: Rehearse, Reversible: true, Optional: true, Needs: needs(StepCensus)},
		{ID: StepBackup, Phase: Protect, Reversible: true, Needs: needs(StepDetect)},
		{ID: StepVerify, Phase: Protect, Reversible: true, Needs: needs(StepBackup)},
		{ID: StepProve, Phase: Protect, Reversible: true, Optional: true, Needs: needs(StepBackup)},
		{ID: StepFix, Phase: Offline, Reversible: true, Optional: true},
		{ID: StepOffline, Phase: Offline, Reversible: true, Optional: true, Needs: needs(StepCensus)},
		{ID: StepPage, Phase: Offline, Reversible: true, Optional: true, Person: true, Needs: needs(StepOffline)},
		{ID: StepSAML, Phase: Offline, Reversible: true, Optional: true, Person: true, Only: upgrade.Leap},
		{ID: StepNotes, Phase: Offline, Reversible: true, Optional: true, Needs: needs(StepOffline), Only: upgrade.DominoLeap},
		{ID: StepRecord, Phase: Upgrade, Reversible: true, Optional: true},
		{ID: StepGate, Phase: Upgrade, Reversible: true, Optional: true, Gate: true, Needs: needs(StepCheck, StepBackup, StepVerify, StepProve)},
		{ID: StepInstall, Phase: Upgrade, Needs: needs(StepGate)},
		{ID: StepSetup, Phase: Upgrade, Needs: needs(StepInstall)},
		{ID: StepSweep, Phase: Applications, Needs: needs(StepSetup)},
		{ID: StepLedger, Phase: Applications, Reversible: true, Needs: needs(StepSetup)},
		{ID: StepRecover, Phase: Recover, Optional: true, Needs: needs(StepLedger)},
		{ID: StepReopen, Phase: Reopen, Reversible: true, Optional: true, Needs: needs(StepSetup)},
		{ID: StepOpenWeb, Phase: Reopen, Reversible: true, Optional: true, Person: true, Needs: needs(StepReopen)},
		{ID: StepOpenSAML, Phase: Reopen, Reversible: true, Optional: true, Person: true, Needs: needs(StepReopen), Only: upgrade.Leap},
		{ID: StepNotesEnd, Phase: Reopen, Reversible: true, Optional: true, Needs: needs(StepReopen), Only: upgrade.DominoLeap},
		{ID: StepReport, Phase: SignOff, Reversible: true, Needs: needs(StepLedger)},
		{ID: StepHandOver, Phase: SignOff, Reversible: true, Optional: true, Person: true, Needs: needs(StepReport)},
	}
}

// StepsOf lists the steps that a product has, in order; all of them when the product is not known.
func StepsOf(product upgrade.Product) []Step {
	all := Steps()
	return slices.DeleteFunc(all, func(s Step) bool { return product != "" && s.Only != "" && s.Only != product })
}

// Find gives a step by its id.
func Find(id string) (Step, bool) {
	for _, s := range Steps() {
		if s.ID == id {
			return s, true
		}
	}
	return Step{}, false
}

// NoReturn is the first step that cannot be undone by a step of its own, only by restoring the backup.
const NoReturn = StepInstall
