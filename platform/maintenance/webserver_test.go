package maintenance

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
)

// nasty is a text with what the languages of the configurations use themselves.
const nasty = `It's "down" for $5 & ${home} \ 100% {brace}; <b>Grüße</b> 维护 😀` + "\n\n" + `%{ENV:HOME} $(x) #hash 'quoted'`

func page() offline.Page {
	return offline.Page{Title: `Leap's "upgrade"`, Text: nasty, Contact: "admin@example.org", Retry: 15 * time.Minute, Mark: "0123456789abcdef"}
}

// upstream stands where Leap is, behind the web server.
func upstream(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "the product itself: %s", r.URL.Path) }))
	t.Cleanup(s.Close)
	return s
}

// front is a real web server before the upstream, with and without the generated configuration.
type front struct {
	kind    offline.WebServer
	program string
	config  func(dir, listen, backend string, on bool) string // writes the server's own configuration and gives its path
	args    func(dir, config string) []string
}

func fronts() []front {
	return []front{
		{offline.Nginx, "nginx", nginxConfig, func(dir, c string) []string { return []string{"-p", dir, "-c", c, "-g", "daemon off;"} }},
		{offline.Apache, "apache2", apacheConfig, func(_, c string) []string { return []string{"-f", c, "-D", "FOREGROUND"} }},
		{offline.HAProxy, "haproxy", haproxyConfig, func(_, c string) []string { return []string{"-db", "-f", c} }},
	}
}

func nginxConfig(dir, listen, backend string, on bool) string {
	include := ""
	if on {
		include = "include " + dir + "/at/nginx.conf;"
	}
	return fmt.Sprintf(`pid %[1]s/nginx.pid; error_log %[1]s/error.log; worker_processes 1;
events { worker_connections 64; }
http { access_log off; include /etc/nginx/mime.types; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
server { listen %[2]s; %[3]s
 error_page 503 /own-503.html;
 location /apps { proxy_pass %[4]s; } location / { proxy_pass %[4]s; } } }
`, dir, listen, include, backend)
}

func apacheConfig(dir, listen, backend string, on bool) string {
	include, mods := "", ""
	for _, m := range []string{"mpm_event", "authz_core", "rewrite", "headers", "proxy", "proxy_http", "mime"} {
		mods += "LoadModule " + m + "_module /usr/lib/apache2/modules/mod_" + m + ".so\n"
	}
	if on {
		include = `Include "` + dir + `/at/apache.conf"`
	}
	own := ""
	if os.Geteuid() == 0 {
		own = "User www-data\nGroup www-data\n"
	}
	return fmt.Sprintf("ServerRoot %[1]s\nServerName test\nPidFile %[1]s/pid\nErrorLog %[1]s/error.log\nListen %[2]s\n%[5]s%[6]sTypesConfig /dev/null\n"+
		"DocumentRoot %[1]s\n<Directory />\nRequire all denied\n</Directory>\n<VirtualHost *>\n%[3]s\nRewriteEngine On\nRewriteRule ^/apps/rewritten$ /apps/elsewhere [PT]\n"+
		"ProxyPass / %[4]s/\n</VirtualHost>\n", dir, listen, include, backend, mods, own)
}

func haproxyConfig(dir, listen, backend string, on bool) string {
	lines := ""
	if on {
		data, err := os.ReadFile(filepath.Join(dir, "at", "haproxy.cfg"))
		if err != nil {
			return err.Error()
		}
		lines = string(data)
	}
	return fmt.Sprintf("defaults\n    mode http\n    timeout connect 5s\n    timeout client 5s\n    timeout server 5s\nfrontend leap\n    bind %s\n%s\n    http-request set-header X-Own 1\n"+
		"    default_backend leap\nbackend leap\n    server leap01 %s\n", listen, lines, strings.TrimPrefix(backend, "http://"))
}

// TestRealWebServersShowThePageWithTheGeneratedConfiguration: nginx, Apache and HAProxy as Debian has them, before a server that goes on answering directly.
func TestRealWebServersShowThePageWithTheGeneratedConfiguration(t *testing.T) {
	for _, f := range fronts() {
		t.Run(string(f.kind), func(t *testing.T) {
			t.Parallel()
			program, err := exec.LookPath(f.program)
			if err != nil {
				t.Skipf("%s is not installed (scripts/setup --for test installs it)", f.program)
			}
			back := upstream(t)
			dir := readable(t)
			files, err := offline.Files(page(), upgrade.Leap, filepath.Join(dir, "at"))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				put(t, filepath.Join(dir, "at", file.Name), file.Data)
			}
			for _, on := range []bool{false, true} {
				base, end := start(t, f, program, dir, back.URL, on)
				if on {
					shows(t, base)
				} else if _, body, err := ask(t, http.MethodGet, base+"/apps/x", "text/html", ""); !strings.Contains(body, "the product itself") {
					log, _ := os.ReadFile(filepath.Join(dir, "error.log"))
					t.Errorf("without the configuration the product does not answer: %v %s\n%s", err, body, log)
				}
				end()
			}
			if _, body, _ := ask(t, http.MethodGet, back.URL+"/apps/x", "text/html", ""); !strings.Contains(body, "the product itself") {
				t.Errorf("directly: %s", body)
			}
		})
	}
}

