package lab

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
)

// Serve is the server process: it blocks until ctx ends, which is no error. The first event carries the base URL. A lab that another process
// serves gives fault SB-7005.
func (l *Lab) Serve(ctx context.Context, o ServeOptions) (err error) {
	unlock, err := claim(l.dir)
	if err != nil {
		return err
	}
	defer unlock()
	s, err := newServer(ctx, l, o)
	if err != nil {
		return err
	}
	doors, err := openDoors(ctx, o.Listen)
	if err != nil {
		return err
	}
	defer doors.close()
	if err := s.publish(doors); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreMissing(os.Remove(filepath.Join(l.dir, ServingFile)))) }()
	if err := s.boot(ctx); err != nil {
		return err
	}
	s.event(Event{Kind: EventServing, BaseURL: doors.baseURL, Version: s.mark.Version,
		Text: l.mark.Product.Title() + " " + s.mark.Version + " (a lab) is served at " + doors.baseURL})
	defer func() {
		err = errors.Join(err, s.shutdown())
		s.event(Event{Kind: EventEnded, Text: "The lab is no longer served"})
	}()
	if s.state() == setupDue && setupByItself(l.dir, l.mark.Runtime) {
		if err := s.runSetup(); err != nil {
			return err
		}
	}
	return s.run(ctx, doors)
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// doors are the two sockets of a serving process: the product's, and the lab's own for control.
type doors struct {
	public, control net.Listener
	baseURL, token  string
}

func openDoors(ctx context.Context, listen string) (*doors, error) {
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	var config net.ListenConfig
	public, err := config.Listen(ctx, "tcp", listen)
	if err != nil {
		return nil, upgrade.NewFault("SB-7009", upgrade.KindFailed, err, "listen", listen)
	}
	control, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(upgrade.NewFault("SB-7009", upgrade.KindFailed, err, "listen", "127.0.0.1:0"), public.Close())
	}
	host, port, err := net.SplitHostPort(public.Addr().String())
	if err != nil {
		return nil, errors.Join(err, public.Close(), control.Close())
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return &doors{public: public, control: control, baseURL: "http://" + net.JoinHostPort(host, port), token: rand.Text()}, nil
}

// close is for the way out before the servers run; they close their sockets themselves.
func (d *doors) close() {
	_ = d.public.Close()
	_ = d.control.Close()
}

// publish writes where the lab is served: for Springboard's own use, and into the configuration as an administrator would have it.
func (s *server) publish(d *doors) error {
	data, err := json.Marshal(serving{Serving: Serving{PID: os.Getpid(), BaseURL: d.baseURL}, Control: "http://" + d.control.Addr().String(), Token: d.token})
	if err != nil {
		return err
	}
	if err := osfs.WriteFile(filepath.Join(s.dir, ServingFile), data, 0o600); err != nil {
		return upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", s.dir)
	}
	if err := configureAddress(s.dir, s.mark, d.baseURL); err != nil {
		return upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", s.dir)
	}
	return nil
}

// run serves until ctx ends.
func (s *server) run(ctx context.Context, d *doors) error {
	group, ctx := errgroup.WithContext(ctx)
	for door, handler := range map[net.Listener]http.Handler{d.public: s.handler(), d.control: s.controlHandler(d.token)} {
		h := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: quietLog()}
		group.Go(func() error {
			if err := h.Serve(door); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
		group.Go(func() error {
			<-ctx.Done()
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
			defer cancel()
			if err := h.Shutdown(end); err != nil {
				return h.Close() // a client that hangs is cut off
			}
			return nil
		})
	}
	group.Go(func() error { return s.live(ctx) })
	return group.Wait()
}

// live is the server's life between requests: the log is flushed, everyday records appear, a changed trace specification takes effect.
func (s *server) live(ctx context.Context) error {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	trace := traceState(s.dir, s.mark.Runtime)
	for tick := 1; ; tick++ {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if s.state() == stopped {
			continue
		}
		if tick%15 == 0 && s.speed > 0 {
			s.noise(400, 0x5a, "")
		}
		if tick%5 == 0 {
			trace = s.watchTrace(trace)
		}
		if err := s.log.flush(); err != nil {
			s.event(Event{Kind: EventLogFailed, Text: err.Error()})
		}
	}
}

// watchTrace makes a changed trace specification the running one, as the console's Runtime tab does.
func (s *server) watchTrace(known string) string {
	if s.mark.Runtime == upgrade.Domino {
		return known
	}
	now := traceState(s.dir, s.mark.Runtime)
	if now == known {
		return known
	}
	text := "TRAS0018I: The trace state has changed. The new trace state is " + now + "."
	logger := "com.ibm.ejs.ras.ManagerAdmin"
	if s.mark.Runtime == upgrade.Liberty {
		text, logger = "TRAS0018I: The trace state has been changed. The new trace state is "+now+".", "com.ibm.ws.logging.internal.TraceSpecification"
	}
	r := tr(logger, "I", text)
	r.thread = 0x9b
	s.say(r)
	return now
}
