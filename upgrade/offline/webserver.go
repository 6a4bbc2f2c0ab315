package offline

import (
	"bytes"
	"embed"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/springboard-leap/springboard/upgrade"
)

// WebServer is a web server or load balancer that Springboard writes configuration for.
type WebServer string

// The web servers. IBM HTTP Server is Apache with IBM's plug-in: the same configuration, other commands.
const (
	IHS     WebServer = "ihs"
	Apache  WebServer = "apache"
	Nginx   WebServer = "nginx"
	HAProxy WebServer = "haproxy"
)

// WebServers lists all of them.
var WebServers = []WebServer{IHS, Apache, Nginx, HAProxy}

// Title is the name a person knows it by.
func (w WebServer) Title() string {
	switch w {
	case IHS:
		return "IBM HTTP Server"
	case Apache:
		return "Apache"
	case Nginx:
		return "nginx"
	case HAProxy:
		return "HAProxy"
	}
	return string(w)
}

// File is the name of the configuration file.
func (w WebServer) File() string {
	switch w {
	case IHS:
		return "ihs.conf"
	case Apache:
		return "apache.conf"
	case Nginx:
		return "nginx.conf"
	}
	return "haproxy.cfg"
}

// Enable says in one line how the configuration is put in force, and Back how it is taken out.
func (w WebServer) Enable(at string) (enable, back string) {
	test, reload := w.commands()
	in := "the VirtualHost"
	switch w {
	case Nginx:
		return "First line of the server block: include " + at + "/nginx.conf; then " + test + " && " + reload, "Take the line out, then " + test + " && " + reload
	case HAProxy:
		return "Put the lines of haproxy.cfg first into the frontend, then " + test + " && " + reload, "Take the lines out, then " + test + " && " + reload
	case IHS, Apache:
	}
	return "First line of " + in + `: Include "` + at + "/" + w.File() + `" then ` + test + " && " + reload, "Take the line out, then " + test + " && " + reload
}

func (w WebServer) commands() (test, reload string) {
	switch w {
	case IHS:
		return "bin/apachectl -t", "bin/apachectl graceful"
	case Apache:
		return "apachectl -t", "apachectl graceful"
	case Nginx:
		return "nginx -t", "nginx -s reload"
	}
	return "haproxy -c -f /etc/haproxy/haproxy.cfg", "systemctl reload haproxy"
}

//go:embed templates
var templates embed.FS

// File is a file to be written.
type File struct {
	Name string
	Data []byte
}

// Files are the page in both forms and the configuration of the web servers that shows it. at is the folder in which the web server will find the files, with
// forward slashes also on Windows; nginx needs none of them but its own.
func Files(p Page, product upgrade.Product, at string, servers ...WebServer) ([]File, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	at = strings.TrimRight(strings.ReplaceAll(at, `\`, "/"), "/")
	if strings.ContainsAny(at, "\"\n\r$%{}';") || at != path.Clean(at) {
		return nil, upgrade.NewFault("SB-9031", upgrade.KindUsage, nil, "dir", at)
	}
	page, err := p.HTML()
	if err != nil {
		return nil, err
	}
	text, err := p.JSON()
	if err != nil {
		return nil, err
	}
	files := []File{{"page.html", page}, {"page.json", text}}
	if len(servers) == 0 {
		servers = WebServers
	}
	for _, w := range servers {
		if !slices.Contains(WebServers, w) {
			return nil, upgrade.NewFault("SB-9032", upgrade.KindUsage, nil, "name", string(w))
		}
		data, err := configure(w, p, product, at, page, text)
		if err != nil {
			return nil, err
		}
		files = append(files, File{w.File(), data})
	}
	return files, nil
}

func configure(w WebServer, p Page, product upgrade.Product, at string, page, text []byte) ([]byte, error) {
	name := map[WebServer]string{Nginx: "nginx.conf", HAProxy: "haproxy.cfg"}[w]
	if name == "" {
		name = "apache.conf"
	}
	t, err := template.ParseFS(templates, "templates/"+name)
	if err != nil {
		return nil, err
	}
	pages, api := Contexts(product)
	test, reload := w.commands()
	v := map[string]any{"At": at, "File": w.File(), "Pages": pages, "API": api, "Retry": strconv.Itoa(p.RetrySeconds()), "Header": MarkHeader, "Mark": p.Mark,
		"For": "Apache 2.2 and later", "Test": test, "Reload": reload, "PageParts": nginxParts(htmlForNginx(page)), "JSONParts": nginxParts(jsonForNginx(text))}
	if w == IHS {
		v["For"] = "IBM HTTP Server 8.5 and later"
	}
	var b bytes.Buffer
	err = t.Execute(&b, v)
	return b.Bytes(), err
}

// nginx has no way to write a dollar sign into a value; the languages of the values have.
func htmlForNginx(page []byte) string { return strings.ReplaceAll(string(page), "$", "&#36;") }
func jsonForNginx(text []byte) string { return strings.ReplaceAll(string(text), "$", `\u0024`) }

// nginxPart is well below the 4096 bytes that nginx takes as one parameter.
const nginxPart = 1500

// nginxParts cuts a text into values of single-quoted parameters.
func nginxParts(text string) []string {
	var parts []string
	for len(text) > 0 {
		n := min(nginxPart, len(text))
		parts = append(parts, strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text[:n]))
		text = text[n:]
	}
	return parts
}
