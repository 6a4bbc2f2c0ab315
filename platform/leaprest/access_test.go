package leaprest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

var leave = apps.Entry{UID: uid, Name: "Leave request"}

func TestPagesAreRecognised(t *testing.T) {
	for name, c := range map[string]struct {
		page string
		want upgrade.AppState
	}{
		"the form root":                      {appPage, upgrade.Upgraded},
		"a form by its id":                   {`<html><body><form id="F_Form1"></form></body></html>`, upgrade.Upgraded},
		"its scripts":                        {`<html><head><script src="/apps/static/9.3/launch.js"></script></head></html>`, upgrade.Upgraded},
		"its uid in a script":                {`<html><script>var app="` + uid + `"</script></html>`, upgrade.Upgraded},
		"its title":                          {`<html><head><title>Leave request - Leap</title></head><body>...</body></html>`, upgrade.Upgraded},
		"unavailable":                        {`<html><body><h1>Sorry</h1>This application <b>is</b> unavailable. ` + uid + `</body></html>`, upgrade.Failed},
		"unavailable by its class":           {`<html><body><div class="box app-unavailable" id="leap-app"></div></body></html>`, upgrade.Failed},
		"being upgraded":                     {`<html><body id="leap-app">The application is being upgraded.</body></html>`, upgrade.Upgrading},
		"an error page of the server":        {errorPage, upgrade.UnknownIn},
		"an error page with the uid":         {`<html><title>Error 404: File not found: /apps/secure/org/app/` + uid + `</title></html>`, upgrade.UnknownIn},
		"a maintenance page":                 {`<html><title>Wartungsarbeiten</title><script src="/apps/x.js"></script></html>`, upgrade.UnknownIn},
		"a page of somebody else":            {`<html><title>Welcome</title><body>Hello</body></html>`, upgrade.UnknownIn},
		"an empty page":                      {``, upgrade.UnknownIn},
		"no HTML at all":                     {`{"ok":true}`, upgrade.UnknownIn},
		"the phrase in a script is no claim": {`<html><body id="leap-app"><script>var t="This application is unavailable"</script></body></html>`, upgrade.Upgraded},
		"an application about maintenance":   {`<html><title>Leave request</title><h1>Leave request</h1><body id="leap-app">maintenance error</body></html>`, upgrade.Upgraded},
	} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []string{"text/html", "text/html;charset=ISO-8859-1"} {
				srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", kind)
					if strings.HasPrefix(c.page, "{") {
						w.Header().Set("Content-Type", "application/json")
					}
					fmt.Fprint(w, c.page)
				})
				a := srv.Access(t.Context(), leave)
				if a.Says != c.want || a.Evidence.Status != 200 || a.Evidence.URL == "" || a.Evidence.Text == "" {
					t.Errorf("%+v", a)
				}
			}
		})
	}
}

func TestNameThatSoundsLikeAnErrorIsNoError(t *testing.T) {
	for _, name := range []string{"Error report", "Maintenance", "Setup request", "Not found items"} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			sendPage(w, 200, `<html><title>`+name+`</title><body id="leap-app"></body></html>`)
		})
		if a := c.Access(t.Context(), apps.Entry{UID: uid, Name: name}); a.Says != upgrade.Upgraded {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestFailedApplicationIsKnownWhateverTheStatus(t *testing.T) {
	for _, status := range []int{200, 404, 500, 503} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			sendPage(w, status, "<html><p>This application is unavailable.</p></html>")
		})
		if a := c.Access(t.Context(), leave); a.Says != upgrade.Failed || a.Err != nil || a.Evidence.Status != status {
			t.Errorf("%d: %+v", status, a)
		}
	}
}

func TestFailedApplicationIsKnownInJSONToo(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(500)
		fmt.Fprint(w, `{"error":"This application is unavailable. It could not be upgraded."}`)
	})
	if a := c.Access(t.Context(), leave); a.Says != upgrade.Failed {
		t.Errorf("%+v", a)
	}
}

func TestAnswersThatSettleNothing(t *testing.T) {
	to := func(where string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, where, http.StatusFound) }
	}
	page := func(status int, page string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { sendPage(w, status, page) }
	}
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		code string
		kind upgrade.Kind
	}{
		"401":                 {page(401, ""), "SB-4002", upgrade.KindAuth},
		"403 of this one":     {page(403, ""), "SB-4003", upgrade.KindIncomplete},
		"429":                 {page(429, ""), "SB-4007", upgrade.KindFailed},
		"500 without a word":  {page(500, "<html><body>oops</body></html>"), "SB-4008", upgrade.KindFailed},
		"a login page":        {page(200, loginPage), "SB-4004", upgrade.KindAuth},
		"a redirect to SSO":   {to("https://sso.example.org/saml"), "SB-4004", upgrade.KindAuth},
		"a redirect to login": {to("/apps/login/" + uid), "SB-4004", upgrade.KindAuth},
		"a redirect to Setup": {to("/apps/secure/org/setup/"), "SB-4005", upgrade.KindFailed},
		"a redirect in a ring": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.RequestURI(), 302) },
			"SB-4006", upgrade.KindFailed},
		"the Setup page":  {page(200, setupPage), "SB-4005", upgrade.KindFailed},
		"half of an page": {func(w http.ResponseWriter, _ *http.Request) { cutOff(w, "text/html", appPage) }, "SB-4010", upgrade.KindFailed},
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, c.h).Access(t.Context(), leave)
			wantFault(t, a.Err, c.code, c.kind)
			if a.Says != upgrade.UnknownIn || a.Down || a.Fatal != (c.code == "SB-4005") {
				t.Errorf("%+v", a)
			}
		})
	}
}

