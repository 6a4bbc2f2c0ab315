package lab

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// controlPath is below which the serving process takes orders, on a socket of its own so that it answers while the product is stopped.
const controlPath = "/springboard-lab/"

// said is one line of what the control endpoint answers.
type said struct {
	Event  *Event  `json:"event,omitempty"`
	Result *Result `json:"result,omitempty"`
	Fault  *fault  `json:"fault,omitempty"`
}

// fault carries an error from the serving process to the one that asked.
type fault struct {
	Code   string            `json:"code,omitempty"`
	Kind   upgrade.Kind      `json:"kind"`
	Args   map[string]string `json:"args,omitempty"`
	Detail string            `json:"detail"`
}

func faultOf(err error) *fault {
	if f, ok := upgrade.AsFault(err); ok {
		detail := ""
		if f.Err != nil {
			detail = f.Err.Error()
		}
		return &fault{f.Code, f.Kind, f.Args, detail}
	}
	return &fault{Kind: upgrade.KindFailed, Detail: err.Error()}
}

func (f *fault) err() error {
	if f.Code == "" {
		return errors.New(f.Detail)
	}
	var cause error
	if f.Detail != "" {
		cause = errors.New(f.Detail)
	}
	return &upgrade.Fault{Code: f.Code, Kind: f.Kind, Args: f.Args, Err: cause}
}

// controlHandler takes the orders of other processes of the same user.
func (s *server) controlHandler(token string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+controlPath+"status", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"running": s.state() == running}) // a client that left needs no answer
	})
	mux.HandleFunc("POST "+controlPath+"upgrade", func(w http.ResponseWriter, r *http.Request) {
		lines, flusher := json.NewEncoder(w), http.NewResponseController(w)
		tell := func(x said) {
			_ = lines.Encode(x) // the upgrade goes on without its watcher
			_ = flusher.Flush()
		}
		result, err := s.upgrade(r.Context(), func(e Event) {
			s.event(e)
			e.Time = s.now()
			tell(said{Event: &e})
		})
		result.Served = true
		if err != nil {
			tell(said{Fault: faultOf(err)})
			return
		}
		tell(said{Result: &result})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+token)) != 1 {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// order sends an order to the process that serves the lab; errNotServed when there is none.
func (l *Lab) order(ctx context.Context, method, what string) (*http.Response, error) {
	s, err := readServing(l.dir)
	if err != nil {
		return nil, errNotServed
	}
	req, err := http.NewRequestWithContext(ctx, method, s.Control+controlPath+what, nil)
	if err != nil {
		return nil, errNotServed
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	transport := &http.Transport{Proxy: nil, DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, errNotServed // a killed process left its file
	case resp.StatusCode != http.StatusOK:
		_ = resp.Body.Close()
		return nil, errNotServed // another program has the port now
	}
	return resp, nil
}

// Serving tells where the lab is served right now; ok is false when no living process serves it.
func (l *Lab) Serving() (s Serving, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	resp, err := l.order(ctx, http.MethodGet, "status")
	if err != nil {
		return Serving{}, false
	}
	_ = resp.Body.Close()
	all, err := readServing(l.dir)
	return all.Serving, err == nil
}

func (l *Lab) upgradeServed(ctx context.Context, onEvent func(Event)) (Result, error) {
	resp, err := l.order(ctx, http.MethodPost, "upgrade")
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	lines := json.NewDecoder(resp.Body)
	for {
		var x said
		err := lines.Decode(&x)
		switch {
		case errors.Is(err, io.EOF):
			return Result{}, errors.New("the serving process ended before the upgrade did")
		case err != nil && ctx.Err() != nil:
			return Result{}, context.Cause(ctx)
		case err != nil:
			return Result{}, fmt.Errorf("the serving process was cut off: %w", err)
		case x.Event != nil:
			onEvent(*x.Event)
		case x.Fault != nil:
			return Result{}, x.Fault.err()
		case x.Result != nil:
			return *x.Result, nil
		}
	}
}
