// Package rules says what a log record means: an application failed to upgrade, an application was upgraded, Setup started, the server ran out of
// memory. The rules are data (rules/failures.json in assets) that a user may replace: the vendor's texts are not public, and change.
package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

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
	Code     string           `json:"code"`
	Comment  string           `json:"comment,omitempty"`
	Scope    string           `json:"scope"`
	Outcome  Outcome          `json:"outcome"`
	Severity upgrade.Severity `json:"severity"`

	Levels  string   `json:"levels,omitempty"`  // letters of which the record has one; empty: any
	IDs     []string `json:"ids,omitempty"`     // message ids of which the record has one; "*" at the end stands for any rest
	Words   []string `json:"words,omitempty"`   // one of them stands in the text or trace, in any case; tried before the slow expressions
	Origin  string   `json:"origin,omitempty"`  // expression on class or logger
	Text    string   `json:"text,omitempty"`    // expression on the first line
	Trace   string   `json:"trace,omitempty"`   // expression on the first line and all lines after it
	Not     string   `json:"not,omitempty"`     // expression on the first line that must not match
	Formats []string `json:"formats,omitempty"` // formats of logs that the rule is for; empty: any
	// Needs names captures without which the rule does not match: "uid", "name".
	Needs []string `json:"needs,omitempty"`

	origin, text, trace, not *regexp.Regexp
	words                    [][]byte
}

// Set is a list of rules; the first that matches a record counts.
type Set struct {
	Version int `json:"version"`
	// Ours are prefixes of packages whose frames tell where something failed.
	Ours  []string `json:"ours"`
	Rules []*Rule  `json:"rules"`
}

// document is the file: comments may stand at its top.
type document struct {
	Comment []string `json:"comment"`
	Set
}

// Default loads the rules that come with Springboard from the embedded files.
func Default(assets fs.FS) (*Set, error) {
	data, err := fs.ReadFile(assets, "rules/failures.json")
	if err != nil {
		return nil, err
	}
	return Load("rules/failures.json", data)
}

// Load reads and checks rules. name is for messages. A fault SB-3010 tells the line, or the rule and what is wrong with it.
func Load(name string, data []byte) (*Set, error) {
	bad := func(err error, detail string) error {
		return upgrade.NewFault("SB-3010", upgrade.KindUsage, err, "file", name, "detail", detail)
	}
	var doc document
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		return nil, bad(err, fmt.Sprintf("line %d: %v", lineOf(data, err, d.InputOffset()), err))
	}
	if doc.Version != 1 {
		return nil, bad(nil, fmt.Sprintf("version %d is not known, 1 is", doc.Version))
	}
	if len(doc.Rules) == 0 {
		return nil, bad(nil, "there are no rules in it")
	}
	codes := map[string]bool{}
	for i, r := range doc.Rules {
		if r == nil || r.Code == "" {
			return nil, bad(nil, fmt.Sprintf("rule %d has no code", i+1))
		}
		if codes[r.Code] {
			return nil, bad(nil, "rule "+r.Code+" stands twice")
		}
		codes[r.Code] = true
		if err := r.prepare(); err != nil {
			return nil, bad(err, "rule "+r.Code+": "+err.Error())
		}
	}
	return &doc.Set, nil
}

func lineOf(data []byte, err error, offset int64) int {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = e.Offset
	}
	return 1 + bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n"))
}

func (r *Rule) prepare() error {
	if !oneOf(r.Scope, ScopeApp, ScopeSetup, ScopeServer) {
		return fmt.Errorf("scope %q is not app, setup or server", r.Scope)
	}
	if !oneOf(r.Outcome, Failed, Started, Upgraded, SetupStart, SetupDone, Noted) {
		return fmt.Errorf("outcome %q is not known", r.Outcome)
	}
	if !oneOf(r.Severity, upgrade.Severities...) {
		return fmt.Errorf("severity %q is not known", r.Severity)
	}
	for _, e := range []struct {
		name, text string
		to         **regexp.Regexp
	}{{"origin", r.Origin, &r.origin}, {"text", r.Text, &r.text}, {"trace", r.Trace, &r.trace}, {"not", r.Not, &r.not}} {
		if e.text == "" {
			continue
		}
		re, err := regexp.Compile(e.text)
		if err != nil {
			return fmt.Errorf("%s is no regular expression: %w", e.name, err)
		}
		*e.to = re
	}
	if len(r.IDs) == 0 && r.text == nil && r.trace == nil && len(r.Words) == 0 {
		return fmt.Errorf("it would match every record: give ids, words, text or trace")
	}
	for _, w := range r.Words {
		if w == "" {
			return fmt.Errorf("an empty word would match every record")
		}
		r.words = append(r.words, []byte(strings.ToLower(w)))
	}
	for _, n := range r.Needs {
		if n != "uid" && n != "name" && !r.captures(n) {
			return fmt.Errorf("it needs %q, which no expression captures", n)
		}
	}
	return nil
}

func (r *Rule) captures(name string) bool {
	return r.text != nil && r.text.SubexpIndex(name) >= 0 || r.trace != nil && r.trace.SubexpIndex(name) >= 0
}

func oneOf[T comparable](v T, all ...T) bool {
	for _, a := range all {
		if v == a {
			return true
		}
	}
	return false
}

// Event is a record that a rule matched. Failure carries application, text, causes, fingerprint and evidence whatever the outcome is.
type Event struct {
	Outcome Outcome `json:"outcome"`
	upgrade.Failure
	Captures map[string]string `json:"captures,omitempty"` // further named captures: phase, path, millis ...
	Record   *logs.Record      `json:"-"`
}
