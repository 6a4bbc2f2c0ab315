package settings

import (
	"net/url"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// The problems that an address has when somebody looks at it over the network.
const (
	ProblemAddressContext     = "address-context"     // its path does not lead to the product's context
	ProblemAddressName        = "address-name"        // the host's name leads nowhere
	ProblemAddressExpired     = "address-expired"     // the certificate is no longer, or not yet, valid
	ProblemAddressExpires     = "address-expires"     // it ends soon
	ProblemAddressUntrusted   = "address-untrusted"   // nobody whom this machine trusts has signed it
	ProblemAddressWrongName   = "address-wrong-name"  // it is another host's
	ProblemAddressTLS         = "address-tls"         // no TLS, or a certificate that is wrong otherwise
	ProblemAddressSilent      = "address-silent"      // nobody answers
	ProblemAddressDown        = "address-down"        // something answers in the product's place that it is down
	ProblemAddressMaintenance = "address-maintenance" // the maintenance page answers
	ProblemAddressSSO         = "address-sso"         // single sign-on stands before it
	ProblemAddressMoved       = "address-moved"       // it sends to another host
	ProblemAddressElse        = "address-else"        // something else answers
)

// certificateSoon is how long before its end a certificate is spoken of; as the checks do.
const certificateSoon = 30 * 24 * time.Hour

// Reached is what was seen of an address over the network, by somebody who can look. What was not looked at because an earlier look failed stays zero.
type Reached struct {
	Key         string       `json:"key"`
	Line        int          `json:"line"`
	URL         string       `json:"url"` // that was asked
	Host        string       `json:"host"`
	Addresses   []string     `json:"addresses"` // of the name
	NameProblem string       `json:"name_problem,omitempty"`
	Certificate *Certificate `json:"certificate,omitempty"` // nil without TLS
	Saw         string       `json:"saw,omitempty"`         // what answered: leap, login, setup, maintenance, ... as offline status says it
	Says        string       `json:"says,omitempty"`
	Location    string       `json:"location,omitempty"` // where it sends to
	OK          bool         `json:"ok"`                 // Leap itself answers there, over TLS that is trusted where there is TLS
}

// Certificate is what a server showed.
type Certificate struct {
	Subject  string    `json:"subject,omitempty"`
	Issuer   string    `json:"issuer,omitempty"`
	NotAfter time.Time `json:"not_after,omitzero"`
	SHA256   string    `json:"sha256,omitempty"`
	Problem  string    `json:"problem,omitempty"` // expired, unknown-authority, wrong-name, other; empty: trusted
	Detail   string    `json:"detail,omitempty"`
}

// AddressContext judges the path of a serverURI of a product whose pages stand below pages ("apps"). An address without a path is the context's parent and fine.
func AddressContext(s upgrade.Setting, pages string) []Problem {
	u, err := url.Parse(strings.TrimSpace(s.Value))
	if err != nil || u.Host == "" {
		return nil // said by the catalogue
	}
	path := strings.TrimRight(u.Path, "/")
	if path == "" || strings.HasSuffix(path, "/"+pages) {
		return nil
	}
	return []Problem{{Code: ProblemAddressContext, Line: s.Line, Key: s.Key, Args: map[string]string{"path": path, "context": "/" + pages}}}
}

// JudgeReached tells what is wrong with an address by what was seen, and marks in it whether it is as it should be. The first failure hides what could only be seen
// behind it.
func JudgeReached(r *Reached, now time.Time) []Problem {
	var out []Problem
	add := func(code string, pairs ...string) {
		p := Problem{Code: code, Line: r.Line, Key: r.Key, Args: map[string]string{"host": r.Host, "url": r.URL}}
		for i := 0; i+1 < len(pairs); i += 2 {
			p.Args[pairs[i]] = pairs[i+1]
		}
		out = append(out, p)
	}
	if r.NameProblem != "" {
		add(ProblemAddressName, "detail", r.NameProblem)
		return out
	}
	trusted := true
	if c := r.Certificate; c != nil {
		until := c.NotAfter.UTC().Format(time.DateOnly)
		trusted = c.Problem == ""
		switch {
		case c.Problem == "expired":
			add(ProblemAddressExpired, "until", until)
		case c.Problem == "unknown-authority":
			add(ProblemAddressUntrusted, "issuer", c.Issuer)
		case c.Problem == "wrong-name":
			add(ProblemAddressWrongName, "subject", c.Subject)
		case c.Problem != "":
			add(ProblemAddressTLS, "detail", c.Detail)
		case c.NotAfter.Before(now.Add(certificateSoon)):
			add(ProblemAddressExpires, "until", until)
		}
	}
	code := map[string]string{"nothing": ProblemAddressSilent, "no-name": ProblemAddressName, "down": ProblemAddressDown, "maintenance": ProblemAddressMaintenance,
		"other-maintenance": ProblemAddressMaintenance, "sso": ProblemAddressSSO, "moved": ProblemAddressMoved, "error": ProblemAddressElse, "not-found": ProblemAddressElse, "other": ProblemAddressElse}[r.Saw]
	if r.Saw == "no-trust" && trusted { // the handshake failed where the certificate alone looks well
		code = ProblemAddressTLS
	}
	if code != "" {
		add(code, "detail", r.Says, "location", r.Location)
	}
	r.OK = trusted && (r.Saw == "leap" || r.Saw == "login" || r.Saw == "setup")
	return out
}
