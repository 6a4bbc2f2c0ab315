// Package logtail finds the last lines of a log that tell a state (the trace state, the extensions folder), reading backwards from its end and on
// through its rotated siblings, however large they are. It knows lines, not records: upgrade/logs reads those.
package logtail

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

const (
	chunk = 256 << 10
	// maxLine bounds a line that is held in memory; longer ones tell no state.
	maxLine = 1 << 20
	// Limit bounds the search in one stream.
	Limit = 512 << 20
	// maxCount bounds the reading that a line's number costs.
	maxCount = 128 << 20
)

// Needle is a kind of line that is looked for.
type Needle struct {
	Key    string
	Marks  []string // a line with any of them...
	Accept func(line string) bool
}

// Hit is the last line of a kind.
type Hit struct {
	File string
	Line int // from 1; 0 when the file is too large to count
	Text string
}

// Last finds the last line of each kind in files, newest file first. Files that are missing or cannot be read are left out; the first error
// other than that is returned with what was found.
func Last(ctx context.Context, root *rootfs.Root, files []string, needles []Needle) (map[string]Hit, error) {
	found := map[string]Hit{}
	left := int64(Limit)
	for _, file := range files {
		if len(found) == len(needles) || left <= 0 {
			break
		}
		if err := ctx.Err(); err != nil {
			return found, err
		}
		read, err := lastIn(ctx, root, file, needles, found, left)
		left -= read
		if err != nil && !os.IsNotExist(err) && !os.IsPermission(err) {
			return found, err
		}
	}
	return found, nil
}

func lastIn(ctx context.Context, root *rootfs.Root, file string, needles []Needle, found map[string]Hit, limit int64) (int64, error) {
	f, err := root.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	var carry []byte
	end := info.Size()
	for end > 0 && info.Size()-end < limit && len(found) < len(needles) {
		if err := ctx.Err(); err != nil {
			return info.Size() - end, err
		}
		start := max(0, end-chunk)
		buf := make([]byte, end-start, int(end-start)+len(carry))
		n, err := f.ReadAt(buf, start)
		if err != nil && err != io.EOF {
			return info.Size() - end, err
		}
		buf = append(buf[:n], carry...)
		search(buf, start, needles, func(key string, at int64, line string) {
			if _, ok := found[key]; !ok {
				found[key] = Hit{File: file, Line: lineNumber(f, at), Text: line}
			}
		})
		carry = firstLine(buf)
		end = start
	}
	return info.Size() - end, nil
}

// firstLine is what may be the end of a line that begins in the chunk before.
func firstLine(buf []byte) []byte {
	i := bytes.IndexByte(buf, '\n')
	if i < 0 {
		i = len(buf) - 1
	}
	if i+1 > maxLine {
		return nil
	}
	return bytes.Clone(buf[:i+1])
}

// search reports the last accepted line of each kind in buf, which begins at offset start of the file. A line that may begin before buf is left
// to the next chunk.
func search(buf []byte, start int64, needles []Needle, report func(key string, at int64, line string)) {
	for _, n := range needles {
		m := marksIn(buf, n.Marks)
		for {
			i := m.last()
			if i < 0 {
				break
			}
			from := bytes.LastIndexByte(buf[:i], '\n') + 1
			if from == 0 && start > 0 {
				break
			}
			to := len(buf)
			if j := bytes.IndexByte(buf[i:], '\n'); j >= 0 {
				to = i + j
			}
			line := strings.TrimRight(string(buf[from:to]), "\r")
			if n.Accept == nil || n.Accept(line) {
				report(n.Key, start+int64(from), line)
				break
			}
			m.before(from)
		}
	}
}

// marks are the last places of several texts in a buffer. Each text is looked for from its own last place on only: a log may be full of one of
// them, and looking for the other anew each time would take for ever.
type marks struct {
	buf   []byte
	texts []string
	at    []int
}

func marksIn(buf []byte, texts []string) *marks {
	m := &marks{buf: buf, texts: texts, at: make([]int, len(texts))}
	for i, text := range texts {
		m.at[i] = lastIndex(buf, []byte(text))
	}
	return m
}

// piece is how much of a buffer is looked through at once, from its end on.
const piece = 16 << 10

// lastIndex is bytes.LastIndex, which goes byte by byte, with the processor's search forwards: in pieces from the end on.
func lastIndex(buf, text []byte) int {
	for end := len(buf); end > 0; end -= piece {
		from := max(0, end-piece)
		window := buf[from:min(len(buf), end+len(text)-1)]
		last := -1
		for at := bytes.Index(window, text); at >= 0; {
			last = from + at
			window, from = window[at+1:], last+1
			at = bytes.Index(window, text)
		}
		if last >= 0 {
			return last
		}
	}
	return -1
}

// last is the last place of any of them, -1 when there is none.
func (m *marks) last() int {
	last := -1
	for _, at := range m.at {
		last = max(last, at)
	}
	return last
}

// before forgets what is not before end.
func (m *marks) before(end int) {
	for i, text := range m.texts {
		if m.at[i] >= end {
			m.at[i] = lastIndex(m.buf[:end], []byte(text))
		}
	}
}

// lineNumber counts the lines before an offset.
func lineNumber(f io.ReaderAt, at int64) int {
	if at > maxCount {
		return 0
	}
	line, buf := 1, make([]byte, 64<<10)
	for off := int64(0); off < at; {
		n, err := f.ReadAt(buf[:min(int64(len(buf)), at-off)], off)
		line += bytes.Count(buf[:n], []byte{'\n'})
		off += int64(n)
		if err != nil && off < at {
			return 0
		}
	}
	return line
}

var rotated = lazyregexp.New(`^_(\d\d\.\d\d\.\d\d_\d\d\.\d\d\.\d\d)(?:\.(\d+))?$`)

// Stream lists a log and its rotated siblings (SystemOut_yy.MM.dd_HH.mm.ss.log, messages_yy.MM.dd_HH.mm.ss.N.log), newest first.
func Stream(root *rootfs.Root, file string) []string {
	dir, base := filepath.Split(file)
	ext := filepath.Ext(base)
	stem := strings.TrimSuffix(base, ext)
	type sibling struct {
		name, stamp string
		n           int
	}
	var siblings []sibling
	for _, name := range root.Entries(filepath.Clean(dir), false) {
		if !strings.HasPrefix(name, stem) || !strings.HasSuffix(name, ext) || len(name) <= len(base) {
			continue
		}
		if m := rotated.FindStringSubmatch(name[len(stem) : len(name)-len(ext)]); m != nil {
			n, _ := strconv.Atoi(m[2])
			siblings = append(siblings, sibling{name, m[1], n})
		}
	}
	sort.Slice(siblings, func(i, j int) bool {
		a, b := siblings[i], siblings[j]
		return a.stamp > b.stamp || (a.stamp == b.stamp && a.n > b.n)
	})
	files := []string{file}
	for _, s := range siblings {
		files = append(files, filepath.Join(dir, s.name))
	}
	return files
}
