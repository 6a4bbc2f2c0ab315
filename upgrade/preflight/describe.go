package preflight

import (
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// Text is what a code says to a person; it has the shape of assets.CheckText, so that one converts into the other.
type Text struct {
	Title     string
	Area      string
	Reason    string
	Source    string
	Remedy    string
	Summaries map[string]string
}

// Keys of summaries that the runner and decisions use. They stand under the code CodeRunner, and a check may have its own of the same name.
const (
	KeyNotSeen  = "not-seen"  // {detail}
	KeyTimedOut = "timed-out" // {seconds}
	KeyPanicked = "panicked"  // {detail}
	KeyNeeds    = "needs"     // {code}
	KeyCrossed  = "no-result"
	KeyAttested = "attested" // {by} {at}
	keyNoPort   = "no-"      // no-database, no-rest ...
)

// CodeRunner holds the texts that every check shares.
const CodeRunner = "LEAP-RUN-000"

// Describe fills title, summary, reason, remedy and source of a finding from the texts by code.
func Describe(f upgrade.Finding, texts map[string]Text) upgrade.Finding {
	t := texts[f.Code]
	summary, ok := t.Summaries[f.Key]
	if !ok {
		summary = texts[CodeRunner].Summaries[f.Key]
	}
	f.Title, f.Reason, f.Source = t.Title, fill(t.Reason, f.Args), t.Source
	f.Remedy, f.Summary = fill(t.Remedy, f.Args), fill(summary, f.Args)
	return f
}

// DescribeAll describes every finding; the slice is a new one.
func DescribeAll(findings []upgrade.Finding, texts map[string]Text) []upgrade.Finding {
	out := make([]upgrade.Finding, len(findings))
	for i, f := range findings {
		out[i] = Describe(f, texts)
	}
	return out
}

// argument is {name}, or {name:one|many} which gives one or many by whether the argument is 1.
var argument = lazyregexp.New(`\{([a-z_]+)(?::([^|{}]*)\|([^{}]*))?\}`)

// fill puts arguments into a text. One that is missing stays as it stands, so that the gap is seen.
func fill(text string, args map[string]string) string {
	return argument.ReplaceAllStringFunc(text, func(found string) string {
		m := argument.FindStringSubmatch(found)
		value, ok := args[m[1]]
		switch {
		case !ok:
			return found
		case !strings.Contains(found, "|"):
			return value
		case value == "1":
			return m[2]
		}
		return m[3]
	})
}
