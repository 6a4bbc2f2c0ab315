package backup

import (
	"context"
	"strconv"

	"github.com/springboard-leap/springboard/upgrade"
)

// connections asks who is connected to the database that is to be dumped, and notes the answer in rest. A session is Leap at work: it refuses the backup
// as a running server does.
func connections(ctx context.Context, p Ports, parts []Part, whileRunning bool, rest *Rest) ([]Session, []*upgrade.Fault) {
	if !dumps(parts) || isOneFile(parts) {
		return nil, nil // a database that is a file has no sessions: who holds the file open is looked at with the others
	}
	rest.Connections = "unknown"
	how := "its tool does not tell who is connected"
	var found []Session
	defer func() { rest.Asked = append(rest.Asked, askedSessions(rest.Connections, how, found)) }()
	asked, can := p.Dumper.(Sessions)
	if !can {
		return nil, nil
	}
	how = asked.SessionsBy()
	var err error
	found, err = asked.Sessions(ctx)
	if err != nil {
		how += ": " + err.Error()
		return nil, []*upgrade.Fault{upgrade.NewFault("SB-2432", upgrade.KindPartial, err)}
	}
	rest.Connections = "none"
	for _, s := range found {
		rest.Connections = "found"
		if s.Practice {
			continue
		}
		kind, code := upgrade.KindBlocked, "SB-2431"
		if whileRunning {
			kind, code = upgrade.KindPartial, "SB-2433"
		}
		return found, []*upgrade.Fault{upgrade.NewFault(code, kind, nil, "count", strconv.Itoa(len(found)), "user", s.User, "program", s.Program, "from", s.From)}
	}
	return found, nil
}

func dumps(parts []Part) bool {
	for _, part := range parts {
		if part.In && part.dump != nil {
			return true
		}
	}
	return false
}

func isOneFile(parts []Part) bool {
	for _, part := range parts {
		if part.In && part.dump != nil && part.dump.Origin != "" {
			return true
		}
	}
	return false
}