// shows asks what browsers and programs ask, and what nobody should.
func shows(t *testing.T, base string) {
	t.Helper()
	html, err := page().HTML()
	if err != nil {
		t.Fatal(err)
	}
	text, err := page().JSON()
	if err != nil {
		t.Fatal(err)
	}
	browser := "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"
	for _, c := range []struct {
		method, path, accept, body string
		json                       bool
	}{
		{"GET", "/apps/secure/org/ide/manager.html", browser, "", false},
		{"GET", "/apps", browser, "", false},
		{"GET", "/apps/", "", "", false},
		{"GET", "/apps/rewritten", browser, "", false},
		{"GET", "/apps/logo.png?x=1", "image/*", "", false},
		{"POST", "/apps/secure/org/app/1/submit", browser, "a=1", false},
		{"HEAD", "/apps/", browser, "", false},
		{"GET", "/apps-basic/secure/org/admin/apps", "application/json", "", true},
		{"GET", "/apps-basic/secure/org/admin/apps", "*/*", "", true},
		{"PUT", "/apps-basic/secure/org/app/1", "application/json", "{}", true},
		{"DELETE", "/apps/secure/org/app/1", "application/json", "", true},
		{"GET", "/apps-basic/x", browser, "", false},
	} {
		res, body, err := ask(t, c.method, base+c.path, c.accept, c.body)
		if err != nil {
			t.Fatalf("%s %s: %v", c.method, c.path, err)
		}
		kind, want := "text/html", string(html)
		if c.json {
			kind, want = "application/json", string(text)
		}
		if c.method == http.MethodHead {
			want = ""
		}
		if body != want {
			// nginx has no dollar sign: the same page in another writing.
			if strings.NewReplacer("&#36;", "$", `\u0024`, "$").Replace(body) != want {
				t.Errorf("%s %s (%s): body\n%s", c.method, c.path, c.accept, body)
			}
		}
		if res.StatusCode != 503 || res.Header.Get("Retry-After") != "900" || res.Header.Get(offline.MarkHeader) != page().Mark || !strings.HasPrefix(res.Header.Get("Content-Type"), kind) {
			t.Errorf("%s %s (%s): %d, %v", c.method, c.path, c.accept, res.StatusCode, res.Header)
		}
	}
	for _, path := range []string{"/", "/other", "/apps2/x", "/myapps/apps/", "/springboard-maintenance/page"} {
		if res, body, err := ask(t, http.MethodGet, base+path, browser, ""); err != nil || res.StatusCode == 503 || strings.Contains(body, page().Mark) {
			t.Errorf("%s is not Leap's and got the page: %v %s", path, err, body)
		}
	}
}

type answer struct {
	StatusCode int
	Header     http.Header
}

func ask(t *testing.T, method, address, accept, body string) (got answer, text string, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	client := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return got, "", err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header}, string(data), err
}

// readable is a folder that a web server may read that gave up its rights.
func readable(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "springboard-web")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func put(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// start runs a web server on a free port and ends it with the test. The port is free when it is chosen; somebody may take it before the server does.
func start(t *testing.T, f front, program, dir, backend string, on bool) (base string, end func()) {
	t.Helper()
	for range 5 {
		door, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listen := door.Addr().String()
		_ = door.Close()
		config := filepath.Join(dir, fmt.Sprintf("server-%v.conf", on))
		put(t, config, []byte(f.config(dir, listen, backend, on)))
		ctx, stop := context.WithCancel(context.Background())
		cmd := exec.CommandContext(ctx, program, f.args(dir, config)...)
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		cmd.WaitDelay = 5 * time.Second
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			stop()
			t.Fatal(err)
		}
		gone := make(chan struct{})
		go func() { _ = cmd.Wait(); close(gone) }()
		end := func() { stop(); <-gone }
		if answers(listen, gone) {
			t.Cleanup(end)
			return (&url.URL{Scheme: "http", Host: listen}).String(), end
		}
		end()
		t.Logf("%s did not come up: %s", program, said.String())
	}
	t.Fatalf("%s never came up", program)
	return "", nil
}

func answers(listen string, gone <-chan struct{}) bool {
	for range 200 {
		conn, err := net.Dial("tcp", listen)
		if err == nil {
			_ = conn.Close()
			return true
		}
		select {
		case <-gone:
			return false
		case <-time.After(25 * time.Millisecond):
		}
	}
	return false
}
