package apps

import (
	"cmp"
	"slices"

	"github.com/springboard-leap/springboard/upgrade"
)

// Cluster is a set of applications that failed alike: "37 applications, 2 causes".
type Cluster struct {
	Cause    string              `json:"cause"` // fingerprint; empty for those without any text
	Count    int                 `json:"count"`
	Error    string              `json:"error"`  // first line of the example's exception
	Causes   []string            `json:"causes"` // exception chain of the example, outermost first
	Root     string              `json:"root"`   // the innermost of them
	UIDs     []string            `json:"uids"`
	Names    []string            `json:"names"`
	Example  string              `json:"example"`  // UID of the example
	Evidence upgrade.AppEvidence `json:"evidence"` // of the example
}

// Clusters groups the failed applications of a board by cause, the largest first.
func Clusters(b Board) []Cluster {
	byCause, order := map[string]*Cluster{}, []string{}
	for _, list := range [][]upgrade.App{b.Apps, b.Extra} {
		for _, a := range list {
			if a.State != upgrade.Failed {
				continue
			}
			c := byCause[a.Cause]
			if c == nil {
				c = &Cluster{Cause: a.Cause, Error: a.Error, Causes: append([]string{}, b.Causes[a.UID]...), Example: a.UID}
				c.Root = a.Error
				if len(c.Causes) > 0 {
					c.Root = c.Causes[len(c.Causes)-1]
				}
				c.Evidence = failureEvidence(a)
				byCause[a.Cause], order = c, append(order, a.Cause)
			}
			c.Count++
			c.UIDs, c.Names = append(c.UIDs, a.UID), append(c.Names, a.Name)
		}
	}
	clusters := make([]Cluster, 0, len(order))
	for _, cause := range order {
		clusters = append(clusters, *byCause[cause])
	}
	slices.SortStableFunc(clusters, func(a, b Cluster) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Cause, b.Cause))
	})
	return clusters
}

func failureEvidence(a upgrade.App) upgrade.AppEvidence {
	for _, e := range a.Evidence {
		if e.Says == upgrade.Failed {
			return e
		}
	}
	return upgrade.AppEvidence{}
}
