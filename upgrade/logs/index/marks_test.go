package index

import (
	"fmt"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// read gives what reading every record gives: how many records stand before each start and gap.
func read(t *testing.T, files ...string) (marks []string) {
	t.Helper()
	src, err := logs.Open(t.Context(), logs.Options{}, files...)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	records := 0
	for _, err := range src.Records(t.Context(), func(m logs.Mark) {
		marks = append(marks, fmt.Sprintf("%s before record %d: %s", m.Kind, records, m.Reason))
	}) {
		if err != nil {
			t.Fatal(err)
		}
		records++
	}
	return marks
}

func TestAnIndexHasTheStartsAndGapsOfReading(t *testing.T) {
	text := body(4000)
	for name, files := range map[string][]string{
		"a cut line":                 rolled(t, text, len(text)/3+5, len(text)/2+9, 1, 1, 1),
		"a restart in each file":     rolled(t, text, lineEnd(text, len(text)/3), lineEnd(text, len(text)/2), 1, 2, 3),
		"the rest of a line is gone": gone(t, text),
	} {
		t.Run(name, func(t *testing.T) {
			x := built(t, files...)
			found, err := x.Marks(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range found {
				got = append(got, fmt.Sprintf("%s before record %d: %s", m.Kind, m.Before, m.Reason))
			}
			if want := read(t, files...); len(want) == 0 || strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func lineEnd(text string, at int) int { return at + strings.IndexByte(text[at:], '\n') + 1 }

// gone is a log whose second file is lost: it held the rest of a line.
func gone(t *testing.T, text string) []string {
	t.Helper()
	one := lineEnd(text, len(text)/3) + 40
	files := rolled(t, text, one, lineEnd(text, len(text)/2), 1, 1, 1)
	return []string{files[0], files[2]}
}
