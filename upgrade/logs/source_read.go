package logs

import (
	"context"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// Each reads all records and marks into a sink, until the sink wants no more.
func (s *Source) Each(ctx context.Context, sink Sink) error {
	for _, st := range s.streams {
		more, err := st.each(ctx, s.opts, sink)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

func (st *stream) each(ctx context.Context, opts Options, sink Sink) (more bool, err error) {
	var j *Joiner
	if opts.Join {
		j = NewJoiner(sink)
		sink = j
	}
	if more, err = assemble(ctx, st.parts, Place{}, 0, sink); err != nil || !more {
		return more, err
	}
	return j == nil || j.Flush(), nil
}

// readSize is how much is read at once: small files need no large buffer.
func readSize(parts []*Part) int64 {
	size := int64(4 << 10)
	for _, p := range parts {
		size = max(size, p.known()+1)
		if p.packed {
			size = 256 << 10
		}
	}
	return min(size, 256<<10)
}

// use changes to the profile of the next file; most files of a log have the same.
func (a *Assembler) use(p Profile) {
	if p.Format != Unrecognised && p.Format != a.d.format() {
		if a.lines != nil {
			a.closeFile(false)
			a.lines = nil
			a.Flush()
			a.later = true
		}
		a.d = dialectOf(p.Format)
	}
	a.cs, a.order = p.charset(), p.Order
}

// gapWatch marks a gap where a rotated file is missing: a number is left out, or the first record of a file is much younger than the rotation
// before it. A server rotates when it writes, so the two are seconds apart.
type gapWatch struct {
	sink   Sink
	a      *Assembler
	rolled time.Time // wall clock of the rotation that the first record of file must be near to
	file   string
}

// rollPause is how long a server may stay silent after a rotation before a missing file is suspected.
const rollPause = 2 * time.Minute

func (g *gapWatch) between(before, after *Part) {
	from, to := before.naming(), after.naming()
	g.rolled, g.file = from.roll(), after.Path()
	if missing(from, to) {
		g.a.Gap("a rotated file before " + g.file + " is missing")
	}
}

func (g *gapWatch) Record(r *Record) bool {
	if r.File == g.file {
		if late := suspicious(g.rolled, r.Time.Time); late && !g.sink.Mark(pauseMark(r.File, r.Offset, r.Line, g.rolled, r.Time.Time)) {
			return false
		}
		g.file = ""
	}
	return g.sink.Record(r)
}

func (g *gapWatch) Mark(m Mark) bool { return g.sink.Mark(m) }

func suspicious(rolled, first time.Time) bool {
	if rolled.IsZero() || first.IsZero() {
		return false
	}
	wall := time.Date(first.Year(), first.Month(), first.Day(), first.Hour(), first.Minute(), first.Second(), 0, time.UTC)
	return wall.Sub(rolled) > rollPause
}

func pauseMark(file string, offset, number int64, rolled, first time.Time) Mark {
	const clock = "2006-01-02 15:04:05"
	return Mark{Kind: MarkGap, File: file, Offset: offset, Line: number,
		Reason: "nothing from " + rolled.Format(clock) + " to " + first.Format(clock) + ": a rotated file may be missing"}
}

func checkEncoding(name string) error {
	if name == "" {
		return nil
	}
	if _, ok := charset.ByName(name); !ok {
		return upgrade.NewFault("SB-3003", upgrade.KindUsage, nil, "encoding", name)
	}
	return nil
}
