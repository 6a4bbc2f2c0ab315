package leaprest

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func TestListAsksWhereTheProductAnswers(t *testing.T) {
	for product, want := range map[upgrade.Product]string{
		upgrade.Leap:       "/apps-basic/secure/org/admin/apps?format=json",
		upgrade.DominoLeap: "/volt-api/secure/org/admin/apps?format=json",
	} {
		var got *http.Request
		c := serve(t, func(w http.ResponseWriter, r *http.Request) { got = r; fmt.Fprint(w, "[]") }, func(o *Options) { o.Product = product })
		list, err := c.List(t.Context())
		user, pass, _ := got.BasicAuth()
		if err != nil || len(list) != 0 || got.URL.RequestURI() != want || user != "admin" || pass != password || got.UserAgent() != "springboard" {
			t.Errorf("%s: %v %v %s %s", product, list, err, got.URL, user)
		}
	}
}

func TestListIsReadLeniently(t *testing.T) {
	for name, body := range map[string]string{
		"an array":            `[{"uid":"u1","title":"Leave","records":12,"deployed":true,"owner":"bob"}]`,
		"an object around it": `{"count":1,"apps":[{"id":"u1","name":"Leave","recordCount":"12","isDeployed":"true"}],"status":"ok"}`,
		"two around it":       `{"data":{"items":[{"appId":"u1","name":"Leave","submissions":12,"deployed":true}]}}`,
		"beside other arrays": `{"roles":["admin"],"apps":[{"app_uid":"u1","appTitle":"Leave","records":12,"deployed":"yes"}],"links":[]}`,
		"a byte order mark":   "\xef\xbb\xbf" + `[{"UID":" u1 ","Title":"Leave","Records":12,"Deployed":true}]`,
		"records by form":     `[{"uid":"u1","title":"Leave","deployed":true,"forms":[{"id":"F_1","records":5},{"id":"F_2","count":7}]}]`,
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		list, err := c.List(t.Context())
		if err != nil || len(list) != 1 {
			t.Errorf("%s: %v %v", name, list, err)
			continue
		}
		if e := list[0]; e.UID != "u1" || e.Name != "Leave" || e.Records == nil || *e.Records != 12 || e.Deployed == nil || !*e.Deployed || e.Evidence.Status != 200 {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestListThatTellsLittleTellsNothingWrong(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `[{"id":17,"name":"Größe 🚀 ‏שלום l'été"}]`)
	})
	list, err := c.List(t.Context())
	if err != nil || list[0].UID != "17" || list[0].Name != "Größe 🚀 ‏שלום l'été" || list[0].Records != nil || list[0].Deployed != nil {
		t.Errorf("%+v %v", list, err)
	}
}

func TestBadAnswersToTheListAreFaultsOfTheirOwn(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", code) }
	}
	body := func(kind, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			fmt.Fprint(w, text)
		}
	}
	to := func(where string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", where)
			w.WriteHeader(http.StatusFound)
		}
	}
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		code string
		kind upgrade.Kind
	}{
		"401":                       {status(401), "SB-4002", upgrade.KindAuth},
		"403":                       {status(403), "SB-4003", upgrade.KindAuth},
		"404":                       {status(404), "SB-4015", upgrade.KindFailed},
		"407":                       {status(407), "SB-4019", upgrade.KindAuth},
		"418":                       {status(418), "SB-4017", upgrade.KindFailed},
		"429":                       {status(429), "SB-4007", upgrade.KindFailed},
		"500":                       {status(500), "SB-4008", upgrade.KindFailed},
		"503":                       {status(503), "SB-4008", upgrade.KindFailed},
		"redirect to a login":       {to("/apps/login.jsp?token=secret"), "SB-4004", upgrade.KindAuth},
		"redirect to SSO elsewhere": {to("https://sso.example.org/adfs/ls?SAMLRequest=secret"), "SB-4004", upgrade.KindAuth},
		"redirect to Domino's form": {to("/names.nsf?Login&RedirectTo=secret"), "SB-4004", upgrade.KindAuth},
		"redirect to Setup":         {to("/apps/secure/org/setup/index.html"), "SB-4005", upgrade.KindFailed},
		"redirect to somewhere":     {to("/welcome"), "SB-4006", upgrade.KindFailed},
		"redirect to nowhere":       {status(302), "SB-4006", upgrade.KindFailed},
		"redirect to itself":        {to("?format=json"), "SB-4006", upgrade.KindFailed},
		"login page with 200":       {body("text/html", loginPage), "SB-4004", upgrade.KindAuth},
		"login page called JSON":    {body("application/json", loginPage), "SB-4013", upgrade.KindFailed},
		"login page without a type": {body("text/plain", loginPage), "SB-4004", upgrade.KindAuth},
		"Setup page with 200":       {body("text/html", setupPage), "SB-4005", upgrade.KindFailed},
		"HTML":                      {body("text/html", errorPage), "SB-4009", upgrade.KindFailed},
		"nothing":                   {body("application/json", ""), "SB-4010", upgrade.KindFailed},
		"half of it":                {body("application/json", `[{"uid":"u1"`), "SB-4010", upgrade.KindFailed},
		"hung up":                   {func(w http.ResponseWriter, _ *http.Request) { cutOff(w, "application/json", "[]") }, "SB-4010", upgrade.KindFailed},
		"no JSON":                   {body("application/json", "uid=1"), "SB-4013", upgrade.KindFailed},
		"something after it":        {body("application/json", "[] []"), "SB-4013", upgrade.KindFailed},
		"a number":                  {body("application/json", "7"), "SB-4013", upgrade.KindFailed},
		"no array":                  {body("application/json", `{"error":"x"}`), "SB-4013", upgrade.KindFailed},
		"two arrays":                {body("application/json", `{"a":[{"id":"1"}],"b":[{"id":"2"}]}`), "SB-4013", upgrade.KindFailed},
		"an entry without uid":      {body("application/json", `[{"uid":"1"},{"title":"x"}]`), "SB-4013", upgrade.KindFailed},
		"an entry that is a text":   {body("application/json", `["u1"]`), "SB-4013", upgrade.KindFailed},
		"a page of a longer list":   {body("application/json", `{"total":500,"apps":[{"uid":"1"}]}`), "SB-4013", upgrade.KindFailed},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := serve(t, c.h).List(t.Context())
			wantFault(t, err, c.code, c.kind)
			if list != nil {
				t.Errorf("and a list: %v", list)
			}
		})
	}
}

