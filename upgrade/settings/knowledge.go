package settings

import (
	"encoding/json"
	"net/url"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
	"github.com/springboard-leap/springboard/upgrade/trace"
)

// Known is what the catalogue tells of one key of Leap's settings.
type Known struct {
	Key        string   `json:"key"` // a * stands for any part between dots, at the end for all that follow
	Kind       string   `json:"kind"`
	Values     []string `json:"values,omitempty"` // of an enum
	Default    string   `json:"default"`          // empty when there is none or it is not documented
	Meaning    string   `json:"meaning"`
	Restart    bool     `json:"restart"` // takes effect after a restart
	Source     string   `json:"source"`
	Page       string   `json:"page"`               // address of the vendor's page; empty where there is none
	Database   bool     `json:"database,omitempty"` // the admin configuration page keeps it in the database when it is on
	Domino     string   `json:"domino,omitempty"`   // its name in VoltConfig.nsf; empty where Domino Leap has no such setting
	Deprecated bool     `json:"deprecated,omitempty"`
}

// More problems, of what the catalogue knows.
const (
	ProblemDeprecated   = "deprecated"
	ProblemOverridden   = "overridden"    // settings in the database override the file
	ProblemNotCanonical = "not-canonical" // an address that should be written otherwise
)

// adminPageKey turns the admin configuration page on, whose settings are kept in the database.
const adminPageKey = "ibm.nitro.NitroConfig.enableAdminConfigUI"

// Catalogue knows the keys of Leap_config.properties. The zero value knows none.
type Catalogue struct{ known []Known }

// NewCatalogue makes a catalogue of the data in assets.
func NewCatalogue(known []Known) Catalogue { return Catalogue{slices.Clone(known)} }

// All gives every entry, in the catalogue's order.
func (c Catalogue) All() []Known { return slices.Clone(c.known) }

// Find gives what is known of a key; an exact entry goes before one with a wildcard.
func (c Catalogue) Find(key string) (Known, bool) {
	best, found := Known{}, false
	for _, k := range c.known {
		switch {
		case k.Key == key:
			return k, true
		case !found && fitsPattern(k.Key, key):
			best, found = k, true
		}
	}
	return best, found
}

func fitsPattern(pattern, key string) bool {
	ps, ks := strings.Split(pattern, "."), strings.Split(key, ".")
	for i, p := range ps {
		switch {
		case i >= len(ks):
			return false
		case p == "*" && i == len(ps)-1:
			return true
		case p != "*" && p != ks[i]:
			return false
		}
	}
	return len(ps) == len(ks)
}

// JudgeDomino looks at a setting of Domino Leap before a person makes it in VoltConfig.nsf: name is the vendor's there, Leap's own key is taken for it too. It gives
// the name as Domino Leap has it and what is odd about name and value. off: the setting is to be disabled, the value does not count.
func (c Catalogue) JudgeDomino(name, value string, off bool) (setting string, problems []Problem) {
	if k, ok := c.Find(name); ok && k.Domino != "" && !strings.Contains(k.Domino, "*") {
		name = k.Domino
	}
	domino := Catalogue{}
	for _, k := range c.known {
		if k.Domino != "" {
			k.Key = k.Domino
			domino.known = append(domino.known, k)
		}
	}
	if _, known := domino.Find(name); known && off {
		return name, nil
	}
	return name, domino.judge(upgrade.Setting{Key: name, Value: value})
}

// Domino lists the settings of Domino Leap by their names in VoltConfig.nsf, without those of which there are many.
func (c Catalogue) Domino() []Known {
	var out []Known
	seen := map[string]bool{}
	for _, k := range c.known {
		if k.Domino != "" && !strings.Contains(k.Domino, "*") && !seen[k.Domino] {
			seen[k.Domino] = true
			k.Key = k.Domino
			out = append(out, k)
		}
	}
	return out
}

// Suggest gives the known key that a misspelled one is closest to, by at most two letters; ok is false when none is.
func (c Catalogue) Suggest(key string) (suggestion string, ok bool) {
	best := 3
	for _, k := range c.known {
		if strings.Contains(k.Key, "*") {
			continue
		}
		d := 0
		if !strings.EqualFold(k.Key, key) {
			d = distance(k.Key, key, best)
		}
		if d < best {
			suggestion, best = k.Key, d
		}
	}
	return suggestion, suggestion != ""
}

// distance is the number of letters to change, insert, leave out or swap; it may stop early at limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}

