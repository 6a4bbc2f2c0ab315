package apps

import (
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Sources is what is read fresh for a board, beside what the store holds.
type Sources struct {
	Table     *Table // APP_UPGRADE as it is now; nil when it can't be read
	LogFacts  []Fact // from logs that are readable now; those kept in the store are added by themselves
	Since     time.Time
	NoImports bool // leave imported tables out
}

// Gather reads the store and builds the input of a board: census, kept facts, accesses, imported and fresh tables, the list after the upgrade.
func (s *Store) Gather(src Sources) (Input, error) {
	census, has, err := s.Census()
	if err != nil {
		return Input{}, err
	}
	in := Input{Census: census.Entries, HasCensus: has, HasBaseline: census.Baseline != nil, Since: src.Since}
	kept, err := s.Facts()
	if err != nil {
		return Input{}, err
	}
	in.Facts = mergeFacts(src.LogFacts, kept)
	accesses, err := s.Accesses()
	if err != nil {
		return Input{}, err
	}
	for _, a := range accesses {
		in.Facts = append(in.Facts, FactOfAccess(a))
	}
	if err = s.addTables(&in, src, census.Baseline); err != nil {
		return Input{}, err
	}
	after, ok, err := s.After()
	if err != nil {
		return Input{}, err
	}
	if ok && has && after.At.After(src.Since) {
		in.Facts = append(in.Facts, ListFacts(census.Entries, after)...)
	}
	return in, nil
}

// mergeFacts puts fresh and kept facts together, each once: several programs may have seen and kept the same record. The fresh one counts: its file can
// be opened now.
func mergeFacts(fresh, kept []Fact) []Fact {
	all := make([]Fact, 0, len(kept)+len(fresh))
	seen := make(map[string]bool, cap(all))
	for _, list := range [][]Fact{fresh, kept} {
		for _, f := range list {
			if id := identity(f); !seen[id] {
				seen[id] = true
				all = append(all, f)
			}
		}
	}
	return all
}

// addTables adds the facts of APP_UPGRADE and of the newest import. An import from before the upgrade is a baseline. A table that says nothing is
// a warning: the other sources still count.
func (s *Store) addTables(in *Input, src Sources, baseline *Baseline) error {
	imports, err := s.Imports()
	if err != nil {
		return err
	}
	var newest *Table
	for _, i := range imports {
		if !src.Since.IsZero() && i.At.Before(src.Since) {
			if baseline == nil {
				baseline = BaselineOf(i.Table)
			}
			continue
		}
		newest = &i.Table
	}
	for _, t := range []struct {
		table  *Table
		source upgrade.EvidenceSource
	}{{src.Table, upgrade.FromDatabase}, {newest, upgrade.FromImport}} {
		if t.table == nil || (t.source == upgrade.FromImport && src.NoImports) {
			continue
		}
		more, err := TableFacts(*t.table, t.source, baseline)
		if err != nil {
			in.Warnings = append(in.Warnings, err)
		}
		in.Facts = append(in.Facts, more...)
	}
	return nil
}

// ListFacts tells which applications of the census are missing in a later list.
func ListFacts(census []Entry, after Snapshot) []Fact {
	there := make(map[string]bool, len(after.Entries))
	for _, e := range after.Entries {
		there[key(e.UID)] = true
	}
	var facts []Fact
	for _, e := range census {
		if !there[key(e.UID)] {
			facts = append(facts, Fact{UID: e.UID, Name: e.Name, Source: upgrade.FromREST, Says: upgrade.Missing, At: after.At,
				Evidence: upgrade.Evidence{URL: after.Source, Status: 200, Text: "not in the list of applications"}})
		}
	}
	return facts
}
