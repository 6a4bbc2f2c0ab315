package rules

import (
	"context"
	"iter"
	"regexp"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

// UID is the form of an application's uid.
var UID = lazyregexp.New(`[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}`)

// nameAfter is the title that stands in quotes after the uid; a title may have quotes in it.
var nameAfter = lazyregexp.New(UID.String() + `[\s,:=()]{1,3}(?:name[=:] ?|title[=:] ?)?"(.{1,500})"`)

// Events gives the events of a source in the order of its records.
func Events(ctx context.Context, src *logs.Source, set *Set) iter.Seq2[Event, error] {
	return set.Of(src.Records(ctx, nil))
}

// Of gives the events among records, e.g. those of a recording.
func (s *Set) Of(records iter.Seq2[*logs.Record, error]) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for r, err := range records {
			if err != nil {
				yield(Event{}, err)
				return
			}
			if e, ok := s.Match(r); ok && !yield(e, nil) {
				return
			}
		}
	}
}

// Match tells what a record means; ok is false when no rule matches it. It may be called from several goroutines.
func (s *Set) Match(r *logs.Record) (e Event, ok bool) {
	v := view{r: r, set: s}
	for i, rule := range s.Rules {
		if captures, ok := rule.match(&v, i); ok {
			return s.event(rule, r, captures), true
		}
	}
	return Event{}, false
}

// view holds what several rules look at, made once a record and only when a rule asks.
type view struct {
	r     *logs.Record
	set   *Set
	all   string
	words found
}

func (v *view) whole() string {
	if v.all == "" {
		v.all = v.r.Text
		if len(v.r.Trace) > 0 {
			v.all += "\n" + strings.Join(v.r.Trace, "\n")
		}
	}
	return v.all
}

// hasWord tells whether one of the words of a rule stands in the record.
func (v *view) hasWord(rule int) bool {
	if v.words == nil {
		v.words = v.set.words.in(lower(v.whole()), len(v.set.Rules))
	}
	return v.words.has(rule)
}

// match tells whether the rule, which stands at an index in the set, matches.
func (r *Rule) match(v *view, at int) (captures map[string]string, ok bool) {
	rec := v.r
	if r.Levels != "" && !strings.Contains(r.Levels, rec.Level) || len(r.IDs) > 0 && !hasID(r.IDs, rec.MessageID) {
		return nil, false
	}
	if len(r.words) > 0 && !v.hasWord(at) {
		return nil, false
	}
	if r.origin != nil && !r.origin.MatchString(rec.Class) && !r.origin.MatchString(rec.Logger) {
		return nil, false
	}
	captures = map[string]string{}
	if r.text != nil && !capture(r.text, rec.Text, captures) || r.trace != nil && !capture(r.trace, v.whole(), captures) {
		return nil, false
	}
	if r.not != nil && r.not.MatchString(rec.Text) {
		return nil, false
	}
	if r.Scope == ScopeApp {
		if captures["uid"] == "" {
			captures["uid"] = uidOf(rec)
		}
		if m := nameAfter.FindStringSubmatch(rec.Text); m != nil && captures["name"] == "" {
			captures["name"] = m[1]
		}
	}
	for _, need := range r.Needs {
		if captures[need] == "" {
			return nil, false
		}
	}
	return captures, true
}

func hasID(ids []string, id string) bool {
	for _, want := range ids {
		if prefix, any := strings.CutSuffix(want, "*"); want == id && id != "" || any && strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

func capture(re *regexp.Regexp, text string, into map[string]string) bool {
	m := re.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	for i, name := range re.SubexpNames() {
		if name != "" && m[i] != "" && into[name] == "" {
			into[name] = strings.TrimSpace(m[i])
		}
	}
	return true
}

// uidOf looks for an application's uid: in the text, else in the first lines of the trace.
func uidOf(r *logs.Record) string {
	if uid := UID.FindString(r.Text); uid != "" {
		return uid
	}
	for _, line := range r.Trace[:min(len(r.Trace), 3)] {
		if uid := UID.FindString(line); uid != "" {
			return uid
		}
	}
	return ""
}

func (s *Set) event(rule *Rule, r *logs.Record, captures map[string]string) Event {
	e := Event{Outcome: rule.Outcome, Record: r}
	e.Rule, e.Scope, e.Severity = rule.Code, rule.Scope, rule.Severity
	e.UID, e.Name = strings.ToLower(captures["uid"]), captures["name"]
	e.Text = strings.TrimSpace(r.Text)
	for _, c := range r.Causes {
		e.Causes = append(e.Causes, c.String())
	}
	if e.Text == "" && len(e.Causes) > 0 {
		e.Text = e.Causes[0]
	}
	e.Stamp, e.Offset = r.Stamp, r.Offset
	e.Time, _ = r.Time.Point()
	e.Evidence = upgrade.FileEvidence(r.File, int(r.Line), e.Text)
	if r.Origin != "" {
		e.Evidence.Text += " (recorded from " + r.Origin + ")"
	}
	if rule.Outcome == Failed {
		e.Fingerprint = s.Fingerprint(r)
	}
	delete(captures, "uid")
	delete(captures, "name")
	if len(captures) > 0 {
		e.Captures = captures
	}
	return e
}
