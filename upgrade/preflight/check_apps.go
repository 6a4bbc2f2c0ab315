package preflight

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func appChecks() []Check {
	return []Check{
		{Code: "LEAP-APP-001", Phases: before, Run: censusFresh},
		{Code: "LEAP-APP-002", Phases: surveyP, Run: brokenToday},
		{Code: "LEAP-APP-003", Phases: surveyP, Run: largest},
	}
}

// censusAge is how old the census may be; ours.
const censusAge = 24 * time.Hour

// census gives the newest census; without one ok is false and the caller says so.
func census(ctx context.Context, env Env) (f CensusFacts, ok bool, err error) {
	if env.Census == nil {
		return f, false, nil
	}
	f, ok, err = env.Census.Latest(ctx)
	if err != nil {
		return f, false, unseen("census", err)
	}
	return f, ok, nil
}

// censusFresh: without the list from before nobody can tell afterwards that an application is missing.
func censusFresh(ctx context.Context, env Env) (Result, error) {
	f, ok, err := census(ctx, env)
	if err != nil {
		return Result{}, err
	}
	if !ok {
		return result(upgrade.Warning, "none"), nil
	}
	args := []string{"apps", strconv.Itoa(len(f.Apps)), "at", f.At.Format(time.RFC3339)}
	ev := upgrade.FileEvidence(f.File, 0, "")
	switch {
	case len(f.Apps) == 0:
		return result(upgrade.Warning, "empty", args...).with(ev), nil
	case env.now().Sub(f.At) > censusAge:
		return result(upgrade.Warning, "old", args...).with(ev), nil
	}
	return result(upgrade.OK, "fresh", args...).with(ev), nil
}

const listed = 10

// brokenToday lists what fails already, so that the upgrade is not blamed for it, or it is mended first.
func brokenToday(ctx context.Context, env Env) (Result, error) {
	f, ok, err := census(ctx, env)
	if err != nil {
		return Result{}, err
	}
	if !ok {
		return result(upgrade.Info, "no-census"), nil
	}
	names := map[string]string{}
	for _, a := range f.Apps {
		names[a.UID] = a.Name
	}
	if len(f.Broken) == 0 {
		return result(upgrade.OK, "none", "apps", strconv.Itoa(len(f.Apps))), nil
	}
	r := Result{}
	var some []string
	for i, uid := range sortedKeys(f.Broken) {
		if i == listed {
			break
		}
		some = append(some, cmp.Or(names[uid], uid))
		r = r.with(upgrade.Evidence{Text: strings.TrimSpace(names[uid] + " " + uid + ": " + f.Broken[uid])})
	}
	return result(upgrade.Warning, "broken", "count", strconv.Itoa(len(f.Broken)), "names", strings.Join(some, ", ")).with(r.Evidence...), nil
}

// manyRecords is where an import with data becomes slow and hungry; ours. Releases before 9.3.12 hold the whole of it in memory.
const manyRecords = 50_000

func largest(ctx context.Context, env Env) (Result, error) {
	f, ok, err := census(ctx, env)
	if err != nil {
		return Result{}, err
	}
	if !ok {
		return result(upgrade.Info, "no-census"), nil
	}
	var apps []upgrade.App
	for _, a := range f.Apps {
		if a.Records != nil {
			apps = append(apps, a)
		}
	}
	if len(apps) == 0 {
		return result(upgrade.Info, "not-told"), nil
	}
	slices.SortStableFunc(apps, func(a, b upgrade.App) int { return cmp.Compare(*b.Records, *a.Records) })
	r := Result{}
	for _, a := range apps[:min(listed, len(apps))] {
		r = r.with(upgrade.Evidence{Text: a.Name + " " + a.UID + ": " + strconv.FormatInt(*a.Records, 10) + " records"})
	}
	top := apps[0]
	args := []string{"name", top.Name, "uid", top.UID, "records", strconv.FormatInt(*top.Records, 10)}
	to := parseVersion(env.Target.Version)
	careful := to == nil || (env.Installation.Product == upgrade.Leap && to.compare(version{9, 3, 12}) < 0)
	if *top.Records >= manyRecords && careful {
		return result(upgrade.Warning, "large", args...).with(r.Evidence...), nil
	}
	return result(upgrade.OK, "fine", args...).with(r.Evidence...), nil
}
