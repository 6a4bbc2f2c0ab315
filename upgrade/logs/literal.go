package logs

import (
	"bytes"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// literal is a text that must stand in what an expression matches.
type literal struct {
	text string
	fold bool // in any case
}

// maxLiterals is how many alternatives are looked for; with more, looking for them is no faster than the expression.
const maxLiterals = 12

// needs is what is known of the texts that an expression matches.
type needs struct {
	whole []literal // every match is one of these, nil when they are not known
	one   []literal // in every match stands one of these
}

// requiredLiterals finds texts of which one must stand in a line for an expression to match, and whether one of them is enough. Comparing them first is
// many times faster than any expression.
func requiredLiterals(re *syntax.Regexp) (all []literal, enough bool) {
	n := needsOf(re)
	if n.whole != nil && shortest(n.whole) > 0 {
		around, _ := hasAssertion(re)
		return n.whole, !around
	}
	return n.one, false
}

// hasAssertion tells whether an expression looks at what stands around a match; begins, whether at the beginning of a line.
func hasAssertion(re *syntax.Regexp) (any, begins bool) {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpBeginText:
		return true, true
	case syntax.OpEndLine, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true, false
	}
	for _, sub := range re.Sub {
		a, b := hasAssertion(sub)
		any, begins = any || a, begins || b
	}
	return any, begins
}

func shortest(all []literal) int {
	n := 0
	for i, l := range all {
		if i == 0 || len(l.text) < n {
			n = len(l.text)
		}
	}
	return n
}

// better tells whether looking for a is more useful than for b.
func better(a, b []literal) bool {
	if len(b) == 0 {
		return shortest(a) > 0
	}
	return len(a) > 0 && 4*shortest(a)-len(a) > 4*shortest(b)-len(b)
}

func needsOf(re *syntax.Regexp) needs {
	switch re.Op {
	case syntax.OpLiteral:
		all := []literal{{string(re.Rune), re.Flags&syntax.FoldCase != 0}}
		return needs{all, all}
	case syntax.OpCharClass:
		return needs{whole: fewRunes(re.Rune)}.withOne()
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return needs{whole: []literal{{}}}
	case syntax.OpCapture:
		return needsOf(re.Sub[0])
	case syntax.OpPlus:
		return needs{one: needsOf(re.Sub[0]).one}
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needs{one: needsOf(re.Sub[0]).one}
		}
	case syntax.OpConcat:
		return needsOfAll(re.Sub)
	case syntax.OpAlternate:
		return needsOfAny(re.Sub)
	}
	return needs{}
}

func (n needs) withOne() needs {
	if shortest(n.whole) > 0 {
		n.one = n.whole
	}
	return n
}

// fewRunes lists the characters of a small class.
func fewRunes(ranges []rune) (all []literal) {
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if len(all) >= 4 || !utf8.ValidRune(r) {
				return nil
			}
			all = append(all, literal{text: string(r)})
		}
	}
	return all
}

func needsOfAny(subs []*syntax.Regexp) needs {
	var out needs
	whole, one := true, true
	for _, sub := range subs {
		n := needsOf(sub)
		whole, one = whole && n.whole != nil, one && n.one != nil
		out.whole, out.one = append(out.whole, n.whole...), append(out.one, n.one...)
	}
	if !whole || len(out.whole) > maxLiterals {
		out.whole = nil
	}
	if !one || len(out.one) > maxLiterals {
		out.one = nil
	}
	return out
}

func needsOfAll(subs []*syntax.Regexp) needs {
	out := needs{whole: []literal{{}}}
	run := []literal{{}} // what the expressions since the last unknown one match
	take := func(l []literal) {
		if shortest(l) > 0 && better(l, out.one) {
			out.one = l
		}
	}
	for _, sub := range subs {
		n := needsOf(sub)
		joined := cross(run, n.whole)
		if joined == nil {
			out.whole = nil
			take(run)
			run = []literal{{}}
			if n.whole != nil {
				run = n.whole
			}
			take(n.one)
			continue
		}
		run = joined
	}
	take(run)
	if out.whole != nil {
		out.whole = run
	}
	return out
}

// cross joins each text of a with each of b; nil when they are too many.
func cross(a, b []literal) (all []literal) {
	if b == nil || len(a)*len(b) > maxLiterals {
		return nil
	}
	for _, x := range a {
		for _, y := range b {
			if x.fold != y.fold && x.text != "" && y.text != "" && (caseless(x.text) && caseless(y.text)) {
				return nil
			}
			fold := x.fold || y.fold
			if x.text == "" {
				fold = y.fold
			}
			if y.text == "" {
				fold = x.fold
			}
			all = append(all, literal{x.text + y.text, fold})
		}
	}
	return all
}

