package upgrade

import (
	"errors"
	"sort"
	"strings"
)

// Kind is the class of a fault; it decides the exit code and how a screen shows it.
type Kind int

// The kinds of faults, one for each exit code that scripts rely on.
const (
	KindFailed        Kind = iota // the work failed
	KindPartial                   // done, with warnings or in part
	KindBlocked                   // blockers are open
	KindLocked                    // another run holds the installation
	KindAuth                      // user or password refused
	KindUnsupported               // a version, format or product that cannot be handled
	KindVerify                    // verification failed
	KindSourceChanged             // the source changed during the backup
	KindAppsFailed                // some applications failed
	KindIncomplete                // the state of applications is incomplete or unknown
	KindWaiting                   // waits for a person
	KindUsage                     // called wrongly
	KindCancelled                 // stopped by a person
)

// Fault is an error with a stable code. What happened, to what, and what to do next are texts in assets by Code, filled with Args; Error gives the
// technical line for logs. It wraps its cause.
type Fault struct {
	Code string
	Kind Kind
	Args map[string]string // never a secret
	Err  error             // the cause, may be nil
}

// NewFault makes a fault; args are pairs of name and value.
func NewFault(code string, kind Kind, cause error, args ...string) *Fault {
	f := &Fault{Code: code, Kind: kind, Err: cause}
	if len(args) > 0 {
		f.Args = make(map[string]string, len(args)/2)
	}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	return f
}

// Error is the technical line: code, arguments in order of their names, cause.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Code)
	names := make([]string, 0, len(f.Args))
	for n := range f.Args {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		b.WriteString(" " + n + "=" + f.Args[n])
	}
	if f.Err != nil {
		b.WriteString(": " + f.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }

// AsFault finds the outermost fault in an error chain.
func AsFault(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// KindOf tells the kind of an error; an error that is no fault is KindFailed.
func KindOf(err error) Kind {
	if f, ok := AsFault(err); ok {
		return f.Kind
	}
	return KindFailed
}
