package logs

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"regexp/syntax"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// Filter chooses records. A record is kept when everything that the filter names is true of it; the zero filter keeps all. It may be used from
// several goroutines.
type Filter struct {
	Levels  map[string]bool // letters; empty: any
	Thread  string          // exactly
	Logger  string          // a part of logger or class
	ID      string          // message id, "*" at its end for any rest
	App     string          // an application's uid or another text that stands in the record, in any case
	Since   stamp.Moment    // wall clock when the zone is not known
	Until   stamp.Moment
	Limit   int  // 0: all
	Invert  bool // Grep must not match
	grep    *regexp.Regexp
	literal string // must stand in a record for grep to match; empty when there is none
	fold    bool   // literal in any case
}

// FilterSpec is a filter as a person gives it.
type FilterSpec struct {
	Level  string // letters or words, with commas: "E,W", "error,warning"
	Grep   string // regular expression over the whole record
	Since  string // "2026-11-23T21:00:00", with a zone, a date, or "21:00" (today of the log's last record is not known: today)
	Until  string
	App    string
	Thread string
	Logger string
	ID     string
	Limit  int
	Now    time.Time // for times without a date
}

// NewFilter reads a filter. Fault SB-3004 tells what is not understood.
func NewFilter(spec FilterSpec) (*Filter, error) {
	f := &Filter{App: strings.ToLower(strings.TrimSpace(spec.App)), Thread: spec.Thread, Logger: spec.Logger, ID: spec.ID, Limit: spec.Limit}
	bad := func(detail string, err error) error {
		return upgrade.NewFault("SB-3004", upgrade.KindUsage, err, "detail", detail)
	}
	var err error
	if f.Levels, err = levelsOf(spec.Level); err != nil {
		return nil, bad(err.Error(), err)
	}
	if spec.Grep != "" {
		if f.grep, err = regexp.Compile(spec.Grep); err != nil {
			return nil, bad(err.Error(), err)
		}
		f.literal, f.fold = requiredLiteral(spec.Grep)
	}
	if f.Since, err = timeOf(spec.Since, spec.Now); err != nil {
		return nil, bad(fmt.Sprintf("%q is no time", spec.Since), err)
	}
	if f.Until, err = timeOf(spec.Until, spec.Now); err != nil {
		return nil, bad(fmt.Sprintf("%q is no time", spec.Until), err)
	}
	return f, nil
}

func levelsOf(text string) (map[string]bool, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	levels := map[string]bool{}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' || r == '|' }) {
		switch {
		case len(word) == 1:
			levels[strings.ToUpper(word)] = true
		case letters[strings.ToUpper(word)] != 0:
			levels[letterStrings[letters[strings.ToUpper(word)]]] = true
		default:
			return nil, fmt.Errorf("%q is no level", word)
		}
	}
	return levels, nil
}

func timeOf(text string, now time.Time) (stamp.Moment, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return stamp.Moment{}, nil
	}
	if m, err := stamp.ParseISO(text); err == nil {
		return m, nil
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return stamp.Moment{Time: t}, nil
		}
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			day := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
			return stamp.Moment{Time: day}, nil
		}
	}
	_, err := time.Parse(time.RFC3339, text)
	return stamp.Moment{}, err
}

// Match tells whether a record is kept. Limit is not looked at.
func (f *Filter) Match(r *Record) bool {
	switch {
	case len(f.Levels) > 0 && !f.Levels[r.Level],
		f.Thread != "" && r.Thread != f.Thread,
		f.Logger != "" && !strings.Contains(r.Logger, f.Logger) && !strings.Contains(r.Class, f.Logger),
		f.ID != "" && !matchID(f.ID, r.MessageID),
		!f.Since.IsZero() && (r.Time.IsZero() || before(r.Time, f.Since)),
		!f.Until.IsZero() && (r.Time.IsZero() || before(f.Until, r.Time)):
		return false
	case f.App != "" && !inRecord(r, func(s string) bool { return strings.Contains(strings.ToLower(s), f.App) }):
		return false
	}
	return f.grep == nil || f.matchGrep(r) != f.Invert
}

func matchID(want, id string) bool {
	if prefix, any := strings.CutSuffix(want, "*"); any {
		return strings.HasPrefix(id, prefix)
	}
	return want == id
}

// before compares points in time where both are known, else wall clocks.
func before(a, b stamp.Moment) bool {
	if a.Fixed && b.Fixed {
		return a.Before(b.Time)
	}
	return wall(a.Time).Before(wall(b.Time))
}

func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

func inRecord(r *Record, has func(string) bool) bool {
	if has(r.Text) {
		return true
	}
	for _, line := range r.Trace {
		if has(line) {
			return true
		}
	}
	return false
}

// matchGrep looks at the columns and the text of the first line, and at each line after it.
func (f *Filter) matchGrep(r *Record) bool {
	match := func(s string) bool {
		if f.literal != "" && !f.fold && !strings.Contains(s, f.literal) {
			return false
		}
		return f.grep.MatchString(s)
	}
	if inRecord(r, match) {
		return true
	}
	return match(r.Logger) || match(r.Class) || match(r.Thread) || match(r.Class+" "+r.Method+" "+r.Text)
}

// requiredLiteral finds a text without which an expression cannot match: comparing it first is hundreds of times faster than Go's regexp.
func requiredLiteral(pattern string) (literal string, fold bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	return longestLiteral(re.Simplify())
}

func longestLiteral(re *syntax.Regexp) (string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune), re.Flags&syntax.FoldCase != 0
	case syntax.OpCapture, syntax.OpPlus:
		return longestLiteral(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return longestLiteral(re.Sub[0])
		}
	case syntax.OpConcat:
		best, bestFold := "", false
		for _, sub := range re.Sub {
			if l, fold := longestLiteral(sub); len(l) > len(best) && (!fold || best == "") || best != "" && bestFold && !fold && l != "" {
				best, bestFold = l, fold
			}
		}
		return best, bestFold
	}
	return "", false
}

// Select gives the records of a source that a filter keeps, up to its limit.
func (s *Source) Select(ctx context.Context, f *Filter) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		n := 0
		for r, err := range s.Records(ctx, nil) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !f.Match(r) {
				continue
			}
			if !yield(r, nil) {
				return
			}
			if n++; f.Limit > 0 && n >= f.Limit {
				return
			}
		}
	}
}

// Literal is a text without which no line can match the filter's expression, exactly as it is written; empty when there is none.
func (f *Filter) Literal() string {
	if f.fold || f.Invert {
		return ""
	}
	return f.literal
}
