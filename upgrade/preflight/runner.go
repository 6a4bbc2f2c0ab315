package preflight

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Clock makes time limits testable.
type Clock interface {
	// After gives a channel that fires once after d, and a func that stops it.
	After(d time.Duration) (<-chan time.Time, func())
}

// WallClock is the real one.
type WallClock struct{}

// After implements Clock.
func (WallClock) After(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}

// Runner runs checks. The zero value of a field means its default.
type Runner struct {
	Checks   []Check       // default: Catalogue()
	Parallel int           // checks at a time, default 8: they wait more than they compute
	Timeout  time.Duration // of a check that names none, default 20 s
	Clock    Clock         // default WallClock
	// Observe is called after each check from the goroutine of Run, for progress; may be nil.
	Observe func(f upgrade.Finding, done, total int)
}

func (r Runner) withDefaults() Runner {
	if r.Checks == nil {
		r.Checks = Catalogue()
	}
	if r.Parallel <= 0 {
		r.Parallel = 8
	}
	if r.Timeout <= 0 {
		r.Timeout = 20 * time.Second
	}
	if r.Clock == nil {
		r.Clock = WallClock{}
	}
	return r
}

// Report is the outcome of a run: findings in the order of the catalogue, and the edits that would fix them, by code.
type Report struct {
	Findings []upgrade.Finding
	Fixes    map[string][]upgrade.Edit
}

// Run runs the checks that apply to env.Installation in env.Phase (Survey when empty); with codes only those and what they need. It fails only when
// the catalogue itself is wrong (SB-5054), a code is not known (SB-5050) or ctx is cancelled; then no report is given.
//
// A check that does not return within its time is given up: its finding is unknown and its context is cancelled, but a call into the operating
// system that hangs can't be ended and keeps its goroutine until it returns.
func (r Runner) Run(ctx context.Context, env Env, codes ...string) (Report, error) {
	r = r.withDefaults()
	if env.Phase == "" {
		env.Phase = Survey
	}
	checks, err := r.pick(env, codes)
	if err != nil {
		return Report{}, err
	}
	s := &session{runner: r, env: env, checks: checks, state: map[string]upgrade.Severity{}, results: make(chan outcome, len(checks))}
	return s.run(ctx)
}

// pick chooses the checks that apply, in the order of the catalogue.
func (r Runner) pick(env Env, codes []string) ([]Check, error) {
	if err := validate(r.Checks); err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	var want func(code string)
	want = func(code string) {
		if c, ok := Find(r.Checks, code); ok && !wanted[c.Code] {
			wanted[c.Code] = true
			for _, n := range c.Needs {
				want(n)
			}
		}
	}
	for _, code := range codes {
		if _, ok := Find(r.Checks, code); !ok {
			return nil, upgrade.NewFault("SB-5050", upgrade.KindUsage, nil, "code", code)
		}
		want(code)
	}
	var out []Check
	for _, c := range r.Checks {
		if c.Applies(env.Installation, env.Phase) && (len(codes) == 0 || wanted[c.Code]) {
			out = append(out, c)
		}
	}
	return out, nil
}

// validate finds codes that stand twice, needs that lead nowhere and circles.
func validate(checks []Check) error {
	bad := func(code, detail string) error {
		return upgrade.NewFault("SB-5054", upgrade.KindFailed, nil, "code", code, "detail", detail)
	}
	needs := map[string][]string{}
	for _, c := range checks {
		if _, twice := needs[c.Code]; twice {
			return bad(c.Code, "stands twice")
		}
		if c.Run == nil {
			return bad(c.Code, "does nothing")
		}
		needs[c.Code] = c.Needs
	}
	const entered, left = 1, 2
	seen := map[string]int{}
	var visit func(code string) error
	visit = func(code string) error {
		if seen[code] == left {
			return nil
		}
		if seen[code] == entered {
			return bad(code, "needs itself")
		}
		seen[code] = entered
		for _, n := range needs[code] {
			if _, ok := needs[n]; !ok {
				return bad(code, "needs "+n+", which does not exist")
			}
			if err := visit(n); err != nil {
				return err
			}
		}
		seen[code] = left
		return nil
	}
	for _, c := range checks {
		if err := visit(c.Code); err != nil {
			return err
		}
	}
	return nil
}

type outcome struct {
	at     int
	result Result
}

// session is one Run. Everything but the checks themselves happens on the caller's goroutine.
type session struct {
	runner  Runner
	env     Env
	checks  []Check
	state   map[string]upgrade.Severity // of those that are done
	results chan outcome
}

