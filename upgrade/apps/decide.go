package apps

import (
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// verdict is what the rule table (see the package's doc) makes of an application's facts.
type verdict struct {
	state    upgrade.AppState
	conflict string
}

// view sorts the facts of one application by what they say. Facts come in the order of their times.
type view struct {
	failures  []Fact // F
	successes []Fact // S
	missing   []Fact
	access    *Fact // the last access
	person    *Fact // the last word of a person
	begun     bool  // a source saw the upgrade begin
	weak      bool  // something was seen that settles nothing
	notes     []string
}

func look(facts []Fact) view {
	var v view
	for i := range facts {
		f := facts[i]
		if f.Old {
			continue
		}
		if f.Source == upgrade.FromAccess {
			v.access = &facts[i]
		} else if f.Note != "" && !f.Weak {
			v.notes = append(v.notes, f.Note)
		}
		if f.Source == upgrade.FromPerson {
			v.person = &facts[i]
		}
		switch {
		case f.Weak:
			v.weak = true
		case f.Says == upgrade.Failed:
			v.failures = append(v.failures, f)
		case f.Says == upgrade.Upgraded || f.Says == upgrade.Recovered:
			v.successes = append(v.successes, f)
		case f.Says == upgrade.Missing:
			v.missing = append(v.missing, f)
		case f.Says == upgrade.Upgrading:
			v.begun = true
		case f.Says == upgrade.UnknownIn:
			v.weak = true
		}
	}
	return v
}

// decide applies the rule table.
func decide(facts []Fact) verdict {
	v := look(facts)
	note := strings.Join(v.notes, "; ")
	if v.person != nil {
		if d, ok := v.byPerson(); ok {
			return d
		}
	}
	switch {
	case len(v.failures) == 0 && len(v.successes) == 0:
		return verdict{v.unsettled(), note}
	case len(v.failures) == 0:
		d := v.succeeded()
		d.conflict = strings.Trim(d.conflict+"; "+note, "; ")
		return d
	case len(v.successes) == 0 && len(v.missing) > 0:
		return verdict{upgrade.Failed, "the " + sources(v.failures) + " tells of a failure, and the server no longer has the application"}
	case len(v.successes) == 0:
		return verdict{upgrade.Failed, note}
	}
	return v.contradiction()
}

// unsettled is the state without any word of failure or success.
func (v view) unsettled() upgrade.AppState {
	switch {
	case len(v.missing) > 0:
		return upgrade.Missing
	case v.access != nil && v.access.Says == upgrade.UnknownIn:
		return upgrade.UnknownIn
	case v.begun:
		return upgrade.Upgrading
	case v.weak:
		return upgrade.UnknownIn
	}
	return upgrade.Pending
}

// succeeded is the state when nothing tells of a failure.
func (v view) succeeded() verdict {
	last := v.successes[len(v.successes)-1]
	if len(v.missing) > 0 {
		gone := v.missing[len(v.missing)-1]
		if v.accessFine() && !gone.At.After(v.access.At) {
			return verdict{last.Says, "the server's list did not have the application, yet it answers (the list may be stale)"}
		}
		return verdict{upgrade.Missing, "the " + sources(v.successes) + " tells of success, yet the server does not have the application"}
	}
	for _, s := range v.successes {
		if s.Says == upgrade.Recovered {
			return verdict{state: upgrade.Recovered}
		}
	}
	return verdict{state: upgrade.Upgraded}
}

func (v view) accessFine() bool { return v.access != nil && v.access.Says == upgrade.Upgraded }

// byPerson lets a person's word decide, unless a failure came later.
func (v view) byPerson() (verdict, bool) {
	for _, f := range v.failures {
		if f.Source != upgrade.FromPerson && f.At.After(v.person.At) {
			return verdict{upgrade.Failed, "signed off as " + string(v.person.Says) + ", yet the " + string(f.Source) + " tells of a later failure"}, true
		}
	}
	if !v.person.Says.Settled() {
		return verdict{}, false
	}
	return verdict{state: v.person.Says}, true
}

// contradiction is the state when some facts tell of failure and others of success.
func (v view) contradiction() verdict {
	says := "the " + sources(v.failures) + " tells of a failure, the " + sources(v.successes) + " of success"
	if v.access != nil && v.access.Says == upgrade.Failed {
		return verdict{upgrade.Failed, says + "; the last access failed"}
	}
	last := v.lastFailure()
	later, unclear := v.backed(last)
	switch {
	case !v.accessFine():
		return verdict{upgrade.Failed, says + "; no access has shown since that it works"}
	case !last.sure.IsZero() && !v.access.At.After(last.sure):
		return verdict{upgrade.Failed, says + ", but the failure came last"}
	case later || (onlyAccess(v.failures) && !last.untimed):
		return verdict{upgrade.Recovered, says + " later, and it was accessed since"}
	case unclear:
		return verdict{upgrade.UnknownIn, says + ", and nobody knows which came first"}
	case last.untimed || !last.loose.IsZero():
		return verdict{upgrade.Failed, says + ", and nobody knows when the failure happened"}
	}
	return verdict{upgrade.Failed, says + "; only an access tells of success"}
}

// lastTimes are when the last failures happened: by clocks that can be compared, and by a log or database whose zone isn't known, which can be
// compared with itself only.
type lastTimes struct {
	sure, loose time.Time
	untimed     bool // a failure has no time at all
	outside     bool // a sure one is not from an access
}

// lastFailure finds them. A row without a time of its own has the time of the log's failure.
func (v view) lastFailure() (last lastTimes) {
	var byLog Fact
	for _, f := range v.failures {
		if f.Source == upgrade.FromLog && f.At.After(byLog.At) {
			byLog = f
		}
	}
	for _, f := range v.failures {
		at, loose := f.At, f.Loose
		if (at.IsZero() || loose) && (f.Source == upgrade.FromDatabase || f.Source == upgrade.FromImport) {
			at, loose = byLog.At, byLog.Loose
		}
		switch {
		case at.IsZero():
			last.untimed = true
		case loose:
			last.loose = latest(last.loose, at)
		default:
			last.sure = latest(last.sure, at)
			last.outside = last.outside || f.Source != upgrade.FromAccess
		}
	}
	return last
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// backed tells whether a source other than access tells of a success that is later than every failure; unclear when there is one whose order can't be known.
func (v view) backed(last lastTimes) (later, unclear bool) {
	for _, s := range v.successes {
		switch {
		case s.Source == upgrade.FromAccess:
		case last.untimed || s.At.IsZero():
			unclear = true
		case s.Loose && !last.outside && !last.loose.IsZero() && s.Source == upgrade.FromLog:
			later = later || s.At.After(last.loose)
		case s.Loose:
			unclear = true
		case !last.loose.IsZero():
			unclear = true
		default:
			later = later || s.At.After(last.sure)
		}
	}
	return later, unclear
}

func onlyAccess(facts []Fact) bool {
	for _, f := range facts {
		if f.Source != upgrade.FromAccess {
			return false
		}
	}
	return true
}

func sources(facts []Fact) string {
	var names []string
	seen := map[upgrade.EvidenceSource]bool{}
	for _, f := range facts {
		if !seen[f.Source] {
			seen[f.Source] = true
			names = append(names, string(f.Source))
		}
	}
	return strings.Join(names, " and the ")
}