func TestServerThatIsDownOrSlow(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	_, err := clientOf(t, s.URL).List(t.Context())
	wantFault(t, err, "SB-4001", upgrade.KindFailed)
	release := make(chan struct{})
	c := serve(t, func(http.ResponseWriter, *http.Request) { <-release }, func(o *Options) { o.Timeout = 50 * time.Millisecond; o.Retries = -1 })
	defer close(release)
	_, err = c.List(t.Context())
	wantFault(t, err, "SB-4011", upgrade.KindFailed)
}

func TestPassingFailuresOfAGetAreTriedAgainAndRefusalsAreNot(t *testing.T) {
	for status, want := range map[int]int64{503: 3, 502: 3, 429: 3, 401: 1, 403: 1, 500: 1} {
		var asked atomic.Int64
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { asked.Add(1); w.WriteHeader(status) })
		if _, err := c.List(t.Context()); err == nil || asked.Load() != want {
			t.Errorf("%d: asked %d times, %v", status, asked.Load(), err)
		}
	}
	var asked atomic.Int64
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, `[{"uid":"u1"}]`)
	})
	if list, err := c.List(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("after one failure: %v %v", list, err)
	}
	var long atomic.Int64
	c = serve(t, func(w http.ResponseWriter, _ *http.Request) {
		long.Add(1)
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(429)
	})
	if _, err := c.List(t.Context()); long.Load() != 1 {
		t.Errorf("waited for an hour: %v", err)
	}
}

func TestCertificatesAreCheckedAlways(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[]") }))
	t.Cleanup(s.Close)
	_, err := clientOf(t, s.URL).List(t.Context())
	wantFault(t, err, "SB-4012", upgrade.KindFailed)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := clientOf(t, s.URL, func(o *Options) { o.CAFile = ca }).List(t.Context()); err != nil {
		t.Error(err)
	}
	_ = os.WriteFile(ca, []byte("nothing"), 0o600)
	_, err = New(Options{BaseURL: s.URL, CAFile: ca, Credentials: upgrade.Credentials{User: "a", Password: upgrade.NewSecret("b")}})
	wantFault(t, err, "SB-4020", upgrade.KindFailed)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	_, err = clientOf(t, strings.Replace(plain.URL, "http", "https", 1)).List(t.Context())
	wantFault(t, err, "SB-4001", upgrade.KindFailed) // no encryption there: the cause says so
}

func TestPasswordStaysWithItsServer(t *testing.T) {
	leaked := false
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { leaked = leaked || r.Header.Get("Authorization") != "" }))
	t.Cleanup(other.Close)
	elsewhere := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere+r.URL.RequestURI(), http.StatusFound)
	})
	_, err := c.List(t.Context())
	wantFault(t, err, "SB-4004", upgrade.KindAuth)
	if leaked {
		t.Error("the password was sent to another server")
	}
}

func TestClientNeedsAnAddressAndAUser(t *testing.T) {
	who := upgrade.Credentials{User: "a", Password: upgrade.NewSecret("b")}
	for _, address := range []string{"", "server", "ftp://server", "://", "http://", "http://a b"} {
		_, err := New(Options{BaseURL: address, Credentials: who})
		wantFault(t, err, "SB-4021", upgrade.KindFailed)
	}
	_, err := New(Options{BaseURL: "http://server"})
	wantFault(t, err, "SB-4022", upgrade.KindAuth)
	c, err := New(Options{BaseURL: "https://user:secret@server:9443/apps", Credentials: who})
	if err != nil || c.BaseURL() != "https://server:9443" {
		t.Errorf("%v %v", c, err)
	}
}

func FuzzReadList(f *testing.F) {
	f.Add([]byte(`{"apps":[{"uid":"a","title":"b","records":3}],"total":1}`))
	f.Add([]byte(`[{"uid":"a","forms":[{"count":3}]},{"id":1e99}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		value, err := decode(body, "http://x")
		if err != nil {
			return
		}
		list, err := readList(value, "http://x")
		if err != nil {
			if _, ok := upgrade.AsFault(err); !ok {
				t.Fatal(err)
			}
			return
		}
		for _, e := range list {
			if e.UID == "" {
				t.Fatal("an entry without uid")
			}
		}
		if _, err := json.Marshal(list); err != nil {
			t.Fatal(err)
		}
	})
}
