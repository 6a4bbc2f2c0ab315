package text

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// separated reads comma-separated text, with column names in its first line or (a Db2 export of type DEL) without.
func (p parser) separated(content string) (apps.Table, error) {
	sep, ok := separator(p.lines)
	if !ok {
		return apps.Table{}, p.fault("SB-4401", upgrade.KindUnsupported, 0)
	}
	r := csv.NewReader(strings.NewReader(content))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = sep, -1, false
	table := apps.Table{File: p.file, Rows: []apps.Row{}}
	width := 0
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return apps.Table{}, p.fault("SB-4405", upgrade.KindFailed, bad.StartLine-1, "detail", bad.Err.Error())
		}
		line, _ := r.FieldPos(0)
		if isFeedback(record) {
			continue
		}
		if width == 0 {
			width = len(record)
		}
		if len(record) != width {
			return apps.Table{}, p.fault("SB-4405", upgrade.KindFailed, line-1, "detail",
				strconv.Itoa(len(record))+" values where "+strconv.Itoa(width)+" are expected")
		}
		table.Rows = append(table.Rows, apps.Row{Values: pointers(record), Line: line})
	}
	return p.named(table)
}

// isFeedback recognises what tools print beside the rows.
func isFeedback(record []string) bool {
	line := strings.TrimSpace(record[0])
	return len(record) == 1 && (line == "" || strings.HasPrefix(line, "SQL>") || strings.HasSuffix(line, "rows selected.") || strings.HasPrefix(line, "SQL3"))
}

func pointers(record []string) []*string {
	values := make([]*string, len(record))
	for i := range record {
		if record[i] != "" {
			values[i] = &record[i]
		}
	}
	return values
}

// separator is the one that the first line holds outside of quotes.
func separator(lines []string) (rune, bool) {
	for _, line := range lines {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "SQL>") {
			continue
		}
		quoted, counts := false, map[rune]int{}
		for _, r := range line {
			if r == '"' {
				quoted = !quoted
			}
			if !quoted {
				counts[r]++
			}
		}
		best := ','
		for _, r := range ";\t" {
			if counts[r] > counts[best] {
				best = r
			}
		}
		return best, counts[best] > 0
	}
	return 0, false
}

// named finds the column names: the first row when they can be understood, else by what the values look like.
func (p parser) named(t apps.Table) (apps.Table, error) {
	if len(t.Rows) == 0 {
		return apps.Table{}, p.fault("SB-4401", upgrade.KindUnsupported, 0)
	}
	header := apps.Table{File: p.file}
	for _, v := range t.Rows[0].Values {
		name := ""
		if v != nil {
			name = strings.TrimSpace(*v)
		}
		header.Columns = append(header.Columns, name)
	}
	if _, err := apps.MapColumns(header); err == nil {
		t.Columns, t.Rows = header.Columns, t.Rows[1:]
		return t, nil
	}
	if t.Columns = guess(t); t.Columns == nil {
		return apps.Table{}, p.fault("SB-4407", upgrade.KindUnsupported, t.Rows[0].Line-1, "columns", strings.Join(header.Columns, ", "))
	}
	return t, nil
}

// guess names the columns of an export without names: the vendor's order is APPID, NAME, exception; it is believed only when the first column holds
// nothing but UIDs.
func guess(t apps.Table) []string {
	width := len(t.Rows[0].Values)
	if width < 3 {
		return nil
	}
	exception := -1
	for _, row := range t.Rows {
		if row.Values[0] == nil || !uuid.MatchString(strings.TrimSpace(*row.Values[0])) {
			return nil
		}
		for c := 2; c < width && exception < 0; c++ {
			if v := row.Values[c]; v != nil && (strings.Contains(*v, "Exception") || strings.Contains(*v, "Error")) {
				exception = c
			}
		}
	}
	if exception < 0 {
		return nil
	}
	columns := make([]string, width)
	for c := range columns {
		columns[c] = "COLUMN" + strconv.Itoa(c+1)
	}
	columns[0], columns[1], columns[exception] = "APPID", "NAME", "EXCEPTION"
	return columns
}
