package proc

import (
	"context"
	"errors"
	"unsafe"

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

// askWindows looks at one service. One that may not be looked at is the server's when its name says so, with an unknown state.
func askWindows(m *mgr.Mgr, name string, w wanted) (s Service, ours bool) {
	s = Service{Name: name, Manager: "Windows service manager"}
	command, display, status, err := lookAt(m, name)
	if err != nil {
		s.How = "QueryServiceConfig; it could not be asked: " + err.Error()
		for _, n := range w.names {
			ours = ours || hasWord(fold(name), fold(n))
		}
		return s, ours
	}
	by := w.match(name+" "+display, command)
	if by == "" {
		return s, false
	}
	s.How = "QueryServiceStatus; its command " + command + " names " + by
	s.Known, s.State, s.Running = true, stateWords[status.State], status.State != svc.Stopped
	return s, true
}

// lookAt gives command line, display name and state of a service. mgr's own Config asks for more (delayed start, SID type), which not every system answers.
func lookAt(m *mgr.Mgr, name string) (command, display string, status svc.Status, err error) {
	wide, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return "", "", status, err
	}
	h, err := windows.OpenService(m.Handle, wide, windows.SERVICE_QUERY_CONFIG|windows.SERVICE_QUERY_STATUS)
	if err != nil {
		return "", "", status, err
	}
	service := &mgr.Service{Name: name, Handle: h}
	defer func() { err = errors.Join(err, service.Close()) }()
	config := make([]byte, maxConfig)
	var needed uint32
	c := (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(&config[0]))
	if err := windows.QueryServiceConfig(h, c, maxConfig, &needed); err != nil {
		return "", "", status, err
	}
	command, display = windows.UTF16PtrToString(c.BinaryPathName), windows.UTF16PtrToString(c.DisplayName)
	status, err = service.Query()
	return command, display, status, err
}

// maxConfig is the most that QueryServiceConfig takes (its documentation: 8 KB).
const maxConfig = 8 << 10
