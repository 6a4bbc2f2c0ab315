package apps

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade"
)

// Baseline remembers which rows stood in APP_UPGRADE when the census was taken: they tell of earlier upgrades. Only digests are kept.
type Baseline struct {
	Columns []string       `json:"columns"`
	Rows    map[string]int `json:"rows"` // digest of a row and how often it stood there
}

// BaselineOf makes a baseline of a table.
func BaselineOf(t Table) *Baseline {
	b := &Baseline{Columns: t.Columns, Rows: map[string]int{}}
	for i := range t.Rows {
		b.Rows[t.digest(i)]++
	}
	return b
}

// digest of a row: names and values, without regard to the order of columns and to padding.
func (t Table) digest(row int) string {
	h, pairs := sha256.New(), map[string]string{}
	for c, name := range t.Columns {
		pairs[FoldName(name)] = t.value(row, c)
	}
	for _, name := range sortedKeys(pairs) {
		for _, part := range []string{name, pairs[name]} {
			h.Write(strconv.AppendInt(nil, int64(len(part)), 10))
			h.Write([]byte(":" + part))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// TableFacts reads a table's rows as facts, one for each application. baseline may be nil. A table whose columns say nothing is a fault.
func TableFacts(t Table, source upgrade.EvidenceSource, baseline *Baseline) ([]Fact, error) {
	c, err := MapColumns(t)
	if err != nil {
		return nil, err
	}
	left := map[string]int{}
	if baseline != nil {
		for digest, n := range baseline.Rows {
			left[digest] = n
		}
	}
	group, order := map[string][]Fact{}, []string{}
	for i := range t.Rows {
		f, ok := t.rowFact(c, i, source)
		if !ok {
			continue
		}
		if baseline != nil {
			if d := t.digest(i); left[d] > 0 {
				left[d]--
				f.Old = true
			}
		}
		key := factKey(f)
		if _, seen := group[key]; !seen {
			order = append(order, key)
		}
		group[key] = append(group[key], f)
	}
	var facts []Fact
	for _, key := range order {
		facts = append(facts, oneOfRows(group[key])...)
	}
	return facts, nil
}

func factKey(f Fact) string {
	if f.UID != "" {
		return "uid " + key(f.UID)
	}
	return "name " + f.Name
}

// key makes UIDs comparable: CHAR columns pad, and some tools change case.
func key(uid string) string { return strings.ToLower(strings.TrimSpace(uid)) }

func (t Table) rowFact(c Columns, row int, source upgrade.EvidenceSource) (Fact, bool) {
	f := Fact{UID: t.value(row, c.UID), Name: t.value(row, c.Name), Source: source, Evidence: t.evidence(c, row)}
	if f.UID == "" && f.Name == "" {
		return f, false
	}
	f.At, f.Loose = parseTime(t.value(row, c.Date))
	exception := t.exception(c, row)
	status := upgrade.AppState("")
	if c.Status >= 0 {
		status = statusState(t.Columns[c.Status], t.value(row, c.Status))
	}
	switch {
	case exception != "":
		f.Says = upgrade.Failed
		f.Causes = CauseChain(exception)
		f.Error = firstOf(f.Causes, oneLine(exception))
		if status == upgrade.Upgraded {
			f.Note = "the row's status says " + t.value(row, c.Status) + ", yet it holds an exception"
		}
	case status == upgrade.Failed:
		f.Says, f.Error = upgrade.Failed, t.Columns[c.Status]+" "+t.value(row, c.Status)
	case status == upgrade.Upgraded || status == upgrade.Upgrading:
		f.Says = status
	default:
		f.Says, f.Weak, f.Note = upgrade.UnknownIn, true, "a row without an exception"
	}
	return f, true
}

// exception gives the text that tells of a failure; empty when the row tells of none.
func (t Table) exception(c Columns, row int) string {
	for _, col := range c.Exceptions {
		if v := t.value(row, col); !saysNothing(v) {
			return v
		}
	}
	if v := t.value(row, c.Message); len(c.Exceptions) == 0 && !saysNothing(v) && statusState("", v) != upgrade.Upgraded {
		if c.Status < 0 || looksLikeException(v) {
			return v
		}
	}
	return ""
}

func looksLikeException(v string) bool {
	return strings.Contains(v, "Exception") || strings.Contains(v, "Error") || strings.Contains(v, "\tat ") || strings.Contains(v, "SQLSTATE")
}

// saysNothing recognises the spellings of "no exception".
func saysNothing(v string) bool {
	switch strings.ToLower(v) {
	case "", "-", "null", "(null)", "<null>", "[null]", "none", "n/a", "0", "false", "no", "n":
		return true
	}
	return false
}

// statusState reads a status; empty when it isn't understood. column decides how a plain yes or no is meant.
func statusState(column, value string) upgrade.AppState {
	v := strings.ToLower(strings.TrimSpace(value))
	switch FoldName(column) {
	case "SUCCESS", "SUCCEEDED", "UPGRADED":
		switch v {
		case "1", "true", "t", "y", "yes":
			return upgrade.Upgraded
		case "0", "false", "f", "n", "no":
			return upgrade.Failed
		}
	}
	v = strings.NewReplacer("_", " ", "-", " ").Replace(v)
	switch v {
	case "success", "succeeded", "successful", "ok", "done", "complete", "completed", "upgraded", "finished", "passed", "upgrade completed",
		"upgrade complete", "upgrade successful", "upgrade succeeded", "upgrade ok", "completed successfully":
		return upgrade.Upgraded
	case "running", "started", "in progress", "inprogress", "upgrading", "processing", "working":
		return upgrade.Upgrading
	case "aborted", "exception", "not upgraded", "unsuccessful", "incomplete", "rejected", "unavailable":
		return upgrade.Failed
	}
	if strings.Contains(v, "fail") || strings.Contains(v, "error") {
		return upgrade.Failed
	}
	return ""
}

// evidence of a row: the query and its row, or the line of the file.
func (t Table) evidence(c Columns, row int) upgrade.Evidence {
	var b strings.Builder
	for i, name := range t.Columns {
		v := t.value(row, i)
		if v == "" && i != c.UID {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name + "=" + oneLine(v))
	}
	if t.File != "" {
		return upgrade.FileEvidence(t.File, t.Rows[row].Line, b.String())
	}
	return upgrade.Evidence{Query: t.Query, Row: b.String()}
}

// oneLine cuts a value to its first line of text, at most 200 characters.
func oneLine(v string) string {
	v, _, _ = strings.Cut(strings.TrimSpace(v), "\n")
	v = strings.TrimSpace(strings.ToValidUTF8(v, "\uFFFD"))
	const most = 200
	if utf8.RuneCountInString(v) <= most {
		return v
	}
	return string([]rune(v)[:most]) + "…"
}

// oneOfRows decides between several rows of one application: the latest by date where each has one, else the one with an exception. Rows of earlier
// upgrades are handed on, marked, beside it.
func oneOfRows(rows []Fact) []Fact {
	var old, now []Fact
	for _, f := range rows {
		if f.Old {
			old = append(old, f)
		} else {
			now = append(now, f)
		}
	}
	if len(now) < 2 {
		return append(old, now...)
	}
	best, dated, differ := now[0], true, false
	for _, f := range now {
		dated = dated && !f.At.IsZero()
		differ = differ || f.Says != now[0].Says
	}
	for _, f := range now[1:] {
		switch {
		case dated && f.At.After(best.At):
			best = f
		case dated && f.At.Before(best.At):
		case f.Says == upgrade.Failed && best.Says != upgrade.Failed:
			best = f
		}
	}
	if differ {
		how := "one with an exception counts"
		if dated {
			how = "the latest counts"
		}
		best.Note = strconv.Itoa(len(now)) + " rows for this application that differ: " + how
	}
	return append(old, best)
}

// timeLayouts: what databases and their tools print. Those with a zone come first.
var timeLayouts = []struct {
	layout string
	loose  bool
}{
	{time.RFC3339Nano, false}, {"2006-01-02 15:04:05.999999999Z07:00", false}, {"2006-01-02 15:04:05.999999999-07", false},
	{"2006-01-02 15:04:05.999999999 -0700 MST", false},
	{"2006-01-02-15.04.05.999999999", true}, {"2006-01-02 15:04:05.999999999", true}, {"2006-01-02T15:04:05.999999999", true},
	{"2006-01-02 15:04", true}, {"2006-01-02", true}, {"02-Jan-06 03.04.05.999999999 PM", true}, {"02-Jan-06", true},
}

// parseTime reads a time; loose when it has no zone (it is taken as local then). The zero time when it isn't understood.
func parseTime(v string) (at time.Time, loose bool) {
	if len(v) < 8 {
		return time.Time{}, false
	}
	for _, l := range timeLayouts {
		if at, err := time.ParseInLocation(l.layout, v, time.Local); err == nil {
			return at, l.loose
		}
	}
	return time.Time{}, false
}
