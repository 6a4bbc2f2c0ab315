package logs

import (
	"bytes"
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// dfa finds the lines that an expression matches, many times faster than package regexp, which finds where in a line it does. Its states are made when
// they are met: each is a set of places in the compiled expression. It belongs to one goroutine.
type dfa struct {
	prog   *syntax.Prog
	next   []int32 // next[state<<8|byte]
	states []dfaState
	known  map[string]int32
	wide   map[uint64]int32 // the same for characters beyond ASCII
	broken bool             // too many states

	queue, explored []uint32
	seen            []uint32 // by place: the round in which it was explored last
	round           uint32
	key             []byte
}

type dfaState struct {
	places []uint32 // to be explored when the next character is known
	before rune     // a character like the one before: none (-1), a letter, or a space
}

// What next holds when it is no state.
const (
	dfaUnknown int32 = -1
	dfaMatch   int32 = -2
	dfaOther   int32 = -3 // a byte that must be looked at together with the next one
)

// maxStates keeps a dfa below four megabytes; an expression that needs more is matched by package regexp.
const maxStates = 3000

// maxWide is how many steps over characters beyond ASCII are remembered.
const maxWide = 1 << 16

func newDFA(tree *syntax.Regexp) *dfa {
	prog, err := syntax.Compile(tree)
	if err != nil || len(prog.Inst) > 5000 {
		return &dfa{broken: true}
	}
	d := &dfa{prog: prog, known: map[string]int32{}, wide: map[uint64]int32{}, seen: make([]uint32, len(prog.Inst))}
	d.state(nil, -1)
	return d
}

// state gives the number of a state, and makes it when it is new. places are sorted.
func (d *dfa) state(places []uint32, before rune) int32 {
	d.key = append(d.key[:0], byte(before))
	for _, p := range places {
		d.key = append(d.key, byte(p), byte(p>>8))
	}
	if n, ok := d.known[string(d.key)]; ok {
		return n
	}
	n := int32(len(d.states)) //nolint:gosec // at most maxStates
	if n >= maxStates {
		d.broken = true
		return 0
	}
	d.states = append(d.states, dfaState{slices.Clone(places), before})
	d.known[string(d.key)] = n
	row := len(d.next)
	d.next = append(d.next, make([]int32, 256)...)
	for c := range 256 {
		d.next[row+c] = dfaUnknown
		if c >= utf8.RuneSelf || c == '\r' {
			d.next[row+c] = dfaOther
		}
	}
	return n
}

// step gives the state after a character, -1 for the end of the line.
func (d *dfa) step(s int32, r rune) int32 {
	st := d.states[s]
	flags := syntax.EmptyOpContext(st.before, r)
	d.round++
	d.queue, d.explored = d.queue[:0], d.explored[:0]
	d.queue = append(append(d.queue, st.places...), uint32(d.prog.Start)) //nolint:gosec // a place in the program
	for len(d.queue) > 0 {
		p := d.queue[len(d.queue)-1]
		d.queue = d.queue[:len(d.queue)-1]
		if d.seen[p] == d.round {
			continue
		}
		d.seen[p] = d.round
		in := &d.prog.Inst[p]
		switch in.Op {
		case syntax.InstMatch:
			return dfaMatch
		case syntax.InstAlt, syntax.InstAltMatch:
			d.queue = append(d.queue, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			d.queue = append(d.queue, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^flags == 0 {
				d.queue = append(d.queue, in.Out)
			}
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if r >= 0 && in.MatchRune(r) {
				d.explored = append(d.explored, in.Out)
			}
		}
	}
	if r < 0 {
		return 0
	}
	slices.Sort(d.explored)
	before := ' '
	if syntax.IsWordChar(r) {
		before = 'a'
	}
	return d.state(slices.Compact(d.explored), before)
}

// find gives a place in the first line that matches, -1 when none does. A line begins at from. ok is false when the expression needs too many states;
// then it is not known what stands after from.
func (d *dfa) find(data []byte, from int) (at int, ok bool) {
	s := int32(0)
	for i := from; i < len(data); i++ {
		t := d.next[int(s)<<8|int(data[i])]
		if t >= 0 {
			s = t
			continue
		}
		if t == dfaMatch {
			return i, true
		}
		if t == dfaOther && data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
			continue
		}
		var size int
		if s, size = d.slow(s, data[i:]); d.broken {
			return 0, false
		}
		if s == dfaMatch {
			return i, true
		}
		i += size - 1
	}
	if len(data) > from && data[len(data)-1] != '\n' && d.step(s, -1) == dfaMatch {
		return len(data) - 1, true
	}
	return -1, true
}

// slow makes one step that is not known yet, or over a character of several bytes.
func (d *dfa) slow(s int32, data []byte) (next int32, size int) {
	c := data[0]
	switch {
	case c == '\n':
		next = d.step(s, -1)
	case c == '\r':
		return d.step(s, '\r'), 1
	case c < utf8.RuneSelf:
		next = d.step(s, rune(c))
	default:
		r, size := utf8.DecodeRune(data)
		key := uint64(s)<<32 | uint64(r) //nolint:gosec // neither is negative
		next, ok := d.wide[key]
		if !ok {
			if len(d.wide) >= maxWide {
				clear(d.wide)
			}
			next = d.step(s, r)
			d.wide[key] = next
		}
		return next, size
	}
	d.next[int(s)<<8|int(c)] = next
	return next, 1
}

// readable tells whether the bytes of a piece are its text, so that a dfa may read them.
func readable(data []byte, utf8Text bool) bool {
	if utf8Text {
		return utf8.Valid(data)
	}
	return bytes.IndexFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
