package logs

import (
	"cmp"
	"context"
	"slices"
)

// Marks gives the starts and gaps of one log in their order, as reading all its records does; parts are its files in order, compressed ones unpacked. It looks
// at every byte, by blocks where the format allows it, and keeps nothing but the marks.
func Marks(ctx context.Context, parts []*Part) ([]Mark, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	st := stream{profile: parts[0].profile}
	number := map[string]int{}
	for i, p := range parts {
		own := p.asItIs()
		st.parts = append(st.parts, own)
		number[own.path] = i
		if st.profile.Format == Unrecognised {
			st.profile = own.profile
		}
	}
	s, err := st.count(ctx)
	if err != nil {
		return nil, err
	}
	marks := s.Gaps
	for _, start := range s.Starts {
		marks = append(marks, Mark{Kind: MarkStart, File: start.File, Offset: start.Offset, Line: start.Line, Start: &start})
	}
	slices.SortStableFunc(marks, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(number[a.File], number[b.File]), cmp.Compare(a.Offset, b.Offset))
	})
	return marks, nil
}

// asItIs is the part with its present size, which does not change while it is read. It shares the file and is not to be closed.
func (p *Part) asItIs() *Part {
	p.mu.Lock()
	defer p.mu.Unlock()
	return &Part{path: p.path, name: p.name, file: p.file, packed: p.packed, size: p.size, mod: p.mod, profile: p.profile, content: p.content, unpacked: p.unpacked, torn: p.torn}
}
