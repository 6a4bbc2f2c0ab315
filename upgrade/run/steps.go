package run

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

// Step is one thing to be done in a phase. Its texts (title, way back, what if one stops here) stand in assets by ID.
type Step struct {
	ID         string
	Phase      Phase
	Reversible bool
	Optional   bool // the phase is done without it
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
	StepRecord   = "upgrade.record"
	StepInstall  = "upgrade.install"
	StepSetup    = "upgrade.setup"
	StepSweep    = "applications.sweep"
	StepLedger   = "applications.status"
	StepRecover  = "recover.applications"
	StepReopen   = "reopen.settings"
	StepReport   = "sign-off.report"
)

// Steps lists all steps in order. The new version meets the database in StepInstall: from there the way back is the restore.
func Steps() []Step {
	return []Step{
		{StepDetect, Survey, true, false},
		{StepCensus, Survey, true, false},
		{StepCheck, Survey, true, false},
		{StepRehearse, Rehearse, true, true},
		{StepBackup, Protect, true, false},
		{StepVerify, Protect, true, false},
		{StepProve, Protect, true, true},
		{StepFix, Offline, true, true},
		{StepOffline, Offline, true, true},
		{StepRecord, Upgrade, true, true},
		{StepInstall, Upgrade, false, false},
		{StepSetup, Upgrade, false, false},
		{StepSweep, Applications, false, false},
		{StepLedger, Applications, true, false},
		{StepRecover, Recover, false, true},
		{StepReopen, Reopen, true, true},
		{StepReport, SignOff, true, false},
	}
}

// NoReturn is the first step that cannot be undone by a step of its own, only by restoring the backup.
const NoReturn = StepInstall
