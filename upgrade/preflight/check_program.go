package preflight

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

func programChecks() []Check {
	return []Check{
		{Code: "LEAP-EAR-001", Products: onLeap, Phases: before, Run: programPresent},
		{Code: "LEAP-MAP-001", Products: onLeap, Runtimes: onWAS, Phases: surveyP, Run: mappings},
	}
}

// programPresent: what is installed goes into the backup, with its build, before it is replaced.
func programPresent(_ context.Context, env Env) (Result, error) {
	in := env.Installation
	if env.Files == nil {
		return Result{}, blind("files")
	}
	if in.Program == "" {
		return result(upgrade.Blocker, "not-found").with(env.fact("home")), nil
	}
	fi, err := env.Files.Stat(in.Program)
	if errors.Is(err, fs.ErrNotExist) {
		return result(upgrade.Blocker, "absent", "path", in.Program, "detail", detailOf(err)), nil
	}
	if err != nil {
		return Result{}, unseen("files", err)
	}
	if fi.IsDir() {
		entries, err := env.Files.ReadDir(in.Program)
		if err != nil {
			return Result{}, unseen("files", err)
		}
		if len(entries) == 0 {
			return result(upgrade.Blocker, "empty", "path", in.Program), nil
		}
	}
	if in.Version == "" {
		return result(upgrade.Unknown, "no-version", "path", in.Program).with(env.fact("program")), nil
	}
	return result(upgrade.OK, "recorded", "path", in.Program, "version", in.Version).with(env.fact("version")), nil
}

// mappings: replacing the application asks again for data source, mail session and virtual hosts; what they are now has to be known then.
func mappings(ctx context.Context, env Env) (Result, error) {
	if env.Settings == nil {
		return Result{}, blind("settings")
	}
	var found []string
	r := Result{}
	if ds := env.Installation.DataSource; ds != nil && ds.JNDIName != "" {
		found = append(found, "data source "+ds.JNDIName)
		r = r.with(env.fact("datasource"))
	}
	for _, f := range env.files("resources") {
		mail, err := env.Settings.Find(ctx, f.Path, "factories[@xmi:type='resources.mail:MailSession']/@jndiName")
		if err != nil {
			return Result{}, unseen("settings", err)
		}
		for _, s := range mail {
			found = append(found, "mail session "+s.Value)
			r = r.with(s.Evidence())
		}
	}
	hosts, ev := virtualHosts(ctx, env)
	found = append(found, hosts...)
	r = r.with(ev...)
	if len(found) == 0 {
		return result(upgrade.Warning, "none"), nil
	}
	return result(upgrade.OK, "recorded", "mappings", strings.Join(found, ", "), "count", strconv.Itoa(len(found))).with(r.Evidence...), nil
}

// virtualHosts reads the cell's virtualhosts.xml, which stands above the nodes' configuration.
func virtualHosts(ctx context.Context, env Env) (found []string, ev []upgrade.Evidence) {
	seen := map[string]bool{}
	for _, s := range env.leapServers() {
		cells := filepath.Join(filepath.Dir(s.Config), "..", "..", "..", "..")
		file := filepath.Join(cells, "virtualhosts.xml")
		if s.Config == "" || seen[file] {
			continue
		}
		seen[file] = true
		names, err := env.Settings.Find(ctx, file, "host:VirtualHost/@name")
		if err != nil {
			continue // not there: other mappings may be
		}
		for _, n := range names {
			found, ev = append(found, "virtual host "+n.Value), append(ev, n.Evidence())
		}
	}
	return found, ev
}

// walk lists the regular files below dir, depth first in the order of names, at most limit.
func walk(files Files, dir string, limit int, visit func(path string, d fs.DirEntry)) error {
	left := limit
	var descend func(dir string) error
	descend = func(dir string) error {
		entries, err := files.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, d := range entries {
			path := filepath.Join(dir, d.Name())
			switch {
			case left <= 0:
				return nil
			case d.IsDir():
				if err := descend(path); err != nil {
					return err
				}
			case d.Type().IsRegular():
				left--
				visit(path, d)
			}
		}
		return nil
	}
	return descend(dir)
}
