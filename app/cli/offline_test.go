package cli

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/report"
)

// program runs commands in this process, as a user would, one after the other.
type program struct {
	t    *testing.T
	root string
}

func (p program) run(want int, args ...string) map[string]any {
	p.t.Helper()
	var out, errs bytes.Buffer
	code := Main(p.t.Context(), append([]string{"--root", p.root, "--json", "--no-input", "--yes"}, args...), Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
	if code != want {
		p.t.Fatalf("springboardctl %s: %d, want %d\n%s%s", strings.Join(args, " "), code, want, out.String(), errs.String())
	}
	var last map[string]any
	for dec := json.NewDecoder(&out); dec.More(); {
		last = nil
		if err := dec.Decode(&last); err != nil {
			p.t.Fatal(err)
		}
	}
	return last
}

// background runs a command until stop is called; the first line of its standard output is given.
func (p program) background(args ...string) (first string, stop func()) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		Main(ctx, append([]string{"--root", p.root, "--quiet"}, args...), Streams{In: strings.NewReader(""), Out: w, Err: io.Discard})
		_ = w.Close()
	}()
	lines := bufio.NewReader(r)
	first, err := lines.ReadString('\n')
	if err != nil {
		p.t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	end := func() { cancel(); <-done }
	p.t.Cleanup(end)
	return strings.TrimSpace(first), end
}

func practice(t *testing.T, o lab.Options) (program, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "L")
	o.Seed, o.Dir = 1, dir
	if _, err := lab.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	p := program{t, dir}
	base, _ := p.background("lab", "serve", dir)
	return p, base
}

// TestUsersSeeThePageOfARealWebServerWhileTheAdministratorReachesTheLab: nginx from Debian before a served lab.
func TestUsersSeeThePageOfARealWebServerWhileTheAdministratorReachesTheLab(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("nginx"); err != nil {
		t.Skip("nginx is not installed (scripts/setup --for test installs it)")
	}
	p, base := practice(t, lab.Options{Apps: 3})
	web := t.TempDir()
	public, restart := nginxBefore(t, web, base)
	status := func(state string, proven bool, saw ...offline.Saw) {
		t.Helper()
		got := p.run(0, "offline", "status", "--public", public, "--direct", base)
		if got["state"] != state || got["proven"] != proven {
			t.Errorf("state %v, proven %v", got["state"], got["proven"])
		}
		probes, _ := got["probes"].([]any)
		for i, want := range saw {
			one, _ := probes[i].(map[string]any)
			if one["saw"] != string(want) {
				t.Errorf("%v saw %v, want %s", one["from"], one["saw"], want)
			}
		}
	}
	status("online", true, offline.SawLogin, offline.SawLogin, offline.SawLogin)
	p.run(0, "offline", "begin", "--public", public, "--direct", base, "--to", filepath.Join(web, "page"), "--page-text", "It's 5 $ to wait")
	status("offline", false, offline.SawLogin, offline.SawLogin, offline.SawLogin)

	include := filepath.Join(web, "include.conf")
	for _, on := range []bool{true, false} {
		line := ""
		if on {
			line = "include " + filepath.Join(web, "page", "nginx.conf") + ";\n"
		}
		if err := os.WriteFile(include, []byte(line), 0o644); err != nil {
			t.Fatal(err)
		}
		restart()
		if on {
			status("offline", true, offline.SawMaintenance, offline.SawMaintenance, offline.SawLogin)
			if got := p.run(0, "offline", "end"); got["back"] != 1.0 || got["proven"] != false {
				t.Errorf("end while the page still stands: %v %v", got["back"], got["proven"])
			}
		}
	}
	status("online", true, offline.SawLogin, offline.SawLogin, offline.SawLogin)
}

// nginxBefore runs nginx before a server. It takes an open socket over, so that whoever connects waits for it, however long it takes to start. restart ends it and starts it again with the configuration as it is then: after a reload old workers still answer.
func nginxBefore(t *testing.T, dir, backend string) (public string, restart func()) {
	t.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = door.Close() })
	listen := door.Addr().String()
	socket, err := door.(*net.TCPListener).File() //nolint:errcheck // it listens on tcp
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	if err := os.WriteFile(filepath.Join(dir, "include.conf"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("pid %[1]s/pid; error_log %[1]s/error.log; worker_processes 1;\nevents { worker_connections 64; }\nhttp { access_log off; client_body_temp_path %[1]s/b; "+
		"proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;\nserver { listen %[2]s;\ninclude %[1]s/include.conf;\n"+
		"location / { proxy_pass %[3]s; } } }\n", dir, listen, backend)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	stop := func() {}
	start := func() {
		stop()
		ctx, cancel := context.WithCancel(context.Background())
		cmd := exec.CommandContext(ctx, "nginx", "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-g", "daemon off;")
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		cmd.ExtraFiles, cmd.Env = []*os.File{socket}, append(os.Environ(), "NGINX=3;")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stop = func() { cancel(); _ = cmd.Wait() }
	}
	start()
	t.Cleanup(func() { stop() })
	return "http://" + listen, start
}

// TestAnUpgradeLeavesEveryFileButTheIntendedOnesAsItWas: offline begin, the upgrade with its fresh fsp.properties, re-apply, offline end; the run's own report tells which
// files are as before, and an independent look at every file of the disk says the same.
func TestAnUpgradeLeavesEveryFileButTheIntendedOnesAsItWas(t *testing.T) {
	t.Parallel()
	p, _ := practice(t, lab.Options{Apps: 3, Fail: -1})
	p.run(0, "run", "new")
	before := sums(t, p.root)
	p.run(0, "offline", "begin", "--notice", "Back at six")
	if _, err := lab.Upgrade(t.Context(), p.root, nil); err != nil {
		t.Fatal(err)
	}
	p.run(3, "settings", "reapply")
	p.run(0, "offline", "end")
	var changed []string
	for name, sum := range sums(t, p.root) {
		old, known := before[name]
		if !ours(name) && known && old != sum {
			changed = append(changed, name)
		}
	}
	fsp := "opt/IBM/WebSphere/AppServer/profiles/AppSrv01/installedApps/LeapCell01/HCL Leap.ear/builder.war/WEB-INF/classes/fsp.properties"
	for _, name := range changed {
		if strings.HasSuffix(name, ".properties") && name != fsp || strings.HasSuffix(name, ".xml") && !strings.Contains(name, "HCL Leap.ear/") {
			t.Errorf("%s is not as it was", name)
		}
	}
	p.run(0, "report", "write")
	files, err := filepath.Glob(filepath.Join(p.root, "springboard", "runs", "*", "report", "report.json"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var rep report.Report
	if err := json.Unmarshal(data, &rep); err != nil {
		t.Fatal(err)
	}
	states := map[string]report.FileState{}
	for _, f := range rep.Files {
		states[filepath.Base(f.File)] = f.State
	}
	want := map[string]report.FileState{"Leap_config.properties": report.AsBefore, "server.xml": report.AsBefore, "fsp.properties": report.ByRun}
	for name, state := range want {
		if states[name] != state {
			t.Errorf("the report says of %s %q, want %q (%v)", name, states[name], state, states)
		}
	}
}

// ours tells what the practice server and the run write by themselves: data, logs, the run.
func ours(name string) bool {
	return strings.HasPrefix(name, "springboard/") || strings.Contains(name, "/logs/") || strings.HasSuffix(name, ".log") || strings.HasPrefix(name, "data/")
}

// sums are the files below a folder by their SHA-256.
func sums(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		sum := sha256.Sum256(data)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