// caseless is false for a text that is the same in any case, which may be joined to one that is not.
func caseless(s string) bool { return strings.ToLower(s) != s || strings.ToUpper(s) != s }

// wanted is a literal as it is looked for in bytes: a part of it, when other parts may be written in several ways.
type needle struct {
	text  []byte // in lower case when fold
	fold  bool
	exact bool // where it stands the whole literal stands
	utf8  bool // it may only be looked for in valid UTF-8
	latin bool // in any case: two characters beyond ASCII are a k and an s in other case
	at    int  // of its rarest byte
	alt   byte // that byte in the other case, or the same
}

// needlesOf makes needles, or nil when one of the literals has no part that can be looked for. common is how often each byte stands in the text.
func needlesOf(all []literal, common *[256]int) []needle {
	var out []needle
	for _, l := range all {
		n, ok := needleOf(l)
		if !ok {
			return nil
		}
		n.aim(common)
		out = append(out, n)
	}
	return out
}

func needleOf(l literal) (needle, bool) {
	if isASCII(l.text) {
		n := needle{text: []byte(l.text), fold: l.fold && caseless(l.text), exact: true}
		if n.fold {
			n.text = bytes.ToLower(n.text)
			n.latin = bytes.ContainsAny(n.text, "ks")
		}
		return n, len(n.text) > 0
	}
	if !l.fold {
		return needle{text: []byte(l.text), exact: true, utf8: true}, utf8.ValidString(l.text)
	}
	best := ""
	for part := range strings.FieldsFuncSeq(l.text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if len(part) > len(best) {
			best = part
		}
	}
	n, ok := needleOf(literal{best, true})
	n.exact = false
	return n, ok
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// otherCase gives an ASCII letter in the other case, and every other byte as it is.
func otherCase(c byte) byte {
	if c|0x20 >= 'a' && c|0x20 <= 'z' {
		return c ^ 0x20
	}
	return c
}

// aim chooses the rarest byte.
func (n *needle) aim(common *[256]int) {
	least := -1
	for i, c := range n.text {
		often := common[c]
		if n.fold && otherCase(c) != c {
			often += common[otherCase(c)]
		}
		if least < 0 || often < least {
			least, n.at = often, i
		}
	}
	n.alt = n.text[n.at]
	if n.fold {
		n.alt = otherCase(n.alt)
	}
}

// finder looks for needles in one piece of text, from front to back.
type finder struct {
	data    []byte
	needles []needle
	next    []int // where each needle stands next, -1: not known, len(data): nowhere
	lower   []int // where the rarest byte of a needle that has two cases stands next
	upper   []int
}

func (f *finder) reset(data []byte, needles []needle) {
	f.data, f.needles = data, needles
	f.next, f.lower, f.upper = f.next[:0], f.lower[:0], f.upper[:0]
	for range needles {
		f.next, f.lower, f.upper = append(f.next, -1), append(f.lower, -1), append(f.upper, -1)
	}
}

// find gives the first place at or after from where a needle stands, and which; -1 when there is none.
func (f *finder) find(from int) (at, which int) {
	at, which = len(f.data), -1
	for i := range f.needles {
		if f.next[i] < from {
			f.next[i] = f.search(i, from)
		}
		if f.next[i] < at {
			at, which = f.next[i], i
		}
	}
	if which < 0 {
		return -1, -1
	}
	return at, which
}

func (f *finder) search(i, from int) int {
	n := &f.needles[i]
	last := len(f.data) - len(n.text)
	rare, alt := n.text[n.at], n.alt
	for p := from + n.at; p-n.at <= last; p++ {
		if rare == alt {
			k := bytes.IndexByte(f.data[p:], rare)
			if k < 0 {
				break
			}
			p += k
		} else if p = f.either(i, p, rare, alt); p < 0 {
			break
		}
		if at := p - n.at; at > last {
			break
		} else if n.stands(f.data[at : at+len(n.text)]) {
			return at
		}
	}
	return len(f.data)
}

// either finds the next of two bytes.
func (f *finder) either(i, p int, rare, alt byte) int {
	seek := func(known *int, c byte) int {
		if *known < p {
			if k := bytes.IndexByte(f.data[p:], c); k >= 0 {
				*known = p + k
			} else {
				*known = len(f.data)
			}
		}
		return *known
	}
	at := min(seek(&f.lower[i], rare), seek(&f.upper[i], alt))
	if at >= len(f.data) {
		return -1
	}
	return at
}

// stands tells whether the needle stands at the beginning of data.
func (n *needle) stands(data []byte) bool {
	if !n.fold {
		return string(data) == string(n.text)
	}
	for i, c := range n.text {
		d := data[i]
		if d >= 'A' && d <= 'Z' {
			d |= 0x20
		}
		if d != c {
			return false
		}
	}
	return true
}
