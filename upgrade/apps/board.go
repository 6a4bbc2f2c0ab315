package apps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Board is the ledger: every application of the census with its state, and whether it adds up. It is a value; nobody changes it after Build.
type Board struct {
	Apps   []upgrade.App            `json:"apps"`   // the census, in its order
	Totals map[upgrade.AppState]int `json:"totals"` // each state is present
	Census int                      `json:"census"` // number of applications in the census
	// Closed: a census was taken, every application of it is settled, the totals add up to it, and no evidence is left over.
	Closed bool `json:"closed"`
	// Extra are applications that some source tells of and the census does not.
	Extra []upgrade.App `json:"extra"`
	// Problems say why the ledger is not closed, one line each.
	Problems []string `json:"problems"`
	// Causes hold the exception chain, outermost first, of each failed application by UID.
	Causes map[string][]string `json:"-"`
}

// Input is all that is known when a board is built.
type Input struct {
	Census    []Entry
	HasCensus bool // a census was taken, be it empty
	Facts     []Fact
	// Since is when this upgrade began; earlier facts are old. Zero: no upgrade has begun that is known of.
	Since time.Time
	// HasBaseline: APP_UPGRADE was read with the census, so a row that isn't marked old is new since.
	HasBaseline bool
	// Warnings are sources that could not be used, e.g. a table whose columns say nothing. They don't keep the ledger open by themselves.
	Warnings []error
}

// BeforeUpgrade marks as old what can't tell of an upgrade while none was seen: an application that answers has not come through one. What a person
// brought in or said counts all the same, and rows that APP_UPGRADE got since the census.
func (in *Input) BeforeUpgrade() {
	for i, f := range in.Facts {
		keep := f.Source == upgrade.FromImport || f.Source == upgrade.FromPerson || (f.Source == upgrade.FromDatabase && in.HasBaseline)
		in.Facts[i].Old = f.Old || !keep
	}
}

// looseSlack is how far a time without a zone may be off.
const looseSlack = 14 * time.Hour

// Build makes the board. 10,000 applications take some tens of milliseconds.
func Build(in Input) Board {
	b := Board{Apps: make([]upgrade.App, 0, len(in.Census)), Extra: []upgrade.App{}, Problems: []string{}, Causes: map[string][]string{}}
	idx := newIndex(in.Census)
	for _, uid := range idx.twice {
		b.Problems = append(b.Problems, "the census lists "+uid+" more than once")
	}
	facts := make([][]Fact, len(idx.entries))
	extra, extraOrder := map[string][]Fact{}, []string{}
	for _, f := range in.Facts {
		f.Old = f.Old || isOld(f, in.Since)
		at, ok := idx.find(f)
		if ok {
			facts[at] = append(facts[at], f)
			continue
		}
		if f.Old {
			continue // an application that was deleted long ago
		}
		k := factKey(f)
		if _, seen := extra[k]; !seen {
			extraOrder = append(extraOrder, k)
		}
		extra[k] = append(extra[k], f)
	}
	for i, e := range idx.entries {
		b.Apps = append(b.Apps, b.app(e, facts[i]))
	}
	for _, k := range extraOrder {
		e := Entry{UID: extra[k][0].UID, Name: extra[k][0].Name}
		b.Extra = append(b.Extra, b.app(e, extra[k]))
	}
	b.sum(in, idx)
	return b
}

func isOld(f Fact, since time.Time) bool {
	if since.IsZero() || f.At.IsZero() {
		return false
	}
	if f.Loose {
		since = since.Add(-looseSlack)
	}
	return f.At.Before(since)
}

// app decides one application.
func (b *Board) app(e Entry, facts []Fact) upgrade.App {
	app := upgrade.App{UID: e.UID, Name: e.Name, Records: e.Records, Deployed: e.Deployed, Owner: e.Owner, Evidence: []upgrade.AppEvidence{}}
	slices.SortStableFunc(facts, byTimeThenSource)
	v := decide(facts)
	app.State, app.Conflict = v.state, v.conflict
	for _, f := range facts {
		app.Evidence = append(app.Evidence, f.appEvidence())
		if f.Source == upgrade.FromAccess && f.Says == upgrade.Upgraded && !f.Old {
			app.Seconds = f.Seconds
		}
	}
	if app.State == upgrade.Failed || app.State == upgrade.UnknownIn {
		if f, ok := bestFailure(facts); ok {
			app.Error, app.Cause = f.Error, Fingerprint(f.Causes, e.UID, e.Name)
			b.Causes[e.UID] = f.Causes
		}
	}
	if app.Seconds == 0 {
		app.Seconds = slowest(facts)
	}
	return app
}

func slowest(facts []Fact) (seconds float64) {
	for _, f := range facts {
		if !f.Old && f.Says != upgrade.Upgrading {
			seconds = max(seconds, f.Seconds)
		}
	}
	return seconds
}

