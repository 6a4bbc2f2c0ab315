// Package maintenance serves the maintenance page: 503 with Retry-After for whatever is asked, a page for browsers, JSON for programs, and one path that tells
// a load balancer that the server is well. It redirects nowhere, reads no request body, keeps nothing, and bounds everything that a client could make large.
package maintenance

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
)

// The bounds: far above what a page of a few kilobytes needs, far below what would hurt a server in an upgrade.
const (
	maxConnections = 512
	maxHeader      = 64 << 10
	slowest        = 15 * time.Second
	idle           = 30 * time.Second
)

// Options of a server.
type Options struct {
	Listen  string // host:port
	Page    offline.Page
	Product upgrade.Product
	// TLSCert and TLSKey name PEM files; without them plain HTTP is served.
	TLSCert, TLSKey string
	// Ready is told the base URL once connections are accepted; may be nil.
	Ready func(baseURL string)
}

// Counts is how often the page was shown.
type Counts struct {
	Pages  int64 `json:"pages"`
	JSON   int64 `json:"json"`
	Health int64 `json:"health"`
}

// Server answers requests. It may be used from many goroutines.
type Server struct {
	page, text          []byte
	mark                string
	retry               string
	product             upgrade.Product
	pages, json, health atomic.Int64
}

// New makes the answers of a server.
func New(p offline.Page, product upgrade.Product) (*Server, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	s := &Server{mark: p.Mark, retry: strconv.Itoa(p.RetrySeconds()), product: product}
	var err error
	if s.page, err = p.HTML(); err != nil {
		return nil, err
	}
	s.text, err = p.JSON()
	return s, err
}

// Counts so far.
func (s *Server) Counts() Counts {
	return Counts{Pages: s.pages.Load(), JSON: s.json.Load(), Health: s.health.Load()}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set(offline.MarkHeader, s.mark)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	status, body := http.StatusServiceUnavailable, s.page
	switch {
	case r.URL.Path == offline.HealthPath:
		s.health.Add(1)
		status, body = http.StatusOK, []byte("{\"state\":\"maintenance\"}\n")
		h.Set("Content-Type", "application/json")
	case offline.WantsJSON(r.Header.Get("Accept"), r.URL.Path, s.product):
		s.json.Add(1)
		body = s.text
		h.Set("Content-Type", "application/json")
	default:
		s.pages.Add(1)
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	}
	if status != http.StatusOK {
		h.Set("Retry-After", s.retry)
	}
	if r.ContentLength != 0 {
		h.Set("Connection", "close") // an upload is not read to its end
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// Serve answers until ctx ends, which is no error, and gives how often it did.
func Serve(ctx context.Context, o Options) (Counts, error) {
	s, err := New(o.Page, o.Product)
	if err != nil {
		return Counts{}, err
	}
	var config *tls.Config
	if o.TLSCert != "" || o.TLSKey != "" {
		pair, err := tls.LoadX509KeyPair(o.TLSCert, o.TLSKey)
		if err != nil {
			return Counts{}, upgrade.NewFault("SB-9034", upgrade.KindUsage, err, "cert", o.TLSCert, "key", o.TLSKey, "why", err.Error())
		}
		config = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	var listen net.ListenConfig
	door, err := listen.Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return Counts{}, upgrade.NewFault("SB-9033", upgrade.KindFailed, err, "listen", o.Listen, "why", err.Error())
	}
	base := "http://" + address(door.Addr())
	bounded := netutil.LimitListener(door, maxConnections)
	if config != nil {
		base, bounded = "https://"+address(door.Addr()), tls.NewListener(bounded, config)
	}
	h := &http.Server{Handler: s, ReadHeaderTimeout: slowest, ReadTimeout: slowest, WriteTimeout: slowest, IdleTimeout: idle, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(io.Discard, "", 0)}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(bounded) }()
	if o.Ready != nil {
		o.Ready(base)
	}
	select {
	case err = <-ended:
	case <-ctx.Done():
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		if err = h.Shutdown(end); err != nil {
			err = h.Close() // a client that hangs is cut off
		}
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return s.Counts(), err
}

// address is where a browser on this machine finds a listener.
func address(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
