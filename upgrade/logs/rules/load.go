package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// shippedName is where the rules that come with Springboard stand among its assets.
const shippedName = "rules/failures.json"

// Default loads the rules that come with Springboard from the embedded files.
func Default(assets fs.FS) (*Set, error) {
	data, err := fs.ReadFile(assets, shippedName)
	if err != nil {
		return nil, err
	}
	return Load(shippedName, data)
}

// Load reads and checks rules that stand for themselves. name is for messages. A fault SB-3010 tells the line and what is wrong there.
func Load(name string, data []byte) (*Set, error) { return LoadOver(name, data, nil) }

// LoadOver reads and checks rules that may say "extends": "shipped": then the rules of shipped follow theirs, except those whose code they use
// themselves or list under "without". The faults are those of Load.
func LoadOver(name string, data []byte, shipped *Set) (*Set, error) {
	doc := document{data: data}
	if err := doc.read(); err != nil {
		return nil, doc.fault(name, err)
	}
	if err := doc.extend(shipped); err != nil {
		return nil, doc.fault(name, err)
	}
	doc.set.words = newWordFinder(doc.set.Rules)
	return &doc.set, nil
}

// document is a file of rules while it is read.
type document struct {
	data    []byte
	set     Set
	extends string
	without []string
	place   int64 // of what is being read, for messages
}

// misplaced is an error at a known place of the file.
type misplaced struct {
	at  int64
	err error
}

func (m misplaced) Error() string { return m.err.Error() }
func (m misplaced) Unwrap() error { return m.err }

func (d *document) fault(name string, err error) error {
	at := d.place
	if m, ok := errors.AsType[misplaced](err); ok {
		at = m.at
	} else if s, ok := errors.AsType[*json.SyntaxError](err); ok && s.Offset > at {
		at = s.Offset
	}
	detail := fmt.Sprintf("line %d: %v", d.lineOf(at), err)
	return upgrade.NewFault("SB-3010", upgrade.KindUsage, err, "file", name, "detail", detail)
}

func (d *document) lineOf(at int64) int {
	return 1 + bytes.Count(d.data[:min(max(at, 0), int64(len(d.data)))], []byte("\n"))
}

// read takes the file apart key by key, so that every message can name its line.
func (d *document) read() error {
	d.data = bytes.TrimPrefix(d.data, []byte("\xEF\xBB\xBF"))
	j := json.NewDecoder(bytes.NewReader(d.data))
	j.DisallowUnknownFields()
	if t, err := j.Token(); err != nil || t != json.Delim('{') {
		return cmpError(err, "it is no JSON object")
	}
	seen := map[string]bool{}
	for j.More() {
		t, err := j.Token()
		if err != nil {
			return err
		}
		d.place = j.InputOffset()
		key, _ := t.(string)
		if seen[key] {
			return fmt.Errorf("%q stands twice", key)
		}
		seen[key] = true
		if err := d.value(j, key); err != nil {
			return err
		}
	}
	if _, err := j.Token(); err != nil {
		return cmpError(err, "the end is missing")
	}
	if rest := bytes.TrimSpace(d.data[j.InputOffset():]); len(rest) > 0 {
		d.place = d.beginOf(j.InputOffset())
		return errors.New("text stands after the end of the object")
	}
	return d.complete()
}

func cmpError(err error, otherwise string) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New(otherwise)
	}
	return err
}

func (d *document) value(j *json.Decoder, key string) error {
	var into any
	switch key {
	case "comment":
		into = new(any)
	case "version":
		into = &d.set.Version
	case "ours":
		into = &d.set.Ours
	case "extends":
		into = &d.extends
	case "without":
		into = &d.without
	case "rules":
		return d.rules(j)
	default:
		return fmt.Errorf("unknown field %q", key)
	}
	if err := j.Decode(into); err != nil {
		return plainly(err)
	}
	return nil
}

// rules reads the list of rules, one after the other.
func (d *document) rules(j *json.Decoder) error {
	if t, err := j.Token(); err != nil || t != json.Delim('[') {
		return cmpError(err, "rules is no list")
	}
	codes := map[string]bool{}
	for n := 1; j.More(); n++ {
		d.place = d.beginOf(j.InputOffset())
		begin := d.place
		var raw json.RawMessage
		if err := j.Decode(&raw); err != nil {
			return err
		}
		r := new(Rule)
		one := json.NewDecoder(bytes.NewReader(raw))
		one.DisallowUnknownFields()
		if err := one.Decode(r); err != nil {
			return d.within(begin, one.InputOffset(), nameOfRule(n, r.Code), err)
		}
		switch {
		case string(raw) == "null" || r.Code == "":
			return fmt.Errorf("rule %d has no code", n)
		case codes[r.Code]:
			return fmt.Errorf("rule %s stands twice", r.Code)
		}
		codes[r.Code] = true
		if err := r.prepare(); err != nil {
			return misplaced{begin + keyOffset(raw, err), fmt.Errorf("rule %s: %w", r.Code, err)}
		}
		d.set.Rules = append(d.set.Rules, r)
	}
	_, err := j.Token()
	return err
}

func nameOfRule(n int, code string) string {
	if code == "" {
		return fmt.Sprintf("rule %d", n)
	}
	return "rule " + code
}

