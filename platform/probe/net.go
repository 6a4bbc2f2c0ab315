package probe

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// Net probes addresses. Use NewNet.
type Net struct {
	resolver *net.Resolver
	roots    *x509.CertPool // nil means the system's
	rootsErr error
	client   *http.Client
}

var _ preflight.Net = (*Net)(nil)

// probeTime bounds one step of a probe; a server that restarts may be slow, one that is not there should not hold the checks up.
const probeTime = 8 * time.Second

// NewNet makes a prober. caFile names a PEM file with further trusted issuers, empty for the system's trust store alone. A file that cannot be
// read is told by each probe that needs it.
func NewNet(caFile string) *Net {
	n := &Net{resolver: net.DefaultResolver}
	if caFile != "" {
		n.roots, n.rootsErr = withSystem(caFile)
	}
	n.client = &http.Client{
		Timeout:       probeTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:             nil, // the way that matters is the direct one
			TLSClientConfig:   &tls.Config{RootCAs: n.roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives: true,
		},
	}
	return n
}

func withSystem(caFile string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, err
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New(caFile + " holds no certificate")
	}
	return pool, nil
}

// Resolve implements preflight.Net.
func (n *Net) Resolve(ctx context.Context, host string) ([]string, error) {
	if net.ParseIP(host) != nil {
		return []string{host}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	return n.resolver.LookupHost(ctx, host)
}

// Get implements preflight.Net. A certificate that is not trusted is an error here; TLS tells more about it.
func (n *Net) Get(ctx context.Context, url string) (preflight.HTTPAnswer, error) {
	if n.rootsErr != nil {
		return preflight.HTTPAnswer{}, n.rootsErr
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return preflight.HTTPAnswer{}, err
	}
	start := time.Now()
	res, err := n.client.Do(req)
	if err != nil {
		return preflight.HTTPAnswer{}, unwrapURL(err)
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10)
	return preflight.HTTPAnswer{
		Status: res.StatusCode, Location: res.Header.Get("Location"), Server: res.Header.Get("Server"),
		HTML: strings.Contains(res.Header.Get("Content-Type"), "html"), Took: time.Since(start),
	}, nil
}

// unwrapURL takes the method and address off, which the finding tells anyway.
func unwrapURL(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		if strings.HasPrefix(err.Error(), "Get ") {
			return inner
		}
		err = inner
	}
}

// TLS implements preflight.Net. The handshake is made without verification to see the certificate at all; it is verified afterwards, against the
// same trust store as everywhere, and nothing is sent over the connection.
func (n *Net) TLS(ctx context.Context, address, serverName string) (preflight.TLSFacts, error) {
	if n.rootsErr != nil {
		return preflight.TLSFacts{}, n.rootsErr
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	d := tls.Dialer{Config: &tls.Config{ServerName: serverName, InsecureSkipVerify: true}} //nolint:gosec // see the comment: verified below, nothing is sent
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return preflight.TLSFacts{}, err
	}
	defer conn.Close()
	secured, ok := conn.(*tls.Conn)
	if !ok {
		return preflight.TLSFacts{}, errors.New("the connection is not one of TLS")
	}
	chain := secured.ConnectionState().PeerCertificates
	if len(chain) == 0 {
		return preflight.TLSFacts{}, errors.New("the server sent no certificate")
	}
	return describe(chain, n.roots, serverName), nil
}

func describe(chain []*x509.Certificate, roots *x509.CertPool, serverName string) preflight.TLSFacts {
	leaf := chain[0]
	sum := sha256.Sum256(leaf.Raw)
	f := preflight.TLSFacts{Subject: leaf.Subject.String(), Issuer: leaf.Issuer.String(), NotAfter: leaf.NotAfter, SHA256: hex.EncodeToString(sum[:])}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{DNSName: serverName, Roots: roots, Intermediates: between})
	if err == nil {
		return f
	}
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	f.Problem, f.ProblemText = "other", err.Error()
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		f.Problem = "expired"
	case errors.As(err, &unknown):
		f.Problem = "unknown-authority"
	case errors.As(err, &name):
		f.Problem = "wrong-name"
	}
	return f
}
