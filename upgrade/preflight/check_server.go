package preflight

import (
	"context"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

func serverChecks() []Check {
	return []Check{
		{Code: "LEAP-SRV-001", Phases: surveyP, Run: serverRunning},
		{Code: "LEAP-SRV-002", Phases: []Phase{Protect}, Run: openHandles},
		{Code: "LEAP-SRV-003", Phases: []Phase{Protect}, Products: onLeap, Needs: []string{"LEAP-DB-001"}, Run: connections},
		{Code: "LEAP-ADM-001", Phases: []Phase{Survey, Reopen}, Run: adminLogin},
		{Code: "LEAP-NODE-001", Products: onLeap, Person: true, Run: nodesInSync},
	}
}

// serverRunning: a cold backup needs the server to be stopped. While surveying it may run, and it is said.
func serverRunning(ctx context.Context, env Env) (Result, error) {
	if env.Processes == nil {
		return Result{}, blind("processes")
	}
	running, err := env.Processes.Running(ctx, env.Installation)
	if err != nil {
		return Result{}, unseen("processes", err)
	}
	if len(running) == 0 {
		return result(upgrade.OK, "stopped"), nil
	}
	var names []string
	r := Result{}
	for _, p := range running {
		names = append(names, p.Server+" ("+strconv.Itoa(p.PID)+")")
		r = r.with(p.Evidence)
	}
	severity := upgrade.Info
	if env.Phase == Protect {
		severity = upgrade.Blocker
	}
	return result(severity, "running", "servers", strings.Join(names, ", ")).with(r.Evidence...), nil
}

const openFilesShown = 20

func openHandles(ctx context.Context, env Env) (Result, error) {
	if env.Processes == nil {
		return Result{}, blind("processes")
	}
	var dirs []string
	for _, d := range []string{env.Installation.Program, env.Installation.AppData} {
		if d != "" {
			dirs = append(dirs, d)
		}
	}
	open, err := env.Processes.OpenFiles(ctx, dirs, openFilesShown)
	if err != nil {
		return Result{}, unseen("processes", err)
	}
	if len(open) == 0 {
		return result(upgrade.OK, "none"), nil
	}
	r := result(upgrade.Blocker, "open", "count", strconv.Itoa(len(open)), "process", open[0].Process, "pid", strconv.Itoa(open[0].PID))
	for _, f := range open {
		r = r.with(upgrade.FileEvidence(f.Path, 0, "open in "+f.Process+" ("+strconv.Itoa(f.PID)+")"))
	}
	return r, nil
}

func connections(ctx context.Context, env Env) (Result, error) {
	if env.Database == nil {
		return Result{}, blind("database")
	}
	if ds := env.Installation.DataSource; ds != nil && (ds.Kind == "sqlite" || ds.Kind == "derby") {
		return result(upgrade.OK, "embedded", "kind", ds.Kind).with(env.fact("datasource")), nil // it has no server, only files
	}
	n, err := env.Database.Connections(ctx)
	switch {
	case err != nil:
		return Result{}, unseen("database", err)
	case n > 0:
		return result(upgrade.Blocker, "connected", "count", strconv.Itoa(n)), nil
	}
	return result(upgrade.OK, "none"), nil
}

// adminLogin: Setup can be run by an administrator only, and during the downtime it is too late to find out that nobody is one.
func adminLogin(ctx context.Context, env Env) (Result, error) {
	if env.REST == nil {
		return Result{}, blind("rest")
	}
	l, err := env.REST.AdminLogin(ctx)
	if err != nil {
		return Result{}, unseen("rest", err)
	}
	role := "AdministrativeUsers"
	if env.Installation.Product == upgrade.DominoLeap {
		role = "LeapAdmin"
	}
	r := result(upgrade.Unknown, "other", "user", l.User, "role", role, "status", strconv.Itoa(l.Evidence.Status))
	switch l.Outcome {
	case LoginOK:
		r.Severity, r.Key, r.Args["apps"] = upgrade.OK, "proven", strconv.Itoa(l.Apps)
	case LoginRefused:
		r.Severity, r.Key = upgrade.Blocker, "refused"
	case LoginForbidden:
		r.Severity, r.Key = upgrade.Blocker, "forbidden"
	case LoginNoUser:
		r.Key = "no-user"
	case LoginNoAnswer:
		r.Key = "no-answer"
	}
	return r.with(l.Evidence), nil
}

// nodesInSync: on a cluster the nodes must hold the same application before and after. Nodes on other machines can't be seen from here.
func nodesInSync(_ context.Context, env Env) (Result, error) {
	var names, far []string
	for _, n := range env.Installation.Nodes {
		for _, s := range n.Servers {
			if !s.HasLeap {
				continue
			}
			names = append(names, n.Name)
			if n.Profile == "" && env.Installation.Runtime == upgrade.WAS {
				far = append(far, n.Name)
			}
			break
		}
	}
	switch {
	case len(names) <= 1:
		return result(upgrade.OK, "single"), nil
	case len(far) > 0:
		return result(upgrade.Unknown, "far", "nodes", strings.Join(far, ", "), "count", strconv.Itoa(len(names))).with(env.fact("nodes")), nil
	}
	return result(upgrade.Warning, "several", "nodes", strings.Join(names, ", "), "count", strconv.Itoa(len(names))).with(env.fact("nodes")), nil
}
