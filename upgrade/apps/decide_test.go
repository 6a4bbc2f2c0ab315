package apps

import (
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

var t0 = time.Date(2026, 3, 14, 22, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return t0.Add(time.Duration(minutes) * time.Minute) }

func fact(source upgrade.EvidenceSource, says upgrade.AppState, minute int) Fact {
	f := Fact{UID: "u1", Source: source, Says: says, Evidence: upgrade.Evidence{Text: string(source)}}
	if minute >= 0 {
		f.At = at(minute)
	}
	return f
}

const never = -1

// TestRuleTable follows the rule table in the package's doc line by line.
func TestRuleTable(t *testing.T) {
	db, log, access, rest, person := upgrade.FromDatabase, upgrade.FromLog, upgrade.FromAccess, upgrade.FromREST, upgrade.FromPerson
	failed, ok, missing, busy, unknown := upgrade.Failed, upgrade.Upgraded, upgrade.Missing, upgrade.Upgrading, upgrade.UnknownIn
	weak := fact(db, unknown, never)
	weak.Weak = true
	loose := fact(db, failed, 1)
	loose.Loose = true
	looseLog := func(says upgrade.AppState, minute int) Fact {
		f := fact(log, says, minute)
		f.Loose = true
		return f
	}
	old := fact(db, failed, never)
	old.Old = true
	for name, c := range map[string]struct {
		facts    []Fact
		want     upgrade.AppState
		conflict bool
	}{
		"nothing is pending":                              {nil, upgrade.Pending, false},
		"an old failure is pending":                       {[]Fact{old}, upgrade.Pending, false},
		"an old failure and a fine access":                {[]Fact{old, fact(access, ok, 5)}, ok, false},
		"a row alone is unknown":                          {[]Fact{weak}, unknown, false},
		"a row without exception and a fine access":       {[]Fact{weak, fact(access, ok, 5)}, ok, false},
		"a timeout is upgrading":                          {[]Fact{fact(access, busy, 5)}, busy, false},
		"a page nobody knows is unknown":                  {[]Fact{fact(access, unknown, 5)}, unknown, false},
		"begun, then a page nobody knows":                 {[]Fact{fact(log, busy, 1), fact(access, unknown, 5)}, unknown, false},
		"a fine access after a timeout":                   {[]Fact{fact(access, busy, 1), fact(access, ok, 5)}, ok, false},
		"the log says completed":                          {[]Fact{fact(log, ok, 1)}, ok, false},
		"a row with an exception":                         {[]Fact{fact(db, failed, never)}, failed, false},
		"a log failure":                                   {[]Fact{fact(log, failed, 1)}, failed, false},
		"an error page":                                   {[]Fact{fact(access, failed, 1)}, failed, false},
		"row and log and access failed":                   {[]Fact{fact(db, failed, never), fact(log, failed, 1), fact(access, failed, 2)}, failed, false},
		"not in the list":                                 {[]Fact{fact(rest, missing, 9)}, missing, false},
		"404 on access":                                   {[]Fact{fact(access, missing, 9)}, missing, false},
		"failed and gone":                                 {[]Fact{fact(log, failed, 1), fact(access, missing, 9)}, failed, true},
		"completed and gone":                              {[]Fact{fact(log, ok, 1), fact(access, missing, 9)}, missing, true},
		"a stale list and a fine access":                  {[]Fact{fact(rest, missing, 4), fact(access, ok, 9)}, ok, true},
		"fine access, then out of the list":               {[]Fact{fact(access, ok, 4), fact(rest, missing, 9)}, missing, true},
		"only an access against a row":                    {[]Fact{fact(db, failed, 1), fact(access, ok, 9)}, failed, true},
		"only an access against an undated row":           {[]Fact{fact(db, failed, never), fact(access, ok, 9)}, failed, true},
		"later success in log and access":                 {[]Fact{fact(log, failed, 1), fact(log, ok, 5), fact(access, ok, 9)}, upgrade.Recovered, true},
		"undated row has the log's time":                  {[]Fact{fact(db, failed, never), fact(log, failed, 1), fact(log, ok, 5), fact(access, ok, 9)}, upgrade.Recovered, true},
		"a loose time orders nothing":                     {[]Fact{loose, fact(log, ok, 5), fact(access, ok, 9)}, unknown, true},
		"a log of an unknown zone: success after failure": {[]Fact{looseLog(failed, 700), looseLog(ok, 705), fact(access, ok, 9)}, upgrade.Recovered, true},
		"a log of an unknown zone: failure after success": {[]Fact{looseLog(ok, 1), looseLog(failed, 2), fact(access, ok, 9)}, failed, true},
		"a log of an unknown zone against an access":      {[]Fact{looseLog(failed, 1), fact(access, ok, 9)}, failed, true},
		"a row whose log is of an unknown zone":           {[]Fact{fact(db, failed, never), looseLog(failed, 1), looseLog(ok, 5), fact(access, ok, 9)}, upgrade.Recovered, true},
		"success of an unknown zone against a sure time":  {[]Fact{fact(db, failed, 3), looseLog(ok, 5), fact(access, ok, 9)}, unknown, true},
		"undated row against log and access":              {[]Fact{fact(db, failed, never), fact(log, ok, 5), fact(access, ok, 9)}, unknown, true},
		"undated row against the log":                     {[]Fact{fact(db, failed, never), fact(log, ok, 5)}, failed, true},
		"success in the log, not accessed since":          {[]Fact{fact(log, failed, 1), fact(log, ok, 5)}, failed, true},
		"accessed before the failure":                     {[]Fact{fact(access, ok, 1), fact(log, ok, 1), fact(log, failed, 5)}, failed, true},
		"failure and success at the same time":            {[]Fact{fact(log, failed, 5), fact(log, ok, 5), fact(access, ok, 5)}, failed, true},
		"error page against a success in the log":         {[]Fact{fact(log, ok, 5), fact(access, failed, 4)}, failed, true},
		"error page after a fine access":                  {[]Fact{fact(access, ok, 1), fact(access, failed, 4)}, failed, true},
		"fine access after an error page":                 {[]Fact{fact(access, failed, 1), fact(access, ok, 4)}, upgrade.Recovered, true},
		"last access is not known, earlier ones are fine": {[]Fact{fact(log, failed, 1), fact(access, ok, 4), fact(access, unknown, 6)}, failed, true},
		"brought back":                                    {[]Fact{fact(log, failed, 1), fact(rest, upgrade.Recovered, 5), fact(access, ok, 9)}, upgrade.Recovered, true},
		"signed off by a person":                          {[]Fact{fact(log, failed, 1), fact(person, upgrade.Recovered, 5)}, upgrade.Recovered, false},
		"signed off, then failed again":                   {[]Fact{fact(person, upgrade.Recovered, 5), fact(log, failed, 6)}, failed, true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, facts := range [][]Fact{c.facts, reversed(c.facts)} {
				b := Build(Input{Census: []Entry{{UID: "u1", Name: "One"}}, HasCensus: true, Facts: facts})
				if got := b.Apps[0]; got.State != c.want || (got.Conflict != "") != c.conflict {
					t.Errorf("got %s (conflict %q), want %s (conflict %v)", got.State, got.Conflict, c.want, c.conflict)
				}
			}
		})
	}
}

