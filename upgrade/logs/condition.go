package logs

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// condition is an expression that a line of a record matches.
type condition struct {
	re       *regexp.Regexp
	tree     *syntax.Regexp
	literals []literal
	enough   bool // a line in which one of the literals stands matches
	begins   bool // it looks at the beginning of a line, which is also that of the message
}

func newCondition(pattern string, fold bool) (condition, error) {
	flagged := pattern
	if fold {
		flagged = "(?i)" + pattern
	}
	re, err := regexp.Compile(flagged)
	if err != nil {
		return condition{}, err
	}
	tree, err := syntax.Parse(flagged, syntax.Perl)
	if err != nil {
		return condition{}, err
	}
	tree = tree.Simplify()
	c := condition{re: re, tree: tree}
	_, c.begins = hasAssertion(tree)
	c.literals, c.enough = requiredLiterals(tree)
	for _, l := range c.literals {
		if strings.ContainsAny(l.text, "\r\n") {
			c.enough = false // a line has no end in it
		}
	}
	return c, nil
}

// matchRecord looks at the first line, at the message where it is not simply its end, and at each line of the trace.
func (c *condition) matchRecord(r *Record) bool {
	if r.first != "" && c.re.MatchString(r.first) {
		return true
	}
	if (r.first == "" || c.begins || !strings.Contains(r.first, r.Text)) && c.re.MatchString(r.Text) {
		return true
	}
	for _, line := range r.Trace {
		if c.re.MatchString(line) {
			return true
		}
	}
	return r.first == "" && (c.re.MatchString(r.Logger) || c.re.MatchString(r.Class) || c.re.MatchString(r.Thread) ||
		c.re.MatchString(r.Class+" "+r.Method+" "+r.Text))
}
