package upgrade

import "time"

// AppState is what is known of an application after the upgrade.
type AppState string

// The states. Every application of the census is in exactly one of them.
const (
	Pending   AppState = "pending"   // not accessed since the upgrade
	Upgrading AppState = "upgrading" // accessed, no answer yet
	Upgraded  AppState = "upgraded"
	Failed    AppState = "failed"
	Recovered AppState = "recovered" // failed once, brought back
	Missing   AppState = "missing"   // in the census, no longer on the server
	UnknownIn AppState = "unknown"   // no evidence, or evidence that contradicts itself
)

// AppStates lists all states in the order of the ledger.
var AppStates = []AppState{Upgraded, Recovered, Failed, Missing, UnknownIn, Upgrading, Pending}

// Settled tells whether the application is accounted for.
func (s AppState) Settled() bool {
	return s == Upgraded || s == Recovered || s == Failed || s == Missing
}

// App is one application with all that is known of it.
type App struct {
	UID      string        `json:"uid"`
	Name     string        `json:"name"`
	State    AppState      `json:"state"`
	Evidence []AppEvidence `json:"evidence"`
	// Conflict is set when sources disagree; it says how, in one line. The state is then the careful one.
	Conflict string  `json:"conflict,omitempty"`
	Cause    string  `json:"cause,omitempty"`    // fingerprint of its failure, the same for applications that failed alike
	Error    string  `json:"error,omitempty"`    // first line of the exception
	Records  *int64  `json:"records"`            // submitted records at the census; null when the server does not tell
	Seconds  float64 `json:"seconds,omitempty"`  // how long its upgrade took, when measured
	Deployed *bool   `json:"deployed,omitempty"` // null when the server does not tell
	Owner    string  `json:"-"`                  // kept in the run, never in shared output
}

// EvidenceSource tells which of the sources of truth a piece of evidence is from.
type EvidenceSource string

// The sources, strongest first.
const (
	FromDatabase EvidenceSource = "database" // a row of APP_UPGRADE
	FromLog      EvidenceSource = "log"
	FromAccess   EvidenceSource = "access" // the sweep accessed the application
	FromREST     EvidenceSource = "rest"   // the list of applications
	FromImport   EvidenceSource = "import" // app_upgrade_out.txt
	FromPerson   EvidenceSource = "person"
)

// AppEvidence is what one source says about an application.
type AppEvidence struct {
	Evidence
	Source EvidenceSource `json:"source"`
	Says   AppState       `json:"says"`
	At     time.Time      `json:"at,omitzero"`
}

// Failure is a record (or row) that tells of something that failed.
type Failure struct {
	Rule        string    `json:"rule"`  // code of the rule that matched
	Scope       string    `json:"scope"` // app, setup, server
	UID         string    `json:"uid,omitempty"`
	Name        string    `json:"name,omitempty"`
	Severity    Severity  `json:"severity"`
	Text        string    `json:"text"`   // the record's first line
	Causes      []string  `json:"causes"` // exception classes and messages, outermost first
	Fingerprint string    `json:"fingerprint"`
	Time        time.Time `json:"time,omitzero"`
	Stamp       string    `json:"stamp,omitempty"` // the time as the log has it
	Evidence    Evidence  `json:"evidence"`
	Offset      int64     `json:"offset"` // byte offset of the record in Evidence.File
}
