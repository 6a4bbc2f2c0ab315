package preflight

import (
	"context"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

func hostChecks() []Check {
	return []Check{
		{Code: "LEAP-HOST-001", Phases: before, Run: staysAwake},
		{Code: "LEAP-HOST-002", Phases: before, Run: runRoom},
	}
}

// staysAwake: a machine that sleeps or restarts by itself ends an upgrade at the worst moment.
func staysAwake(ctx context.Context, env Env) (Result, error) {
	if env.Host == nil {
		return Result{}, blind("host")
	}
	f, err := env.Host.Facts(ctx)
	if err != nil {
		return Result{}, unseen("host", err)
	}
	ev := upgrade.Evidence{Command: "host facts", Output: strings.TrimSpace(f.OS + " " + f.PendingDetails)}
	var bad []string
	if f.OnBattery {
		bad = append(bad, "it runs on battery")
	}
	if f.SleepAfter > 0 {
		bad = append(bad, "it sleeps after "+f.SleepAfter.String()+" without input")
	}
	if f.RebootPending {
		bad = append(bad, "a restart is pending")
	}
	switch {
	case len(bad) > 0:
		return result(upgrade.Warning, "restless", "why", strings.Join(bad, ", ")).with(ev), nil
	case len(f.Missing) > 0:
		return result(upgrade.Info, "partly", "missing", strings.Join(f.Missing, ", ")).with(ev), nil
	}
	return result(upgrade.OK, "awake").with(ev), nil
}

// runSpace is what a run needs for its journal and the recorded log; ours.
const runSpace = 1 << 30

func runRoom(ctx context.Context, env Env) (Result, error) {
	if env.Target.RunDir == "" {
		return result(upgrade.Info, "no-run"), nil
	}
	if env.Host == nil {
		return Result{}, blind("host")
	}
	d, err := env.Host.Disk(ctx, env.Target.RunDir)
	if err != nil {
		return Result{}, unseen("host", err)
	}
	args := []string{"dir", env.Target.RunDir, "free", sizeText(d.Free), "need", sizeText(runSpace)}
	switch {
	case d.ReadOnly:
		return result(upgrade.Blocker, "read-only", args...), nil
	case d.Free < runSpace:
		return result(upgrade.Warning, "short", args...), nil
	}
	return result(upgrade.OK, "enough", args...), nil
}
