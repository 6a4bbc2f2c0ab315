package leap

import (
	"strings"

	"github.com/springboard-leap/springboard/platform/install/logtail"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/trace"
)

// TraceFact is what one server's configuration and log tell of its trace.
type TraceFact struct {
	Server     string
	Configured string
	ConfigEv   upgrade.Evidence
	Running    string
	RunningEv  upgrade.Evidence
}

// SetRunning takes the state from the log's line.
func (t *TraceFact) SetRunning(hit logtail.Hit) {
	if spec, ok := trace.ParseState(hit.Text); ok {
		t.Running, t.RunningEv = spec, survey.Line(hit.File, hit.Line, hit.Text)
	}
}

func (t TraceFact) specs() (configured, running trace.Spec) {
	configured, _ = trace.ParseSpec(t.Configured)
	running, _ = trace.ParseSpec(t.Running)
	return configured, running
}

func (t TraceFact) on() bool {
	c, r := t.specs()
	return c.On() || r.On()
}

// SetTrace tells the trace state of the installation: of the first server that traces Leap, else of the first server.
func (d *Draft) SetTrace(facts []TraceFact) {
	if len(facts) == 0 {
		return
	}
	shown := facts[0]
	for _, f := range facts {
		if f.on() {
			shown = f
			break
		}
	}
	configured, running := shown.specs()
	t := upgrade.Trace{Configured: shown.Configured, Running: shown.Running, On: shown.on()}
	t.Other = unite(trace.Names(configured.Other()), trace.Names(running.Other()))
	d.In.Trace = t
	switch {
	case configured.On() || !running.On():
		d.Prove("trace", shown.ConfigEv)
		d.Prove("trace", shown.RunningEv)
	default:
		d.Prove("trace", shown.RunningEv)
	}
	d.Prove("trace.configured", shown.ConfigEv)
	d.Prove("trace.running", shown.RunningEv)
	d.remarkTraces(facts, shown)
}

func (d *Draft) remarkTraces(facts []TraceFact, shown TraceFact) {
	if len(d.In.Trace.Other) > 0 {
		d.Remark("traced, but not of Leap: " + strings.Join(d.In.Trace.Other, ", "))
	}
	for _, f := range facts {
		if _, err := trace.ParseSpec(f.Configured); err != nil {
			d.Remark("the trace specification of " + f.Server + " has a part that cannot be read: " + err.Error())
		}
		if f.Server != shown.Server && (f.Configured != shown.Configured || f.Running != shown.Running) {
			d.Remark("trace differs between servers: " + f.Server + " is configured " + quoteOrNone(f.Configured) + ", running " + quoteOrNone(f.Running))
		}
	}
}

func quoteOrNone(s string) string {
	if s == "" {
		return "(unknown)"
	}
	return s
}

func unite(a, b []string) []string {
	all := append([]string(nil), a...)
	for _, x := range b {
		known := false
		for _, y := range all {
			known = known || x == y
		}
		if !known {
			all = append(all, x)
		}
	}
	return all
}
