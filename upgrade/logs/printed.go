package logs

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/springboard-leap/springboard/upgrade/logs/internal/ahead"
)

// printsTraces tells whether a frame of a trace stands in a log as the text of a record of its own: only then has joining anything to do, and what has
// nothing to join is searched many times as fast. A log that cannot be looked through at that speed (compressed, two bytes a character) is taken to have
// some. It looks at bytes, so it may also say so of a log that only quotes a frame.
func (st *stream) printsTraces(ctx context.Context) (bool, error) {
	for _, p := range st.parts {
		switch p.profile.Format {
		case CBE, Eclipse, FebEvents, Unrecognised:
			continue // no record of these is a line that a program printed
		}
		if p.packed || p.profile.charset().Wide() {
			return true, nil
		}
		if found, err := p.holdsFrame(ctx); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// frameLead is what stands before a frame in a printed record, as far as one piece is read into the next.
const frameLead = 16

func (p *Part) holdsFrame(ctx context.Context) (found bool, err error) {
	const step = 1 << 20
	size := p.known()
	n := int((size + step - 1) / step)
	buffers := make([][]byte, ahead.Workers(n))
	err = ahead.Each(ctx, n, func(_ context.Context, worker, piece int) (bool, error) {
		if buffers[worker] == nil {
			buffers[worker] = make([]byte, frameLead+min(size, step))
		}
		from := max(int64(piece)*step-frameLead, 0)
		buf := buffers[worker][:min(int64(piece+1)*step, size)-from]
		n, err := p.ReadAt(buf, from)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, cannotRead(p.Path(), err)
		}
		return printedFrame(buf[:n]), nil
	}, func(here bool) bool {
		found = found || here
		return !found
	})
	return found, err
}

// printedFrame finds "R \tat ": the text of a record follows its columns after a space, while a frame that is a line of its own follows an end of line. In
// JSON the tab is written as an escape, after the quote of its field.
func printedFrame(data []byte) bool {
	for i := 0; ; i++ {
		n := bytes.Index(data[i:], tabAt)
		if n < 0 {
			break
		}
		if i += n; i > 0 && data[i-1] == ' ' {
			return true
		}
	}
	return bytes.Contains(data, quotedTabAt)
}

var (
	tabAt       = []byte("\tat ")
	quotedTabAt = []byte(`"\tat `)
)
