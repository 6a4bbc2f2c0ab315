package present

import (
	"testing"

	"github.com/springboard-leap/springboard/upgrade/settings"
)

func TestTheKeysThatAPersonHasToLookAtComeFirst(t *testing.T) {
	a, b := "1", "2"
	rows, same := MergeRows([]settings.MergedKey{{Key: "s", Reason: settings.MergeSame, Ours: &a, New: &a, Result: &a},
		{Key: "k", Reason: settings.MergeKept, Ours: &b, New: nil, Result: &b}, {Key: "c", Reason: settings.MergeConflict, Old: &a, Ours: &b, New: nil, Result: &b, Text: "why"}})
	if same != 1 || len(rows) != 2 || rows[0].Key != "c" || !rows[0].Open || rows[0].New != "not set" || rows[0].Why != "why" || !rows[1].Moved || rows[1].Short == "" {
		t.Errorf("%d %+v", same, rows)
	}
}

func TestEveryReasonOfAMergeHasAShortWord(t *testing.T) {
	for _, r := range []settings.MergeReason{settings.MergeSame, settings.MergeShipped, settings.MergeKept, settings.MergeAgreed, settings.MergeConflict, settings.MergeCarried,
		settings.MergeUnsure, settings.MergeChosen} {
		if mergeShort[r] == "" {
			t.Error(r)
		}
	}
}
