package wire_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// authority signs certificates of servers for a test.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // PEM, to be trusted
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, file: filepath.Join(t.TempDir(), "ca.pem")}
	a.cert, a.key = sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: "Test authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, nil)
	if err := os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

func sign(t *testing.T, c, by *x509.Certificate, byKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber = big.NewInt(time.Now().UnixNano())
	if c.NotAfter.IsZero() {
		c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
	}
	if by == nil {
		by, byKey = c, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, by, &key.PublicKey, byKey)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return signed, key
}

// serve answers over TLS with a certificate; selfSigned ones are nobody's but their own. It gives the port.
func (a *authority) serve(c *x509.Certificate, selfSigned bool, h http.HandlerFunc) string {
	a.t.Helper()
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	by, byKey := a.cert, a.key
	if selfSigned {
		by, byKey = nil, nil
	}
	leaf, key := sign(a.t, c, by, byKey)
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = nil
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}}} //nolint:gosec // a test's server
	s.StartTLS()
	a.t.Cleanup(s.Close)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	return port
}

func leapAnswers(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("WWW-Authenticate", `Basic realm="HCL Leap"`)
	w.WriteHeader(http.StatusUnauthorized)
}

func local() *x509.Certificate {
	return &x509.Certificate{Subject: pkix.Name{CommonName: "leap"}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
}

func plain(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// TestEveryWayInWhichAnAddressMayFailIsTold runs real servers: what is wrong with name, certificate, context and answer has a finding of its own, and what is right has none.
func TestEveryWayInWhichAnAddressMayFailIsTold(t *testing.T) {
	ca := newAuthority(t)
	ended, soon, other := local(), local(), local()
	ended.NotBefore, ended.NotAfter = time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, 0, -1)
	soon.NotBefore, soon.NotAfter = time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, 0, 10)
	other.DNSNames, other.IPAddresses = []string{"other.example.org"}, nil
	nobody := httptest.NewServer(http.NotFoundHandler())
	nobody.Close()
	answer := func(status int, typ, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", typ)
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	moves := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	good := "https://localhost:" + ca.serve(local(), false, leapAnswers)
	for _, c := range []struct{ name, value, want string }{
		{"valid", good, ""},
		{"valid, by number", strings.Replace(good, "localhost", "127.0.0.1", 1) + "/apps", ""},
		{"a proxy's own context", good + "/prod/apps", ""},
		{"without TLS", plain(t, leapAnswers), ""},
		{"wrong context", good + "/wrong", "address-context"},
		{"Domino Leap's context", good + "/volt-apps", "address-context"},
		{"ended", "https://localhost:" + ca.serve(ended, false, leapAnswers), "address-expired"},
		{"ends soon", "https://localhost:" + ca.serve(soon, false, leapAnswers), "address-expires"},
		{"self-signed", "https://localhost:" + ca.serve(local(), true, leapAnswers), "address-untrusted"},
		{"wrong name", "https://localhost:" + ca.serve(other, false, leapAnswers), "address-wrong-name"},
		{"no TLS at an https address", strings.Replace(plain(t, leapAnswers), "http:", "https:", 1), "address-tls"},
		{"nobody", nobody.URL, "address-silent"},
		{"no name", "https://leap.invalid", "address-name"},
		{"maintenance", plain(t, answer(503, "text/html", "<title>Maintenance</title>")), "address-maintenance"},
		{"down", plain(t, answer(502, "text/plain", "bad gateway")), "address-down"},
		{"something else", plain(t, answer(200, "text/html", "<title>It works</title>")), "address-else"},
		{"not found", plain(t, http.NotFound), "address-else"},
		{"single sign-on", plain(t, moves("https://idp.example.com/saml/login")), "address-sso"},
		{"sends elsewhere", plain(t, moves("https://www.example.com/apps/")), "address-moved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reached, problems := reach(t, ca.file, "ibm.nitro.NitroConfig.serverURI = http://before.invalid\nibm.nitro.NitroConfig.serverURI = "+c.value+"\n")
			codes := ""
			for _, p := range problems {
				codes += p.Code
				if p.Line != 2 || p.Text == "" || strings.Contains(p.Text, "{") {
					t.Errorf("%+v", p)
				}
			}
			if codes != c.want || len(reached) != 1 {
				t.Fatalf("%q, want %q; %+v", codes, c.want, reached)
			}
			if fine := c.want == "" || c.want == "address-context" || c.want == "address-expires"; reached[0].OK != fine {
				t.Errorf("%+v", reached[0])
			}
		})
	}
}

func TestOnlyTheAddressOfLeapIsLookedAt(t *testing.T) {
	for _, text := range []string{"#ibm.nitro.NitroConfig.serverURI = http://a.invalid\n", "other = http://a.invalid\n", "ibm.nitro.NitroConfig.serverURI = leap\n"} {
		if reached, problems := reach(t, "", text); len(reached) != 0 || len(problems) != 0 {
			t.Errorf("%q: %+v %+v", text, reached, problems)
		}
	}
}

func TestALookThatIsStoppedIsNoAllClear(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	file, desk := settingsDesk(t, "", "ibm.nitro.NitroConfig.serverURI = http://localhost:1\n")
	if _, _, err := desk.Settings().Reach(ctx, file); err == nil {
		t.Error("no error")
	}
}

func settingsDesk(t *testing.T, caFile, text string) (string, *wire.Desk) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "Leap_config.properties")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	desk, err := wire.Open(wire.Options{Root: dir, CAFile: caFile})
	if err != nil {
		t.Fatal(err)
	}
	return file, desk
}

func reach(t *testing.T, caFile, text string) ([]settings.Reached, []settings.Problem) {
	t.Helper()
	file, desk := settingsDesk(t, caFile, text)
	reached, problems, err := desk.Settings().Reach(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	return reached, problems
}
