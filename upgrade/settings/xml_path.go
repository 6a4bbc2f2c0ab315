package settings

import (
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// xmlPath is a parsed key of an XML file: steps from an element anywhere in the tree down to one, and the attribute's name.
type xmlPath struct {
	steps []xmlStep
	attr  string
}

// xmlStep names an element and what its attributes must be.
type xmlStep struct {
	name  string
	conds []xmlCond
	index int // from 1 among all matches of the path, 0 for any
}

type xmlCond struct{ name, value string }

// parsePath reads a key such as services[@xmi:type='traceservice:TraceService']/@startupTraceSpecification. An index in brackets picks one of
// several matches.
func parsePath(key string) (xmlPath, error) {
	bad := func() (xmlPath, error) {
		return xmlPath{}, upgrade.NewFault("SB-5006", upgrade.KindUsage, nil, "key", key)
	}
	var p xmlPath
	rest := strings.TrimPrefix(strings.TrimPrefix(key, "//"), "/")
	for !strings.HasPrefix(rest, "@") {
		step, after, ok := parseStep(rest)
		if !ok {
			return bad()
		}
		p.steps = append(p.steps, step)
		rest = after
	}
	p.attr = rest[1:]
	if p.attr == "" || len(p.steps) == 0 || strings.ContainsAny(p.attr, "/[]@'\" ") {
		return bad()
	}
	return p, nil
}

func parseStep(s string) (step xmlStep, rest string, ok bool) {
	n := strings.IndexAny(s, "[/")
	if n <= 0 {
		return step, "", false
	}
	step.name, rest = s[:n], s[n:]
	for strings.HasPrefix(rest, "[") {
		if rest, ok = parseCond(&step, rest[1:]); !ok {
			return step, "", false
		}
	}
	if !strings.HasPrefix(rest, "/") {
		return step, "", false
	}
	return step, rest[1:], true
}

func parseCond(step *xmlStep, s string) (rest string, ok bool) {
	if !strings.HasPrefix(s, "@") {
		n := strings.IndexByte(s, ']')
		if n < 0 {
			return "", false
		}
		index, err := strconv.Atoi(s[:n])
		step.index = index
		return s[n+1:], err == nil && index > 0
	}
	eq := strings.IndexByte(s, '=')
	if eq < 2 || eq+1 >= len(s) || (s[eq+1] != '\'' && s[eq+1] != '"') {
		return "", false
	}
	end := strings.IndexByte(s[eq+2:], s[eq+1])
	if end < 0 || !strings.HasPrefix(s[eq+2+end+1:], "]") {
		return "", false
	}
	step.conds = append(step.conds, xmlCond{name: s[1:eq], value: s[eq+2 : eq+2+end]})
	return s[eq+2+end+2:], true
}

// matches gives the indexes of the elements that a path means, in file order.
func (p xmlPath) matches(elements []element) []int {
	var out []int
	for i := range elements {
		if p.fits(elements, i, len(p.steps)-1) {
			out = append(out, i)
		}
	}
	if n := p.steps[len(p.steps)-1].index; n > 0 {
		if n > len(out) {
			return nil
		}
		return out[n-1 : n]
	}
	return out
}

func (p xmlPath) fits(elements []element, at, step int) bool {
	if !p.steps[step].fits(elements[at]) {
		return false
	}
	if step == 0 {
		return true
	}
	return elements[at].parent >= 0 && p.fits(elements, elements[at].parent, step-1)
}

func (s xmlStep) fits(e element) bool {
	if s.name != "*" && s.name != e.name && s.name != localName(e.name) {
		return false
	}
	for _, c := range s.conds {
		a, ok := e.attr(c.name)
		if !ok || a.value != c.value {
			return false
		}
	}
	return true
}

func localName(name string) string { return name[strings.IndexByte(name, ':')+1:] }

func (e element) attr(name string) (attribute, bool) {
	for _, a := range e.attrs {
		if a.name == name {
			return a, true
		}
	}
	return attribute{}, false
}

// numbered gives the key that means only the n-th (from 1) of several matches.
func numbered(key string, n int) string {
	at := strings.LastIndex(key, "/@")
	return key[:at] + "[" + itoa(n) + "]" + key[at:]
}
