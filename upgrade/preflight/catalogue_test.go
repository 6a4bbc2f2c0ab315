package preflight

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// texts reads the catalogue's texts from the assets, as the programs do.
func texts(t *testing.T) map[string]Text {
	t.Helper()
	all := map[string]Text{}
	names, err := filepath.Glob("../../assets/text/en/checks/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no texts: %v", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		part := map[string]Text{}
		if err := json.Unmarshal(data, &part); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for code, text := range part {
			all[code] = text
		}
	}
	return all
}

// summaryKeys finds in the source which summaries each check can give: its Run function and the functions of the same file that it calls.
func sourceOf(t *testing.T) string {
	t.Helper()
	names, _ := filepath.Glob("*.go")
	var b strings.Builder
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(data)
	}
	return b.String()
}

func TestEveryCodeHasCompleteTexts(t *testing.T) {
	all := texts(t)
	for _, c := range Catalogue() {
		text, ok := all[c.Code]
		if !ok {
			t.Errorf("%s has no texts", c.Code)
			continue
		}
		if text.Title == "" || text.Area == "" || text.Reason == "" || text.Source == "" || text.Remedy == "" || len(text.Summaries) == 0 {
			t.Errorf("%s: a text is missing: %+v", c.Code, text)
		}
		if strings.ContainsAny(text.Reason+text.Remedy+text.Title, "{}") {
			t.Errorf("%s: only summaries take arguments, for a check that failed has none", c.Code)
		}
		if !regexp.MustCompile(`^LEAP-[A-Z]+-\d{3}$`).MatchString(c.Code) {
			t.Errorf("%s is not a code", c.Code)
		}
	}
}

func TestEveryTextHasItsCheck(t *testing.T) {
	codes := append(Codes(Catalogue()), CodeRunner)
	for code := range texts(t) {
		if !slices.Contains(codes, code) {
			t.Errorf("%s has texts and no check", code)
		}
	}
}

func TestEverySummaryIsUsed(t *testing.T) {
	source := sourceOf(t)
	for code, text := range texts(t) {
		for key := range text.Summaries {
			if strings.HasPrefix(key, "no-") && code == CodeRunner {
				if what := strings.TrimPrefix(key, "no-"); !strings.Contains(source, `blind("`+what+`")`) && key != KeyCrossed {
					t.Errorf("%s %s is never given", code, key)
				}
				continue
			}
			if !strings.Contains(source, `"`+key+`"`) {
				t.Errorf("%s %s is never given", code, key)
			}
		}
	}
}

func TestTheCatalogueHoldsTogether(t *testing.T) {
	if err := validate(Catalogue()); err != nil {
		t.Fatal(err)
	}
	if n := len(Catalogue()); n < 16 {
		t.Errorf("%d checks", n)
	}
}

func TestSentencesArePlain(t *testing.T) {
	for code, text := range texts(t) {
		sentences := []string{text.Reason, text.Remedy}
		for _, s := range text.Summaries {
			sentences = append(sentences, s)
		}
		for _, s := range sentences {
			if strings.Contains(s, "!") || !strings.HasSuffix(strings.TrimRight(s, ")"), ".") {
				t.Errorf("%s: %q", code, s)
			}
		}
	}
}
