package text

import (
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// The output of psql as it prints by itself: cells between bars, below a line of dashes and plus signs; a value with line breaks goes on in the next
// line, which a plus sign at the end of its cell announces; "(7 rows)" at the end, in the language of the client.

var (
	psqlRule   = lazyregexp.New(`^-+(\+-+)+\s*$`)
	psqlFooter = lazyregexp.New(`^\((\d{1,9}) \pL+\)\s*$`)
)

// psqlHeader gives the line of column names; -1 when there is none.
func (p parser) psqlHeader() int {
	for i := 1; i < len(p.lines); i++ {
		if psqlRule.MatchString(p.lines[i]) && strings.Count(p.lines[i-1], "|") >= strings.Count(p.lines[i], "+") {
			return i - 1
		}
	}
	return -1
}

func (p parser) psql(header int) (apps.Table, error) {
	var widths []int
	for _, d := range strings.Split(strings.TrimSpace(p.lines[header+1]), "+") {
		widths = append(widths, len(d))
	}
	names, _, ok := psqlCells(p.lines[header], widths)
	if !ok {
		return apps.Table{}, p.fault("SB-4405", upgrade.KindFailed, header, "detail", "the names don't fit the line of dashes below")
	}
	table := apps.Table{File: p.file, Columns: names, Rows: []apps.Row{}}
	open := make([]bool, len(widths)) // cells that go on in the next line
	goesOn := false
	for i := header + 2; i < len(p.lines); i++ {
		if m := psqlFooter.FindStringSubmatch(p.lines[i]); m != nil && !goesOn {
			if n, err := strconv.Atoi(m[1]); err != nil || n != len(table.Rows) {
				return apps.Table{}, p.fault("SB-4403", upgrade.KindIncomplete, i, "found", strconv.Itoa(len(table.Rows)), "said", m[1])
			}
			return table, nil
		}
		cells, more, ok := psqlCells(p.lines[i], widths)
		if !ok {
			return apps.Table{}, p.fault("SB-4405", upgrade.KindFailed, i, "detail", "it doesn't fit the line of dashes above")
		}
		if !goesOn {
			table.Rows = append(table.Rows, apps.Row{Values: make([]*string, len(widths)), Line: i + 1})
		}
		values := table.Rows[len(table.Rows)-1].Values
		for c := range cells {
			switch {
			case !goesOn:
				values[c] = &cells[c]
			case open[c]:
				joined := *values[c] + "\n" + cells[c]
				values[c] = &joined
			}
		}
		open, goesOn = more, false
		for _, m := range more {
			goesOn = goesOn || m
		}
	}
	return apps.Table{}, p.fault("SB-4402", upgrade.KindIncomplete, len(p.lines)-1)
}

// psqlCells cuts a line at its bars. psql pads by cells of a terminal; the other units are for its older versions. ok is false when no unit puts a bar
// at each place where the line of dashes has a plus sign.
func psqlCells(line string, widths []int) (cells []string, more []bool, ok bool) {
	for _, u := range []unit{units[1], units[0], units[2]} {
		cells, more, ok = nil, nil, true
		rest := line
		for i, w := range widths {
			at, _, odd := u.cut(rest, w)
			cell := rest[:at]
			rest = rest[at:]
			if i < len(widths)-1 {
				ok = ok && !odd && strings.HasPrefix(rest, "|")
				rest = strings.TrimPrefix(rest, "|")
			} else {
				ok = ok && strings.TrimSpace(rest) == ""
			}
			on := at > 0 && len(cell) > 1 && strings.HasSuffix(cell, "+") && !odd && fills(u, cell, w)
			cells, more = append(cells, strings.TrimRight(strings.TrimPrefix(strings.TrimSuffix(cell, mark(on)), " "), " ")), append(more, on)
		}
		if ok {
			return cells, more, true
		}
	}
	return nil, nil, false
}

func mark(on bool) string {
	if on {
		return "+"
	}
	return ""
}

// fills tells that the cell is as wide as its column, so that its last character stands where psql puts the plus sign.
func fills(u unit, cell string, w int) bool {
	at, short, odd := u.cut(cell, w)
	return !short && !odd && at == len(cell)
}
