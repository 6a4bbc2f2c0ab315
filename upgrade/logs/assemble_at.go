package logs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// Assemble reads records of one log from the beginning of a record on. parts are the files of the log in order, place names the part by its number,
// the offset of the record and how many lines stand before it in the part. It goes on through the parts until the sink wants no more.
// The records are the same that reading the log from its beginning gives, with their lines as far as place knew.
func Assemble(ctx context.Context, parts []*Part, part int, offset, line int64, sink Sink) error {
	_, err := assemble(ctx, parts, Place{Offset: offset, Line: line}, part, sink)
	return err
}

func assemble(ctx context.Context, parts []*Part, at Place, first int, sink Sink) (more bool, err error) {
	if first >= len(parts) {
		return true, nil
	}
	watch := &gapWatch{sink: sink}
	a := NewAssembler(parts[first].profile, watch)
	watch.a = a
	buf := make([]byte, readSize(parts[first:]))
	for i := first; i < len(parts); i++ {
		p := parts[i]
		if i > first {
			watch.between(parts[i-1], p)
			if at.Offset > 0 || first > 0 {
				prime(a, parts, first, at.Offset)
			}
			at = Place{}
		}
		a.use(p.profile)
		a.Open(p.Path(), at.Offset, at.Line)
		if more, err := p.feed(ctx, a, buf, at.Offset); err != nil || !more {
			return more, err
		}
	}
	return a.Close(), nil
}

// prime tells an assembler that began in the middle which process wrote what stands before: the header of the next file is a start or not.
func prime(a *Assembler, parts []*Part, part int, offset int64) {
	if a.starts.known {
		return
	}
	for ; part >= 0; part-- {
		p := parts[part]
		if at := p.headerBefore(offset); at >= 0 {
			head := make([]byte, 128<<10)
			n, err := p.ReadAt(head, at)
			if err == nil || errors.Is(err, io.EOF) {
				a.Prime(head[:n])
			}
			return
		}
		if part > 0 {
			offset, _ = parts[part-1].Size() // a file that cannot be looked at any more has no header
		}
	}
}

// headerBefore gives the offset of the last header of asterisks that begins before an offset, -1 when there is none. What was searched once is known.
func (p *Part) headerBefore(offset int64) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	content := io.ReaderAt(p.file)
	if p.packed {
		content = p.content
	}
	if content == nil || p.profile.charset().Wide() {
		return -1
	}
	const step = 1 << 20
	buf := make([]byte, 1+step+1024)
	for p.searched < offset {
		lead := min(p.searched, 1)
		n, err := content.ReadAt(buf, p.searched-lead)
		data := buf[:n]
		own := min(step, n-int(lead))
		if own <= 0 {
			break
		}
		begin := -1 // where a line begins although no newline stands before
		if p.searched == 0 {
			_, begin = charset.BOM(data)
		}
		for i := int(lead); ; i++ {
			if i = nextLineWith(data, '*', i, begin, int(lead)+own); i >= int(lead)+own {
				break
			}
			if beginsHeader(data[i:]) {
				p.headers = append(p.headers, p.searched-lead+int64(i))
			}
		}
		p.searched += int64(own)
		if err != nil && !errors.Is(err, io.EOF) {
			break
		}
	}
	i, _ := slices.BinarySearch(p.headers, offset)
	if i == 0 {
		return -1
	}
	return p.headers[i-1]
}

// beginsHeader tells whether a line of asterisks is the first of a header. Liberty's last line looks like its first.
func beginsHeader(data []byte) bool {
	line, rest, _ := bytes.Cut(data, newline)
	switch asterisks(line) {
	case headerBegins:
		return true
	case headerBanner:
		second, _, _ := bytes.Cut(rest, newline)
		return bytes.Contains(second, []byte(" = "))
	}
	return false
}