// within puts an error of one rule to its place.
func (d *document) within(begin, offset int64, rule string, err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = t.Offset
	}
	if key, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		if at := bytes.Index(d.data[begin:], []byte(key)); at >= 0 {
			offset = int64(at)
		}
	}
	return misplaced{begin + offset, fmt.Errorf("%s: %w", rule, plainly(err))}
}

// plainly says without Go's types what kind of value is wrong.
func plainly(err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := t.Field
		if field == "" {
			field = "it"
		}
		return fmt.Errorf("%s must not be a %s", field, t.Value)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// beginOf skips what stands before a value.
func (d *document) beginOf(at int64) int64 {
	for at < int64(len(d.data)) && bytes.IndexByte([]byte(" \t\r\n,"), d.data[at]) >= 0 {
		at++
	}
	return at
}

// keyed is an error about one key of a rule.
type keyed struct {
	key string
	err error
}

func (k keyed) Error() string { return k.key + " " + k.err.Error() }
func (k keyed) Unwrap() error { return k.err }

// keyOffset finds the key that an error is about.
func keyOffset(rule []byte, err error) int64 {
	k, ok := errors.AsType[keyed](err)
	if !ok {
		return 0
	}
	return int64(max(bytes.Index(rule, []byte(`"`+k.key+`"`)), 0))
}

func (d *document) complete() error {
	d.place = 0
	switch {
	case d.set.Version != 1:
		return fmt.Errorf("version %d is not known, 1 is", d.set.Version)
	case d.extends != "" && d.extends != "shipped":
		return fmt.Errorf(`extends %q: only "shipped" can be extended`, d.extends)
	case d.extends == "" && len(d.without) > 0:
		return errors.New(`without is for rules that say "extends": "shipped"`)
	case d.extends == "" && len(d.set.Rules) == 0:
		return errors.New("there are no rules in it")
	}
	return nil
}

// extend puts the shipped rules after those of the file.
func (d *document) extend(shipped *Set) error {
	if d.extends == "" {
		return nil
	}
	if shipped == nil {
		return errors.New("the shipped rules cannot extend themselves")
	}
	for _, code := range d.without {
		if shipped.Rule(code) == nil {
			return fmt.Errorf("without names %s, which is no shipped rule", code)
		}
	}
	own := d.set
	for _, r := range shipped.Rules {
		if own.Rule(r.Code) == nil && !slices.Contains(d.without, r.Code) {
			d.set.Rules = append(d.set.Rules, r)
		}
	}
	for _, prefix := range shipped.Ours {
		if !slices.Contains(d.set.Ours, prefix) {
			d.set.Ours = append(d.set.Ours, prefix)
		}
	}
	return nil
}

func (r *Rule) prepare() error {
	if !slices.Contains([]string{ScopeApp, ScopeSetup, ScopeServer}, r.Scope) {
		return keyed{"scope", fmt.Errorf("%q is not app, setup or server", r.Scope)}
	}
	if !slices.Contains([]Outcome{Failed, Started, Upgraded, SetupStart, SetupDone, Noted}, r.Outcome) {
		return keyed{"outcome", fmt.Errorf("%q is not known", r.Outcome)}
	}
	if !slices.Contains(upgrade.Severities, r.Severity) {
		return keyed{"severity", fmt.Errorf("%q is not known", r.Severity)}
	}
	for _, e := range []struct {
		name, text string
		to         **regexp.Regexp
	}{{"origin", r.Origin, &r.origin}, {"text", r.Text, &r.text}, {"trace", r.Trace, &r.trace}, {"not", r.Not, &r.not}} {
		if e.text == "" {
			continue
		}
		re, err := regexp.Compile(e.text)
		if err != nil {
			return keyed{e.name, fmt.Errorf("is no regular expression: %w", err)}
		}
		if re.MatchString("") {
			return keyed{e.name, errors.New("matches every text, also an empty one")}
		}
		*e.to = re
	}
	if len(r.IDs) == 0 && r.text == nil && r.trace == nil && len(r.Words) == 0 {
		return errors.New("it would match every record: give ids, words, text or trace")
	}
	for _, id := range r.IDs {
		if strings.TrimSuffix(id, "*") == "" {
			return keyed{"ids", fmt.Errorf("%q would match every record with an id", id)}
		}
	}
	for _, w := range r.Words {
		if w == "" {
			return keyed{"words", errors.New("has an empty word, which would match every record")}
		}
		r.words = append(r.words, []byte(strings.ToLower(w)))
	}
	for _, l := range r.Levels {
		if !strings.ContainsRune("FEWAICDOR123<>Z", l) {
			return keyed{"levels", fmt.Errorf("%q has %q, which is no letter of a level", r.Levels, l)}
		}
	}
	for _, n := range r.Needs {
		if n != "uid" && n != "name" && !r.captures(n) {
			return keyed{"needs", fmt.Errorf("%q, which no expression captures", n)}
		}
	}
	return nil
}

func (r *Rule) captures(name string) bool {
	return r.text != nil && r.text.SubexpIndex(name) >= 0 || r.trace != nil && r.trace.SubexpIndex(name) >= 0
}
