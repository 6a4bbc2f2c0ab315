package proc

import (
	"context"
	"errors"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/mgr"
)

// servicesOf asks the service manager for the services whose command line names the installation. It needs no administrator: only listing and looking are asked for.
func servicesOf(ctx context.Context, w wanted) (list []Service, err error) {
	h, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_CONNECT|windows.SC_MANAGER_ENUMERATE_SERVICE)
	if err != nil {
		return nil, err
	}
	m := &mgr.Mgr{Handle: h}
	defer func() { err = errors.Join(err, m.Disconnect()) }()
	names, err := m.ListServices()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if s, ours := askWindows(m, name, w); ours {
			list = append(list, s)
		}
	}
	return list, nil
}

// stateWords are the states of services, as sc.exe writes them.
var stateWords = map[svc.State]string{svc.Stopped: "stopped", svc.StartPending: "start pending", svc.StopPending: "stop pending", svc.Running: "running",
	svc.ContinuePending: "continue pending", svc.PausePending: "pause pending", svc.Paused: "paused"}

// askWindows looks at one service. One that may not be looked at is none of the server's as far as can be told.
func askWindows(m *mgr.Mgr, name string, w wanted) (s Service, ours bool) {
	wide, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return s, false
	}
	h, err := windows.OpenService(m.Handle, wide, windows.SERVICE_QUERY_CONFIG|windows.SERVICE_QUERY_STATUS)
	if err != nil {
		return s, false
	}
	service := &mgr.Service{Name: name, Handle: h}
	defer service.Close()
	config, err := service.Config()
	if err != nil {
		return s, false
	}
	by := w.match(name+" "+config.DisplayName, config.BinaryPathName)
	if by == "" {
		return s, false
	}
	s = Service{Name: name, Manager: "Windows service manager", How: "QueryServiceStatus; its command " + config.BinaryPathName + " names " + by}
	status, err := service.Query()
	if err != nil {
		s.How += "; it could not be asked: " + err.Error()
		return s, true
	}
	s.Known, s.State, s.Running = true, stateWords[status.State], status.State != svc.Stopped
	return s, true
}
