package apps

import (
	"context"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Entry is an application as the server lists it.
type Entry struct {
	UID      string           `json:"uid"`
	Name     string           `json:"name"`
	Records  *int64           `json:"records"`            // submitted records; nil when the server does not tell
	Deployed *bool            `json:"deployed,omitempty"` // nil when the server does not tell
	Owner    string           `json:"owner,omitempty"`    // kept in the run, never in shared output
	Evidence upgrade.Evidence `json:"evidence"`
}

// Census lists the applications of a server. platform/leaprest implements it.
type Census interface {
	// List gives all applications. Errors are *upgrade.Fault with the reason (wrong password, login page, server down).
	List(ctx context.Context) ([]Entry, error)
}

// UpgradeTable reads the table APP_UPGRADE. platform/db implements it.
type UpgradeTable interface {
	// Rows reads the whole table with SELECT *: its columns are not documented, so they are taken as they are.
	Rows(ctx context.Context) (Table, error)
	Close() error
}

// Table is an answer of SELECT * from APP_UPGRADE, or a file with such an answer.
type Table struct {
	Query   string   `json:"query,omitempty"` // the statement that was run; empty for a file
	File    string   `json:"file,omitempty"`  // the file it was read from, openable; empty for a database
	Columns []string `json:"columns"`         // as the server or file names them
	Rows    []Row    `json:"rows"`
}

// Row is a row of a Table. Values stand in the order of its Columns; nil is NULL.
type Row struct {
	Values []*string `json:"values"`
	Line   int       `json:"line,omitempty"` // first line of the row in the file, from 1
}

// Accessor opens an application as a user would, which makes the server upgrade it if that is still due.
type Accessor interface {
	// Access never blocks beyond ctx. An Answer says Upgraded only when the page was positively recognised as the application.
	Access(ctx context.Context, app Entry) Answer
}

// Answer is what the server answered to an access.
type Answer struct {
	// Says is Upgraded, Failed, Missing, Upgrading (no answer in time: the server may still be at it) or UnknownIn.
	Says     upgrade.AppState
	Evidence upgrade.Evidence
	Error    string   // what the error page says, one line
	Causes   []string // exception chain of the error page, outermost first, if it shows one
	// Err tells why there was no usable answer. A fault of KindAuth ends a sweep at once, so that no account gets locked.
	Err        error
	Fatal      bool          // Err is true of every application, e.g. Setup is due: a sweep ends at once
	Down       bool          // the server could not be reached at all
	RetryAfter time.Duration // the server asked to wait
}

// Access is one access of a sweep, as it is kept in the run.
type Access struct {
	UID      string           `json:"uid"`
	Name     string           `json:"name,omitempty"`
	At       time.Time        `json:"at"`      // when the answer was there
	Seconds  float64          `json:"seconds"` // from request to answer
	Says     upgrade.AppState `json:"says"`
	Try      int              `json:"try"` // from 1
	Error    string           `json:"error,omitempty"`
	Causes   []string         `json:"causes,omitempty"`
	Problem  string           `json:"problem,omitempty"` // why there was no usable answer
	Evidence upgrade.Evidence `json:"evidence"`
	Down     bool             `json:"down,omitempty"`
}

// Fact is what one source says about one application, once. Log readers make facts of the failures they find; the rest is made here.
type Fact struct {
	UID    string                 `json:"uid,omitempty"`
	Name   string                 `json:"name,omitempty"` // used to find the application when there is no UID
	Source upgrade.EvidenceSource `json:"source"`
	Says   upgrade.AppState       `json:"says"`
	// Weak facts are shown but settle nothing, e.g. a row without an exception in a table that has no status.
	Weak bool `json:"weak,omitempty"`
	// At is when it happened; zero when unknown. Loose times (a database's local time without a zone) don't order facts of different sources.
	At       time.Time        `json:"at,omitzero"`
	Loose    bool             `json:"loose,omitempty"`
	Old      bool             `json:"old,omitempty"` // known to be from before this upgrade
	Evidence upgrade.Evidence `json:"evidence"`
	Error    string           `json:"error,omitempty"`  // first line of the exception
	Causes   []string         `json:"causes,omitempty"` // exception chain, outermost first
	Note     string           `json:"note,omitempty"`   // disagreement within the source, e.g. two rows for one application
	Seconds  float64          `json:"seconds,omitempty"`
	Failure  *upgrade.Failure `json:"failure,omitempty"` // set by log readers
}

// FactOfFailure makes a fact of a failure that a log rule found; ok is false when the failure is of no application.
// A mere warning is weak: it is shown and settles nothing.
func FactOfFailure(f upgrade.Failure) (fact Fact, ok bool) {
	if f.UID == "" && f.Name == "" {
		return Fact{}, false
	}
	mild := f.Severity == upgrade.Warning || f.Severity == upgrade.Info || f.Severity == upgrade.OK
	return Fact{UID: f.UID, Name: f.Name, Source: upgrade.FromLog, Says: upgrade.Failed, Weak: mild, At: f.Time, Evidence: f.Evidence,
		Error: firstOf(f.Causes, f.Text), Causes: f.Causes, Failure: &f}, true
}

// FactOfAccess makes a fact of an access of the sweep.
func FactOfAccess(a Access) Fact {
	return Fact{UID: a.UID, Name: a.Name, Source: upgrade.FromAccess, Says: a.Says, At: a.At, Evidence: a.Evidence, Error: a.Error,
		Causes: a.Causes, Seconds: a.Seconds, Note: a.Problem}
}

func firstOf(list []string, otherwise string) string {
	if len(list) > 0 {
		return list[0]
	}
	return otherwise
}
