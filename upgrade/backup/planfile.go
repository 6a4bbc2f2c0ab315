package backup

import (
	"maps"
	"slices"
	"strconv"

	"github.com/springboard-leap/springboard/upgrade"
)

// toldFiles is how many files with the same problem a plan names. A folder that this user may not read can hold a million of them, and nobody reads more than the first.
const toldFiles = 50

// ofFile notes a problem that keeps the backup from starting and that each file may have.
func (pl *planner) ofFile(f *upgrade.Fault) {
	if pl.told[f.Code]++; pl.told[f.Code] <= toldFiles {
		pl.plan.problem(true, f)
	}
}

// others tells how many files with a problem were not named.
func (pl *planner) others() {
	for _, code := range slices.Sorted(maps.Keys(pl.told)) {
		if more := pl.told[code] - toldFiles; more > 0 {
			pl.plan.problem(true, upgrade.NewFault("SB-2060", upgrade.KindBlocked, nil, "count", strconv.Itoa(more), "code", code))
		}
	}
}

// fold tells of names that the target cannot keep apart.
func (pl *planner) fold(n node) {
	if pl.folds == nil {
		return
	}
	if other := pl.folds.add(n); other != "" {
		pl.ofFile(upgrade.NewFault("SB-2043", upgrade.KindBlocked, nil, "path", n.place, "other", other))
	}
}
