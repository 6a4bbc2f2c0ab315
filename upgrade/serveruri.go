package upgrade

import (
	"net/url"
	"strconv"
	"strings"
)

// CanonicalServerURI gives the form of a serverURI in which it equals what browsers send: scheme and host in lower case, no default port, no slash at
// the end. why tells what makes it no URL that Leap could be reached by.
func CanonicalServerURI(value string) (canonical, why string) {
	trimmed := strings.TrimSpace(value)
	u, err := url.Parse(trimmed)
	switch {
	case err != nil:
		return "", "it is not a URL"
	case u.Scheme != "http" && u.Scheme != "https":
		return "", "it does not begin with http:// or https://"
	case u.Hostname() == "" || strings.ContainsAny(u.Hostname(), " \t_,;"):
		return "", "it has no usable host name"
	case u.User != nil:
		return "", "it holds a user name"
	case u.RawQuery != "" || u.Fragment != "":
		return "", "it has a query or a fragment"
	case strings.Contains(trimmed, "${"):
		return "", "it holds a variable, which Java does not resolve"
	case !portOK(u):
		return "", "its port is not a number from 1 to 65535"
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" && p != defaultPort(u) {
		host += ":" + p
	}
	return u.Scheme + "://" + host + contextOf(u.EscapedPath()), ""
}

// contextOf cuts a path down to the context of Leap: administrators paste the address of a page.
func contextOf(path string) string {
	for _, known := range []string{"/apps-basic", "/apps", "/volt-apps", "/volt-api"} {
		if path == known || strings.HasPrefix(path, known+"/") {
			return known
		}
	}
	return strings.TrimRight(path, "/")
}

func portOK(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	if u.Port() == "" {
		return true
	}
	n, err := strconv.Atoi(u.Port())
	return err == nil && n > 0 && n < 65536
}

func defaultPort(u *url.URL) string {
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
