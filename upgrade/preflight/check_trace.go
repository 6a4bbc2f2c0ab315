package preflight

import (
	"context"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/trace"
)

// Where trace specifications are kept, as keys of the files.
const (
	wasTraceKey       = "services[@xmi:type='traceservice:TraceService']/@startupTraceSpecification"
	libertyTraceKey   = "logging/@traceSpecification"
	bootstrapTraceKey = "com.ibm.ws.logging.trace.specification"
)

func traceChecks() []Check {
	return []Check{
		{Code: "LEAP-TRACE-001", Phases: before, Run: traceConfigured},
		{Code: "LEAP-TRACE-002", Phases: before, Run: traceRunning},
	}
}

// traceConfigured reads every place where a trace specification is kept; the fix quiets Leap's components and leaves the others.
func traceConfigured(ctx context.Context, env Env) (Result, error) {
	if env.Settings == nil {
		return Result{}, blind("settings")
	}
	s := traceSurvey{resolved: env.Installation.Trace.Configured}
	for _, place := range []struct {
		kind, key string
	}{{"was-server", wasTraceKey}, {"liberty-server", libertyTraceKey}, {"bootstrap", bootstrapTraceKey}} {
		for _, f := range env.files(place.kind) {
			found, err := env.Settings.Find(ctx, f.Path, place.key)
			if err != nil {
				return Result{}, unseen("settings", err)
			}
			for _, setting := range found {
				s.specification(setting)
			}
		}
	}
	for _, f := range env.files("rcpinstall") {
		all, err := env.Settings.All(ctx, f.Path)
		if err != nil {
			return Result{}, unseen("settings", err)
		}
		s.loggers(all)
	}
	return s.result(env), nil
}

// traceSurvey gathers what is on over all files.
type traceSurvey struct {
	resolved  string // the specification that detection found in force, variables resolved
	elsewhere bool   // it is on in a variable, so that the fix would not be all
	seen      int
	on        []string
	other     []string
	broken    string
	evidence  []upgrade.Evidence // of what stops
	quiet     []upgrade.Evidence // of what does not
	fix       []upgrade.Edit
}

func (t *traceSurvey) specification(s upgrade.Setting) {
	t.seen++
	spec, err := trace.ParseSpec(s.Value)
	if err != nil && strings.Contains(s.Value, "${") && t.resolved != "" {
		t.variable(s)
		return
	}
	if err != nil {
		t.broken = s.Value
		t.evidence = append(t.evidence, s.Evidence())
		return
	}
	t.other = append(t.other, trace.Names(spec.Other())...)
	if !spec.On() {
		t.quiet = append(t.quiet, s.Evidence())
		return
	}
	t.on = append(t.on, trace.Names(spec.OnLeap())...)
	t.evidence = append(t.evidence, s.Evidence())
	t.fix = append(t.fix, upgrade.Edit{File: s.File, Op: upgrade.EditSet, Key: s.Key, Value: spec.Quiet().String()})
}

// variable judges a specification that stands in a variable by what detection made of it. It is not mended here: the variable may serve others.
func (t *traceSurvey) variable(s upgrade.Setting) {
	spec, err := trace.ParseSpec(t.resolved)
	switch {
	case err != nil:
		t.broken = s.Value
	case spec.On():
		t.on = append(t.on, trace.Names(spec.OnLeap())...)
		t.elsewhere = true
	default:
		t.quiet = append(t.quiet, s.Evidence())
		return
	}
	t.evidence = append(t.evidence, s.Evidence())
}

// loggers reads java.util.logging levels. They are commented out by the fix, which keeps what somebody switched on in sight.
func (t *traceSurvey) loggers(all []upgrade.Setting) {
	var spec trace.Spec
	keys := map[string]upgrade.Setting{}
	for _, s := range all {
		if c, ok := trace.FromLogger(s.Key, s.Value); ok && !s.Overridden {
			t.seen++
			spec.Add(c)
			keys[c.Name] = s
		}
	}
	t.other = append(t.other, trace.Names(spec.Other())...)
	for _, c := range spec.OnLeap() {
		s := keys[c.Name]
		t.on = append(t.on, c.String())
		t.evidence = append(t.evidence, s.Evidence())
		t.fix = append(t.fix, upgrade.Edit{File: s.File, Op: upgrade.EditComment, Key: s.Key})
	}
}

func (t *traceSurvey) result(env Env) Result {
	switch {
	case t.broken != "":
		return result(upgrade.Unknown, "unreadable", "spec", t.broken).with(t.evidence...)
	case len(t.on) > 0 && env.managed():
		return result(upgrade.Blocker, "on-managed", "on", strings.Join(t.on, ", ")).with(t.evidence...)
	case t.elsewhere:
		return result(upgrade.Blocker, "on", "on", strings.Join(t.on, ", ")).with(t.evidence...)
	case len(t.on) > 0:
		return result(upgrade.Blocker, "on", "on", strings.Join(t.on, ", ")).with(t.evidence...).fixedBy(t.fix...)
	case t.seen == 0 && env.Installation.Runtime == upgrade.WAS:
		return result(upgrade.Unknown, "nowhere")
	case len(t.other) > 0:
		return result(upgrade.Info, "others", "other", strings.Join(t.other, ", ")).with(t.quiet...)
	}
	if len(t.quiet) == 0 {
		t.quiet = append(t.quiet, env.fact("trace.configured"))
	}
	return result(upgrade.OK, "off").with(t.quiet...)
}

// traceRunning looks at what the log says is in force: a specification can be changed at run time without being kept.
func traceRunning(ctx context.Context, env Env) (Result, error) {
	in := env.Installation
	if in.Runtime == upgrade.Domino {
		return result(upgrade.Info, "not-told"), nil
	}
	if in.Trace.Running == "" {
		if in.Runtime == upgrade.Liberty {
			return result(upgrade.OK, "default"), nil
		}
		return stopped(ctx, env)
	}
	spec, err := trace.ParseSpec(in.Trace.Running)
	ev := env.fact("trace")
	if running, ok := in.Evidence["trace.running"]; ok {
		ev = running
	}
	switch {
	case err != nil:
		return result(upgrade.Unknown, "unreadable", "spec", in.Trace.Running).with(ev), nil //nolint:nilerr // the text shows what could not be read
	case spec.On():
		if env.Processes != nil {
			if running, err := env.Processes.Running(ctx, in); err == nil && len(running) == 0 {
				return result(upgrade.Warning, "was-on", "on", strings.Join(trace.Names(spec.OnLeap()), ", ")).with(ev), nil
			}
		}
		return result(upgrade.Blocker, "on", "on", strings.Join(trace.Names(spec.OnLeap()), ", ")).with(ev), nil
	}
	return result(upgrade.OK, "off", "spec", in.Trace.Running).with(ev), nil
}

// stopped answers for a server whose log tells no trace state: one that does not run traces nothing.
func stopped(ctx context.Context, env Env) (Result, error) {
	if env.Processes != nil {
		running, err := env.Processes.Running(ctx, env.Installation)
		if err == nil && len(running) == 0 {
			return result(upgrade.OK, "stopped"), nil
		}
	}
	return result(upgrade.Unknown, "not-seen-in-log"), nil
}
