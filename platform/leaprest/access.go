package leaprest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// Access opens the first page of an application, which makes the server upgrade it when that is due (upgrade/apps.Accessor). It says Upgraded only
// when the answer is 200, HTML, from an address that has the uid in it, without a password field, without a phrase of an error page, and with a mark
// by which it is known as that application. It waits as long as ctx allows.
func (c *Client) Access(ctx context.Context, app apps.Entry) apps.Answer {
	var answer apps.Answer
	for _, context := range []string{c.context, c.api} { // pages may want a login form where the API takes basic authentication
		answer = c.open(ctx, context, app)
		if answer.Err == nil || answer.Fatal || upgrade.KindOf(answer.Err) != upgrade.KindAuth || ctx.Err() != nil {
			return answer
		}
	}
	return answer
}

func (c *Client) launchURL(context, uid string, form bool) string {
	u := *c.base
	u.Path = "/" + context + "/secure/org/app/" + uid + "/launch/index.html"
	u.RawPath = "/" + context + "/secure/org/app/" + url.PathEscape(uid) + "/launch/index.html"
	if form {
		u.RawQuery = "form=F_Form1"
	}
	return u.String()
}

func (c *Client) open(ctx context.Context, context string, app apps.Entry) apps.Answer {
	answer := c.launch(ctx, c.launchURL(context, app.UID, true), context, app)
	if answer.Evidence.Status == http.StatusNotFound { // its first form may have another id
		answer = c.launch(ctx, c.launchURL(context, app.UID, false), context, app)
	}
	if answer.Evidence.Status != http.StatusNotFound || answer.Says == upgrade.Failed {
		return answer
	}
	switch _, err := c.App(ctx, app.UID); {
	case err == nil:
		answer.Says, answer.Evidence.Text = upgrade.UnknownIn, "no such page, though the server lists the application"
	case IsMissing(err):
		answer.Says, answer.Err, answer.Evidence.Text = upgrade.Missing, nil, "no such application"
	default:
		answer.Says, answer.Err = upgrade.UnknownIn, err
	}
	return answer
}

// launch asks for one address and judges the answer.
func (c *Client) launch(ctx context.Context, address, context string, app apps.Entry) apps.Answer {
	var sent atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(i httptrace.WroteRequestInfo) { sent.Store(i.Err == nil) }})
	resp, address, err := c.follow(traced, address, app.UID)
	if err != nil {
		return noAnswer(address, err, sent.Load())
	}
	defer discard(resp)
	evidence := upgrade.Evidence{URL: address, Status: resp.StatusCode}
	body, err := io.ReadAll(io.LimitReader(resp.Body, pageLimit))
	if err != nil {
		if ctx.Err() == nil {
			err = upgrade.NewFault("SB-4010", upgrade.KindFailed, err, "url", address)
		}
		a := noAnswer(address, transportFault(ctx, address, err), true)
		a.Evidence.Status = resp.StatusCode
		return a
	}
	resp.Body = io.NopCloser(strings.NewReader(string(body)))
	answer := c.judge(resp, body, context, app)
	answer.Evidence, answer.RetryAfter = mergeEvidence(evidence, answer.Evidence), retryAfter(resp)
	return answer
}

func mergeEvidence(e, with upgrade.Evidence) upgrade.Evidence {
	e.Text = with.Text
	return e
}

// follow sends the GET once and follows redirects on the same host that stay with the application.
func (c *Client) follow(ctx context.Context, address, uid string) (*http.Response, string, error) {
	for range 5 {
		req, err := c.request(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, address, err
		}
		req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.5")
		resp, err := c.plain.Do(req)
		if err != nil {
			return nil, address, transportFault(ctx, address, err)
		}
		to, err := resp.Location()
		stays := err == nil && resp.StatusCode/100 == 3 && strings.EqualFold(to.Hostname(), req.URL.Hostname()) &&
			strings.Contains(strings.ToLower(to.Path), strings.ToLower(uid)) && !leadsToLogin(req.URL, to) &&
			(req.URL.Scheme == "http" || to.Scheme == "https")
		if !stays {
			return resp, address, nil
		}
		discard(resp)
		address = to.String()
	}
	return nil, address, upgrade.NewFault("SB-4006", upgrade.KindFailed, nil, "url", address, "to", "itself, again and again")
}

