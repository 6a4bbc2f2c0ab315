package lab

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
)

// workbook is the list of applications as a minimal .xlsx.
func workbook(rows []listed) ([]byte, error) {
	var entries []entry
	for _, part := range []struct{ name, source string }{{"[Content_Types].xml", "content_types.xml"}, {"_rels/.rels", "rels.xml"},
		{"xl/workbook.xml", "workbook.xml"}, {"xl/_rels/workbook.xml.rels", "workbook_rels.xml"}} {
		data, err := render("xlsx/"+part.source, nil)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{part.name, data})
	}
	return archive(sample.Epoch, append(entries, entry{"xl/worksheets/sheet1.xml", sheet(rows)}))
}

func sheet(rows []listed) []byte {
	var b strings.Builder
	b.WriteString(xml.Header + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	row := func(cells ...string) {
		b.WriteString("<row>")
		for _, cell := range cells {
			b.WriteString(`<c t="inlineStr"><is><t>`)
			_ = xml.EscapeText(&b, []byte(cell)) // a strings.Builder does not fail
			b.WriteString("</t></is></c>")
		}
		b.WriteString("</row>")
	}
	row("UID", "Title", "Owner", "Deployed", "Records")
	for _, r := range rows {
		row(r.UID, r.Title, r.Owner, fmt.Sprint(r.Deployed), fmt.Sprint(r.Records))
	}
	b.WriteString("</sheetData></worksheet>")
	return []byte(b.String())
}
