package preflight

import (
	"context"
	"slices"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Phase is when a check applies.
type Phase string

// The phases. Survey is the default: the server runs and users work. Protect is just before the cold backup, Offline while users are out and before
// the vendor's installer is started, Reopen before users are let in again.
const (
	Survey  Phase = "survey"
	Protect Phase = "protect"
	Offline Phase = "offline"
	Reopen  Phase = "reopen"
)

// Phases lists all phases in their order.
var Phases = []Phase{Survey, Protect, Offline, Reopen}

// Check is one entry of the catalogue. It is a value without state; Run may be called from any goroutine.
type Check struct {
	Code     string
	Phases   []Phase           // when it applies; empty means in all phases
	Products []upgrade.Product // empty means both
	Runtimes []upgrade.Runtime // empty means all
	Needs    []string          // codes that must not stop before this one can be looked at
	Timeout  time.Duration     // 0: the runner's
	// Person marks what only a person can know: the finding is ticked by name.
	Person bool
	// Run looks. An error is shown as unknown with its text; a *Blind tells which port is missing.
	Run func(ctx context.Context, env Env) (Result, error)
}

// Applies tells whether the check is for this installation in this phase. Checks of the other product are not shown.
func (c Check) Applies(in upgrade.Installation, phase Phase) bool {
	return fits(c.Products, in.Product) && fits(c.Runtimes, in.Runtime) && fits(c.Phases, phase)
}

func fits[T comparable](allowed []T, have T) bool {
	return len(allowed) == 0 || slices.Contains(allowed, have)
}

// Result is what a check saw.
type Result struct {
	Severity upgrade.Severity
	Key      string // of the summary
	Args     map[string]string
	Evidence []upgrade.Evidence
	// Fix are edits that would mend it; they are shown as a diff first. A check without a safe fix leaves it empty.
	Fix []upgrade.Edit
}

// result makes a Result; args are pairs of name and value.
func result(severity upgrade.Severity, key string, args ...string) Result {
	r := Result{Severity: severity, Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[args[i]] = args[i+1]
	}
	return r
}

// with adds evidence.
func (r Result) with(ev ...upgrade.Evidence) Result {
	for _, e := range ev {
		if !e.IsZero() {
			r.Evidence = append(r.Evidence, e)
		}
	}
	return r
}

// fixedBy adds edits.
func (r Result) fixedBy(edits ...upgrade.Edit) Result {
	r.Fix = append(r.Fix, edits...)
	return r
}

// detailOf is what an error says to a person within a sentence: of a fault its detail or its cause, for its code is for other places.
func detailOf(err error) string {
	f, ok := upgrade.AsFault(err)
	switch {
	case !ok:
		return err.Error()
	case f.Args["detail"] != "":
		return f.Args["detail"]
	case f.Err != nil:
		return detailOf(f.Err)
	}
	return f.Error()
}

// Blind is the error of a check that cannot see what it needs.
type Blind struct {
	What string // the port or fact that is missing, as a key of the texts of LEAP-RUN-000: database, rest, files ...
	Err  error
}

// Error is the technical line.
func (b *Blind) Error() string {
	if b.Err != nil {
		return "cannot see " + b.What + ": " + b.Err.Error()
	}
	return "cannot see " + b.What
}

// Unwrap gives the cause.
func (b *Blind) Unwrap() error { return b.Err }
