// Package rules says what a log record means: an application failed to upgrade, an application was upgraded, Setup started, the server ran out of
// memory. The rules are data (rules/failures.json in assets) that a user may replace: the vendor's texts are not public, and change.
package rules

import (
	"regexp"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

// Outcome is what a matching record tells.
type Outcome string

// The outcomes.
const (
	Failed     Outcome = "failed"
	Started    Outcome = "started"
	Upgraded   Outcome = "upgraded"
	SetupStart Outcome = "setup-started" // capture "phase" when it is told
	SetupDone  Outcome = "setup-done"    // of the phase in capture "phase"
	Noted      Outcome = "noted"         // evidence of something else, e.g. the extensions folder
)

// The scopes of a rule.
const (
	ScopeApp    = "app"
	ScopeSetup  = "setup"
	ScopeServer = "server"
)

// Rule tells which records mean what. A record matches when everything that the rule names is true of it.
type Rule struct {
	Code string `json:"code"`
	// Title says in a few words what happened, Remedy what a person does next, for a list of failures.
	Title    string           `json:"title,omitempty"`
	Remedy   string           `json:"remedy,omitempty"`
	Comment  string           `json:"comment,omitempty"` // for whoever reads the file
	Scope    string           `json:"scope"`
	Outcome  Outcome          `json:"outcome"`
	Severity upgrade.Severity `json:"severity"`

	Levels string   `json:"levels,omitempty"` // letters of which the record has one; empty: any
	IDs    []string `json:"ids,omitempty"`    // message ids of which the record has one; "*" at the end stands for any rest
	Words  []string `json:"words,omitempty"`  // one of them stands in the text or trace, in any case; tried before the slow expressions
	Origin string   `json:"origin,omitempty"` // expression on class or logger
	Text   string   `json:"text,omitempty"`   // expression on the first line
	Trace  string   `json:"trace,omitempty"`  // expression on the first line and all lines after it
	Not    string   `json:"not,omitempty"`    // expression on the first line that must not match
	// Needs names captures without which the rule does not match: "uid", "name".
	Needs []string `json:"needs,omitempty"`

	origin, text, trace, not *regexp.Regexp
	words                    [][]byte
}

// Set is a list of rules; the first that matches a record counts. A loaded set is never changed.
type Set struct {
	Version int `json:"version"`
	// Ours are prefixes of packages whose frames tell where something failed.
	Ours  []string `json:"ours"`
	Rules []*Rule  `json:"rules"`

	words *wordFinder
}

// Rule finds a rule by its code, nil when there is none.
func (s *Set) Rule(code string) *Rule {
	for _, r := range s.Rules {
		if r.Code == code {
			return r
		}
	}
	return nil
}

// Event is a record that a rule matched. Failure carries application, text, causes, fingerprint and evidence whatever the outcome is.
type Event struct {
	Outcome Outcome `json:"outcome"`
	upgrade.Failure
	Captures map[string]string `json:"captures,omitempty"` // further named captures: phase, path, millis ...
	Record   *logs.Record      `json:"-"`
}
