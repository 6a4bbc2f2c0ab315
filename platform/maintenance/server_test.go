package maintenance

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
)

// serve runs the maintenance server until the test ends.
func serve(t *testing.T, o Options) (base string, ended <-chan Counts) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ready, out := make(chan string, 1), make(chan Counts, 1)
	o.Listen, o.Page, o.Product, o.Ready = "127.0.0.1:0", page(), upgrade.Leap, func(b string) { ready <- b }
	go func() {
		n, err := Serve(ctx, o)
		if err != nil {
			t.Error(err)
			close(ready)
		}
		out <- n
	}()
	t.Cleanup(func() { stop(); <-out })
	return <-ready, out
}

func TestOurOwnServerShowsThePageAndTellsThatItIsWell(t *testing.T) {
	base, _ := serve(t, Options{})
	for _, c := range []struct {
		path, accept, kind string
		status             int
	}{
		{"/apps/", "text/html", "text/html; charset=utf-8", 503},
		{"/anything/else", "", "text/html; charset=utf-8", 503},
		{"/apps-basic/secure/org/admin/apps", "", "application/json", 503},
		{"/x", "application/json", "application/json", 503},
		{offline.HealthPath, "text/html", "application/json", 200},
	} {
		res, _, err := ask(t, http.MethodGet, base+c.path, c.accept, "")
		if err != nil {
			t.Fatal(err)
		}
		if retry := res.Header.Get("Retry-After"); res.StatusCode != c.status || res.Header.Get("Content-Type") != c.kind || (retry == "900") != (c.status == 503) {
			t.Errorf("%s: %d %v", c.path, res.StatusCode, res.Header)
		}
	}
}

func TestAnUploadIsAnsweredWithoutBeingRead(t *testing.T) {
	base, _ := serve(t, Options{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, "POST /apps/x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\nonly a beginning"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(io.LimitReader(conn, 64))
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 503") {
		t.Errorf("%q %v", answer, err)
	}
}

func TestATakenAddressIsToldWithItsCause(t *testing.T) {
	base, _ := serve(t, Options{})
	_, err := Serve(t.Context(), Options{Listen: strings.TrimPrefix(base, "http://"), Page: page(), Product: upgrade.Leap})
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-9033" {
		t.Errorf("%v", err)
	}
}

func TestAMissingCertificateIsAWrongCall(t *testing.T) {
	_, err := Serve(t.Context(), Options{Listen: "127.0.0.1:0", Page: page(), TLSCert: "absent.pem", TLSKey: "absent.pem"})
	if upgrade.KindOf(err) != upgrade.KindUsage {
		t.Errorf("%v", err)
	}
}