// Validate gives all problems of a file: what its syntax has, and what the catalogue knows of its keys and values. Keys are judged in
// Leap_config.properties only; trace specifications wherever they are kept. Problems are in the order of their lines.
func (c Catalogue) Validate(file string, doc Document) []Problem {
	out := doc.Problems()
	names := Names(file, doc)
	leap := strings.EqualFold(path.Base(strings.ReplaceAll(file, `\`, "/")), "Leap_config.properties")
	database := false
	if s, ok := doc.Get(adminPageKey); ok && leap {
		database = strings.EqualFold(strings.TrimSpace(s.Value), "true")
	}
	for _, s := range doc.Settings() {
		if leap {
			out = append(out, c.judge(s)...)
		}
		if k, ok := c.Find(s.Key); leap && database && ok && k.Database && !s.Overridden {
			out = append(out, Problem{Code: ProblemOverridden, Line: s.Line, Key: s.Key})
		}
		out = append(out, judgeTrace(s)...)
		s.File = file
		out = append(out, judgeNamed(s, nameOf(doc, names, s))...)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Line < out[j].Line })
	return out
}

func (c Catalogue) judge(s upgrade.Setting) []Problem {
	problem := func(code string, pairs ...string) []Problem {
		p := Problem{Code: code, Line: s.Line, Key: s.Key}
		for i := 0; i+1 < len(pairs); i += 2 {
			if p.Args == nil {
				p.Args = map[string]string{}
			}
			p.Args[pairs[i]] = pairs[i+1]
		}
		return []Problem{p}
	}
	known, ok := c.Find(s.Key)
	if !ok {
		if suggestion, close := c.Suggest(s.Key); close {
			return problem(ProblemMisspelled, "suggestion", suggestion)
		}
		return problem(ProblemUnknownKey)
	}
	value := strings.TrimSpace(s.Value)
	if known.Kind == "server-uri" {
		canonical, why := upgrade.CanonicalServerURI(s.Value)
		switch {
		case why != "":
			return problem(ProblemInvalidValue, "value", s.Value, "want", "an address of Leap ("+why+")")
		case canonical != s.Value:
			return problem(ProblemNotCanonical, "value", s.Value, "canonical", canonical)
		}
		return nil
	}
	if want := known.refuses(value); want != "" {
		return problem(ProblemInvalidValue, "value", Masked(s.Key, s.Value), "want", want)
	}
	switch {
	case known.Deprecated:
		return problem(ProblemDeprecated, "meaning", known.Meaning)
	case strings.HasSuffix(s.Key, ".enableAdminConfigUI") && strings.EqualFold(value, "true"):
		return problem(ProblemOverridden)
	}
	return nil
}

// refuses tells what a value should be, empty when it may be right.
func (k Known) refuses(value string) string {
	switch k.Kind {
	case "bool":
		if !strings.EqualFold(value, "true") && !strings.EqualFold(value, "false") {
			return "true or false"
		}
	case "int":
		if n, err := strconv.ParseInt(value, 10, 64); err != nil || n < 0 {
			return "a whole number"
		}
	case "hour":
		if n, err := strconv.Atoi(value); err != nil || n < 0 || n > 23 {
			return "an hour from 0 to 23"
		}
	case "enum":
		if !slices.Contains(k.Values, value) {
			return "one of " + strings.Join(k.Values, ", ")
		}
	case "url":
		if u, err := url.Parse(value); value != "" && (err != nil || u.Scheme == "" || u.Host == "") {
			return "an address"
		}
	case "json":
		if !json.Valid([]byte(value)) {
			return "valid JSON"
		}
	case "methods":
		for _, m := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' }) {
			if !slices.Contains([]string{"GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"}, m) {
				return "a list of GET, PUT, POST, DELETE, HEAD and PATCH"
			}
		}
	}
	return ""
}

// javaLevels are the levels of java.util.logging, as rcpinstall.properties has them.
var javaLevels = []string{"OFF", "SEVERE", "WARNING", "INFO", "CONFIG", "FINE", "FINER", "FINEST", "ALL"}

// judgeNamed looks at the value of a server's own setting by its clear name. A variable of the server is not looked into.
func judgeNamed(s upgrade.Setting, name string) []Problem {
	value := strings.TrimSpace(s.Value)
	if name == "" || strings.Contains(value, "${") {
		return nil
	}
	k := Known{}
	want := ""
	switch {
	case strings.HasSuffix(name, "-mb"), strings.HasSuffix(name, "-kb"), strings.HasSuffix(name, "-files"):
		k.Kind = "int"
	case name == "messages.format":
		k.Kind, k.Values, value = "enum", []string{"simple", "tbasic", "json", "dev", "basic"}, strings.ToLower(value)
	case strings.HasPrefix(name, "trace.") && !slices.Contains(javaLevels, strings.ToUpper(value)):
		want = "one of " + strings.Join(javaLevels, ", ")
	case name == "heap-maximum" && !heapSize.MatchString(value):
		want = "a size such as 2048M or 2G"
	}
	if want == "" {
		want = k.refuses(value)
	}
	if want == "" {
		return nil
	}
	return []Problem{{Code: ProblemInvalidValue, Line: s.Line, Key: s.Key, Args: map[string]string{"value": s.Value, "want": want}}}
}

var heapSize = lazyregexp.New(`^[0-9]+[KkMmGg]?$`)

// judgeTrace reads trace specifications where servers keep them.
func judgeTrace(s upgrade.Setting) []Problem {
	if s.Key != "com.ibm.ws.logging.trace.specification" && !strings.HasSuffix(s.Key, "/@startupTraceSpecification") && !strings.HasSuffix(s.Key, "/@traceSpecification") {
		return nil
	}
	if _, err := trace.ParseSpec(s.Value); err != nil && !strings.Contains(s.Value, "${") {
		return []Problem{{Code: ProblemInvalidValue, Line: s.Line, Key: s.Key, Args: map[string]string{"value": s.Value, "want": "a trace specification"}}}
	}
	return nil
}
