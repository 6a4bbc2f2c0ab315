package wire

import (
	"context"
	"errors"
	"net"
	"net/url"
	"path"
	"strings"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/probe"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Reach looks over the network at each serverURI that is in force in a file: name, certificate, what answers. Nothing is written and no credentials are sent. A file of
// another kind has none. Only the end of ctx is an error; what is wrong with an address is told in problems.
func (s *Settings) Reach(ctx context.Context, file string) ([]settings.Reached, []settings.Problem, error) {
	reached, problems := []settings.Reached{}, []settings.Problem{}
	if !strings.EqualFold(path.Base(strings.ReplaceAll(file, `\`, "/")), "Leap_config.properties") {
		return reached, problems, nil
	}
	found, err := s.Find(ctx, file, leap.ServerURIKey)
	if err != nil {
		return nil, nil, err
	}
	pages, _ := offline.Contexts(upgrade.Leap)
	for _, one := range found {
		if one.Overridden {
			continue
		}
		problems = append(problems, settings.AddressContext(one, pages)...)
		u, err := url.Parse(strings.TrimSpace(one.Value))
		if _, why := upgrade.CanonicalServerURI(one.Value); err != nil || why != "" {
			continue // what is no address is not looked at
		}
		r, err := s.reach(ctx, one, u, pages)
		if err != nil {
			return nil, nil, err
		}
		problems = append(problems, settings.JudgeReached(&r, s.desk.now())...)
		reached = append(reached, r)
	}
	texts, err := assets.SettingProblems()
	return reached, settings.DescribeProblems(problems, texts), err
}

func (s *Settings) reach(ctx context.Context, one upgrade.Setting, u *url.URL, pages string) (settings.Reached, error) {
	r := settings.Reached{Key: one.Key, Line: one.Line, Host: u.Hostname(), URL: below(u.String(), pages, "secure/org/ide/manager.html"), Addresses: []string{}}
	eyes := probe.NewNet(s.desk.opts.CAFile)
	addresses, err := eyes.Resolve(ctx, r.Host)
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if err != nil {
		r.NameProblem = err.Error()
		var dns *net.DNSError
		if errors.As(err, &dns) {
			r.NameProblem = dns.Err
		}
		return r, nil
	}
	r.Addresses = addresses
	if u.Scheme == "https" {
		port := u.Port()
		if port == "" {
			port = "443"
		}
		if facts, err := eyes.TLS(ctx, net.JoinHostPort(r.Host, port), r.Host); err == nil {
			r.Certificate = &settings.Certificate{Subject: facts.Subject, Issuer: facts.Issuer, NotAfter: facts.NotAfter, SHA256: facts.SHA256, Problem: facts.Problem, Detail: facts.ProblemText}
		}
	}
	a, err := eyes.Look(ctx, r.URL, pages, false)
	if err != nil {
		return r, err
	}
	saw, says := offline.Recognise(a, offline.Expect{})
	r.Saw, r.Says, r.Location = string(saw), says, a.Location
	return r, nil
}
