package leaprest

import (
	"bytes"
	"mime"
	"net/http"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The marks by which pages are recognised, in lower case. Sources: the vendor's words for an application that failed to upgrade ("an error page says
// that it is unavailable"), and the error pages of WebSphere, Liberty, Domino and web servers before them.
var (
	loginPaths = []string{"login", "logon", "signin", "sign-in", "/sso", "saml", "oauth", "oidc", "openid", "adfs", "authorize", "j_security_check"}
	setupPaths = []string{"/setup", "setup.html"}

	// failedPhrases stand on the page of an application that could not be upgraded.
	failedPhrases = []string{"this application is unavailable", "application is unavailable", "application is currently unavailable", "application is not available",
		"application failed to upgrade", "application could not be upgraded", "failed to upgrade the application", "unable to upgrade the application",
		"upgrade of this application failed", "upgrade of the application failed"}
	// failedMarks are ids and classes of elements of such a page.
	failedMarks = []string{"app-unavailable", "application-unavailable", "leap-unavailable", "upgrade-failed", "upgradefailed"}

	busyPhrases = []string{"application is being upgraded", "upgrade is in progress", "upgrade in progress"}

	// errorPhrases stand on the error pages of servers, whatever the application.
	errorPhrases = []string{"srve0190e", "srve0255e", "srve0207e", "srve0777e", "srve0232e", "cwwwb", "error 404:", "error 500:", "http web server:", "internal server error",
		"context root not found", "application or context root not found", "the requested resource is not available", "unable to successfully execute service call"}
	// errorHeadings tell of an error or a maintenance page when they stand in the title or the first heading.
	errorHeadings = []string{"error", "maintenance", "unavailable", "not found", "forbidden", "access denied", "bad gateway", "unauthorized", "wartung", "fehler",
		"erreur", "mantenimiento", "manutenzione", "manutenção", "メンテナンス", "维护"}
	setupHeadings = []string{"leap setup", "setup", "volt setup"}
	// appAssets are parts of script and style addresses that only pages of Leap have.
	appAssets = []string{"nitro", "freedom", "/launch/", "formruntime", "leap-runtime", "f_form"}
	appMarks  = []string{"leap-app", "f_form", "freedom", "nitro", "lfform", "lfserver"}
)

// page is what matters of an HTML page. All but title, heading and text are in lower case.
type page struct {
	title, heading string // as written
	text           string // visible text, as written, blanks folded
	password       bool   // it asks for a password
	loginForm      bool   // its form posts to a login
	marks          []string
	assets         []string // addresses of scripts, styles and frames
}

func isHTML(resp *http.Response, body []byte) bool {
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err == nil && kind != "" && kind != "application/octet-stream" && kind != "text/plain" {
		return kind == "text/html" || kind == "application/xhtml+xml"
	}
	start := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 512)]))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) || bytes.HasPrefix(start, []byte("<head"))
}

// readPage reads a page, however broken its HTML is.
func readPage(body []byte) page {
	var p page
	var text, title, heading strings.Builder
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(pageLimit)
	in := map[atom.Atom]int{}
	headings := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			p.text, p.title, p.heading = oneBlank(text.String()), oneBlank(title.String()), oneBlank(heading.String())
			return p
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			p.element(t)
			switch t.DataAtom {
			case atom.Script, atom.Style, atom.Title, atom.Noscript:
				if t.Type == html.StartTagToken {
					in[t.DataAtom]++
				}
			case atom.H1:
				in[atom.H1]++
				headings++
			}
		case html.EndTagToken:
			if t := z.Token(); in[t.DataAtom] > 0 {
				in[t.DataAtom]--
			}
		case html.TextToken:
			if in[atom.Script]+in[atom.Style] > 0 {
				continue
			}
			t := z.Token().Data
			switch {
			case in[atom.Title] > 0:
				title.WriteString(t)
			case in[atom.H1] > 0 && headings == 1:
				heading.WriteString(t)
			}
			text.WriteString(t + " ")
		}
	}
}

func oneBlank(text string) string { return strings.Join(strings.Fields(text), " ") }

func (p *page) element(t html.Token) {
	attr := map[string]string{}
	for _, a := range t.Attr {
		attr[a.Key] = strings.ToLower(strings.TrimSpace(a.Val))
	}
	for _, v := range []string{attr["id"], attr["class"], attr["name"]} {
		if v != "" {
			p.marks = append(p.marks, v)
		}
	}
	switch t.DataAtom {
	case atom.Input:
		p.password = p.password || attr["type"] == "password"
	case atom.Form:
		a := attr["action"]
		p.loginForm = p.loginForm || strings.Contains(a, "j_security_check") || strings.Contains(a, "?login") || strings.Contains(a, "samlresponse")
	case atom.Script, atom.Iframe, atom.Img:
		p.assets = append(p.assets, attr["src"])
	case atom.Link:
		p.assets = append(p.assets, attr["href"])
	case atom.Meta:
		p.assets = append(p.assets, attr["content"])
	}
}

func (p page) isLogin() bool { return p.password || p.loginForm }

func (p page) isSetup() bool {
	for _, h := range []string{strings.ToLower(p.title), strings.ToLower(p.heading)} {
		for _, s := range setupHeadings {
			if h == s || strings.HasSuffix(h, " "+s) || strings.HasPrefix(h, s+" ") {
				return true
			}
		}
	}
	return false
}

// saysFailed gives the phrase or mark by which the page tells that the application is unavailable.
func (p page) saysFailed() (string, bool) {
	if phrase, ok := containsAny(strings.ToLower(p.text), failedPhrases); ok {
		return phrase, true
	}
	for _, m := range p.marks {
		if mark, ok := containsAny(m, failedMarks); ok {
			return mark, true
		}
	}
	return "", false
}

// saysError gives the phrase by which the page is known as an error or maintenance page of some server. The name of the application doesn't count.
func (p page) saysError(name string) (string, bool) {
	if phrase, ok := containsAny(strings.ToLower(p.text), errorPhrases); ok {
		return phrase, true
	}
	for _, h := range []string{p.title, p.heading} {
		if name != "" {
			h = strings.ReplaceAll(h, name, "")
		}
		if phrase, ok := containsAny(strings.ToLower(h), errorHeadings); ok {
			return phrase, true
		}
	}
	return "", false
}

// isApp gives the mark by which the page is positively known as that application.
func (p page) isApp(raw []byte, context, uid, name string) (string, bool) {
	for _, m := range p.marks {
		if mark, ok := containsAny(m, appMarks); ok {
			return "element " + mark, true
		}
	}
	for _, a := range p.assets {
		if strings.Contains(a, "/"+context+"/") {
			return "asset of /" + context, true
		}
		if mark, ok := containsAny(a, appAssets); ok {
			return "asset " + mark, true
		}
	}
	if len(uid) >= 8 && bytes.Contains(bytes.ToLower(raw), []byte(strings.ToLower(uid))) {
		return "its uid", true
	}
	if name = oneBlank(name); len(name) >= 3 && (strings.Contains(p.title, name) || strings.Contains(p.heading, name)) {
		return "its title", true
	}
	return "", false
}

func containsAny(text string, phrases []string) (string, bool) {
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return p, true
		}
	}
	return "", false
}