func reversed(facts []Fact) []Fact {
	r := make([]Fact, 0, len(facts))
	for i := len(facts) - 1; i >= 0; i-- {
		r = append(r, facts[i])
	}
	return r
}

// TestFailureNeverBecomesPlainSuccess draws all pairs and triples of facts: with a failure that counts, the state is never Upgraded or Pending.
func TestFailureNeverBecomesPlainSuccess(t *testing.T) {
	var kinds []Fact
	for _, source := range []upgrade.EvidenceSource{upgrade.FromDatabase, upgrade.FromLog, upgrade.FromAccess, upgrade.FromImport, upgrade.FromREST} {
		for _, says := range upgrade.AppStates {
			for _, minute := range []int{never, 1, 5} {
				f := fact(source, says, minute)
				kinds = append(kinds, f)
				if f.Loose = true; minute == 5 {
					kinds = append(kinds, f)
				}
			}
		}
	}
	tried := 0
	for _, source := range []upgrade.EvidenceSource{upgrade.FromDatabase, upgrade.FromLog} {
		for _, minute := range []int{never, 3} {
			for _, a := range kinds {
				for _, b := range kinds {
					tried++
					got := decide([]Fact{fact(source, upgrade.Failed, minute), a, b}).state
					if got != upgrade.Failed && got != upgrade.Recovered && got != upgrade.UnknownIn {
						t.Fatalf("%s failed at %d, %+v, %+v: %s", source, minute, a, b, got)
					}
				}
			}
		}
	}
	if tried < 10000 {
		t.Fatalf("only %d combinations", tried)
	}
}
