package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/springboard-leap/springboard/upgrade"
)

const (
	manyKeys = "# head\na = 1\nb = 2\n" + uriKey + " = https://leap.example.com/apps\nc = 3\n"
	longXML  = `<?xml version="1.0" encoding="UTF-8"?>
<process:Server xmlns:xmi="http://www.omg.org/XMI" xmlns:process="p">
  <services xmi:type="traceservice:TraceService" enable="true" startupTraceSpecification="*=all" memoryBufferSize="8"/>
</process:Server>
`
)

// changed makes the change of an edit to a file and then what somebody else does to it.
func changed(t *testing.T, file, text string, edit upgrade.Edit, other func(string) string) (*Store, *memFiles) {
	t.Helper()
	s, m := newStore()
	m.files[file] = []byte(text)
	edit.File = file
	if _, err := s.Apply(t.Context(), plan(t, m, edit)); err != nil {
		t.Fatal(err)
	}
	m.files[file] = []byte(other(string(m.files[file])))
	return s, m
}

func replace(old, fresh string) func(string) string {
	return func(text string) string { return strings.Replace(text, old, fresh, 1) }
}

func TestUndoPutsItsOwnKeysBackAndKeepsWhatOthersEdited(t *testing.T) {
	comment := upgrade.Edit{Op: upgrade.EditComment, Key: uriKey}
	set := upgrade.Edit{Op: upgrade.EditSet, Key: uriKey, Value: "http://leap01:9080/apps"}
	add := upgrade.Edit{Op: upgrade.EditSet, Key: "dailyInfo", Value: "Back at six"}
	trace := upgrade.Edit{Op: upgrade.EditSet, Key: traceKey, Value: "*=info"}
	for name, c := range map[string]struct {
		file, text string
		edit       upgrade.Edit
		other      func(string) string
		want       string
	}{
		"a key before":              {theFile, manyKeys, comment, replace("a = 1", "a = 9"), strings.Replace(manyKeys, "a = 1", "a = 9", 1)},
		"the line before":           {theFile, manyKeys, comment, replace("b = 2", "b = 9"), strings.Replace(manyKeys, "b = 2", "b = 9", 1)},
		"the line after":            {theFile, manyKeys, set, replace("c = 3", "c = 9"), strings.Replace(manyKeys, "c = 3", "c = 9", 1)},
		"a key at the end":          {theFile, manyKeys, add, func(s string) string { return s + "d=4\n" }, manyKeys + "d=4\n"},
		"a key gone":                {theFile, manyKeys, set, replace("b = 2\n", ""), strings.Replace(manyKeys, "b = 2\n", "", 1)},
		"a comment":                 {theFile, manyKeys, set, replace("# head", "# other"), strings.Replace(manyKeys, "# head", "# other", 1)},
		"put back by hand already":  {theFile, manyKeys, set, func(string) string { return manyKeys + "d=4\n" }, manyKeys + "d=4\n"},
		"an attribute of one line":  {serverTo, longXML, trace, replace(`memoryBufferSize="8"`, `memoryBufferSize="16"`), strings.Replace(longXML, `"8"`, `"16"`, 1)},
		"an attribute right before": {serverTo, longXML, trace, replace(`enable="true"`, `enable="false"`), strings.Replace(longXML, `"true"`, `"false"`, 1)},
		"an element":                {serverTo, longXML, trace, replace("</process:Server>", "  <x/>\n</process:Server>"), strings.Replace(longXML, "</process:Server>", "  <x/>\n</process:Server>", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := changed(t, c.file, c.text, c.edit, c.other)
			rec, err := s.Undo(t.Context(), c.file)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(m.files[c.file]); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if rec.TakenBack == nil || len(rec.TakenBack.Keys) == 0 {
				t.Errorf("the record does not tell how: %+v", rec.TakenBack)
			}
			if _, err := s.Undo(t.Context(), c.file); faultCode(err) != "SB-5017" {
				t.Errorf("a second time: %v", err)
			}
		})
	}
}

