package dump

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
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
		return best, upgrade.NewFault("SB-2408", upgrade.KindUnsupported, nil, "tool", best.String(), "path", best.path, "version", "PostgreSQL "+strconv.Itoa(server))
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

// program prepares a run of a tool. The password goes through the environment of that process alone.
func (p *PostgreSQL) program(t tool, server *pgx.ConnConfig, database string, args ...string) program {
	if server != nil {
		args = append([]string{"--host=" + server.Host, fmt.Sprintf("--port=%d", server.Port), "--username=" + server.User, "--dbname=" + database, "--no-password"}, args...)
	}
	return program{path: t.path, args: args, name: t.String(), shown: typed(t.name, args), secret: p.Credentials.Password,
		env:   []string{"PGPASSWORD=" + p.Credentials.Password.Reveal(), "PGAPPNAME=springboard", "LC_ALL=C", "PGCONNECT_TIMEOUT=15", "PGPASSFILE=" + os.DevNull},
		unset: []string{"PGSERVICE", "PGSERVICEFILE", "PGOPTIONS", "PGDATABASE", "PGUSER", "PGHOST", "PGPORT", "PGHOSTADDR"}}
}

// run runs a tool to its end and gives its record. Any exit code but 0 is a failure: these tools have no other good one.
func (p *PostgreSQL) run(ctx context.Context, prog program) (backup.DumpStep, error) {
	r, err := prog.run(ctx)
	if err != nil {
		return backup.DumpStep{}, err
	}
	if r.exit != 0 {
		return prog.step(r), prog.failed(r)
	}
	return prog.step(r), nil
}

// typed is a command as a person would type it.
func typed(name string, args []string) string {
	words := []string{name}
	for _, a := range args {
		if strings.ContainsAny(a, " \"'$&;()<>|*?") {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}
