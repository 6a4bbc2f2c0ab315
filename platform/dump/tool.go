package dump

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// tool is a program of the database's vendor.
type tool struct {
	name, path, version string
	major               int
}

// String is the tool's name and version.
func (t tool) String() string { return t.name + " " + t.version }

var toolVersion = lazyregexp.New(`\(PostgreSQL\) ((\d+)\S*)`)

// tool finds pg_dump or pg_restore of at least the server's major version: an older one refuses the server, or leaves out what it does not know.
func (p *PostgreSQL) tool(ctx context.Context, name string, server int) (tool, error) {
	best := tool{}
	for _, path := range p.candidates(name) {
		out, err := exec.CommandContext(ctx, path, "--version").Output()
		m := toolVersion.FindSubmatch(out)
		if err != nil || m == nil {
			continue
		}
		major, err := strconv.Atoi(string(m[2]))
		t := tool{name: name, path: path, version: string(m[1]), major: major}
		if err != nil || major < server {
			if best.path == "" {
				best = t
			}
			continue
		}
		if best.major < server || major < best.major { // the nearest that is new enough
			best = t
		}
	}
	switch {
	case best.path == "":
		return tool{}, upgrade.NewFault("SB-2407", upgrade.KindFailed, nil, "tool", name, "version", strconv.Itoa(server))
	case best.major < server:
		return tool{}, upgrade.NewFault("SB-2408", upgrade.KindUnsupported, nil, "tool", best.String(), "path", best.path, "version", strconv.Itoa(server))
	}
	return best, nil
}

// candidates are the places where the tool may stand.
func (p *PostgreSQL) candidates(name string) []string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if p.Tools != "" {
		return []string{filepath.Join(p.Tools, name)}
	}
	var all []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/", "/usr/pgsql-*/bin/", "/opt/homebrew/opt/postgresql@*/bin/", `C:\Program Files\PostgreSQL\*\bin\`} {
		found, err := filepath.Glob(filepath.Join(pattern, name))
		if err == nil {
			all = append(all, found...)
		}
	}
	sort.Strings(all)
	if path, err := exec.LookPath(name); err == nil {
		all = append([]string{path}, all...)
	}
	return all
}

// run runs a tool to its end and gives its output. The password goes through the environment of that process alone. A tool that is stopped is asked to
// end in order first.
func (p *PostgreSQL) run(ctx context.Context, t tool, server *pgx.ConnConfig, database string, args ...string) (string, error) {
	if server != nil {
		args = append([]string{"--host=" + server.Host, fmt.Sprintf("--port=%d", server.Port), "--username=" + server.User, "--dbname=" + database}, args...)
	}
	cmd := exec.CommandContext(ctx, t.path, args...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+p.Credentials.Password.Reveal(), "PGAPPNAME=springboard", "LC_ALL=C", "PGCONNECT_TIMEOUT=15")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	words := strings.TrimSpace(errs.String())
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return "", upgrade.NewFault("SB-2409", upgrade.KindFailed, errors.New(lastLine(words)), "tool", t.String(), "exit", strconv.Itoa(exit.ExitCode()))
	case err != nil:
		return "", upgrade.NewFault("SB-2409", upgrade.KindFailed, err, "tool", t.String(), "exit", "none")
	}
	return strings.TrimSpace(out.String() + "\n" + words), nil
}

func lastLine(s string) string {
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		return s[i+1:]
	}
	return s
}