func TestAccessFollowsRedirectsThatStayWithTheApplication(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("form") {
			http.Redirect(w, r, "/apps/secure/org/app/"+uid+"/launch/main.html", http.StatusFound)
			return
		}
		sendPage(w, 200, appPage)
	})
	if a := c.Access(t.Context(), leave); a.Says != upgrade.Upgraded || !strings.HasSuffix(a.Evidence.URL, "main.html") {
		t.Errorf("%+v", a)
	}
}

func TestPagesBehindALoginAreTriedWhereBasicAuthenticationIsTaken(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/apps/") {
			sendPage(w, 200, loginPage)
			return
		}
		sendPage(w, 200, appPage)
	})
	if a := c.Access(t.Context(), leave); a.Says != upgrade.Upgraded || !strings.Contains(a.Evidence.URL, "/apps-basic/") {
		t.Errorf("%+v", a)
	}
}

func TestApplicationIsMissingOnlyWhenTheServerSaysSoTwice(t *testing.T) {
	there := false
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if there && strings.HasSuffix(r.URL.Path, "/admin/apps/"+uid) {
			fmt.Fprintf(w, `{"uid":%q,"title":"Leave request"}`, uid)
			return
		}
		http.NotFound(w, r)
	})
	if a := c.Access(t.Context(), leave); a.Says != upgrade.Missing || a.Evidence.Status != 404 || a.Err != nil {
		t.Errorf("gone: %+v", a)
	}
	there = true
	if a := c.Access(t.Context(), leave); a.Says != upgrade.UnknownIn {
		t.Errorf("no such page: %+v", a)
	}
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("form") {
			http.NotFound(w, r)
			return
		}
		sendPage(w, 200, appPage)
	})
	if a := other.Access(t.Context(), leave); a.Says != upgrade.Upgraded {
		t.Errorf("a first form of another name: %+v", a)
	}
}

func TestApplicationThatTakesTooLongIsUpgrading(t *testing.T) {
	release := make(chan struct{})
	c := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	a := c.Access(soon(t, 50*time.Millisecond), leave)
	wantFault(t, a.Err, "SB-4011", upgrade.KindFailed)
	if a.Says != upgrade.Upgrading || a.Down {
		t.Errorf("%+v", a)
	}
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	if a = clientOf(t, s.URL).Access(t.Context(), leave); !a.Down || a.Says != upgrade.UnknownIn {
		t.Errorf("a server that is down: %+v", a)
	}
}

func TestWrongPasswordIsSentOnce(t *testing.T) {
	for challenge, want := range map[string]int{`Basic realm="Leap"`: 1, "Negotiate": 2} {
		asked := 0
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.Header().Set("WWW-Authenticate", challenge)
			w.WriteHeader(401)
		})
		a := c.Access(t.Context(), leave)
		wantFault(t, a.Err, "SB-4002", upgrade.KindAuth)
		if asked != want {
			t.Errorf("%s: asked %d times", challenge, asked)
		}
	}
}

func TestRequestThatWasNeverSentUpgradesNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never shakes hands
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a := clientOf(t, "https://"+l.Addr().String()).Access(soon(t, 100*time.Millisecond), leave)
	wantFault(t, a.Err, "SB-4011", upgrade.KindFailed)
	if a.Says != upgrade.UnknownIn || !a.Down {
		t.Errorf("%+v", a)
	}
}

func TestAccessTellsHowLongToWait(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "7"); w.WriteHeader(429) })
	if a := c.Access(t.Context(), leave); a.RetryAfter != 7*time.Second {
		t.Errorf("%+v", a)
	}
}

func FuzzReadPage(f *testing.F) {
	for _, p := range []string{loginPage, errorPage, setupPage, appPage, "<h1><title></h1><script>"} {
		f.Add([]byte(p))
	}
	f.Fuzz(func(_ *testing.T, body []byte) {
		p := readPage(body)
		_, _ = p.saysFailed()
		_, _ = p.saysError("x")
		_, _ = p.isApp(body, "apps", uid, "Leave")
	})
}
