package leap

import (
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

// ServerURIKey is the setting that tells under which address users reach Leap.
const ServerURIKey = "ibm.nitro.NitroConfig.serverURI"

// Configure adds Leap_config.properties of each extensions directory and takes the base URL from the last one that sets it.
func (d *Draft) Configure(node, server string) {
	for _, dir := range d.In.Extensions.Dirs {
		path := d.Root.Under(dir, ConfigName)
		d.Settings(upgrade.SettingsFile{Path: path, Kind: "leap-config", Node: node, Server: server})
		d.readServerURI(path)
	}
}

func (d *Draft) readServerURI(path string) {
	p := Properties(d.Survey, path)
	entry, ok := p.Get(ServerURIKey)
	if !ok {
		return
	}
	base, ok := BaseOf(entry.Value)
	if !ok {
		if strings.TrimSpace(entry.Value) != "" {
			d.Remark(filepath.Base(path) + " has a serverURI that is no URL: " + survey.Mask(entry.Value))
		}
		return
	}
	d.In.BaseURL = base
	d.address(base)
	d.In.Evidence["base_url"] = survey.Line(path, entry.Line, p.LineText(entry.Line))
}

// BaseOf gives scheme://host[:port] of a URL, without context and credentials.
func BaseOf(uri string) (base string, ok bool) {
	u, err := url.Parse(strings.TrimSpace(uri))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return "", false
	}
	return u.Scheme + "://" + u.Host, true
}

// Endpoint is an address at which a server answers HTTP.
type Endpoint struct {
	Host     string
	Port     int
	Secure   bool
	Evidence upgrade.Evidence
}

// URL is the endpoint as a base URL; the default port of the scheme is left out.
func (e Endpoint) URL() string {
	scheme, usual := "http", 80
	if e.Secure {
		scheme, usual = "https", 443
	}
	host := e.Host
	if strings.Contains(host, ":") {
		host = "[" + strings.Trim(host, "[]") + "]"
	}
	if e.Port == usual {
		return scheme + "://" + host
	}
	return scheme + "://" + net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(e.Port))
}

// FallBackTo takes the base URL from an endpoint when no setting told it. The endpoint is one of the addresses in any case.
func (d *Draft) FallBackTo(e *Endpoint) {
	if e == nil || e.Port <= 0 || e.Port > 65535 || e.Host == "" {
		return
	}
	if d.In.BaseURL == "" {
		d.In.BaseURL = e.URL()
		d.Prove("base_url", e.Evidence)
	}
	d.address(e.URL())
}

// address adds a base URL to the addresses, the one in force first.
func (d *Draft) address(url string) {
	for _, a := range []string{d.In.BaseURL, url} {
		if a != "" && !slices.Contains(d.In.Addresses, a) {
			d.In.Addresses = append(d.In.Addresses, a)
		}
	}
}
