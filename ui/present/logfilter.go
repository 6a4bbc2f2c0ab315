package present

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// TermKind is what a term of a filter looks at.
type TermKind string

// The kinds of terms, as a person writes them before a colon.
const (
	TermText   TermKind = "text"
	TermRegex  TermKind = "regex"
	TermApp    TermKind = "app"
	TermThread TermKind = "thread"
	TermLogger TermKind = "logger"
	TermID     TermKind = "id"
	TermSince  TermKind = "since"
	TermUntil  TermKind = "until"
)

// TermKinds are all kinds in the order in which they are offered, each with what it means.
var TermKinds = []struct {
	Kind TermKind
	Says string
}{
	{TermText, "text in the record or its trace, in any case; -text: without it"},
	{TermRegex, "regular expression"},
	{TermApp, "application, by its UID"},
	{TermThread, "thread"},
	{TermLogger, "logger or class, a part of it"},
	{TermID, "message id, * at its end for any rest"},
	{TermSince, "from a time on: 21:00, 2026-11-23 21:00"},
	{TermUntil, "until a time"},
}

// LogTerm is one condition of a filter. Not turns a text or an expression round.
type LogTerm struct {
	Kind  TermKind `json:"kind"`
	Value string   `json:"value"`
	Not   bool     `json:"not,omitempty"`
}

// String is the term as a person writes it, and as ParseTerm reads it.
func (t LogTerm) String() string {
	not := ""
	if t.Not {
		not = "-"
	}
	return not + string(t.Kind) + ":" + t.Value
}

// Label is the term on a chip.
func (t LogTerm) Label() string {
	word := map[TermKind]string{TermText: "Text", TermRegex: "Expression", TermApp: "Application", TermThread: "Thread", TermLogger: "Logger",
		TermID: "Message", TermSince: "Since", TermUntil: "Until"}[t.Kind]
	if t.Not {
		word = "Not " + strings.ToLower(word[:1]) + word[1:]
	}
	return word + " " + t.Value
}

// ParseTerm reads what a person typed: "thread:0000005a", "/expression/", or plain text. It tells what is not understood; now is the time of the log's
// last record, for times without a date.
func ParseTerm(text string, now time.Time) (LogTerm, error) {
	text = strings.TrimSpace(text)
	t := LogTerm{Kind: TermText, Value: text}
	rest, not := strings.CutPrefix(text, "-")
	if kind, value, ok := strings.Cut(rest, ":"); ok && known(TermKind(strings.ToLower(kind))) {
		t = LogTerm{Kind: TermKind(strings.ToLower(kind)), Value: strings.TrimSpace(value), Not: not}
	} else if len(rest) > 2 && rest[0] == '/' && rest[len(rest)-1] == '/' {
		t = LogTerm{Kind: TermRegex, Value: rest[1 : len(rest)-1], Not: not}
	}
	if t.Value == "" {
		return t, fmt.Errorf("write what %s shall be after the colon", t.Kind)
	}
	if t.Not && t.Kind != TermText && t.Kind != TermRegex {
		return t, fmt.Errorf("only a text or an expression can be turned round with a minus")
	}
	_, err := t.filter(now)
	return t, err
}

func known(k TermKind) bool {
	for _, t := range TermKinds {
		if t.Kind == k {
			return true
		}
	}
	return false
}

// filter makes the engine's filter of a term.
func (t LogTerm) filter(now time.Time) (*logs.Filter, error) {
	spec := logs.FilterSpec{Now: now}
	switch t.Kind {
	case TermText:
		spec.Grep = "(?i)" + regexp.QuoteMeta(t.Value)
	case TermRegex:
		spec.Grep = t.Value
	case TermApp:
		spec.App = t.Value
	case TermThread:
		spec.Thread = t.Value
	case TermLogger:
		spec.Logger = t.Value
	case TermID:
		spec.ID = t.Value
	case TermSince:
		spec.Since = t.Value
	case TermUntil:
		spec.Until = t.Value
	}
	f, err := logs.NewFilter(spec)
	if err != nil {
		return nil, err
	}
	f.Invert = t.Not
	return f, nil
}

// LogFilter says which entries are shown: records for which everything is true. Marks are shown with any filter but a search.
type LogFilter struct {
	Levels   map[logs.Severity]bool // empty: all
	Failures bool                   // only records that a failure rule matched
	NoMarks  bool
	parts    []*logs.Filter
}

// NewLogFilter makes a filter of terms, all of which must be true of a record.
func NewLogFilter(terms []LogTerm, now time.Time) (LogFilter, error) {
	var f LogFilter
	for _, t := range terms {
		part, err := t.filter(now)
		if err != nil {
			return LogFilter{}, fmt.Errorf("%s: %w", t, err)
		}
		f.parts = append(f.parts, part)
	}
	return f, nil
}

// All tells that every entry is kept.
func (f LogFilter) All() bool {
	return len(f.Levels) == 0 && !f.Failures && !f.NoMarks && len(f.parts) == 0
}

// And adds the terms of another filter.
func (f LogFilter) And(o LogFilter) LogFilter {
	f.parts = append(append([]*logs.Filter(nil), f.parts...), o.parts...)
	return f
}

// Parts are the engine's filters for the terms.
func (f LogFilter) Parts() []*logs.Filter { return f.parts }

// Match tells whether an entry is kept.
func (f LogFilter) Match(e LogEntry) bool {
	if e.Record == nil {
		return !f.NoMarks
	}
	if len(f.Levels) > 0 && !f.Levels[e.Record.Severity] || f.Failures && !e.Failed {
		return false
	}
	for _, p := range f.parts {
		if !p.Match(e.Record) {
			return false
		}
	}
	return true
}

// mayHold tells whether any of some entries can be kept, by what is known of them without reading.
func (f LogFilter) mayHold(what []uint8) bool {
	for _, code := range what {
		switch {
		case code&^failedBit == noSeverity:
			if !f.NoMarks {
				return true
			}
		case f.Failures && code&failedBit == 0:
		case len(f.Levels) == 0 || f.Levels[severityCodes[code&^failedBit]]:
			return true
		}
	}
	return false
}

func hasMarks(what []uint8) bool {
	for _, code := range what {
		if code&^failedBit == noSeverity {
			return true
		}
	}
	return false
}

// literal is a text that every kept record holds as it is written; empty when none is known.
func (f LogFilter) literal() string {
	best := ""
	for _, p := range f.parts {
		if l := p.Literal(); len(l) > len(best) {
			best = l
		}
	}
	return best
}

// Marks finds the places of a term in a line, for highlighting; nil when it has none.
func (t LogTerm) Marks() func(string) [][]int {
	expr := t.Value
	switch t.Kind {
	case TermRegex:
	case TermText, TermApp:
		expr = "(?i)" + regexp.QuoteMeta(t.Value)
	default:
		return nil
	}
	re, err := regexp.Compile(expr)
	if err != nil || t.Value == "" {
		return nil
	}
	return func(s string) [][]int { return re.FindAllStringIndex(s, 64) }
}
