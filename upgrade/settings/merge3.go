package settings

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// edit3 is one stretch of the base that a version replaces.
type edit3 struct {
	from, to int // of the base
	with     []string
}

// merge3 makes the changes of ours and of theirs to a base, both of them. Where they touch the same stretch differently, prefer decides; without it ok is false.
func merge3(base, ours, theirs []string, prefer Prefer) (merged []string, ok bool) {
	a, b := edits(base, ours), edits(base, theirs)
	at := 0
	for len(a) > 0 || len(b) > 0 {
		stretch, one, two := next(&a, &b)
		chosen := apply3(base, stretch, one)
		if other := apply3(base, stretch, two); len(one) == 0 {
			chosen = other
		} else if len(two) > 0 && !slices.Equal(chosen, other) {
			switch prefer {
			case Theirs:
				chosen = other
			case Ours:
			default:
				return nil, false
			}
		}
		merged = append(append(merged, base[at:stretch.from]...), chosen...)
		at = stretch.to
	}
	return append(merged, base[at:]...), true
}

// edits are the stretches of a that b replaces, in order.
func edits(a, b []string) []edit3 {
	var out []edit3
	for _, op := range difflib.NewMatcherWithJunk(a, b, false, nil).GetOpCodes() {
		if op.Tag != 'e' {
			out = append(out, edit3{op.I1, op.I2, b[op.J1:op.J2]})
		}
	}
	return out
}

// next takes the first stretch off both lists, with every edit of either that meets it.
func next(a, b *[]edit3) (stretch edit3, one, two []edit3) {
	if len(*b) == 0 || len(*a) > 0 && before3((*a)[0], (*b)[0]) {
		stretch = (*a)[0]
	} else {
		stretch = (*b)[0]
	}
	for {
		n := len(one) + len(two)
		take(a, &one, &stretch)
		take(b, &two, &stretch)
		if len(one)+len(two) == n {
			return stretch, one, two
		}
	}
}

func before3(x, y edit3) bool { return x.from < y.from || x.from == y.from && x.to < y.to }

func take(from, to *[]edit3, stretch *edit3) {
	for len(*from) > 0 && meets((*from)[0], *stretch) {
		e := (*from)[0]
		stretch.from, stretch.to = min(stretch.from, e.from), max(stretch.to, e.to)
		*to, *from = append(*to, e), (*from)[1:]
	}
}

// meets tells whether two edits touch the same stretch: they overlap, or both insert at one place. Edits side by side do not meet.
func meets(x, y edit3) bool {
	return x.from < y.to && y.from < x.to || x.from == y.from && x.to == y.to
}

// apply3 is a stretch of the base with the edits within it.
func apply3(base []string, stretch edit3, edits []edit3) []string {
	out, at := []string{}, stretch.from
	for _, e := range edits {
		out = append(append(out, base[at:e.from]...), e.with...)
		at = e.to
	}
	return append(out, base[at:stretch.to]...)
}

// word parts a line where an XML element may be edited: after blanks and quotes.
var word = regexp.MustCompile("[^\\s\"]*[\\s\"]|[^\\s\"]+$")

func lines(data []byte) []string { return strings.SplitAfter(string(data), "\n") }

func words(data []byte) []string { return word.FindAllString(string(data), -1) }
