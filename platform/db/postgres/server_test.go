package postgres_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// server is a real PostgreSQL in a temporary folder, with password authentication.
type server struct {
	bin, dir string
	port     int
	psql     func(sql string) // as the superuser
}

const superPassword = `super"'$%&\ ü ` + "`"

// startServer starts a server or skips the test where none is installed.
func startServer(t *testing.T) *server {
	t.Helper()
	s := &server{bin: findBin(t)}
	dir, err := os.MkdirTemp("", "springboard-pg") // not t.TempDir: its path may be too long for a socket, and its parents closed to others
	if err != nil {
		t.Fatal(err)
	}
	s.dir = dir
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.WriteFile(filepath.Join(dir, "pw"), []byte(superPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(dir, "pw")} {
		handOver(t, path)
	}
	s.port = freePort(t)
	s.run(t, "initdb", "-D", filepath.Join(dir, "data"), "-U", "super", "-A", "scram-sha-256", "--pwfile", filepath.Join(dir, "pw"), "-E", "UTF8", "--no-sync")
	s.run(t, "pg_ctl", "-D", filepath.Join(dir, "data"), "-w", "-t", "60", "-l", filepath.Join(dir, "log"),
		"-o", fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c fsync=off", s.port, dir), "start")
	t.Cleanup(func() { s.run(t, "pg_ctl", "-D", filepath.Join(dir, "data"), "-m", "immediate", "-w", "stop") })
	s.psql = func(sql string) {
		t.Helper()
		cmd := exec.Command(filepath.Join(s.bin, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", strconv.Itoa(s.port), "-U", "super", "-d", "postgres")
		cmd.Env = append(os.Environ(), "PGPASSWORD="+superPassword, "PGCLIENTENCODING=UTF8", "PGSSLMODE=prefer")
		cmd.Stdin = strings.NewReader(sql)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("psql: %v\n%s", err, out)
		}
	}
	return s
}

func findBin(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	sort.Strings(found)
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	t.Skip("no PostgreSQL server is installed (initdb not found)")
	return ""
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (s *server) run(t *testing.T, tool string, args ...string) {
	t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, tool), args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	asOther(cmd)
	var out bytes.Buffer
	log, err := os.Create(filepath.Join(t.TempDir(), "out")) // a file, not a pipe: the server inherits it and would keep a pipe open
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.WaitDelay = 90 * time.Second
	if err := cmd.Run(); err != nil {
		_, _ = log.Seek(0, 0)
		_, _ = out.ReadFrom(log)
		t.Fatalf("%s: %v\n%s", tool, err, out.String())
	}
}
