package offline

import (
	"fmt"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Saw is what an address answered, as far as it was recognised.
type Saw string

// What a look may see. What is not recognised is Other, and never taken for the product nor for the maintenance page.
const (
	SawMaintenance Saw = "maintenance"       // the page of this run, by its mark, or one with the text that a person named
	SawOtherPage   Saw = "other-maintenance" // a maintenance page, not this run's
	SawLeap        Saw = "leap"              // a page or an answer of the product
	SawLogin       Saw = "login"             // the product asks for user and password
	SawSSO         Saw = "sso"               // sent to another host to sign in: single sign-on, SAML
	SawSetup       Saw = "setup"             // the product's Setup page
	SawError       Saw = "error"             // an error page, also one with status 200
	SawDown        Saw = "down"              // 5xx: something stands there and the product does not answer
	SawNotFound    Saw = "not-found"
	SawMoved       Saw = "moved" // redirected elsewhere, or in circles
	SawOther       Saw = "other"
	SawNothing     Saw = "nothing"  // refused, cut off or no answer in time
	SawNoName      Saw = "no-name"  // the host's name leads to no address
	SawNoTrust     Saw = "no-trust" // TLS: the certificate is not trusted, or there is no TLS
)

// Kind is what an HTML page was recognised as; empty when the answer was no page.
type Kind string

// The kinds of pages.
const (
	PageLogin Kind = "login"
	PageSetup Kind = "setup"
	PageError Kind = "error"
	PageLeap  Kind = "leap"
	PageOther Kind = "other"
)

// Answer is what a look at an address brought, after redirects within the same host.
type Answer struct {
	Status   int
	Hops     []string // addresses that it was redirected to, in order
	Location string   // where a redirect leads that was not followed
	Circles  bool     // the redirects came back to where they had been
	Realm    string   // of a request for basic authentication
	Mark     string   // of a maintenance page of Springboard, from header or page
	Page     Kind
	Why      string // what the page was recognised by
	Title    string
	JSON     bool
	Text     string // of the page, without markup, for a text that a person named
	Trouble  Saw    // SawNothing, SawNoName or SawNoTrust when there was no answer
	Detail   string // of the trouble
}

// Expect is what a person or this run knows of the maintenance page.
type Expect struct {
	Mark string // of this run's page; empty when it has none
	Text string // on the page of somebody else's making; empty when it is not known
}

// Recognise tells what an answer is, and says by what.
func Recognise(a Answer, e Expect) (Saw, string) {
	switch {
	case a.Trouble != "":
		return a.Trouble, a.Detail
	case a.Mark != "" && a.Mark == e.Mark:
		return SawMaintenance, "the maintenance page of this run, by its mark"
	case a.Mark != "":
		return SawOtherPage, "a maintenance page of Springboard, of another run"
	case e.Text != "" && strings.Contains(a.Text+" "+a.Title, e.Text):
		return SawMaintenance, fmt.Sprintf("a page with the text %q", e.Text)
	case a.Circles:
		return SawMoved, "redirected in circles, at " + last(a.Hops)
	case a.Location != "":
		return recogniseMove(a)
	case a.Status == 401:
		return SawLogin, realm(a.Realm)
	case a.Page == PageLogin:
		return SawLogin, "a login page: " + a.Why
	case a.Status == 503 && a.Page != "" && maintains(a):
		return SawOtherPage, fmt.Sprintf("status 503 with the page %q", a.Title)
	case a.Status >= 500:
		return SawDown, fmt.Sprintf("status %d%s", a.Status, titled(a))
	case a.Status == 404:
		return SawNotFound, "status 404: what answers there does not know this path" + titled(a)
	case a.Page == PageSetup:
		return SawSetup, "the product's Setup page"
	case a.Page == PageError || a.Status >= 400:
		if maintains(a) {
			return SawOtherPage, fmt.Sprintf("status %d with the page %q", a.Status, a.Title)
		}
		return SawError, fmt.Sprintf("status %d with an error page%s", a.Status, titled(a))
	case a.Page == PageLeap:
		return SawLeap, "a page of the product: " + a.Why
	case a.JSON:
		return SawLeap, "JSON"
	}
	return SawOther, fmt.Sprintf("status %d%s, which was not recognised", a.Status, titled(a))
}

func recogniseMove(a Answer) (Saw, string) {
	for _, sign := range []string{"saml", "sso", "oauth", "oidc", "openid", "adfs", "authorize", "login", "logon", "signin", "keycloak", "okta", "microsoftonline", "auth"} {
		if strings.Contains(strings.ToLower(a.Location), sign) {
			return SawSSO, "sent to sign in at " + a.Location
		}
	}
	return SawMoved, "redirected to " + a.Location
}

// maintains tells whether a page speaks of maintenance; in the languages that Leap's users have most.
func maintains(a Answer) bool {
	text := strings.ToLower(a.Title + " " + a.Text)
	for _, w := range []string{"maintenance", "wartung", "mantenimiento", "manutenzione", "manutenção", "メンテナンス", "维护", "onderhoud"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

func realm(r string) string {
	if r == "" {
		return "status 401: it asks for user and password"
	}
	return "status 401: it asks for user and password of " + r
}

func titled(a Answer) string {
	if a.Title == "" {
		return ""
	}
	return fmt.Sprintf(" (%q)", a.Title)
}

func last(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}

// In tells whether what was seen lets somebody through to the product. Another page below status 500 counts: doubt is not "users are out".
func (s Saw) In() bool {
	switch s {
	case SawLeap, SawLogin, SawSSO, SawSetup, SawOther, SawMoved, SawError, SawNotFound:
		return true
	case SawMaintenance, SawOtherPage, SawDown, SawNothing, SawNoName, SawNoTrust:
	}
	return false
}

// Who takes a way: users and their programs by the public address, the administrator past the web server.
type Who string

// Those who come.
const (
	Users         Who = "users"
	Programs      Who = "programs"
	Administrator Who = "administrator"
)

// Probe is one look from this machine at an address, as somebody would take it.
type Probe struct {
	From     Who              `json:"from"`
	To       string           `json:"to"` // web server, Leap
	URL      string           `json:"url"`
	Reached  bool             `json:"reached"` // the product was reached, or something that is not known to keep people out
	Saw      Saw              `json:"saw"`
	Says     string           `json:"says"`
	Right    bool             `json:"right"` // as it should be in this state
	Next     string           `json:"next,omitempty"`
	Hops     []string         `json:"hops,omitempty"`
	At       time.Time        `json:"at"`
	Evidence upgrade.Evidence `json:"evidence"`
}

// Judge fills what a probe means. offline: users have to be out; else they have to be in. The administrator has to get in always, and by a way that needs no
// single sign-on while users are out.
func (p *Probe) Judge(a Answer, e Expect, offline bool) {
	p.Saw, p.Says = Recognise(a, e)
	p.Reached, p.Hops = p.Saw.In(), a.Hops
	p.Evidence = upgrade.Evidence{URL: p.URL, Status: a.Status, Text: p.Says}
	switch {
	case p.From == Administrator && offline:
		p.Right = p.Saw == SawLeap || p.Saw == SawLogin || p.Saw == SawSetup
		p.Next = adviceIn(p.Saw)
	case p.From == Administrator:
		p.Right = p.Saw == SawLeap || p.Saw == SawLogin || p.Saw == SawSSO
		p.Next = adviceIn(p.Saw)
	case offline:
		p.Right = p.Saw == SawMaintenance
		p.Next = adviceOut(p.Saw, p.From)
	default:
		p.Right = p.Saw == SawLeap || p.Saw == SawLogin || p.Saw == SawSSO
		p.Next = adviceBack(p.Saw)
	}
	if p.Right {
		p.Next = ""
	}
}

// adviceOut is what to do when users should be out and the maintenance page was not recognised.
func adviceOut(s Saw, who Who) string {
	switch {
	case s == SawOtherPage:
		return "Users are out. If this is your own page, name a text on it with --recognise, and it counts as proven."
	case !s.In():
		return "Users are out, and see no maintenance page: an error of their browser looks like a failure. Put the maintenance page in force."
	case who == Programs:
		return "Programs still reach the API. Put the web server's configuration in force for its path too."
	}
	return "Put the web server's configuration in force, or turn the web server off."
}

func adviceIn(s Saw) string {
	switch s {
	case SawSSO:
		return "Single sign-on stands before the direct address too: switch SAML filtering off, so that the administrator can sign in."
	case SawMaintenance, SawOtherPage:
		return "This address shows the maintenance page: it goes through the web server. Name the server's own address with --direct."
	case SawNoTrust:
		return "Name the certificate's issuer with --ca-file, or take the server's http port."
	case SawNoName:
		return "Name an address that this machine knows with --direct."
	case SawNothing, SawDown:
		return "Look whether the server runs, and whether a firewall stands between."
	case SawNotFound:
		return "Something else answers there. Name the port of the application server with --direct."
	}
	return "Open the address in a browser and look what it is."
}

func adviceBack(s Saw) string {
	switch s {
	case SawMaintenance, SawOtherPage:
		return "Take the maintenance page out of the web server's configuration again."
	case SawNothing, SawDown:
		return "Turn the web server on again; look whether the server runs."
	}
	return "Open the address in a browser and look what it is."
}
