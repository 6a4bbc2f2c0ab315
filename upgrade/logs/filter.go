package logs

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// Filter chooses records. A record is kept when everything that the filter names is true of it; the zero filter keeps all. It may be used from
// several goroutines.
//
// Texts are looked for in each line of a record on its own, as it stands in the file (decoded), stamp and columns included; and in the message and the
// trace where these stand encoded in the file (JSON, XML). What a record leaves out because it is too long (Truncated) is not looked at.
type Filter struct {
	Levels map[string]bool // letters; empty: any
	Thread string          // exactly
	Logger string          // a part of logger or class
	ID     string          // message id, "*" at its end for any rest
	Since  stamp.Moment    // wall clock when the zone is not known
	Until  stamp.Moment
	Limit  int  // 0: all
	Invert bool // Text and Grep must not both match

	app   []condition // one of them: an application's uid or name
	texts []condition // text and expression
}

// FilterSpec is a filter as a person gives it.
type FilterSpec struct {
	Level      string // letters or words, with commas: "E,W", "error,warning"
	Grep       string // regular expression that a line of the record matches
	Text       string // stands in a line of the record
	IgnoreCase bool   // of Grep and Text
	Invert     bool   // Grep and Text do not both match
	Since      string // "2026-11-23T21:00:00", with a zone, a date, or "21:00" (today of the log's last record is not known: today)
	Until      string
	App        string   // an application's uid, or another text that stands in the record, in any case
	Apps       []string // more of them: a record in which one stands is kept
	Thread     string
	Logger     string
	ID         string
	Limit      int
	Now        time.Time // for times without a date
}

// NewFilter reads a filter. Fault SB-3004 tells what is not understood.
func NewFilter(spec FilterSpec) (*Filter, error) {
	f := &Filter{Thread: spec.Thread, Logger: spec.Logger, ID: spec.ID, Limit: spec.Limit, Invert: spec.Invert}
	bad := func(detail string, err error) error {
		return upgrade.NewFault("SB-3004", upgrade.KindUsage, err, "detail", detail)
	}
	var err error
	if f.Levels, err = levelsOf(spec.Level); err != nil {
		return nil, bad(err.Error(), err)
	}
	for _, name := range append([]string{spec.App}, spec.Apps...) {
		if name = strings.TrimSpace(name); name != "" {
			c, err := newCondition(regexp.QuoteMeta(name), true)
			if err != nil {
				return nil, bad(err.Error(), err)
			}
			f.app = append(f.app, c)
		}
	}
	for _, pattern := range []string{regexp.QuoteMeta(spec.Text), spec.Grep} {
		if pattern == "" {
			continue
		}
		c, err := newCondition(pattern, spec.IgnoreCase)
		if err != nil {
			return nil, bad(err.Error(), err)
		}
		f.texts = append(f.texts, c)
	}
	if f.Limit < 0 {
		return nil, bad(fmt.Sprintf("%d is no number of records", f.Limit), nil)
	}
	if f.Invert && len(f.texts) == 0 {
		return nil, bad("there is no text and no expression to invert", nil)
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
func (f *Filter) Match(r *Record) bool { return f.matchColumns(r) && f.matchTexts(r) }

// matchColumns looks at what stands in the first line of a record.
func (f *Filter) matchColumns(r *Record) bool {
	switch {
	case len(f.Levels) > 0 && !f.Levels[r.Level],
		f.Thread != "" && r.Thread != f.Thread,
		f.Logger != "" && !strings.Contains(r.Logger, f.Logger) && !strings.Contains(r.Class, f.Logger),
		f.ID != "" && !matchID(f.ID, r.MessageID),
		!f.Since.IsZero() && (r.Time.IsZero() || before(r.Time, f.Since)),
		!f.Until.IsZero() && (r.Time.IsZero() || before(f.Until, r.Time)):
		return false
	}
	return true
}

// plain tells that columns do not matter, or nothing but the level does.
func (f *Filter) plain() bool {
	return f.Thread == "" && f.Logger == "" && f.ID == "" && f.Since.IsZero() && f.Until.IsZero()
}

// matchTexts looks at the lines of a record.
func (f *Filter) matchTexts(r *Record) bool {
	if len(f.app) > 0 && !slices.ContainsFunc(f.app, func(c condition) bool { return c.matchRecord(r) }) {
		return false
	}
	for i := range f.texts {
		if !f.texts[i].matchRecord(r) {
			return f.Invert
		}
	}
	return !f.Invert || len(f.texts) == 0
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

// Literal is a text that stands in every kept record, exactly as it is written; empty when none is known.
func (f *Filter) Literal() (text string) {
	for _, c := range f.texts {
		if len(c.literals) != 1 || f.Invert {
			continue
		}
		if l := c.literals[0]; !l.fold && isASCII(l.text) && len(l.text) > len(text) {
			text = l.text
		}
	}
	return text
}

// Select gives those of a sequence of records that the filter keeps, up to its limit.
func (f *Filter) Select(all iter.Seq2[*Record, error]) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		n := 0
		for r, err := range all {
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

// Select gives the records of a source that a filter keeps, up to its limit, while it scans ahead; see Search. A log with traces to be joined is read record
// by record.
func (s *Source) Select(ctx context.Context, f *Filter) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		n := 0
		for _, st := range s.streams {
			for r, err := range st.chosen(ctx, s.opts, f) {
				if !yield(r, err) || err != nil {
					return
				}
				if n++; f.Limit > 0 && n >= f.Limit {
					return
				}
			}
		}
	}
}

// chosen are the records of one log that a filter keeps.
func (st *stream) chosen(ctx context.Context, opts Options, f *Filter) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		join := opts.Join
		if join && (f.Limit <= 0 || f.looksForText()) { // the first few records of a log are read at once
			var err error
			if join, err = st.printsTraces(ctx); err != nil {
				yield(nil, err)
				return
			}
		}
		if join {
			one := Source{opts: opts, streams: []stream{*st}}
			f.Select(one.Records(ctx, nil))(yield)
			return
		}
		for m, err := range Search(ctx, st.parts, f, Wanted{}) {
			if !yield(m.Record, err) {
				return
			}
		}
	}
}

// looksForText tells that a record that is kept may be far from the beginning.
func (f *Filter) looksForText() bool {
	return len(f.texts) > 0 || len(f.app) > 0 || f.ID != "" || f.Thread != "" || f.Logger != "" || len(f.Levels) > 0 || !f.Since.IsZero()
}

// Count counts the records of a source that a filter keeps, up to its limit.
func (s *Source) Count(ctx context.Context, f *Filter) (n int64, err error) {
	if s.opts.Join {
		for _, err := range s.Select(ctx, f) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	for _, st := range s.streams {
		for _, err := range Search(ctx, st.parts, f, Wanted{Numbers: true}) {
			if err != nil {
				return n, err
			}
			if n++; f.Limit > 0 && n >= int64(f.Limit) {
				return n, nil
			}
		}
	}
	return n, nil
}