func TestAKeyThatBothEditedIsShownAndTakenBackOnlyWhenSomebodySaysWhoseStays(t *testing.T) {
	set := upgrade.Edit{Op: upgrade.EditSet, Key: uriKey, Value: "http://leap01:9080/apps"}
	other := func(s string) string {
		return strings.Replace(strings.Replace(s, "http://leap01:9080/apps", "http://other/apps", 1), "a = 1", "a = 9", 1)
	}
	s, m := changed(t, theFile, manyKeys, set, other)
	now := string(m.files[theFile])
	_, err := s.Undo(t.Context(), theFile)
	var c *Conflict
	if faultCode(err) != "SB-5016" || !errors.As(err, &c) || !slices.Equal(c.Both, []string{uriKey}) || !strings.Contains(c.Theirs, "+"+uriKey+" = http://other") ||
		!strings.Contains(c.Ours, "+"+uriKey+" = https://leap.example.com") {
		t.Fatalf("%v %+v", err, c)
	}
	if string(m.files[theFile]) != now {
		t.Fatal("something was written")
	}
	for prefer, uri := range map[Prefer]string{Theirs: "http://other/apps", Ours: "https://leap.example.com/apps"} {
		s, m := changed(t, theFile, manyKeys, set, other)
		s.Prefer = prefer
		rec, err := s.Undo(t.Context(), theFile)
		want := strings.Replace(strings.Replace(manyKeys, "https://leap.example.com/apps", uri, 1), "a = 1", "a = 9", 1)
		if err != nil || string(m.files[theFile]) != want || rec.TakenBack == nil || slices.Contains(rec.TakenBack.Theirs, uriKey) != (prefer == Theirs) {
			t.Errorf("%s: %v\n%s\n%+v", prefer, err, m.files[theFile], rec.TakenBack)
		}
	}
}

func TestARecordOfAnOlderVersionIsNotMerged(t *testing.T) {
	s, m := changed(t, theFile, manyKeys, upgrade.Edit{Op: upgrade.EditComment, Key: uriKey}, replace("a = 1", "a = 9"))
	recs, err := s.Records()
	if err != nil {
		t.Fatal(err)
	}
	recs[0].SavedAfter = ""
	if err := s.save(recs[0]); err != nil {
		t.Fatal(err)
	}
	now := string(m.files[theFile])
	if _, err := s.Undo(t.Context(), theFile); faultCode(err) != "SB-5016" || string(m.files[theFile]) != now {
		t.Errorf("%v", err)
	}
}

// TestTakingBackIsAsIfTheChangeHadNeverBeen: what somebody else did to a changed file, done to the file without the change, gives the same bytes.
func TestTakingBackIsAsIfTheChangeHadNeverBeen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		const keys = 12
		n := rapid.IntRange(2, keys).Draw(rt, "keys")
		text := ""
		for i := range n {
			text += fmt.Sprintf("key.%d=value %d\n", i, i)
		}
		own := rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 1, n-1, rapid.ID[int]).Draw(rt, "own")
		act := func(doc *Properties, i int, value string) {
			var err error
			switch rapid.IntRange(0, 2).Draw(rt, "act") {
			case 0:
				_, err = doc.Set(fmt.Sprintf("key.%d", i), value)
			case 1:
				_, err = doc.Comment(fmt.Sprintf("key.%d", i))
			case 2:
				_, err = doc.Unset(fmt.Sprintf("key.%d", i))
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		changed := ParseProperties([]byte(text))
		for _, i := range own {
			act(changed, i, "ours")
		}
		after := slices.Clone(changed.Bytes())
		without := ParseProperties([]byte(text))
		for i := range n {
			if !slices.Contains(own, i) && rapid.Bool().Draw(rt, "other") {
				value := fmt.Sprintf("theirs %d", i)
				for _, doc := range []*Properties{changed, without} {
					if _, err := doc.Set(fmt.Sprintf("key.%d", i), value); err != nil {
						rt.Fatal(err)
					}
				}
			}
		}
		v := versions{file: theFile, before: []byte(text), after: after, now: changed.Bytes()}
		got, how, ok := v.merged("")
		if !ok {
			rt.Fatalf("refused: %v\n%s", v.both(), v.now)
		}
		if string(got) != string(without.Bytes()) || len(how.Keys) > len(own) {
			rt.Fatalf("got\n%s\nwant\n%s", got, without.Bytes())
		}
	})
}
