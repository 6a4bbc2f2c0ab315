package rules

import (
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

// ruleOf is a file of one rule, its keys from the third line on.
func ruleOf(keys string) string {
	return "{ \"version\": 1,\n  \"rules\": [\n" + keys + "\n] }\n"
}

func TestBadRulesAreRefusedWithTheirLine(t *testing.T) {
	const good = `{"code":"A","scope":"app","outcome":"failed","severity":"blocker","text":"x"}`
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "line 1: it is no JSON object"},
		{"no object", "[]", "line 1: it is no JSON object"},
		{"no JSON", "{\n\"version\": 1,\n\"rules\": [}", "line 3: "},
		{"a cut file", "{\n\"version\": 1,\n\"rules\": [\n" + good, "line 4: "},
		{"text after the end", ruleOf(good) + "\n}", "line 6: text stands after the end"},
		{"unknown key", "{\"version\": 1,\n \"rulez\": []}", `line 2: unknown field "rulez"`},
		{"the same key twice", "{\"version\": 1,\n \"version\": 1}", `line 2: "version" stands twice`},
		{"a number for a text", ruleOf("{\"code\": \"A\",\n\"text\": 7}"), "line 4: rule A: text must not be a number"},
		{"a text for a list", ruleOf("{\"code\": \"A\",\n\"ids\": \"X\"}"), "line 4: rule A: ids must not be a string"},
		{"unknown key of a rule", ruleOf("{\"code\": \"A\",\n\n\"txt\": \"x\"}"), `line 5: rule A: unknown field "txt"`},
		{"no rules", `{"version": 1, "rules": []}`, "no rules"},
		{"version", `{"version": 2, "rules": [` + good + `]}`, "version 2"},
		{"no version", `{"rules": [` + good + `]}`, "version 0"},
		{"no code", ruleOf(`{"scope":"app"}`), "line 3: rule 1 has no code"},
		{"null", ruleOf(good + ",\nnull"), "line 4: rule 2 has no code"},
		{"scope", ruleOf("{\"code\":\"A\",\n\"scope\":\"moon\"}"), `line 4: rule A: scope "moon"`},
		{"outcome", ruleOf("{\"code\":\"A\",\n\"scope\":\"app\",\n\"outcome\":\"lost\"}"), `line 5: rule A: outcome "lost"`},
		{"severity", ruleOf("{\"code\":\"A\",\"scope\":\"app\",\"outcome\":\"failed\",\n\"severity\":\"high\"}"), `line 4: rule A: severity "high"`},
		{"expression", ruleOf(good + ",\n" + `{"code":"B","scope":"app","outcome":"failed","severity":"blocker",` + "\n\"text\":\"(\"}"), "line 5: rule B: text is no regular expression"},
		{"expression for all", ruleOf(strings.Replace(good, `"x"`, `"x*"`, 1)), "line 3: rule A: text matches every text"},
		{"matches all", ruleOf(`{"code":"A","scope":"app","outcome":"failed","severity":"blocker"}`), "line 3: rule A: it would match every record"},
		{"all ids", ruleOf(`{"code":"A","scope":"app","outcome":"failed","severity":"blocker","ids":["*"]}`), "every record with an id"},
		{"level", ruleOf(strings.Replace(good, `"text"`, `"levels":"EX","text"`, 1)), `rule A: levels "EX" has 'X'`},
		{"needs", ruleOf(strings.Replace(good, `"text"`, `"needs":["phase"],"text"`, 1)), `rule A: needs "phase", which no expression captures`},
		{"twice", ruleOf(good + ",\n" + good), "line 4: rule A stands twice"},
		{"extends", `{"version":1,"extends":"mine"}`, `extends "mine"`},
		{"without what", ruleOf(good)[:1] + `"extends":"shipped","without":["NO-SUCH"],` + ruleOf(good)[1:], "without names NO-SUCH"},
		{"without nothing to extend", `{"version":1,"without":["DB-DOWN"],"rules":[` + good + `]}`, "without is for rules that say"},
	} {
		_, err := LoadOver("my.json", []byte(c.text), defaults(t))
		f, ok := upgrade.AsFault(err)
		if !ok || f.Code != "SB-3010" || !strings.Contains(f.Args["detail"], c.want) || f.Args["file"] != "my.json" {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestOwnRulesStandBeforeTheShippedOnes(t *testing.T) {
	shipped := defaults(t)
	own := `{"version": 1, "extends": "shipped", "without": ["DB-LOCKED"], "ours": ["com.example."], "rules": [
  {"code": "MY-LINK", "scope": "server", "outcome": "failed", "severity": "warning", "text": "link \\d+ is down"},
  {"code": "DB-DOWN", "scope": "server", "outcome": "failed", "severity": "info", "text": "my database is away"}]}`
	set, err := LoadOver("my.json", []byte("\xEF\xBB\xBF"+own), shipped)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Rules) != len(shipped.Rules) || set.Rules[0].Code != "MY-LINK" || set.Rule("DB-DOWN").Severity != upgrade.Info || set.Rule("DB-LOCKED") != nil {
		t.Errorf("%d rules, first %s, DB-DOWN %s", len(set.Rules), set.Rules[0].Code, set.Rule("DB-DOWN").Severity)
	}
	if set.Rule("SERVER-HUNG-THREAD") != shipped.Rule("SERVER-HUNG-THREAD") || len(set.Ours) != len(shipped.Ours)+1 {
		t.Error("the shipped rules do not follow")
	}
	if shipped.Rule("DB-LOCKED") == nil || len(shipped.Ours) == len(set.Ours) {
		t.Error("the shipped set was changed")
	}
}