func (f Fact) appEvidence() upgrade.AppEvidence {
	e := upgrade.AppEvidence{Evidence: f.Evidence, Source: f.Source, Says: f.Says, At: f.At}
	switch {
	case f.Old:
		e.Says = upgrade.UnknownIn
		e.Text = strings.TrimSpace("from before this upgrade; " + e.Text)
	case f.Note != "":
		e.Text = strings.Trim(e.Text+"; "+f.Note, "; ")
	}
	return e
}

var sourceOrder = []upgrade.EvidenceSource{upgrade.FromDatabase, upgrade.FromImport, upgrade.FromLog, upgrade.FromAccess, upgrade.FromREST, upgrade.FromPerson}

// byTimeThenSource puts untimed facts first, by the order of sources.
func byTimeThenSource(a, b Fact) int {
	if d := a.At.Compare(b.At); d != 0 {
		return d
	}
	return slices.Index(sourceOrder, a.Source) - slices.Index(sourceOrder, b.Source)
}

// bestFailure is the fact that tells most about the failure: a chain of exceptions from the strongest source, the latest of it.
func bestFailure(facts []Fact) (best Fact, ok bool) {
	better := func(f Fact) bool {
		if !ok || (len(f.Causes) > 0) != (len(best.Causes) > 0) {
			return !ok || len(f.Causes) > 0
		}
		return slices.Index(sourceOrder, f.Source) <= slices.Index(sourceOrder, best.Source)
	}
	for _, f := range facts {
		if f.Says == upgrade.Failed && !f.Old && !f.Weak && better(f) {
			best, ok = f, true
		}
	}
	return best, ok
}

// sum adds the totals up and says whether the ledger is closed.
func (b *Board) sum(in Input, idx index) {
	b.Totals = map[upgrade.AppState]int{}
	for _, s := range upgrade.AppStates {
		b.Totals[s] = 0
	}
	for _, a := range b.Apps {
		b.Totals[a.State]++
	}
	b.Census = len(idx.entries)
	added, open := 0, 0
	for _, s := range upgrade.AppStates {
		added += b.Totals[s]
		if !s.Settled() {
			open += b.Totals[s]
		}
	}
	if !in.HasCensus {
		b.Problems = append(b.Problems, "no census was taken before the upgrade")
	}
	if added != b.Census {
		b.Problems = append(b.Problems, fmt.Sprintf("the states add up to %d, the census has %d", added, b.Census))
	}
	if open > 0 {
		b.Problems = append(b.Problems, fmt.Sprintf("%d of %d applications are not settled", open, b.Census))
	}
	if len(b.Extra) > 0 {
		b.Problems = append(b.Problems, fmt.Sprintf("%d applications are told of that the census does not have", len(b.Extra)))
	}
	b.Closed = len(b.Problems) == 0
}

// Filter gives the applications in a state, or all for an empty state.
func (b Board) Filter(state upgrade.AppState) []upgrade.App {
	if state == "" {
		return b.Apps
	}
	found := []upgrade.App{}
	for _, a := range b.Apps {
		if a.State == state {
			found = append(found, a)
		}
	}
	return found
}

// Err is nil when every application is upgraded or recovered; else a fault: some failed (or are missing), or the ledger is not closed.
func (b Board) Err() error {
	bad := b.Totals[upgrade.Failed] + b.Totals[upgrade.Missing]
	switch {
	case bad > 0:
		return upgrade.NewFault("SB-4801", upgrade.KindAppsFailed, nil, "failed", fmt.Sprint(b.Totals[upgrade.Failed]),
			"missing", fmt.Sprint(b.Totals[upgrade.Missing]), "census", fmt.Sprint(b.Census))
	case !b.Closed:
		return upgrade.NewFault("SB-4802", upgrade.KindIncomplete, nil, "problems", strings.Join(b.Problems, "; "))
	}
	return nil
}

// index finds the census entry that a fact is about.
type index struct {
	entries []Entry
	twice   []string
	byUID   map[string]int
	byName  map[string]int // -1: several applications share the name
}

func newIndex(census []Entry) index {
	idx := index{byUID: make(map[string]int, len(census)), byName: make(map[string]int, len(census))}
	for _, e := range census {
		if _, twice := idx.byUID[key(e.UID)]; twice {
			idx.twice = append(idx.twice, e.UID)
			continue
		}
		at := len(idx.entries)
		idx.entries = append(idx.entries, e)
		idx.byUID[key(e.UID)] = at
		if _, shared := idx.byName[e.Name]; shared {
			at = -1
		}
		idx.byName[e.Name] = at
	}
	return idx
}

func (idx index) find(f Fact) (int, bool) {
	if f.UID != "" {
		at, ok := idx.byUID[key(f.UID)]
		return at, ok
	}
	at, ok := idx.byName[f.Name]
	return at, ok && at >= 0 && f.Name != ""
}
