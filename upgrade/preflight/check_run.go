package preflight

import (
	"context"
	"strconv"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func runChecks() []Check {
	return []Check{
		{Code: "LEAP-RUN-001", Run: otherOperator},
		{Code: "LEAP-RUN-002", Phases: before, Person: true, Run: rehearsal},
		{Code: "LEAP-RUN-003", Phases: before, Person: true, Run: oldInstance},
	}
}

func otherOperator(ctx context.Context, env Env) (Result, error) {
	if env.Runs == nil {
		return Result{}, blind("runs")
	}
	h, held, err := env.Runs.Holder(ctx)
	switch {
	case err != nil:
		return Result{}, unseen("runs", err)
	case held:
		return result(upgrade.Blocker, "held", "user", h.User, "host", h.Host, "pid", strconv.Itoa(h.PID), "since", h.Since.Format(time.RFC3339), "what", h.What), nil
	}
	return result(upgrade.OK, "free"), nil
}

// rehearsalAge is how old a rehearsal may be; ours.
const rehearsalAge = 30 * 24 * time.Hour

func rehearsal(ctx context.Context, env Env) (Result, error) {
	if env.Runs == nil {
		return result(upgrade.Warning, "none"), nil
	}
	r, ok, err := env.Runs.Rehearsal(ctx)
	if err != nil {
		return Result{}, unseen("runs", err)
	}
	if !ok {
		return result(upgrade.Warning, "none"), nil
	}
	args := []string{"at", r.At.Format(time.DateOnly), "to", r.TargetVersion, "failed", strconv.Itoa(r.Failed), "apps", strconv.Itoa(r.Apps)}
	ev := upgrade.FileEvidence(r.File, 0, "")
	switch {
	case env.now().Sub(r.At) > rehearsalAge:
		return result(upgrade.Warning, "old", args...).with(ev), nil
	case env.Target.Version != "" && r.TargetVersion != env.Target.Version:
		return result(upgrade.Warning, "other-version", append(args, "target", env.Target.Version)...).with(ev), nil
	case r.Failed > 0:
		return result(upgrade.Warning, "failures", args...).with(ev), nil
	}
	return result(upgrade.OK, "passed", args...).with(ev), nil
}

func oldInstance(context.Context, Env) (Result, error) {
	return result(upgrade.Warning, "ask"), nil
}
