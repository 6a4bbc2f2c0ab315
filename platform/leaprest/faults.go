package leaprest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// transportFault tells why there was no answer. Addresses in it never carry credentials: they are put in a header only.
func transportFault(ctx context.Context, address string, err error) error {
	var f *upgrade.Fault
	if errors.As(err, &f) {
		return f
	}
	var timeout net.Error
	switch {
	case errors.Is(context.Cause(ctx), context.Canceled) || (ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded)):
		return fmt.Errorf("GET %s: %w", address, context.Cause(ctx))
	case isCertificate(err):
		return upgrade.NewFault("SB-4012", upgrade.KindFailed, inner(err), "url", address)
	case isDial(err):
		return upgrade.NewFault("SB-4001", upgrade.KindFailed, inner(err), "url", address)
	case errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &timeout) && timeout.Timeout()):
		return upgrade.NewFault("SB-4011", upgrade.KindFailed, inner(err), "url", address)
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return upgrade.NewFault("SB-4010", upgrade.KindFailed, inner(err), "url", address)
	}
	return upgrade.NewFault("SB-4001", upgrade.KindFailed, inner(err), "url", address)
}

// inner drops the layer that repeats the method and the address.
func inner(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func isCertificate(err error) bool {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	return errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid) || errors.As(err, &record)
}

// isDial tells that no connection came about: the server is down, or its name is unknown.
func isDial(err error) bool {
	var o *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || (errors.As(err, &o) && o.Op == "dial")
}

// statusFault tells what is wrong with an answer's status; nil for 200 to 299. The body is read up to a limit for its message.
func statusFault(resp *http.Response) error {
	address, status := resp.Request.URL.Redacted(), fmt.Sprint(resp.StatusCode)
	switch code := resp.StatusCode; {
	case code >= 200 && code <= 299:
		return nil
	case code >= 300 && code <= 399:
		return redirectFault(resp)
	case code == http.StatusUnauthorized:
		return upgrade.NewFault("SB-4002", upgrade.KindAuth, nil, "url", address)
	case code == http.StatusForbidden:
		return upgrade.NewFault("SB-4003", upgrade.KindAuth, message(resp), "url", address)
	case code == http.StatusNotFound:
		return upgrade.NewFault("SB-4015", upgrade.KindFailed, message(resp), "url", address)
	case code == http.StatusTooManyRequests:
		return upgrade.NewFault("SB-4007", upgrade.KindFailed, nil, "url", address, "wait", resp.Header.Get("Retry-After"))
	case code == http.StatusProxyAuthRequired:
		return upgrade.NewFault("SB-4019", upgrade.KindAuth, nil, "url", address)
	case code >= 500:
		return upgrade.NewFault("SB-4008", upgrade.KindFailed, message(resp), "url", address, "status", status)
	}
	return upgrade.NewFault("SB-4017", upgrade.KindFailed, message(resp), "url", address, "status", status)
}

// message is the first line of text of an answer that tells of an error; nil when there is none.
func message(resp *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, messageLimit))
	text := strings.TrimSpace(string(body))
	if isHTML(resp, body) {
		p := readPage(body)
		text = firstText(p.title, p.heading, p.text)
	}
	if text = cut(text); text == "" {
		return nil
	}
	return errors.New(text)
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// cut makes a text one line of at most 200 characters.
func cut(text string) string {
	runes := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " "))
	if len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return string(runes)
}

// redirectFault tells where a redirect leads: to a login, to Setup, or elsewhere.
func redirectFault(resp *http.Response) error {
	from := resp.Request.URL
	to, err := resp.Location()
	if err != nil {
		return upgrade.NewFault("SB-4006", upgrade.KindFailed, err, "url", from.Redacted(), "to", "nowhere")
	}
	bare := url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path} // queries of logins carry tokens
	args := []string{"url", from.Redacted(), "to", bare.String()}
	switch {
	case leadsTo(to, setupPaths):
		return upgrade.NewFault("SB-4005", upgrade.KindFailed, nil, args...)
	case leadsToLogin(from, to):
		return upgrade.NewFault("SB-4004", upgrade.KindAuth, nil, args...)
	}
	return upgrade.NewFault("SB-4006", upgrade.KindFailed, nil, args...)
}

func leadsToLogin(from, to *url.URL) bool {
	query := strings.ToLower(to.RawQuery)
	return leadsTo(to, loginPaths) || strings.HasPrefix(query, "login") || strings.Contains(query, "samlrequest=") ||
		!strings.EqualFold(from.Hostname(), to.Hostname())
}

func leadsTo(to *url.URL, marks []string) bool {
	path := strings.ToLower(to.Path)
	for _, m := range marks {
		if strings.Contains(path, m) {
			return true
		}
	}
	return false
}
