// Package rules says what a log record means: an application failed to upgrade, an application was upgraded, Setup started, the server ran out of
// memory. The rules are data that a user may replace.
package rules

import (
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
	SetupStart Outcome = "setup-started"
	SetupDone  Outcome = "setup-done"
	Noted      Outcome = "noted" // evidence of something else, e.g. the extensions folder
)

// The scopes of a rule.
const (
	ScopeApp    = "app"
	ScopeSetup  = "setup"
	ScopeServer = "server"
)

// Event is a record that a rule matched. Failure carries application, text, causes, fingerprint and evidence whatever the outcome is.
type Event struct {
	Outcome Outcome `json:"outcome"`
	upgrade.Failure
	Captures map[string]string `json:"captures,omitempty"` // further named captures: phase, path, millis ...
	Record   *logs.Record      `json:"-"`
}
