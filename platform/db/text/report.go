package text

import (
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// The output of the db2 command line: a line of column names, a line of dashes as wide as each column, rows padded to these widths, an empty line and
// "  7 record(s) selected." in the language of the client. Values with line breaks are printed as they are.

var (
	dashes   = lazyregexp.New(`^-+( -+)*\s*$`)
	sqlError = lazyregexp.New(`^\s*((?:SQL\d{4,5}|DB2\d{4,5})[NCE])\s+(.*)$`)
	// footers: the number of rows and a word for records in the languages of the Db2 client.
	footer = lazyregexp.New(`(?i)^\s{0,8}(\d{1,9})\s*\S?\s*(?:record|satz|sätze|datensätze|enregistrement|registro|registri|レコード|记录|記錄|條|条|rekord|záznam|zázn|` +
		`post|tietue|запис|kayıt|레코드|zapis|înregistr|rij|rows?\b)`)
	plainFooter = lazyregexp.New(`^\s*(\d{1,9}) record\(s\) selected`)
	// message is what the tool says after the rows, or its prompt.
	message = lazyregexp.New(`^\s*((DB2|SQL)\d{4,5}[IWNCE]\b|db2 =>)`)
	// anyFooter is the same in a language that isn't listed: a number and words, alone.
	anyFooter = lazyregexp.New(`^\s{1,8}(\d{1,9})\s+\pL[^0-9]{4,}$`)
)

// findHeader gives the line of column names: it stands before a line of dashes. -1 when there is none.
func (p parser) findHeader() int {
	for i := 1; i < len(p.lines); i++ {
		if dashes.MatchString(p.lines[i]) && strings.TrimSpace(p.lines[i-1]) != "" && len(columnsOf(p.lines[i-1], widthsOf(p.lines[i]))) > 0 {
			return i - 1
		}
	}
	return -1
}

func widthsOf(line string) []int {
	var widths []int
	for _, d := range strings.Fields(line) {
		widths = append(widths, len(d))
	}
	return widths
}

// columnsOf cuts the names; nil when one is empty or a name runs over its width.
func columnsOf(line string, widths []int) []string {
	for _, u := range units {
		cells, ok := u.cells(line, widths)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
			ok = ok && cells[i] != ""
		}
		if ok && len(cells) == len(widths) {
			return cells
		}
	}
	return nil
}

// report reads the rows below the header.
func (p parser) report(header int) (apps.Table, error) {
	widths := widthsOf(p.lines[header+1])
	g := grid{widths: widths, columns: columnsOf(p.lines[header], widths)}
	switch strings.ToUpper(strings.NewReplacer("_", "", " ", "").Replace(g.columns[0])) {
	case "APPID", "UID", "APPUID", "APPLICATIONID", "APPLICATIONUID":
		g.uidFirst = true
	}
	first := header + 2
	end, want := p.findFooter(first)
	if end < 0 {
		if code := p.sqlError(first); code != "" {
			return apps.Table{}, p.fault("SB-4404", upgrade.KindFailed, p.sqlErrorLine(first), "detail", code)
		}
		return apps.Table{}, p.fault("SB-4402", upgrade.KindIncomplete, len(p.lines)-1)
	}
	last := end
	for last > first && strings.TrimSpace(p.lines[last-1]) == "" {
		last--
	}
	var rows []apps.Row
	for _, exact := range []bool{true, false} { // as padded by the tool; or with the padding lost in an editor or a mail
		rows = g.rows(p.lines[first:last], first, exact)
		if len(rows) == want {
			return apps.Table{File: p.file, Columns: g.columns, Rows: rows}, nil
		}
	}
	return apps.Table{}, p.fault("SB-4403", upgrade.KindIncomplete, end, "found", strconv.Itoa(len(rows)), "said", strconv.Itoa(want))
}

// findFooter gives the line of the footer and its number. It stands after an empty line, and after it come nothing but messages of the tool: a line
// that only looks like a footer may be part of an exception.
func (p parser) findFooter(from int) (line, rows int) {
	for i := len(p.lines) - 1; i >= from; i-- {
		if text := p.lines[i]; strings.TrimSpace(text) == "" || message.MatchString(text) {
			continue
		}
		afterGap := i == from || strings.TrimSpace(p.lines[i-1]) == ""
		for _, f := range []struct {
			re  *lazyregexp.Regexp
			gap bool // needs an empty line before it
		}{{plainFooter, false}, {footer, true}, {anyFooter, true}} {
			m := f.re.FindStringSubmatch(p.lines[i])
			if m == nil || (f.gap && !afterGap) {
				continue
			}
			if n, err := strconv.Atoi(m[1]); err == nil {
				return i, n
			}
		}
		break
	}
	return -1, 0
}

// sqlError gives the first error message of the database from a line on; empty when there is none.
func (p parser) sqlError(from int) string {
	if i := p.sqlErrorLine(from); i >= 0 {
		m := sqlError.FindStringSubmatch(p.lines[i])
		return m[1] + " " + strings.TrimSpace(m[2])
	}
	return ""
}

func (p parser) sqlErrorLine(from int) int {
	for i := from; i < len(p.lines); i++ {
		if sqlError.MatchString(p.lines[i]) {
			return i
		}
	}
	return -1
}
