package text

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// column of a table that print writes as the db2 command line does.
type column struct {
	name  string
	width int
}

// print is a writer of the format that knows nothing of the parser: names, dashes, rows padded by u, the number of records.
func print(u unit, columns []column, rows [][]string) string {
	pad := func(v string, w int) string {
		n := 0
		for _, r := range v {
			n += u(r, len(string(r)))
		}
		return v + strings.Repeat(" ", max(0, w-n))
	}
	var b strings.Builder
	line := func(cell func(i int) string) {
		for i, c := range columns {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(pad(cell(i), c.width))
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	line(func(i int) string { return columns[i].name })
	line(func(i int) string { return strings.Repeat("-", columns[i].width) })
	for _, r := range rows {
		line(func(i int) string { return r[i] })
	}
	fmt.Fprintf(&b, "\n  %d record(s) selected.\n\n", len(rows))
	return b.String()
}

var leapColumns = []column{{"APPID", 36}, {"NAME", 40}, {"EXCEPTION", 400}}

func uidOf(i int) string { return fmt.Sprintf("%08x-1111-4222-8333-%012d", i*7919, i) }

const trace = "com.ibm.form.nitro.service.exception.AppAdminUserException: Unable to upgrade. Reason: x\n\tat com.ibm.form.A.b(A.java:12)\n\n" +
	"Caused by: java.sql.SQLException: DB2 SQL Error: SQLCODE=-964, SQLSTATE=57011\n\tat com.ibm.db2.B.c(B.java:7)\n\t... 12 more"

var leapRows = [][]string{
	{uidOf(1), "Leave request", trace},
	{uidOf(2), "Größenänderung für Übermaß", "java.lang.NullPointerException"},
	{uidOf(3), "休暇申請フォーム", trace},
	{uidOf(4), "l'été 🚀", "-"},
	{uidOf(5), "- - -", "java.lang.IllegalStateException: SQL0204N  is an undefined name"},
}

func parse(t *testing.T, content string) apps.Table {
	t.Helper()
	table, err := Parse(strings.NewReader(content), "out.txt")
	if err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	return table
}

func checkRows(t *testing.T, got apps.Table, want [][]string) {
	t.Helper()
	if len(got.Rows) != len(want) || len(got.Columns) != len(want[0]) {
		t.Fatalf("%d rows of %v", len(got.Rows), got.Columns)
	}
	for i, row := range got.Rows {
		for c, v := range row.Values {
			switch {
			case want[i][c] == "-" && v != nil:
				t.Errorf("row %d column %d: %q, want NULL", i, c, *v)
			case want[i][c] != "-" && (v == nil || *v != want[i][c]):
				t.Errorf("row %d column %d: %v, want %q", i, c, show(v), want[i][c])
			}
		}
	}
}

func show(v *string) string {
	if v == nil {
		return "NULL"
	}
	return strconv.Quote(*v)
}

func TestOutputOfTheDb2CommandLineIsReadHoweverItPads(t *testing.T) {
	for i, u := range units {
		content := print(u, leapColumns, leapRows)
		table := parse(t, content)
		checkRows(t, table, leapRows)
		if lines := strings.Split(content, "\n"); !strings.HasPrefix(lines[table.Rows[1].Line-1], uidOf(2)) || table.File != "out.txt" {
			t.Errorf("unit %d: row 2 is said to be in line %d", i, table.Rows[1].Line)
		}
		checkRows(t, parse(t, strings.ReplaceAll(content, "\n", "\r\n")), leapRows)
		checkRows(t, parse(t, strings.TrimRight(content, "\n")), leapRows)
	}
}

func TestColumnsAfterAValueOfManyLines(t *testing.T) {
	columns := []column{{"APPID", 36}, {"EXCEPTION", 400}, {"VERSION", 10}, {"UPDATED", 26}, {"NAME", 40}}
	var rows [][]string
	for i, r := range leapRows {
		rows = append(rows, []string{r[0], r[2], "9.3." + strconv.Itoa(i), "2026-03-14-22.01.02.000000", r[1]})
	}
	for _, u := range units {
		checkRows(t, parse(t, print(u, columns, rows)), rows)
	}
}

func TestPaddingThatAnEditorTookAway(t *testing.T) {
	var kept []string
	for line := range strings.Lines(print(units[0], leapColumns, leapRows)) {
		kept = append(kept, strings.TrimRight(line, " \n")+"\n")
	}
	checkRows(t, parse(t, strings.Join(kept, "")), leapRows)
}

func TestFootersInOtherLanguages(t *testing.T) {
	base := print(units[0], leapColumns, leapRows)
	for _, f := range []string{"  5 Satz/Sätze ausgewählt.", "  5 enregistrement(s) sélectionné(s).", "  5 registro(s) seleccionado(s).", "  5 レコードが選択されました。",
		"  5 record selezionati.", "  5 registro(s) selecionado(s).", "  5 条记录已选择。", "  5 zaznamov izbranih in nic drugega.", "  5 record(s) selected with 1 warning messages printed.",
		"5 record(s) selected.\n\nDB20000I  The TERMINATE command completed successfully."} {
		checkRows(t, parse(t, strings.Replace(base, "  5 record(s) selected.", f, 1)), leapRows)
	}
}

func TestWhatStandsBeforeTheTable(t *testing.T) {
	connect := "\n   Database Connection Information\n\n Database server        = DB2/LINUXX8664 11.5.8.0\n SQL authorization ID   = DB2INST1\n Local database alias   = LEAPDB\n\n"
	checkRows(t, parse(t, connect+print(units[0], leapColumns, leapRows)), leapRows)
}

func TestEmptyTable(t *testing.T) {
	table := parse(t, print(units[0], leapColumns, nil))
	if len(table.Rows) != 0 || strings.Join(table.Columns, ",") != "APPID,NAME,EXCEPTION" {
		t.Errorf("%+v", table)
	}
}

func TestEncodingsOfRedirections(t *testing.T) {
	content := print(units[0], leapColumns, leapRows[:2])
	checkRows(t, parse(t, "\xef\xbb\xbf"+content), leapRows[:2])
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(content, "\n", "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	checkRows(t, parse(t, wide), leapRows[:2])
	latin, err := charmap.Windows1252.NewEncoder().String(content)
	if err != nil {
		t.Fatal(err)
	}
	checkRows(t, parse(t, latin), leapRows[:2])
}

func wantFault(t *testing.T, what, content, code string, line int) {
	t.Helper()
	table, err := Parse(strings.NewReader(content), "out.txt")
	f, ok := upgrade.AsFault(err)
	if !ok || f.Code != code || f.Args["file"] != "out.txt" || (line > 0 && f.Args["line"] != strconv.Itoa(line)) || len(table.Rows) != 0 {
		t.Errorf("%s: got %v, want %s in line %d", what, err, code, line)
	}
}

func TestFileThatWasCutOffIsAFaultWhereverItWasCut(t *testing.T) {
	content := print(units[0], leapColumns, leapRows)
	end := strings.Index(content, "  5 record")
	for cut := range end {
		if _, err := Parse(strings.NewReader(content[:cut]), "out.txt"); err == nil {
			t.Fatalf("cut at byte %d, and no fault", cut)
		}
	}
	lines := strings.Split(content, "\n")
	wantFault(t, "without its end", strings.Join(lines[:9], "\n"), "SB-4402", 9)
}

func TestFilesThatAreNotWhatTheyShouldBe(t *testing.T) {
	content := print(units[0], leapColumns, leapRows)
	lines := strings.SplitAfter(content, "\n")
	wantFault(t, "a row taken out", strings.Join(append(append([]string{}, lines[:3]...), lines[9:]...), ""), "SB-4403", 0)
	wantFault(t, "another number", strings.Replace(content, "  5 record", "  7 record", 1), "SB-4403", 0)
	wantFault(t, "no right", "SQL0551N  \"JOE\" does not have the required authorization.  SQLSTATE=42501\n", "SB-4404", 1)
	wantFault(t, "not connected", "\nSQL1024N  A database connection does not exist.  SQLSTATE=08003\n", "SB-4404", 2)
	wantFault(t, "lost in the middle", strings.Join(lines[:9], "")+"SQL1224N  The database manager is not able to accept new requests.\n", "SB-4404", 10)
	wantFault(t, "empty", "", "SB-4401", 0)
	wantFault(t, "prose", "Dear Bob\nhere is the file\n", "SB-4401", 0)
	wantFault(t, "binary", "\x00\x01\x02\xff\xfe", "SB-4401", 0)
	_, err := ParseFile(filepath.Join(t.TempDir(), "absent"))
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4406" {
		t.Errorf("%v", err)
	}
}

func TestNothingOfALongExceptionIsLost(t *testing.T) {
	long := "java.lang.IllegalStateException: " + strings.Repeat("x", 300)
	content := "APPID                                NAME     EXCEPTION\n------------------------------------ -------- ---------\n" +
		uidOf(1) + " Leave    " + long + "\n" + uidOf(2) + " Order    " + long + "\n\tat a.b.C(D.java:1)\n  2 record(s) selected.\n"
	checkRows(t, parse(t, content), [][]string{{uidOf(1), "Leave", long}, {uidOf(2), "Order", long + "\n\tat a.b.C(D.java:1)"}})
}

func TestLineOfAnExceptionIsNoFooter(t *testing.T) {
	content := print(units[0], leapColumns, [][]string{{uidOf(1), "A", "java.lang.X: not converted\n\n  1 records of 7 are bad"}, {uidOf(2), "B", "java.lang.Y"}})
	if table := parse(t, content); len(table.Rows) != 2 {
		t.Errorf("%d rows", len(table.Rows))
	}
	end := strings.Index(content, "  2 record(s)")
	wantFault(t, "cut off below such a line", content[:end], "SB-4402", 0)
}

func TestSeparatedText(t *testing.T) {
	want := [][]string{{uidOf(1), `Leave "request", new`, trace}, {uidOf(2), "Two", "-"}}
	quote := func(v string) string { return `"` + strings.ReplaceAll(v, `"`, `""`) + `"` }
	for _, sep := range []string{",", ";", "\t"} {
		var b strings.Builder
		for _, r := range want {
			third := quote(r[2])
			if r[2] == "-" {
				third = ""
			}
			b.WriteString(strings.Join([]string{quote(r[0]), quote(r[1]), third}, sep) + "\r\n")
		}
		checkRows(t, parse(t, strings.Join([]string{"APPID", `"NAME"`, "EXCEPTION"}, sep)+"\r\n"+b.String()), want)
		checkRows(t, parse(t, b.String()), want) // an export of type DEL has no names
	}
	wantFault(t, "an open quote", "APPID,NAME,EXCEPTION\nu1,One,\"boom\n", "SB-4405", 2)
	wantFault(t, "a value too many", "APPID,NAME,EXCEPTION\nu1,One,boom\nu2,Two,boom,more\n", "SB-4405", 3)
	wantFault(t, "no names and no UIDs", "Leave,One,boom\n", "SB-4407", 1)
}

func TestSamples(t *testing.T) {
	for name, want := range map[string]struct{ rows, failed int }{
		"db2_en.txt": {3, 3}, "db2_de_status.txt": {4, 2}, "export.del": {2, 2}, "sqlplus.csv": {2, 1},
	} {
		table, err := ParseFile(filepath.Join("testdata", name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		facts, err := apps.TableFacts(table, upgrade.FromImport, nil)
		failed := 0
		for _, f := range facts {
			if f.Says == upgrade.Failed {
				failed++
			}
		}
		if err != nil || len(table.Rows) != want.rows || failed != want.failed {
			t.Errorf("%s: %d rows, %d failed, %v", name, len(table.Rows), failed, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, u := range units {
		f.Add([]byte(print(u, leapColumns, leapRows)))
	}
	samples, _ := filepath.Glob("testdata/*.*")
	for _, s := range samples {
		data, err := os.ReadFile(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := Parse(strings.NewReader(string(data)), "out.txt")
		if err != nil {
			if _, ok := upgrade.AsFault(err); !ok {
				t.Fatal(err)
			}
			return
		}
		for _, r := range table.Rows {
			if len(r.Values) != len(table.Columns) || r.Line < 1 {
				t.Fatalf("%d values for %d columns, line %d", len(r.Values), len(table.Columns), r.Line)
			}
		}
	})
}
