package offline

import (
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func set(pairs ...string) map[string]upgrade.Setting {
	out := map[string]upgrade.Setting{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = upgrade.Setting{Key: pairs[i], Value: pairs[i+1], File: "f", Line: 1}
	}
	return out
}

func TestStatisticsAreNamedWithTheTimeAtWhichTheyBegin(t *testing.T) {
	tuesday := time.Date(2026, 11, 24, 22, 0, 0, 0, time.FixedZone("CET", 3600))
	for name, c := range map[string]struct {
		in     map[string]upgrade.Setting
		until  time.Time
		at     string
		inside bool
	}{
		"the vendor's hour":      {nil, time.Time{}, "2026-11-25 03:00", true},
		"a short window":         {nil, tuesday.Add(2 * time.Hour), "2026-11-25 03:00", false},
		"another hour":           {set(statsHour, "23"), tuesday.Add(2 * time.Hour), "2026-11-24 23:00", true},
		"at the very beginning":  {set(statsHour, "22"), tuesday.Add(time.Hour), "2026-11-24 22:00", true},
		"only on Fridays":        {set(statsDays, "Friday"), tuesday.Add(24 * time.Hour), "2026-11-27 03:00", false},
		"an hour that is none":   {set(statsHour, "25"), time.Time{}, "2026-11-25 03:00", true},
		"Tuesday, passed by now": {set(statsDays, "tuesday", statsHour, "3"), time.Time{}, "2026-12-01 03:00", false},
	} {
		t.Run(name, func(t *testing.T) {
			got := Timers(upgrade.Leap, c.in, tuesday, c.until)
			if len(got) != 2 || got[0].At.Format("2006-01-02 15:04") != c.at || got[0].Inside != c.inside {
				t.Errorf("%+v", got)
			}
		})
	}
	if got := Timers(upgrade.Leap, set(statsEnabled, "False", orphanHours, "0"), tuesday, time.Time{}); len(got) != 0 {
		t.Errorf("all off: %+v", got)
	}
	if got := Timers(upgrade.DominoLeap, nil, tuesday, time.Time{}); len(got) != 3 {
		t.Errorf("%+v", got)
	}
}

func TestARunningTraceComesWithTheExactCommandForEachServer(t *testing.T) {
	in := upgrade.Installation{Runtime: upgrade.WAS, Home: "/opt/p", Trace: upgrade.Trace{Running: "*=info:com.ibm.form.nitro.*=finest:com.acme.*=fine", On: true},
		Nodes: []upgrade.Node{{Name: "n1", Servers: []upgrade.Server{{Name: "s1", HasLeap: true}, {Name: "nodeagent"}}}, {Name: "n2", Servers: []upgrade.Server{{Name: "s2", HasLeap: true}}}}}
	ways := RunningTrace(in)
	if len(ways) != 2 || len(ways[0].Lines) != 2 || !strings.Contains(ways[0].Lines[1], "node=n2,process=s2,*'), 'traceSpecification', '*=info:com.acme.*=fine')") {
		t.Errorf("%+v", ways)
	}
	in.Trace.Running = "*=info"
	if ways := RunningTrace(in); len(ways) != 0 {
		t.Errorf("off, and still: %+v", ways)
	}
}
