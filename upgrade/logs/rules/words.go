package rules

import (
	"bytes"
	"unicode/utf8"
)

// wordFinder finds in one pass over a text which rules have one of their words in it. Most texts have none: each word for itself would be looked for in vain, which
// takes longer than everything else that is done with a record.
type wordFinder struct {
	pairs  [1 << 16 / 64]uint64 // a bit for each pair of bytes that begins a word
	begins [256][]wordOf        // by the first of them: to hash a pair takes longer than to compare some words
	single []wordOf             // words of one byte
}

type wordOf struct {
	word []byte
	rule int // its index in the set
}

// found is a bit for each rule of a set.
type found []uint64

func (f found) has(rule int) bool { return f[rule/64]>>(rule%64)&1 == 1 }

func (f found) add(rule int) { f[rule/64] |= 1 << (rule % 64) }

func newWordFinder(all []*Rule) *wordFinder {
	f := &wordFinder{}
	for i, r := range all {
		for _, w := range r.words {
			if len(w) == 1 {
				f.single = append(f.single, wordOf{w, i})
				continue
			}
			p := pair(w)
			f.pairs[p/64] |= 1 << (p % 64)
			f.begins[w[0]] = append(f.begins[w[0]], wordOf{w, i})
		}
	}
	return f
}

func pair(b []byte) uint16 { return uint16(b[0])<<8 | uint16(b[1]) }

// in gives the rules of n of which a word stands in a text in lower case.
func (f *wordFinder) in(text []byte, n int) found {
	out := make(found, (n+63)/64)
	for _, w := range f.single {
		if bytes.Contains(text, w.word) {
			out.add(w.rule)
		}
	}
	for i := 0; i+1 < len(text); i++ {
		p := pair(text[i:])
		if f.pairs[p/64]>>(p%64)&1 == 0 {
			continue
		}
		for _, w := range f.begins[text[i]] {
			if bytes.HasPrefix(text[i:], w.word) {
				out.add(w.rule)
			}
		}
	}
	return out
}

// lower is bytes.ToLower of a text, which is ASCII nearly always.
func lower(text string) []byte {
	out := []byte(text)
	for i, c := range out {
		if c >= utf8.RuneSelf {
			return bytes.ToLower(out)
		}
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}
