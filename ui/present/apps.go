package present

import (
	"cmp"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// Columns of the table of applications.
const (
	AppName     = "name"
	AppStateCol = "state"
	AppSeconds  = "seconds"
	AppRecords  = "records"
	AppEvidence = "evidence"
)

// AppFilter says which applications are shown, and in which order.
type AppFilter struct {
	States     map[upgrade.AppState]bool // empty: all
	Cause      string
	Query      string
	Sort       string
	Descending bool
}

// Apps filters and sorts; the result holds indexes into all, so that 10,000 applications are not copied for each letter typed.
func Apps(all []upgrade.App, f AppFilter) []int {
	q := strings.ToLower(strings.TrimSpace(f.Query))
	out := make([]int, 0, len(all))
	for i, a := range all {
		if len(f.States) > 0 && !f.States[a.State] || f.Cause != "" && a.Cause != f.Cause || !appMatches(a, q) {
			continue
		}
		out = append(out, i)
	}
	rank := map[upgrade.AppState]int{}
	for i, s := range []upgrade.AppState{upgrade.Failed, upgrade.Missing, upgrade.UnknownIn, upgrade.Upgrading, upgrade.Pending, upgrade.Recovered,
		upgrade.Upgraded} {
		rank[s] = i
	}
	slices.SortStableFunc(out, func(i, j int) int {
		a, b := all[i], all[j]
		d := 0
		switch f.Sort {
		case AppStateCol:
			d = cmp.Compare(rank[a.State], rank[b.State])
		case AppSeconds:
			d = cmp.Compare(a.Seconds, b.Seconds)
		case AppRecords:
			d = cmp.Compare(records(a), records(b))
		case AppEvidence:
			d = cmp.Compare(LastEvidence(a), LastEvidence(b))
		case AppName:
			d = compareNames(a, b)
		}
		if f.Descending {
			d = -d
		}
		if d == 0 {
			d = compareNames(a, b)
		}
		return d
	})
	return out
}

func compareNames(a, b upgrade.App) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.UID, b.UID))
}

func records(a upgrade.App) int64 {
	if a.Records == nil {
		return -1
	}
	return *a.Records
}

func appMatches(a upgrade.App, q string) bool {
	return q == "" || strings.Contains(strings.ToLower(a.Name), q) || strings.Contains(strings.ToLower(a.UID), q) ||
		strings.Contains(strings.ToLower(a.Error), q)
}

// LastEvidence is the place of the last piece of evidence, short: its source and what it says.
func LastEvidence(a upgrade.App) string {
	if len(a.Evidence) == 0 {
		return "none"
	}
	sources := []string{}
	for _, e := range a.Evidence {
		if s := string(e.Source); !slices.Contains(sources, s) {
			sources = append(sources, s)
		}
	}
	return strings.Join(sources, ", ")
}

// Records writes the number of records, or that it is not known.
func Records(a upgrade.App) string {
	if a.Records == nil {
		return "not told"
	}
	return Count(*a.Records)
}

// LedgerPart is a part of the ledger's strip.
type LedgerPart struct {
	State upgrade.AppState
	Count int
}

// Ledger gives the parts of the strip in their order. Upgraded, failed, unknown and pending always stand there; the others when there are any.
func Ledger(totals map[upgrade.AppState]int) []LedgerPart {
	var out []LedgerPart
	for _, s := range upgrade.AppStates {
		n := totals[s]
		always := s == upgrade.Upgraded || s == upgrade.Failed || s == upgrade.UnknownIn || s == upgrade.Pending
		if n > 0 || always {
			out = append(out, LedgerPart{s, n})
		}
	}
	return out
}
