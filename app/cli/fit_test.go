package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestATableFitsTheTerminalAndLosesNoWord(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cell := rapid.Map(rapid.SliceOfN(rapid.StringMatching(`[a-zäöü.]{1,12}`), 0, 20), func(words []string) string { return strings.Join(words, " ") })
		columns := rapid.IntRange(1, 4).Draw(rt, "columns")
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, columns, columns), 1, 6).Draw(rt, "rows")
		width := rapid.IntRange(60, 200).Draw(rt, "width")
		var b strings.Builder
		fitTo(&b, width, rows)
		words := map[string]int{}
		for _, row := range rows {
			for _, c := range row {
				for _, word := range strings.Fields(c) {
					words[word]++
				}
			}
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
				rt.Fatalf("a line of %d in a terminal of %d:\n%s", n, width, b.String())
			}
			for _, word := range strings.Fields(line) {
				words[word]--
			}
		}
		for word, n := range words {
			if n != 0 {
				rt.Fatalf("%q is there %d times too seldom:\n%s", word, n, b.String())
			}
		}
	})
}

func TestATableThatFitsStandsInOneLineARow(t *testing.T) {
	var b strings.Builder
	fitTo(&b, 40, [][]string{{"STATE", "WHAT"}, {"done", "two words"}, {"", "x"}})
	if want := "STATE  WHAT\ndone   two words\n       x\n"; b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestAnIDIsNeverBrokenAndALongPathIsBrokenAfterASlash(t *testing.T) {
	if got := wrapped("/opt/IBM/WebSphere", 10); strings.Join(got, " ") != "/opt/IBM/ WebSphere" {
		t.Errorf("got %q", got)
	}
	var b strings.Builder
	uid := "0f8fad5b-d9cb-469f-a165-70867728950e"
	fitTo(&b, 60, [][]string{{uid, strings.Repeat("word ", 30)}})
	if !strings.Contains(b.String(), uid) {
		t.Errorf("got\n%s", b.String())
	}
}
