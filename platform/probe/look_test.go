package probe

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade/offline"
)

// TestWhatAnAddressAnswersIsToldApart: pages and redirects as web servers, Leap and identity providers send them, over real connections.
func TestWhatAnAddressAnswersIsToldApart(t *testing.T) {
	html := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	to := func(address string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, address, http.StatusFound) }
	}
	ours, err := (offline.Page{Mark: "m1"}).HTML()
	if err != nil {
		t.Fatal(err)
	}
	stale, err := (offline.Page{Mark: "m0"}).HTML()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for path, h := range map[string]http.HandlerFunc{
		"/ours": html(503, string(ours)), "/cached": html(200, string(ours)), "/stale": html(503, string(stale)),
		"/theirs": html(200, "<title>Wartung</title><h1>Wartungsarbeiten</h1>Call 4711"), "/f5": html(503, "<title>Service unavailable</title><h1>Under maintenance</h1>"),
		"/bad": html(503, "<title>503</title>"), "/plugin": html(500, "<title>Error 500: Internal Server Error</title>"),
		"/error200": html(200, "<html><title>Error</title><h1>Error 404: SRVE0190E: File not found</h1></html>"),
		"/login":    html(200, `<form action="j_security_check"><input type="password" name="j_password"></form>`), "/toLogin": to("/login"),
		"/sso": to("https://idp.example.org/adfs/ls?SAMLRequest=x"), "/elsewhere": to("https://www.example.org/"), "/circle": to("/circle2"), "/circle2": to("/circle"),
		"/setup": html(200, "<title>HCL Leap Setup</title>"), "/leap": html(200, `<title>Leap</title><script src="/apps/nitro/main.js"></script>`),
		"/intranet": html(200, "<title>Intranet</title>Welcome"), "/gone": http.NotFound, "/api": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `[{"uid":"1"}]`)
		},
		"/basic": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", `Basic realm="HCL Leap"`)
			w.WriteHeader(http.StatusUnauthorized)
		},
		"/cut": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		mux.HandleFunc(path, h)
	}
	srv := httptest.NewServer(mux)
	defer srv.Close()
	secure := httptest.NewTLSServer(mux)
	defer secure.Close()
	closed := httptest.NewServer(mux)
	closed.Close()
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	write(t, trusted, pemOf(secure.Certificate().Raw))

	for address, want := range map[string]offline.Saw{
		srv.URL + "/ours": offline.SawMaintenance, srv.URL + "/cached": offline.SawMaintenance, srv.URL + "/stale": offline.SawOtherPage,
		srv.URL + "/theirs": offline.SawMaintenance, srv.URL + "/f5": offline.SawOtherPage, srv.URL + "/bad": offline.SawDown, srv.URL + "/plugin": offline.SawDown,
		srv.URL + "/error200": offline.SawError, srv.URL + "/login": offline.SawLogin, srv.URL + "/toLogin": offline.SawLogin, srv.URL + "/sso": offline.SawSSO,
		srv.URL + "/elsewhere": offline.SawMoved, srv.URL + "/circle": offline.SawMoved, srv.URL + "/setup": offline.SawSetup, srv.URL + "/leap": offline.SawLeap,
		srv.URL + "/intranet": offline.SawOther, srv.URL + "/gone": offline.SawNotFound, srv.URL + "/api": offline.SawLeap, srv.URL + "/basic": offline.SawLogin,
		srv.URL + "/cut": offline.SawNothing, closed.URL + "/leap": offline.SawNothing, secure.URL + "/leap": offline.SawNoTrust,
		strings.Replace(srv.URL, "http:", "https:", 1) + "/leap": offline.SawNoTrust, "http://no-such-host.invalid/": offline.SawNoName,
	} {
		a, err := NewNet("").Look(t.Context(), address, "apps", false)
		if err != nil {
			t.Fatal(err)
		}
		saw, why := offline.Recognise(a, offline.Expect{Mark: "m1", Text: "Call 4711"})
		if saw != want || why == "" {
			t.Errorf("%s: %s (%s), want %s", address, saw, why, want)
		}
	}
	if a, err := NewNet(trusted).Look(t.Context(), secure.URL+"/leap", "apps", false); err != nil || a.Page != offline.PageLeap {
		t.Errorf("a trusted certificate: %+v %v", a, err)
	}
}
