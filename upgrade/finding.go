package upgrade

// Severity of a finding.
type Severity string

// Severities, from harmless to stopping. Unknown means that the check could not see what it needs: it stops an upgrade as a blocker does.
const (
	OK      Severity = "ok"
	Info    Severity = "info"
	Warning Severity = "warning"
	Blocker Severity = "blocker"
	Unknown Severity = "unknown"
)

// Severities lists all severities, worst first.
var Severities = []Severity{Blocker, Unknown, Warning, Info, OK}

// Stops tells whether a finding of this severity keeps the upgrade from going on unless it is waived.
func (s Severity) Stops() bool { return s == Blocker || s == Unknown }

// Finding is the result of one check. Code is stable; title, reason and remedy are looked up in assets by Code and filled with Args, so that
// they never differ between screens.
type Finding struct {
	Code     string            `json:"code"`
	Title    string            `json:"title"`
	Severity Severity          `json:"severity"`
	Key      string            `json:"key,omitempty"` // names the summary among the texts of Code
	Summary  string            `json:"summary"`       // what is true now, one line
	Args     map[string]string `json:"args,omitempty"`
	Evidence []Evidence        `json:"evidence"`
	Reason   string            `json:"reason"` // why it matters, with its source
	Remedy   string            `json:"remedy"` // what to do next
	Source   string            `json:"source,omitempty"`
	Fixable  bool              `json:"fixable"`
	// NeedsPerson: only a person can know; Attest ticks it by name.
	NeedsPerson bool    `json:"needs_person,omitempty"`
	Waived      bool    `json:"waived"`
	Waiver      *Waiver `json:"waiver,omitempty"`
	Attested    *Waiver `json:"attested,omitempty"`
}

// Stops tells whether this finding keeps the upgrade from going on.
func (f Finding) Stops() bool { return f.Severity.Stops() && !f.Waived }

// Waiver is a person's decision about a finding, printed in the report.
type Waiver struct {
	By  string `json:"by"`
	Why string `json:"why,omitempty"`
	At  string `json:"at"` // RFC 3339
}
