package preflight

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// serverURIKey is the address under which users reach Leap; links in e-mails begin with it.
const serverURIKey = "ibm.nitro.NitroConfig.serverURI"

func addressChecks() []Check {
	return []Check{
		{Code: "LEAP-URI-001", Products: onLeap, Run: serverURI},
		{Code: "LEAP-URI-002", Phases: []Phase{Survey, Reopen}, Needs: []string{"LEAP-URI-001"}, Run: atAddress(addressResolves)},
		{Code: "LEAP-URI-003", Phases: []Phase{Survey, Reopen}, Needs: []string{"LEAP-URI-002"}, Run: atAddress(certificate)},
		{Code: "LEAP-URI-004", Phases: []Phase{Survey, Reopen}, Needs: []string{"LEAP-URI-002"}, Run: atAddress(addressAnswers)},
	}
}

// serverURIs reads the setting in force on each node.
func serverURIs(ctx context.Context, env Env) ([]upgrade.Setting, error) {
	if env.Settings == nil {
		return nil, blind("settings")
	}
	var out []upgrade.Setting
	for _, f := range env.files("leap-config") {
		found, err := env.Settings.Find(ctx, f.Path, serverURIKey)
		if err != nil {
			return nil, unseen("settings", err)
		}
		for _, s := range found {
			if !s.Overridden {
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// serverURI must be an absolute http or https URL. What differs from its canonical form only in writing is mended.
func serverURI(ctx context.Context, env Env) (Result, error) {
	all, err := serverURIs(ctx, env)
	if err != nil {
		return Result{}, err
	}
	if len(all) == 0 {
		return result(upgrade.Info, "unset"), nil
	}
	r := result(upgrade.OK, "canonical", "value", all[0].Value)
	for _, s := range all {
		canonical, why := upgrade.CanonicalServerURI(s.Value)
		switch {
		case why != "":
			return result(upgrade.Blocker, "invalid", "value", s.Value, "why", why).with(s.Evidence()).
				fixedBy(upgrade.Edit{File: s.File, Op: upgrade.EditComment, Key: serverURIKey}), nil
		case canonical != s.Value:
			r.Severity, r.Key = upgrade.Warning, "not-canonical"
			r.Args = map[string]string{"value": s.Value, "canonical": canonical}
			r = r.fixedBy(upgrade.Edit{File: s.File, Op: upgrade.EditSet, Key: serverURIKey, Value: canonical})
		}
		r = r.with(s.Evidence())
	}
	return r, nil
}

// address is the URL to probe: serverURI, else the address that was detected. nil when neither is known.
func address(ctx context.Context, env Env) (*url.URL, upgrade.Evidence, error) {
	value, ev := env.Installation.BaseURL, env.fact("base_url")
	if env.Installation.Product == upgrade.Leap && env.Settings != nil {
		all, err := serverURIs(ctx, env)
		if err != nil {
			return nil, ev, err
		}
		if len(all) > 0 {
			value, ev = strings.TrimSpace(all[0].Value), all[0].Evidence()
		}
	}
	if u, err := url.Parse(value); err == nil && u.Host != "" {
		return u, ev, nil
	}
	return nil, ev, nil
}

// atAddress makes a check of one that looks at the address. Without a way to the network, or an address, there is nothing to look at.
func atAddress(look func(context.Context, Env, *url.URL, upgrade.Evidence) (Result, error)) func(context.Context, Env) (Result, error) {
	return func(ctx context.Context, env Env) (Result, error) {
		if env.Net == nil {
			return Result{}, blind("net")
		}
		u, ev, err := address(ctx, env)
		if err != nil {
			return Result{}, err
		}
		if u == nil {
			return result(upgrade.Unknown, "no-address"), nil
		}
		return look(ctx, env, u, ev)
	}
}

func addressResolves(ctx context.Context, env Env, u *url.URL, ev upgrade.Evidence) (Result, error) {
	found, err := env.Net.Resolve(ctx, u.Hostname())
	if err != nil || len(found) == 0 {
		detail := "no address"
		if err != nil {
			detail = detailOf(err)
		}
		return result(upgrade.Blocker, "unresolved", "host", u.Hostname(), "detail", detail).with(ev), nil
	}
	return result(upgrade.OK, "resolved", "host", u.Hostname(), "addresses", strings.Join(found, ", ")).with(ev), nil
}

// certificateMargin is how long after the window a certificate has to be valid; ours.
const certificateMargin = 30 * 24 * time.Hour

func certificate(ctx context.Context, env Env, u *url.URL, ev upgrade.Evidence) (Result, error) {
	if u.Scheme != "https" {
		return result(upgrade.Info, "plain", "host", u.Host).with(ev), nil
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	server := strings.TrimSuffix(u.Host, ":"+u.Port()) + ":" + port // keeps the brackets of an IPv6 address
	facts, err := env.Net.TLS(ctx, server, u.Hostname())
	if err != nil {
		return Result{}, unseen("net", err)
	}
	end := env.Target.End
	if end.IsZero() {
		end = env.now()
	}
	seen := upgrade.Evidence{Command: "tls " + server, Output: facts.Subject + ", issued by " + facts.Issuer + ", sha256 " + facts.SHA256}
	args := []string{"host", u.Hostname(), "until", facts.NotAfter.UTC().Format(time.DateOnly), "detail", facts.ProblemText}
	switch {
	case facts.Problem != "":
		return result(upgrade.Blocker, "untrusted", args...).with(ev, seen), nil
	case facts.NotAfter.Before(end.Add(certificateMargin)):
		return result(upgrade.Warning, "expires", args...).with(ev, seen), nil
	}
	return result(upgrade.OK, "valid", args...).with(ev, seen), nil
}

func addressAnswers(ctx context.Context, env Env, u *url.URL, ev upgrade.Evidence) (Result, error) {
	page := manager(*u, env.Installation.Product)
	a, err := env.Net.Get(ctx, page)
	if err != nil {
		return result(upgrade.Blocker, "silent", "url", page, "detail", detailOf(err)).with(ev, upgrade.Evidence{URL: page, Text: err.Error()}), nil
	}
	seen := upgrade.Evidence{URL: page, Status: a.Status, Text: a.Location}
	args := []string{"url", page, "status", strconv.Itoa(a.Status)}
	switch {
	case a.Status >= 500:
		return result(upgrade.Blocker, "broken", args...).with(ev, seen), nil
	case a.Status == 404:
		return result(upgrade.Blocker, "not-leap", args...).with(ev, seen), nil
	}
	return result(upgrade.OK, "answers", args...).with(ev, seen), nil
}

// manager is the page where an administrator begins.
func manager(u url.URL, p upgrade.Product) string {
	context := "/apps"
	if p == upgrade.DominoLeap {
		context = "/volt-apps"
	}
	base := u.Scheme + "://" + u.Host
	if path := strings.TrimRight(u.Path, "/"); path != "" {
		return base + path + "/secure/org/ide/manager.html"
	}
	return base + context + "/secure/org/ide/manager.html"
}
