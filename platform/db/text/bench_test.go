package text

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkTenThousandRows(b *testing.B) {
	var rows [][]string
	for i := range 10000 {
		rows = append(rows, []string{uidOf(i), fmt.Sprintf("Größe %d", i), trace})
	}
	content := print(units[0], []column{{"APPID", 36}, {"NAME", 128}, {"EXCEPTION", 2000}}, rows)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		table, err := Parse(strings.NewReader(content), "out.txt")
		if err != nil || len(table.Rows) != len(rows) {
			b.Fatal(len(table.Rows), err)
		}
	}
}
