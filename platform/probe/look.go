package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/platform/leaprest"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
	"github.com/springboard-leap/springboard/upgrade/offline"
)

const (
	mostHops = 6
	mostPage = 256 << 10
)

// Look asks an address as a browser would that is not signed in, follows redirects within the same host, and tells what the last answer was. An address that does
// not answer is no error but an answer with its trouble; only the end of ctx is an error. No credentials are sent.
func (n *Net) Look(ctx context.Context, address, pages string, asProgram bool) (offline.Answer, error) {
	a := offline.Answer{}
	if n.rootsErr != nil {
		return offline.Answer{Trouble: offline.SawNoTrust, Detail: n.rootsErr.Error()}, ctx.Err()
	}
	seen := []string{address}
	for {
		got, err := n.once(ctx, address, asProgram)
		if err != nil {
			a.Trouble, a.Detail = trouble(err), unwrapURL(err).Error()
			return a, ctx.Err()
		}
		got.describe(&a, pages)
		next, ok := got.redirect()
		if !ok {
			return a, nil
		}
		if slices.Contains(seen, next.String()) || len(seen) > mostHops {
			a.Circles = true
			return a, nil
		}
		if !sameHost(got.from, next) {
			a.Location = next.String()
			return a, nil
		}
		address = next.String()
		seen, a.Hops = append(seen, address), append(a.Hops, address)
	}
}

// got is one answer, read.
type got struct {
	from   *url.URL
	status int
	header http.Header
	body   []byte
}

func (n *Net) once(ctx context.Context, address string, asProgram bool) (got, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return got{}, err
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	if asProgram {
		req.Header.Set("Accept", "application/json")
	}
	res, err := n.client.Do(req)
	if err != nil {
		return got{}, err
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(res.Body, mostPage)) // what came before the connection broke is judged
	return got{req.URL, res.StatusCode, res.Header, body}, nil
}

var markPattern = lazyregexp.New(`"?` + offline.MarkName + `"?(?:\s*:\s*|\s+content=)"([0-9A-Za-z._-]{1,64})"`)

func (g got) describe(a *offline.Answer, pages string) {
	a.Status, a.Realm = g.status, ""
	if scheme, rest, _ := strings.Cut(g.header.Get("WWW-Authenticate"), " "); g.status == http.StatusUnauthorized {
		a.Realm = strings.Trim(strings.TrimPrefix(rest, "realm="), `"`)
		if !strings.EqualFold(scheme, "Basic") {
			a.Realm = scheme
		}
	}
	a.Mark = g.header.Get(offline.MarkHeader)
	if m := markPattern.FindSubmatch(g.body); a.Mark == "" && m != nil {
		a.Mark = string(m[1])
	}
	kind, why, title, text := leaprest.PageKind(g.header.Get("Content-Type"), g.body, pages)
	a.Page, a.Why, a.Title, a.Text = offline.Kind(kind), why, title, text
	a.JSON = kind == "" && g.status < 300 && strings.Contains(g.header.Get("Content-Type"), "json")
	if kind == "" {
		a.Text = string(bytes.ToValidUTF8(g.body[:min(len(g.body), 4096)], nil))
	}
}

// redirect is where an answer leads by its status.
func (g got) redirect() (*url.URL, bool) {
	if g.status < 300 || g.status > 399 || g.header.Get("Location") == "" {
		return nil, false
	}
	next, err := g.from.Parse(g.header.Get("Location"))
	return next, err == nil
}

// sameHost lets a change from http to https of the same name through, which is the usual first redirect.
func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Host, b.Host) || strings.EqualFold(a.Hostname(), b.Hostname()) && a.Scheme == "http" && b.Scheme == "https"
}

// trouble tells why there was no answer.
func trouble(err error) offline.Saw {
	var dns *net.DNSError
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &dns):
		return offline.SawNoName
	case errors.As(err, &verify), errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid), errors.As(err, &record),
		strings.Contains(err.Error(), "tls: "), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return offline.SawNoTrust
	}
	return offline.SawNothing
}
