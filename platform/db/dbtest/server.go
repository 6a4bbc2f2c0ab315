package dbtest

import (
	"context"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/upgrade"
)

// Server is a real PostgreSQL server of a test, on a free port of the loopback in a temporary folder.
type Server struct {
	URL         string // postgres://user:password@host:port/postgres
	Source      upgrade.DataSource
	Credentials upgrade.Credentials
	Data        string // the server's folder; its file postmaster.pid begins with the process to stop
}

// serverPassword holds what URLs, shells, Java and option files each read in their own way.
const serverPassword = `s3cret/with:signs@in it"'$%&\ ü ` + "`"

// StartPostgreSQL starts a server that ends with the test. Where no PostgreSQL is installed the test is skipped, saying so. As root the server runs as another
// user: PostgreSQL refuses root.
func StartPostgreSQL(t *testing.T) Server {
	t.Helper()
	initdb, ctl := findTool(t, "initdb"), findTool(t, "pg_ctl")
	dir, err := os.MkdirTemp("", "springboard-pg") // not t.TempDir: its parents are closed to other users
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	secret, data, log := filepath.Join(dir, "pw"), filepath.Join(dir, "data"), filepath.Join(dir, "log")
	if err := os.WriteFile(secret, []byte(serverPassword+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	attr := asOther(t, dir)
	run := func(path string, args ...string) {
		t.Helper()
		out, err := os.CreateTemp(t.TempDir(), "out") // a file, not a pipe: the server inherits it and would keep a pipe open
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = out.Close() }()
		cmd := exec.Command(path, args...)
		cmd.SysProcAttr, cmd.Dir, cmd.Stdout, cmd.Stderr = attr, dir, out, out
		if err := cmd.Run(); err != nil {
			said, _ := os.ReadFile(out.Name())
			t.Fatalf("%s: %v\n%s", filepath.Base(path), err, said)
		}
	}
	run(initdb, "-D", data, "-U", "leap", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--no-sync", "--locale=C")
	port := FreePort(t)
	run(ctl, "-D", data, "-w", "-t", "60", "-l", log, "-o", "-p "+strconv.Itoa(port)+" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off", "start")
	t.Cleanup(func() {
		if _, err := os.Stat(filepath.Join(data, "postmaster.pid")); err == nil { // a test may have stopped it
			run(ctl, "-D", data, "-m", "immediate", "-w", "stop")
		}
	})
	address := url.URL{Scheme: "postgres", User: url.UserPassword("leap", serverPassword), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/postgres"}
	return Server{
		URL:         address.String(),
		Source:      upgrade.DataSource{Kind: "postgresql", Host: "127.0.0.1", Port: port, Database: "postgres"},
		Credentials: upgrade.Credentials{User: "leap", Password: upgrade.NewSecret(serverPassword), Origin: "test"},
		Data:        data,
	}
}

func findTool(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err == nil && len(found) > 0 {
		return found[len(found)-1]
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("PostgreSQL's %s is not on this machine", name)
	}
	return path
}

// Exec runs statements as the server's superuser, whatever the environment says of PostgreSQL.
func (s Server) Exec(t *testing.T, text string) {
	t.Helper()
	conn := s.Connect(t)
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// Int gives the only value that a query answers.
func (s Server) Int(t *testing.T, query string) int {
	t.Helper()
	conn := s.Connect(t)
	defer func() { _ = conn.Close(context.Background()) }()
	var n int
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// Connect opens a session of the superuser. The caller closes it.
func (s Server) Connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL+"?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// FreePort is a port of the loopback at which nobody listens.
func FreePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}
