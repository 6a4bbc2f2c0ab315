package backup

import (
	"context"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// Service is a service of the machine that starts the server.
type Service struct {
	Name    string `json:"name"`
	Manager string `json:"manager"`
	State   string `json:"state,omitempty"` // in the manager's words; empty when it could not be asked
	Running bool   `json:"running"`
	Known   bool   `json:"known"` // the manager answered
	How     string `json:"how"`
}

// Services is a Quiescence that asks the service manager too. An empty list: no service of this machine starts the server. ErrUnsupported: there is none to ask here.
type Services interface {
	Services(ctx context.Context, inst upgrade.Installation) ([]Service, error)
}

// Asked is one question of the proof of quiescence, with its answer and how it was come by.
type Asked struct {
	What   string   `json:"what"`   // processes, services, open files, connections
	Answer string   `json:"answer"` // none, found, unknown
	How    string   `json:"how"`
	Found  []string `json:"found,omitempty"`
}

// services asks the service manager and notes the answer in rest. A service at work refuses the backup as a process does: it may start the server again at any moment.
func services(ctx context.Context, p Ports, inst upgrade.Installation, rest *Rest) []*upgrade.Fault {
	asked, can := p.Quiet.(Services)
	if !can {
		return nil
	}
	list, err := asked.Services(ctx, inst)
	if isUnsupported(err) {
		return nil
	}
	a := Asked{What: "services", Answer: "none", How: "no service of this machine names the installation"}
	var faults []*upgrade.Fault
	if err != nil {
		a.Answer, a.How = "unknown", "the services of this machine could not be listed: "+err.Error()
		faults = append(faults, upgrade.NewFault("SB-2058", upgrade.KindPartial, err, "why", err.Error()))
	}
	how := make([]string, 0, len(list))
	for _, s := range list {
		how = append(how, s.How)
		switch {
		case s.Running:
			a.Answer = "found"
			a.Found = append(a.Found, s.Name+" is "+s.State)
			faults = append(faults, runningService(s, rest.WhileRunning))
		case !s.Known:
			if a.Answer == "none" {
				a.Answer = "unknown"
			}
			faults = append(faults, upgrade.NewFault("SB-2058", upgrade.KindPartial, nil, "why", s.Name+": "+s.How))
		default:
			a.Found = append(a.Found, s.Name+" is "+s.State)
		}
	}
	if len(how) > 0 {
		a.How = strings.Join(how, "; ")
	}
	rest.Services = a.Answer
	rest.Asked = append(rest.Asked, a)
	return faults
}

func runningService(s Service, whileRunning bool) *upgrade.Fault {
	if whileRunning {
		return upgrade.NewFault("SB-2057", upgrade.KindPartial, nil, "service", s.Name, "state", s.State, "manager", s.Manager)
	}
	return upgrade.NewFault("SB-2056", upgrade.KindBlocked, nil, "service", s.Name, "state", s.State, "manager", s.Manager)
}

// askedProcesses and askedFiles put the other answers in the same form.
func askedProcesses(answer string, found []Process) Asked {
	a := Asked{What: "processes", Answer: answer, How: "the processes of this machine, and the id files that the servers write"}
	for _, p := range found {
		a.Found = append(a.Found, p.Name+", process "+strconv.Itoa(p.PID)+": "+p.How)
	}
	return a
}

func askedFiles(answer string, found []Process, roots []string) Asked {
	a := Asked{What: "open files", Answer: answer, How: "files that a process holds open for writing below " + strings.Join(roots, ", ")}
	for _, p := range found {
		a.Found = append(a.Found, p.File+" in "+p.Name+", process "+strconv.Itoa(p.PID))
	}
	return a
}

func askedSessions(answer, how string, found []Session) Asked {
	a := Asked{What: "connections", Answer: answer, How: how}
	for _, s := range found {
		a.Found = append(a.Found, strings.Join(strings.Fields(s.User+" "+s.Program+" "+s.From), " "))
	}
	return a
}
