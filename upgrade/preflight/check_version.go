package preflight

import (
	"context"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

func versionChecks() []Check {
	return []Check{{Code: "LEAP-VER-001", Phases: before, Run: versionPath}}
}

// version is a dotted version as numbers. The vendor writes 9.3.8, 9.3.8.12 and 1.1.10.
type version []int

// parseVersion finds the first dotted number in a text such as "Leap 9.3.8.12 GA"; nil when there is none.
func parseVersion(s string) version {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }) {
		parts := strings.Split(strings.Trim(word, "."), ".")
		if len(parts) < 2 {
			continue
		}
		v := version{}
		for _, p := range parts {
			n, err := strconv.Atoi(p)
			if err != nil {
				v = nil
				break
			}
			v = append(v, n)
		}
		if v != nil {
			return v
		}
	}
	return nil
}

// compare gives -1, 0 or 1. Only the parts that both have are looked at: 9.3.12 is the same release as 9.3.12.4.
func (v version) compare(w version) int {
	for i := 0; i < len(v) && i < len(w); i++ {
		switch {
		case v[i] < w[i]:
			return -1
		case v[i] > w[i]:
			return 1
		}
	}
	return 0
}

// versionPath: applications are forward compatible only, and a database that a newer version has met can't be used by an older one.
func versionPath(_ context.Context, env Env) (Result, error) {
	in := env.Installation
	from, to := parseVersion(in.Version), parseVersion(env.Target.Version)
	switch {
	case from == nil:
		return result(upgrade.Unknown, "source-unknown").with(env.fact("program")), nil
	case env.Target.Version == "":
		return result(upgrade.Info, "target-unnamed", "from", in.Version).with(env.fact("version")), nil
	case to == nil:
		return result(upgrade.Unknown, "target-unreadable", "to", env.Target.Version), nil
	}
	args := []string{"from", in.Version, "to", env.Target.Version}
	switch {
	case to[0] != from[0]:
		return result(upgrade.Warning, "major", args...).with(env.fact("version")), nil
	case from.compare(to) > 0:
		return result(upgrade.Blocker, "backwards", args...).with(env.fact("version")), nil
	case from.compare(to) == 0 && len(from) >= len(to):
		return result(upgrade.Warning, "same", args...).with(env.fact("version")), nil
	}
	return result(upgrade.OK, "forward", args...).with(env.fact("version")), nil
}
