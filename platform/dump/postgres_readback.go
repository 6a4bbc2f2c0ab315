package dump

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
)

// readBack reads all of a dump without a server: each data file to its end with its check sum, and what pg_restore makes of them, of which the rows of every
// table are counted. pg_restore alone is no proof: it takes a data file of 0 bytes, or one that was cut off, for an empty or a shorter table and says nothing
// (seen with version 15).
func (p *PostgreSQL) readBack(ctx context.Context, dir string, server int, rows map[string]int64) (step backup.DumpStep, err error) {
	bad := func(err error, detail string) error {
		return upgrade.NewFault("SB-2405", upgrade.KindVerify, err, "dir", dir, "detail", detail)
	}
	info, err := os.Stat(filepath.Join(dir, "toc.dat"))
	if err != nil || info.Size() == 0 {
		return step, bad(err, "it has no table of contents")
	}
	if name, err := gunzipAll(ctx, dir); err != nil {
		if ctx.Err() != nil {
			return step, context.Cause(ctx)
		}
		return step, bad(err, name+" does not read to its end")
	}
	restore, err := p.tool(ctx, "pg_restore", server)
	if err != nil {
		return step, err
	}
	count := &copyCounter{rows: map[string]int64{}}
	prog := p.program(restore, nil, "", "--data-only", "--file=-", dir)
	prog.out = count
	step, err = p.run(ctx, prog)
	if err != nil {
		if ctx.Err() != nil {
			return step, err
		}
		return step, bad(err, "it does not read to its end")
	}
	taken := map[string]int64{}
	for table, n := range rows {
		if table != largeObjects {
			taken[table] = n
		}
	}
	if count.table != "" {
		return step, bad(nil, "the data of "+count.table+" has no end")
	}
	if diff := compare(taken, count.rows); diff != "" {
		return step, bad(nil, diff)
	}
	return step, nil
}

// gunzipAll reads the compressed files of a dump to their ends, where their lengths and check sums stand. The error names the file.
func gunzipAll(ctx context.Context, dir string) (name string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.gz"))
	if err != nil {
		return "", err
	}
	for _, path := range files {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		if err := gunzip(path); err != nil {
			return filepath.Base(path), err
		}
	}
	return "", nil
}

func gunzip(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, z)
	return err
}

// copyCounter counts the rows of each table in the text that pg_restore gives: COPY "schema"."table" (...) FROM stdin; then a row a line, whose own line
// breaks are escaped, then \. alone. Only the beginning of a line is kept.
type copyCounter struct {
	rows  map[string]int64
	table string // whose rows come now
	line  []byte // beginning of the present line
	long  bool   // more of it was not kept
}

const lineHead = 4096

// Write implements io.Writer.
func (c *copyCounter) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		piece := b
		if i >= 0 {
			piece = b[:i]
		}
		if room := lineHead - len(c.line); room < len(piece) {
			c.line, c.long = append(c.line, piece[:room]...), true
		} else {
			c.line = append(c.line, piece...)
		}
		if i < 0 {
			break
		}
		c.end()
		b = b[i+1:]
	}
	return n, nil
}

// end judges a line that is complete.
func (c *copyCounter) end() {
	line := strings.TrimSuffix(string(c.line), "\r")
	switch {
	case c.table != "" && line == `\.` && !c.long:
		c.table = ""
	case c.table != "":
		c.rows[c.table]++
	case strings.HasPrefix(line, "COPY "):
		if table, ok := copied(line[len("COPY "):]); ok {
			c.table = table
			c.rows[table] += 0
		}
	}
	c.line, c.long = c.line[:0], false
}

// copied reads schema and table of a COPY statement.
func copied(text string) (string, bool) {
	schema, rest, ok := identifier(text)
	if !ok || !strings.HasPrefix(rest, ".") {
		return "", false
	}
	table, rest, ok := identifier(rest[1:])
	if !ok || !strings.HasPrefix(rest, " ") {
		return "", false
	}
	return tableName([]string{schema, table}), true
}

// identifier reads one name as SQL has it, quoted or not.
func identifier(text string) (name, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		i := strings.IndexAny(text, ". ")
		if i <= 0 {
			return "", "", false
		}
		return text[:i], text[i:], true
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != '"':
			b.WriteByte(text[i])
		case i+1 < len(text) && text[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			return b.String(), text[i+1:], true
		}
	}
	return "", "", false
}
