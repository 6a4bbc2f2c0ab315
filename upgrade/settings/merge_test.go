package settings

import (
	"testing"

	"pgregory.net/rapid"
)

const (
	fspOld   = "# Form Services Platform 9.3.8\nextensions = \ntimeout = 300\nscan = 5000\ngone = 1\n"
	fspSite  = "# Form Services Platform 9.3.8\n# moved, do again!\nextensions = /opt/site\ntimeout = 600\n#scan = 5000\ngone = 1\nown=1\n"
	fspFresh = "# Form Services Platform 9.3.12\nextensions = \ntimeout = 400\nscan = 5000\nnew = 1\n"
)

func TestChangesOfTheSiteAreCarriedIntoTheFreshFile(t *testing.T) {
	got, keys, err := Merge([]byte(fspOld), []byte(fspSite), []byte(fspFresh))
	if err != nil {
		t.Fatal(err)
	}
	want := "# Form Services Platform 9.3.12\nextensions = /opt/site\ntimeout = 600\n#scan = 5000\nnew = 1\nown=1\n"
	if string(got) != want {
		t.Errorf("%s", got)
	}
	reasons := map[string]MergeReason{}
	for _, k := range keys {
		reasons[k.Key] = k.Reason
	}
	for key, want := range map[string]MergeReason{"extensions": MergeKept, "timeout": MergeConflict, "scan": MergeKept, "gone": MergeShipped, "own": MergeKept, "new": MergeShipped} {
		if reasons[key] != want {
			t.Errorf("%s: %s, want %s", key, reasons[key], want)
		}
	}
}

func TestWithoutTheOldFileNothingIsTakenOut(t *testing.T) {
	got, _, err := Merge(nil, []byte(fspSite), []byte(fspFresh))
	want := "# Form Services Platform 9.3.12\nextensions = /opt/site\ntimeout = 600\nscan = 5000\nnew = 1\ngone=1\nown=1\n"
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

func TestMergingWhatNobodyChangedGivesTheFreshFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, fresh := documents().Draw(t, "old"), documents().Draw(t, "fresh")
		got, _, err := Merge([]byte(old), []byte(old), []byte(fresh))
		if err != nil {
			t.Skip("not editable")
		}
		if string(got) != fresh {
			t.Fatalf("%q became %q", fresh, got)
		}
	})
}

func TestMergingIntoAnUnchangedVersionGivesTheSitesValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, ours := documents().Draw(t, "old"), documents().Draw(t, "ours")
		got, _, err := Merge([]byte(old), []byte(ours), []byte(old))
		if err != nil {
			t.Skip("not editable")
		}
		have, want := values(got), values([]byte(ours))
		for k, v := range want {
			if !equal(have[k], v) {
				t.Fatalf("%q: %v", k, have[k])
			}
		}
		if len(have) != len(want) {
			t.Fatalf("%d keys, want %d", len(have), len(want))
		}
	})
}
