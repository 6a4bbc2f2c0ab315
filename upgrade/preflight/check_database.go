package preflight

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

func databaseChecks() []Check {
	return []Check{
		{Code: "LEAP-DB-001", Products: onLeap, Phases: before, Run: databaseAnswers},
		{Code: "LEAP-DB-002", Products: onLeap, Phases: surveyP, Needs: []string{"LEAP-DB-001"}, Run: schemasReadable},
		{Code: "LEAP-DB-003", Products: onLeap, Phases: surveyP, Needs: []string{"LEAP-DB-001"}, Run: backupTool},
	}
}

func databaseAnswers(ctx context.Context, env Env) (Result, error) {
	ds := env.Installation.DataSource
	if env.Database == nil {
		return Result{}, blind("database")
	}
	server, ev, err := env.Database.Ping(ctx)
	name := ""
	if ds != nil {
		name = strings.TrimSpace(ds.Kind + " " + ds.Database)
	}
	if upgrade.KindOf(err) == upgrade.KindUnsupported {
		return Result{}, unseen("database", err) // this build has no driver for it, which says nothing about the database
	}
	if err != nil {
		return result(upgrade.Blocker, "unreachable", "database", name, "detail", detailOf(err)).with(env.fact("datasource"), ev), nil
	}
	return result(upgrade.OK, "reachable", "database", name, "server", server).with(env.fact("datasource"), ev), nil
}

// leapSchemas are where Leap keeps everything; a backup that misses one is none.
var leapSchemas = []string{"FREEDOM", "APP_DATA", "IF_CMIS"}

func schemasReadable(ctx context.Context, env Env) (Result, error) {
	if env.Database == nil {
		return Result{}, blind("database")
	}
	tables, err := env.Database.Tables(ctx)
	if err != nil {
		return Result{}, unseen("database", err)
	}
	count, legacy, r := map[string]int{}, 0, Result{}
	plain := 0
	for _, t := range tables {
		schema := strings.ToUpper(t.Schema)
		if schema == "" || schema == "MAIN" {
			plain++
		}
		if strings.HasPrefix(schema, "S__") {
			legacy++
		}
		count[schema]++
		if t.Problem != "" {
			r = r.with(upgrade.Evidence{Query: "SELECT * FROM " + strings.TrimPrefix(t.Schema+"."+t.Name, "."), Row: t.Problem})
		}
	}
	if n := len(r.Evidence); n > 0 {
		return result(upgrade.Blocker, "unreadable", "count", strconv.Itoa(n), "tables", strconv.Itoa(len(tables))).with(r.Evidence...), nil
	}
	return schemaResult(count, plain, legacy, len(tables)), nil
}

func schemaResult(count map[string]int, plain, legacy, tables int) Result {
	ev := upgrade.Evidence{Query: "tables by schema", Row: countsText(count)}
	missing := slices.DeleteFunc(slices.Clone(leapSchemas), func(s string) bool { return count[s] > 0 })
	switch {
	case plain > 0 && plain == tables:
		return result(upgrade.OK, "no-schemas", "tables", strconv.Itoa(tables)).with(ev)
	case len(missing) > 0:
		return result(upgrade.Blocker, "missing", "schemas", strings.Join(missing, ", ")).with(ev)
	case legacy > 0:
		return result(upgrade.Warning, "legacy", "count", strconv.Itoa(legacy), "tables", strconv.Itoa(tables)).with(ev)
	}
	return result(upgrade.OK, "readable", "tables", strconv.Itoa(tables)).with(ev)
}

func countsText(count map[string]int) string {
	names := make([]string, 0, len(count))
	for n := range count {
		names = append(names, n)
	}
	slices.Sort(names)
	var parts []string
	for _, n := range names {
		parts = append(parts, n+"="+strconv.Itoa(count[n]))
	}
	return strings.Join(parts, " ")
}

func backupTool(ctx context.Context, env Env) (Result, error) {
	if env.Database == nil {
		return Result{}, blind("database")
	}
	tool, needed, err := env.Database.Tool(ctx)
	if err != nil {
		return Result{}, unseen("database", err)
	}
	if !needed {
		return result(upgrade.OK, "not-needed"), nil
	}
	args := []string{"tool", tool.Name, "path", tool.Path, "version", tool.Version, "server", tool.ServerVersion}
	tv, sv := major(tool.Version), major(tool.ServerVersion)
	switch {
	case tool.Path == "":
		return result(upgrade.Blocker, "absent", args...).with(tool.Evidence), nil
	case tv == "" || sv == "":
		return result(upgrade.Unknown, "version-unknown", args...).with(tool.Evidence), nil
	case olderTool(tool.Name, tv, sv):
		return result(upgrade.Blocker, "other-major", args...).with(tool.Evidence), nil
	}
	return result(upgrade.OK, "present", args...).with(tool.Evidence), nil
}

// olderTool tells that a tool does not fit its server. pg_dump and expdp take older servers too; Db2's programs are the instance's own, so any other version
// means another machine's server.
func olderTool(name, tool, server string) bool {
	if name == "db2" {
		return tool != server
	}
	t, terr := strconv.Atoi(tool)
	s, serr := strconv.Atoi(server)
	return terr != nil || serr != nil || t < s
}

// major is the first number of a version.
func major(v string) string {
	at := strings.IndexAny(v, "0123456789")
	if at < 0 {
		return ""
	}
	end := at
	for end < len(v) && v[end] >= '0' && v[end] <= '9' {
		end++
	}
	return v[at:end]
}
