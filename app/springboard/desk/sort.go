package desk

import (
	"cmp"
	"slices"

	"github.com/springboard-leap/springboard/upgrade"
)

func bySeconds(list []upgrade.App) {
	slices.SortFunc(list, func(a, b upgrade.App) int {
		return cmp.Or(cmp.Compare(b.Seconds, a.Seconds), cmp.Compare(a.Name, b.Name))
	})
}
