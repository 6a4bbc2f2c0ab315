package preflight

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func configChecks() []Check {
	return []Check{
		{Code: "LEAP-CFG-001", Products: onLeap, Run: configSame},
		{Code: "LEAP-CFG-002", Products: onLeap, Run: configSound},
		{Code: "LEAP-JOB-001", Phases: before, Run: timers},
	}
}

// configSame compares Leap_config.properties across nodes as Java reads it.
func configSame(ctx context.Context, env Env) (Result, error) {
	if env.Settings == nil {
		return Result{}, blind("settings")
	}
	files := env.files("leap-config")
	switch len(files) {
	case 0:
		return result(upgrade.Warning, "absent"), nil
	case 1:
		return result(upgrade.OK, "single", "file", files[0].Path), nil
	}
	first, err := inForce(ctx, env, files[0].Path)
	if err != nil {
		return Result{}, err
	}
	r, different := Result{}, map[string]bool{}
	for _, f := range files[1:] {
		other, err := inForce(ctx, env, f.Path)
		if err != nil {
			return Result{}, err
		}
		for _, s := range differing(first, other) {
			different[s.Key] = true
			r = r.with(upgrade.FileEvidence(s.File, s.Line, s.Key))
		}
	}
	if len(different) == 0 {
		return result(upgrade.OK, "identical", "count", strconv.Itoa(len(files))), nil
	}
	return result(upgrade.Warning, "differ", "count", strconv.Itoa(len(different)), "keys", strings.Join(sortedKeys(different), ", ")).with(r.Evidence...), nil
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func inForce(ctx context.Context, env Env, file string) (map[string]upgrade.Setting, error) {
	all, err := env.Settings.All(ctx, file)
	if err != nil {
		return nil, unseen("settings", err)
	}
	out := map[string]upgrade.Setting{}
	for _, s := range all {
		if !s.Overridden {
			out[s.Key] = s
		}
	}
	return out, nil
}

// differing gives the settings that are not the same in both, from b where b has them.
func differing(a, b map[string]upgrade.Setting) []upgrade.Setting {
	keys := map[string]bool{}
	for k := range a {
		keys[k] = true
	}
	for k := range b {
		keys[k] = true
	}
	var out []upgrade.Setting
	for _, k := range sortedKeys(keys) {
		sa, inA := a[k]
		sb, inB := b[k]
		switch {
		case inA && !inB:
			out = append(out, sa)
		case inB && (!inA || sa.Value != sb.Value):
			out = append(out, sb)
		}
	}
	return out
}

// configSound finds keys that stand twice and values that Java reads otherwise than they look.
func configSound(ctx context.Context, env Env) (Result, error) {
	if env.Settings == nil {
		return Result{}, blind("settings")
	}
	files := env.files("leap-config", "fsp")
	if len(files) == 0 {
		return result(upgrade.Info, "absent"), nil
	}
	r, twice, garbled := Result{}, 0, 0
	for _, f := range files {
		all, err := env.Settings.All(ctx, f.Path)
		if err != nil {
			return Result{}, unseen("settings", err)
		}
		for _, s := range all {
			if s.Overridden {
				twice++
				r = r.with(upgrade.FileEvidence(s.File, s.Line, s.Key+" stands again further down; the last one is in force"))
			}
			if s.JavaValue != "" && !s.Overridden {
				garbled++
				r = r.with(upgrade.FileEvidence(s.File, s.Line, s.Key+" is read by Java as Latin-1"))
				r = r.fixedBy(upgrade.Edit{File: s.File, Op: upgrade.EditSet, Key: s.Key, Value: s.Value}) // writes the same value in escapes
			}
		}
	}
	if twice+garbled == 0 {
		return result(upgrade.OK, "sound", "count", strconv.Itoa(len(files))), nil
	}
	return result(upgrade.Warning, "odd", "twice", strconv.Itoa(twice), "garbled", strconv.Itoa(garbled)).with(r.Evidence...).fixedBy(r.Fix...), nil
}

// statisticsHour is when Leap gathers statistics unless told otherwise; the vendor's default.
const statisticsHour = 3

// timers: the statistics change the counts that the census compares, and load the server.
func timers(ctx context.Context, env Env) (Result, error) {
	hour, ev, enabled, err := statisticsTimer(ctx, env)
	if err != nil {
		return Result{}, err
	}
	at := fmt.Sprintf("%02d:00", hour)
	t := env.Target
	switch {
	case !enabled:
		return result(upgrade.OK, "off").with(ev), nil
	case t.Begin.IsZero() || !t.End.After(t.Begin):
		return result(upgrade.Info, "no-window", "at", at).with(ev), nil
	case within(t.Begin, t.End, hour):
		return result(upgrade.Warning, "inside", "at", at, "begin", t.Begin.Format(time.DateTime), "end", t.End.Format(time.DateTime)).with(ev), nil
	}
	return result(upgrade.OK, "outside", "at", at).with(ev), nil
}

func statisticsTimer(ctx context.Context, env Env) (hour int, ev upgrade.Evidence, enabled bool, err error) {
	hour, enabled = statisticsHour, true
	if env.Installation.Product != upgrade.Leap {
		return hour, ev, enabled, nil // Domino Leap keeps the setting in VoltConfig.nsf
	}
	if env.Settings == nil {
		return 0, ev, false, blind("settings")
	}
	for _, f := range env.files("leap-config") {
		all, err := inForce(ctx, env, f.Path)
		if err != nil {
			return 0, ev, false, err
		}
		if s, ok := all["ibm.nitro.NitroConfig.appStats.timerEnabled"]; ok && strings.EqualFold(strings.TrimSpace(s.Value), "false") {
			return hour, s.Evidence(), false, nil
		}
		if s, ok := all["ibm.nitro.NitroConfig.appStats.refreshHour"]; ok {
			if n, err := strconv.Atoi(strings.TrimSpace(s.Value)); err == nil && n >= 0 && n < 24 {
				hour, ev = n, s.Evidence()
			}
		}
	}
	return hour, ev, enabled, nil
}

// within tells whether a full hour of the day falls into the window.
func within(begin, end time.Time, hour int) bool {
	t := time.Date(begin.Year(), begin.Month(), begin.Day(), hour, 0, 0, 0, begin.Location())
	for ; t.Before(end); t = t.AddDate(0, 0, 1) {
		if !t.Before(begin) {
			return true
		}
	}
	return false
}
