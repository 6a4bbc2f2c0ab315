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
	got, keys, err := Merger{Old: []byte(fspOld), Site: []byte(fspSite), Fresh: []byte(fspFresh)}.Merge()
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

func setsExtensions(key string) bool { return key == "extensions" }

func TestWithoutTheShippedFileOnlyWhatSitesSetIsCarriedOver(t *testing.T) {
	got, keys, err := Merger{Site: []byte(fspSite), Fresh: []byte(fspFresh), Sets: setsExtensions}.Merge()
	want := "# Form Services Platform 9.3.12\nextensions = /opt/site\ntimeout = 400\nscan = 5000\nnew = 1\n"
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	for _, k := range keys {
		want := map[string]MergeReason{"extensions": MergeCarried, "timeout": MergeUnsure, "scan": MergeUnsure, "gone": MergeUnsure, "own": MergeUnsure, "new": MergeShipped}[k.Key]
		if k.Reason != want {
			t.Errorf("%s: %s, want %s", k.Key, k.Reason, want)
		}
		if k.Open() != (want == MergeUnsure) {
			t.Errorf("%s: a person has to look: %v", k.Key, k.Open())
		}
	}
}

func TestAPersonDecidesWhatTheMergeCannot(t *testing.T) {
	got, keys, err := Merger{Old: []byte(fspOld), Site: []byte(fspSite), Fresh: []byte(fspFresh), Take: map[string]Side{"timeout": TakeNew, "own": TakeNew}}.Merge()
	want := "# Form Services Platform 9.3.12\nextensions = /opt/site\ntimeout = 400\n#scan = 5000\nnew = 1\n"
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	for _, k := range keys {
		if k.Open() {
			t.Errorf("%s is still open", k.Key)
		}
	}
	got, _, err = Merger{Site: []byte(fspSite), Fresh: []byte(fspFresh), Take: map[string]Side{"timeout": TakeSite, "scan": TakeSite}}.Merge()
	if want := "# Form Services Platform 9.3.12\nextensions = \ntimeout = 600\n#scan = 5000\nnew = 1\n"; err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

func TestWhereTheNewVersionBroughtTheSameFileTheSitesFileComesBackByteForByte(t *testing.T) {
	got, _, err := Merger{Old: []byte(fspOld), Site: []byte(fspSite), Fresh: []byte(fspOld)}.Merge()
	if err != nil || string(got) != fspSite {
		t.Errorf("%s, %v", got, err)
	}
}

func TestMergingWhatNobodyChangedGivesTheFreshFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, fresh := documents().Draw(t, "old"), documents().Draw(t, "fresh")
		got, _, err := Merger{Old: []byte(old), Site: []byte(old), Fresh: []byte(fresh)}.Merge()
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
		got, _, err := Merger{Old: []byte(old), Site: []byte(ours), Fresh: []byte(old)}.Merge()
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
