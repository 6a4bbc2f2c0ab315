package present

import (
	"sort"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// FindingRow is a line of the list of findings: a heading of a group, or a finding.
type FindingRow struct {
	Heading string // of a group; Finding is then not set
	Count   int    // of the group
	Finding upgrade.Finding
}

// severityTitles name the groups.
var severityTitles = map[upgrade.Severity]string{
	upgrade.Blocker: "Blockers", upgrade.Unknown: "Could not be checked", upgrade.Warning: "Warnings", upgrade.Info: "For your information",
	upgrade.OK: "Fine",
}

// FindingRows groups findings by severity, worst first, waived ones after all that are open, and keeps the catalogue's order within a group. query
// filters by code, title, summary and remedy.
func FindingRows(all []upgrade.Finding, query string) []FindingRow {
	var rows []FindingRow
	add := func(title string, want func(upgrade.Finding) bool) {
		at := len(rows)
		for _, f := range all {
			if want(f) && findingMatches(f, query) {
				rows = append(rows, FindingRow{Finding: f})
			}
		}
		if n := len(rows) - at; n > 0 {
			rows = append(rows, FindingRow{})
			copy(rows[at+1:], rows[at:])
			rows[at] = FindingRow{Heading: title, Count: n}
		}
	}
	for _, s := range upgrade.Severities {
		if s == upgrade.OK {
			add("Waived", func(f upgrade.Finding) bool { return f.Waived })
		}
		add(severityTitles[s], func(f upgrade.Finding) bool { return f.Severity == s && !f.Waived })
	}
	return rows
}

func findingMatches(f upgrade.Finding, query string) bool {
	if query == "" {
		return true
	}
	q := strings.ToLower(query)
	for _, t := range []string{f.Code, f.Title, f.Summary, f.Remedy} {
		if strings.Contains(strings.ToLower(t), q) {
			return true
		}
	}
	return false
}

// FindingSum counts findings as the bar at the top shows them.
type FindingSum struct{ Blockers, Unknown, Warnings, Info, Fine, Waived int }

// SumFindings counts.
func SumFindings(all []upgrade.Finding) FindingSum {
	var s FindingSum
	for _, f := range all {
		switch {
		case f.Waived:
			s.Waived++
		case f.Severity == upgrade.Blocker:
			s.Blockers++
		case f.Severity == upgrade.Unknown:
			s.Unknown++
		case f.Severity == upgrade.Warning:
			s.Warnings++
		case f.Severity == upgrade.Info:
			s.Info++
		default:
			s.Fine++
		}
	}
	return s
}

// Stops is how many keep the upgrade from going on.
func (s FindingSum) Stops() int { return s.Blockers + s.Unknown }

// Words is the sum in one line.
func (s FindingSum) Words() string {
	var w []string
	add := func(n int, one, many string) {
		if n > 0 {
			w = append(w, Plural(int64(n), one, many))
		}
	}
	add(s.Blockers, "blocker", "blockers")
	add(s.Unknown, "could not be checked", "could not be checked")
	add(s.Warnings, "warning", "warnings")
	add(s.Waived, "waived", "waived")
	add(s.Info, "note", "notes")
	add(s.Fine, "fine", "fine")
	return strings.Join(w, ", ")
}

// Worst is the finding that a person should look at first; ok is false when nothing stops or warns.
func Worst(all []upgrade.Finding) (upgrade.Finding, bool) {
	open := make([]upgrade.Finding, 0, len(all))
	for _, f := range all {
		if !f.Waived && (f.Severity.Stops() || f.Severity == upgrade.Warning) {
			open = append(open, f)
		}
	}
	rank := map[upgrade.Severity]int{}
	for i, s := range upgrade.Severities {
		rank[s] = i
	}
	sort.SliceStable(open, func(i, j int) bool { return rank[open[i].Severity] < rank[open[j].Severity] })
	if len(open) == 0 {
		return upgrade.Finding{}, false
	}
	return open[0], true
}