// noAnswer is the answer when there was none: the server is down, or (when the request had been sent) still at it.
func noAnswer(address string, err error, sent bool) apps.Answer {
	a := apps.Answer{Says: upgrade.UnknownIn, Err: err, Evidence: upgrade.Evidence{URL: address, Text: "no answer"}}
	if f, ok := upgrade.AsFault(err); ok {
		switch f.Code {
		case "SB-4011":
			if a.Down = !sent; sent {
				a.Says, a.Evidence.Text = upgrade.Upgrading, "no answer in time"
			}
		case "SB-4001":
			a.Down = true
		case "SB-4012":
			a.Fatal = true
		case "SB-4010":
			a.Evidence.Text = "the answer stopped early"
		}
	}
	return a
}

// judge tells what an answer means for the application.
func (c *Client) judge(resp *http.Response, body []byte, context string, app apps.Entry) apps.Answer {
	isPage := isHTML(resp, body)
	var p page
	if isPage {
		p = readPage(body)
	}
	if !isPage { // an API may tell the same in JSON
		p.text = oneBlank(string(body[:min(len(body), messageLimit)]))
	}
	if phrase, failed := p.saysFailed(); failed && !p.isLogin() && resp.StatusCode/100 != 3 {
		return apps.Answer{Says: upgrade.Failed, Error: phrase, Evidence: upgrade.Evidence{Text: "the page says: " + phrase}}
	}
	if err := statusFault(resp); err != nil {
		return refused(resp, err)
	}
	unknown := func(text string, err error) apps.Answer {
		return apps.Answer{Says: upgrade.UnknownIn, Err: err, Evidence: upgrade.Evidence{Text: text}}
	}
	everywhere := func(text string, err error) apps.Answer {
		a := unknown(text, err)
		a.Fatal = true
		return a
	}
	switch {
	case resp.StatusCode != http.StatusOK:
		return unknown(fmt.Sprintf("HTTP %d is no page", resp.StatusCode), nil)
	case !isPage:
		return unknown("the answer is no HTML but "+cut(resp.Header.Get("Content-Type")), nil)
	case p.isLogin() && !p.belongsTo(app):
		return unknown("a login page", upgrade.NewFault("SB-4004", upgrade.KindAuth, nil, "url", resp.Request.URL.Redacted(), "to", "a login page (HTTP 200)"))
	case p.isLogin():
		return unknown("the page asks for a password", nil)
	case p.isSetup() && !p.belongsTo(app):
		return everywhere("the Setup page", upgrade.NewFault("SB-4005", upgrade.KindFailed, nil, "url", resp.Request.URL.Redacted(), "to", "the Setup page"))
	case !strings.Contains(strings.ToLower(resp.Request.URL.Path), strings.ToLower(app.UID)):
		return unknown("answered from another address", nil)
	}
	if phrase, ok := containsAny(strings.ToLower(p.text), busyPhrases); ok {
		return apps.Answer{Says: upgrade.Upgrading, Evidence: upgrade.Evidence{Text: "the page says: " + phrase}}
	}
	if phrase, ok := p.saysError(app.Name); ok {
		return unknown("an error page ("+phrase+"): "+firstText(cut(p.title), cut(p.heading)), nil)
	}
	if mark, ok := p.isApp(body, context, app.UID, app.Name); ok {
		return apps.Answer{Says: upgrade.Upgraded, Evidence: upgrade.Evidence{Text: "the application's page, known by " + mark}}
	}
	return unknown("a page that isn't known as the application: "+firstText(cut(p.title), cut(p.heading), "without a title"), nil)
}

// belongsTo tells that the page's title or heading is the application's name: its own words are no sign of a login or Setup page.
func (p page) belongsTo(app apps.Entry) bool {
	name := oneBlank(app.Name)
	return name != "" && (strings.Contains(p.title, name) || strings.Contains(p.heading, name))
}

// refused is the answer for a status that is no success. An application may be closed to this user alone, so 403 doesn't end a sweep.
func refused(resp *http.Response, err error) apps.Answer {
	a := apps.Answer{Says: upgrade.UnknownIn, Err: err, Evidence: upgrade.Evidence{Text: http.StatusText(resp.StatusCode)}}
	if f, ok := upgrade.AsFault(err); ok {
		// A server that takes basic authentication and refuses it will refuse it elsewhere too: each try counts against the account.
		a.Fatal = f.Code == "SB-4005" || (f.Code == "SB-4002" && offersBasic(resp))
	}
	if resp.StatusCode == http.StatusForbidden {
		a.Err = upgrade.NewFault("SB-4003", upgrade.KindIncomplete, errors.Unwrap(err), "url", resp.Request.URL.Redacted())
	}
	return a
}

func offersBasic(resp *http.Response) bool {
	for _, v := range resp.Header.Values("WWW-Authenticate") {
		if strings.Contains(strings.ToLower(v), "basic ") {
			return true
		}
	}
	return false
}
