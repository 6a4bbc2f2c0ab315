// Package leaprest talks to a running HCL Leap or HCL Domino Leap over its REST API: lists the applications (upgrade/apps.Census), opens them as a
// user would (upgrade/apps.Accessor), exports, imports and deletes them. Every way in which a server answers badly is a fault of its own; only
// what was positively recognised is a success. Only GET is ever sent twice.
package leaprest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/springboard-leap/springboard/upgrade"
)

// Options of a client. BaseURL, Product and Credentials are needed, the rest has defaults.
type Options struct {
	BaseURL     string // scheme://host:port, without a context
	Product     upgrade.Product
	Credentials upgrade.Credentials
	CAFile      string        // PEM certificates to trust beside the system's
	Timeout     time.Duration // of one API answer; 2 minutes. Access, Export and Import are bounded by their context only
	Retries     int           // further GETs after a failure that may pass; 0: 3, negative: none
	RetryWait   time.Duration // before the first of them; 500 ms
	Refresh     bool          // have the server gather its statistics anew for List (slow on large servers), they may be a day old otherwise
}

// Limits on what a server may answer.
const (
	listLimit    = 256 << 20
	pageLimit    = 4 << 20
	messageLimit = 64 << 10
	dialTimeout  = 15 * time.Second
	longestWait  = 30 * time.Second // a longer Retry-After is handed to the caller
	userAgent    = "springboard"
)

// Client is one server with one user. Its methods may be called from several goroutines.
type Client struct {
	o       Options
	base    *url.URL
	context string // of the product's pages: apps, volt-apps
	api     string // of its API: apps-basic, volt-api
	plain   *http.Client
	retry   *retryablehttp.Client
}

// New makes a client. It does not connect. A base URL or CA file that can't be used and missing credentials are faults.
func New(o Options) (*Client, error) {
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if !o.Credentials.IsSet() || !o.Credentials.Password.IsSet() {
		return nil, upgrade.NewFault("SB-4022", upgrade.KindAuth, nil, "url", base.String())
	}
	roots, err := trust(o.CAFile)
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = 2 * time.Minute
	}
	if o.Retries == 0 {
		o.Retries = 3
	}
	if o.RetryWait <= 0 {
		o.RetryWait = 500 * time.Millisecond
	}
	c := &Client{o: o, base: base, context: "apps", api: "apps-basic"}
	if o.Product == upgrade.DominoLeap {
		c.context, c.api = "volt-apps", "volt-api"
	}
	jar, err := cookiejar.New(nil) // a single sign-on cookie of the API lets the pages in too; it stays in memory
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConns: 100, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: dialTimeout, ExpectContinueTimeout: time.Second}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	transport.DialContext = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext
	transport.MaxIdleConnsPerHost = 16
	c.plain = &http.Client{Transport: transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	c.retry = &retryablehttp.Client{HTTPClient: c.plain, RetryMax: max(0, o.Retries), RetryWaitMin: o.RetryWait, RetryWaitMax: longestWait,
		CheckRetry: shouldRetry, Backoff: backoff, ErrorHandler: retryablehttp.PassthroughErrorHandler}
	return c, nil
}

// BaseURL is the server's address without a context and without credentials.
func (c *Client) BaseURL() string { return c.base.String() }

// Close lets idle connections go.
func (c *Client) Close() { c.plain.CloseIdleConnections() }

func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, upgrade.NewFault("SB-4021", upgrade.KindFailed, nil, "url", "(not a URL)")
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, upgrade.NewFault("SB-4021", upgrade.KindFailed, nil, "url", u.Redacted())
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func trust(caFile string) (*x509.CertPool, error) {
	if caFile == "" {
		return nil, nil // the system's
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	pem, err := os.ReadFile(caFile)
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		return nil, upgrade.NewFault("SB-4020", upgrade.KindFailed, err, "file", caFile)
	}
	return roots, nil
}

// apiURL gives the address of an API call below /{api}/secure/org/.
func (c *Client) apiURL(path string, query url.Values) string {
	u := *c.base
	u.Path, u.RawPath = "/"+c.api+"/secure/org/"+unescape(path), "/"+c.api+"/secure/org/"+path
	u.RawQuery = query.Encode()
	return u.String()
}

func unescape(path string) string {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	return plain
}

func (c *Client) request(ctx context.Context, method, address string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, upgrade.NewFault("SB-4021", upgrade.KindFailed, nil, "url", address)
	}
	req.Header.Set("User-Agent", userAgent)
	req.SetBasicAuth(c.o.Credentials.User, c.o.Credentials.Password.Reveal())
	return req, nil
}

// get sends a GET, again if it may help, and follows redirects that only change the scheme or port of the same host.
func (c *Client) get(ctx context.Context, address, accept string) (*http.Response, error) {
	for range 4 {
		req, err := c.request(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Accept", accept)
		again, err := retryablehttp.FromRequest(req)
		if err != nil {
			return nil, err
		}
		resp, err := c.retry.Do(again)
		if err != nil {
			return nil, transportFault(ctx, address, err)
		}
		next, ok := c.harmless(resp)
		if !ok {
			return resp, nil
		}
		discard(resp)
		address = next
	}
	return nil, upgrade.NewFault("SB-4006", upgrade.KindFailed, nil, "url", address, "to", "itself, again and again")
}

// harmless tells that a redirect leads to the same path of the same host, and not from https to http.
func (c *Client) harmless(resp *http.Response) (string, bool) {
	to, err := resp.Location()
	if err != nil || resp.StatusCode < 300 || resp.StatusCode > 399 {
		return "", false
	}
	from := resp.Request.URL
	same := strings.EqualFold(to.Hostname(), from.Hostname()) && strings.TrimSuffix(to.Path, "/") == strings.TrimSuffix(from.Path, "/")
	if !same || (from.Scheme == "https" && to.Scheme != "https") {
		return "", false
	}
	return to.String(), true
}

func discard(resp *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, messageLimit))
	_ = resp.Body.Close()
}

// shouldRetry repeats what may pass: no connection, 429 with a short wait, 502, 503, 504. Never a refusal, never a certificate.
func shouldRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return !isCertificate(err) && !errors.Is(err, http.ErrSchemeMismatch), nil
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return retryAfter(resp) <= longestWait, nil
	}
	return false, nil
}

func backoff(first, most time.Duration, attempt int, resp *http.Response) time.Duration {
	wait := min(most, first<<min(attempt, 16))
	if resp != nil {
		wait = max(wait, min(retryAfter(resp), most))
	}
	return wait
}

// retryAfter reads the header in both of its forms; 0 when there is none.
func retryAfter(resp *http.Response) time.Duration {
	v := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if seconds, err := strconv.Atoi(v); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 24*3600)) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		sent, err := http.ParseTime(resp.Header.Get("Date"))
		if err == nil && at.After(sent) {
			return min(at.Sub(sent), 24*time.Hour)
		}
	}
	return 0
}
