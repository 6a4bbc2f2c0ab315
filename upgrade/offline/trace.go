package offline

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/trace"
)

// Way is something a person does outside Springboard: where, and exactly what.
type Way struct {
	Where string   `json:"where"`
	Lines []string `json:"lines"`
	Proof string   `json:"proof"` // how one sees that it worked
}

// RunningTrace tells how the trace of a server that runs is turned off. Springboard cannot do it: the specification in force is in the server's memory, and only
// the server's own tools reach it. The log proves it afterwards. None are given for a server whose running trace is off.
func RunningTrace(inst upgrade.Installation) []Way {
	spec, err := trace.ParseSpec(inst.Trace.Running)
	if inst.Runtime != upgrade.Domino && (inst.Trace.Running == "" || err == nil && !spec.On()) {
		return nil
	}
	quiet := "*=info"
	if err == nil && inst.Trace.Running != "" {
		quiet = spec.Quiet().String()
	}
	switch inst.Runtime {
	case upgrade.WAS:
		return wasTrace(inst, quiet)
	case upgrade.Liberty:
		return []Way{{Where: "Liberty", Lines: []string{"Nothing by hand: Liberty reads a changed server.xml by itself (config updateTrigger=\"polled\", the default).",
			"With updateTrigger=\"disabled\", or when bootstrap.properties sets the trace: " + filepath.Join("bin", "server") + " stop, then start"},
			Proof: "messages.log says TRAS0018I with " + quiet}}
	case upgrade.Domino:
		if !inst.Trace.On {
			return nil
		}
		return []Way{{Where: "Domino console", Lines: []string{"restart task http"}, Proof: "The levels of rcpinstall.properties are read when the HTTP task starts; " +
			"the log in data/domino/workspace/logs has no FINE or FINER records afterwards"}}
	}
	return nil
}

func wasTrace(inst upgrade.Installation, quiet string) []Way {
	var servers []string
	var lines []string
	for _, n := range inst.Nodes {
		for _, s := range n.Servers {
			if !s.HasLeap {
				continue
			}
			servers = append(servers, n.Name+"/"+s.Name)
			lines = append(lines, fmt.Sprintf("AdminControl.setAttribute(AdminControl.completeObjectName('type=TraceService,node=%s,process=%s,*'), 'traceSpecification', '%s')", n.Name, s.Name, quiet))
		}
	}
	proof := "SystemOut.log says TRAS0018I: The trace state has changed. The new trace state is " + quiet
	wsadmin := filepath.Join(inst.Home, "bin", "wsadmin")
	return []Way{
		{Where: "wsadmin (" + wsadmin + " -lang jython), " + strings.Join(servers, ", "), Lines: lines, Proof: proof},
		{Where: "Administrative console", Lines: []string{"Troubleshooting > Logs and trace > server > Change log detail levels > Runtime tab: " + quiet + ", then Apply. Leave " +
			"\"Save runtime changes to configuration as well\" off: Springboard keeps the configuration."}, Proof: proof},
	}
}
