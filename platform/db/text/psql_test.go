package text

import (
	"os"
	"strings"
	"testing"
)

func TestOutputOfPsqlIsRead(t *testing.T) {
	want := [][]string{
		{"00000001-1111-4222-8333-000000000001", "Größe 休暇", "java.lang.IllegalStateException: a | b\n        at com.ibm.form.A.b(A.java:1)\nCaused by: java.lang.NullPointerException"},
		{"00000002-1111-4222-8333-000000000002", "Order+", ""},
	}
	data, err := os.ReadFile("testdata/psql.txt")
	if err != nil {
		t.Fatal(err)
	}
	psqlSample := string(data)
	table := parse(t, psqlSample)
	checkRows(t, table, want)
	if table.Rows[1].Line != 6 {
		t.Errorf("line %d", table.Rows[1].Line)
	}
	checkRows(t, parse(t, strings.Replace(strings.ReplaceAll(psqlSample, "\n", "\r\n"), "(2 rows)", "(2 Zeilen)", 1)), want)
	dated, err := ParseFile("testdata/psql_ts.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		want[i] = append(want[i], []string{"2026-03-14 22:00:00", ""}[i])
	}
	checkRows(t, dated, want)
	wantFault(t, "another number", strings.Replace(psqlSample, "(2 rows)", "(3 rows)", 1), "SB-4403", 7)
	for cut := strings.Index(psqlSample, "Caused"); cut < strings.Index(psqlSample, "(2 rows)"); cut++ {
		if _, err := Parse(strings.NewReader(psqlSample[:cut]), "out.txt"); err == nil {
			t.Fatalf("cut at byte %d, and no fault", cut)
		}
	}
}
