package present

import "github.com/springboard-leap/springboard/upgrade/settings"

// MergeRow is a key of a merge as a line of a table.
type MergeRow struct {
	Key                             string
	Shipped, Site, New, Will, Short string
	Why                             string // the whole reason
	Open                            bool   // a person has to look at it
	Moved                           bool   // the result is not what the new version brought
}

var mergeShort = map[settings.MergeReason]string{settings.MergeSame: "same", settings.MergeShipped: "new version's", settings.MergeKept: "site's, made again",
	settings.MergeAgreed: "both agree", settings.MergeConflict: "both changed it", settings.MergeCarried: "site's, carried over", settings.MergeUnsure: "not known whose",
	settings.MergeChosen: "chosen"}

// MergeRows are the keys of a merge that somebody changed, those that a person has to look at first. same is how many nobody changed.
func MergeRows(keys []settings.MergedKey) (rows []MergeRow, same int) {
	for _, first := range []bool{true, false} {
		for _, k := range keys {
			if k.Reason == settings.MergeSame || k.Open() != first {
				continue
			}
			rows = append(rows, MergeRow{Key: k.Key, Shipped: setTo(k.Old), Site: setTo(k.Ours), New: setTo(k.New), Will: setTo(k.Result), Short: mergeShort[k.Reason],
				Why: k.Text, Open: k.Open(), Moved: setTo(k.New) != setTo(k.Result)})
		}
	}
	for _, k := range keys {
		if k.Reason == settings.MergeSame {
			same++
		}
	}
	return rows, same
}

func setTo(v *string) string {
	if v == nil {
		return "not set"
	}
	if *v == "" {
		return "empty"
	}
	return *v
}
