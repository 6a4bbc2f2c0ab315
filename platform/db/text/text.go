// Package text reads APP_UPGRADE from a file that a database's tool wrote: the output of the db2 command line (app_upgrade_out.txt, the vendor's
// one-liner), of psql, or comma-separated text (an export of type DEL, SQL*Plus, psql --csv). A file that was cut off is a fault, for a failure may stand
// in the part that is gone.
package text

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// limit of a file: far beyond any real table.
const limit = 512 << 20

// ParseFile reads a file.
func ParseFile(path string) (apps.Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return apps.Table{}, upgrade.NewFault("SB-4406", upgrade.KindFailed, err, "file", path)
	}
	defer f.Close()
	return Parse(f, path)
}

// Parse reads a table; file is its name for evidence and faults. Faults: SB-4401 no known format, SB-4402 cut off, SB-4403 not as many rows as its last
// line says, SB-4404 it holds an error of the database instead, SB-4405 a row that can't be read, SB-4406 not readable or too large.
func Parse(r io.Reader, file string) (apps.Table, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil || len(data) > limit {
		return apps.Table{}, upgrade.NewFault("SB-4406", upgrade.KindFailed, err, "file", file)
	}
	content, err := decode(data)
	if err != nil {
		return apps.Table{}, upgrade.NewFault("SB-4401", upgrade.KindUnsupported, err, "file", file)
	}
	p := parser{file: file, lines: splitLines(content)}
	if at := p.findHeader(); at >= 0 {
		return p.report(at)
	}
	if at := p.psqlHeader(); at >= 0 {
		return p.psql(at)
	}
	if code := p.sqlError(0); code != "" {
		return apps.Table{}, p.fault("SB-4404", upgrade.KindFailed, p.sqlErrorLine(0), "detail", code)
	}
	return p.separated(content)
}

type parser struct {
	file  string
	lines []string
}

// fault at a line, counted from 0 here and from 1 for people.
func (p parser) fault(code string, kind upgrade.Kind, line int, args ...string) error {
	return upgrade.NewFault(code, kind, nil, append(args, "file", p.file, "line", strconv.Itoa(line+1))...)
}

// decode makes UTF-8 of what redirections of various shells write: UTF-8, UTF-16 (PowerShell) or the Windows code page.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		data = data[3:]
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		plain, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		return string(plain), err
	}
	if !utf8.Valid(data) {
		plain, err := charmap.Windows1252.NewDecoder().Bytes(data)
		return string(plain), err
	}
	return string(data), nil
}

// splitLines cuts at \n and drops a \r before it.
func splitLines(content string) []string {
	var lines []string
	for len(content) > 0 {
		line, rest := content, ""
		if i := indexByte(content, '\n'); i >= 0 {
			line, rest = content[:i], content[i+1:]
		}
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		lines, content = append(lines, line), rest
	}
	return lines
}

func indexByte(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return -1
}