func (s *session) run(ctx context.Context) (Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	applies := map[string]bool{}
	for _, c := range s.checks {
		applies[c.Code] = true
	}
	started := make([]bool, len(s.checks))
	done := make([]*Result, len(s.checks))
	running, finished := 0, 0
	for finished < len(s.checks) {
		for i, c := range s.checks {
			if started[i] || running >= s.runner.Parallel || !s.ready(c, applies) {
				continue
			}
			started[i] = true
			running++
			go s.one(ctx, i, c, s.blockedBy(c))
		}
		select {
		case <-ctx.Done():
			return Report{}, context.Cause(ctx)
		case o := <-s.results:
			running, finished = running-1, finished+1
			done[o.at] = &o.result
			s.state[s.checks[o.at].Code] = o.result.Severity
			if s.runner.Observe != nil {
				s.runner.Observe(finding(s.checks[o.at], o.result), finished, len(s.checks))
			}
		}
	}
	return s.report(done), nil
}

// ready tells whether everything that c needs is done. A need that does not apply to this installation or phase counts as met.
func (s *session) ready(c Check, applies map[string]bool) bool {
	for _, n := range c.Needs {
		if _, ok := s.state[n]; applies[n] && !ok {
			return false
		}
	}
	return true
}

func (s *session) report(done []*Result) Report {
	rep := Report{Findings: make([]upgrade.Finding, 0, len(done)), Fixes: map[string][]upgrade.Edit{}}
	for i, c := range s.checks {
		rep.Findings = append(rep.Findings, finding(c, *done[i]))
		if len(done[i].Fix) > 0 {
			rep.Fixes[c.Code] = done[i].Fix
		}
	}
	return rep
}

func finding(c Check, r Result) upgrade.Finding {
	f := upgrade.Finding{Code: c.Code, Severity: r.Severity, Key: r.Key, Args: r.Args, Evidence: r.Evidence, Fixable: len(r.Fix) > 0, NeedsPerson: c.Person}
	if f.Evidence == nil {
		f.Evidence = []upgrade.Evidence{}
	}
	return f
}

// one runs a check with its limits and sends exactly one outcome, unless ctx ends.
func (s *session) one(ctx context.Context, at int, c Check, blockedBy string) {
	if blockedBy != "" {
		s.results <- outcome{at, result(upgrade.Unknown, KeyNeeds, "code", blockedBy)}
		return
	}
	limit := c.Timeout
	if limit <= 0 {
		limit = s.runner.Timeout
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fired, stop := s.runner.Clock.After(limit)
	defer stop()
	answer := make(chan Result, 1)
	go func() { answer <- guarded(ctx, c, s.env) }()
	select {
	case r := <-answer:
		s.results <- outcome{at, r}
	case <-fired:
		s.results <- outcome{at, result(upgrade.Unknown, KeyTimedOut, "seconds", strconv.FormatFloat(limit.Seconds(), 'f', -1, 64))}
	case <-ctx.Done():
	}
}

// blockedBy names the need of c that stops, if any.
func (s *session) blockedBy(c Check) string {
	for _, n := range c.Needs {
		if s.state[n].Stops() {
			return n
		}
	}
	return ""
}

// guarded runs the check and turns errors and panics into unknown.
func guarded(ctx context.Context, c Check, env Env) (r Result) {
	defer func() {
		if p := recover(); p != nil {
			r = result(upgrade.Unknown, KeyPanicked, "detail", fmt.Sprint(p))
		}
	}()
	r, err := c.Run(ctx, env)
	var blind *Blind
	switch {
	case errors.As(err, &blind) && blind.Err == nil:
		return result(upgrade.Unknown, keyNoPort+blind.What).with(r.Evidence...)
	case errors.As(err, &blind):
		return result(upgrade.Unknown, KeyNotSeen, "detail", detailOf(blind.Err)).with(r.Evidence...)
	case err != nil:
		return result(upgrade.Unknown, KeyNotSeen, "detail", detailOf(err)).with(r.Evidence...)
	case r.Severity == "":
		return result(upgrade.Unknown, KeyCrossed)
	}
	return r
}

// Codes gives the codes of checks, sorted.
func Codes(checks []Check) []string {
	out := make([]string, 0, len(checks))
	for _, c := range checks {
		out = append(out, c.Code)
	}
	sort.Strings(out)
	return out
}
