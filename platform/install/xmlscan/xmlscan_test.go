package xmlscan

import (
	"errors"
	"strings"
	"testing"
)

const sample = `<?xml version="1.0" encoding="UTF-8"?>
<process:Server xmlns:xmi="x"
    name="server1">
  <!-- <hidden/> -->
  <services xmi:type="a:TraceService"
            startupTraceSpecification="*=info &amp; &undefined;"
            enable='true'/>
  <text>  some
    text </text>
</process:Server>
`

func TestEachElementKnowsItsLine(t *testing.T) {
	doc, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	e := doc.Root.First("services")
	if doc.Root.Line != 2 || e.Line != 5 || doc.AttrLine(e, "startupTraceSpecification") != 6 || doc.AttrLine(e, "enable") != 7 || doc.AttrLine(e, "no") != 5 {
		t.Errorf("lines: root %d, services %d-%d", doc.Root.Line, e.Line, e.EndLine)
	}
	if e.Type() != "a:TraceService" || e.Attr("startupTraceSpecification") != "*=info & &undefined;" || doc.Root.Local() != "Server" {
		t.Errorf("%+v", e)
	}
	if got := doc.Root.First("text").Text; got != "some\n    text" {
		t.Errorf("text %q", got)
	}
	if doc.Root.First("hidden") != nil {
		t.Error("a comment was read")
	}
}

func TestAFileThatBreaksOffGivesWhatStandsBefore(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
		keep bool
	}{
		"cut in a tag":    {"<a>\n<b x=\"1\"/>\n<c y=", 3, true},
		"cut in text":     {"<a>\n<b x=\"1\"/>\ntext", 3, true},
		"wrong end":       {"<a>\n<b x=\"1\"/>\n<c>\n</d>\n</a>", 4, true},
		"second root":     {"<a>\n<b x=\"1\"/></a>\n<z/>", 3, true},
		"empty":           {"", 1, false},
		"no XML":          {"key=value\n", 1, false},
		"zero bytes":      {"<a>\x00</a>", 1, false},
		"too deep":        {strings.Repeat("<a>", 300), 1, false},
		"control in text": {"<a>\n<b x=\"1\"/>\n\x01</a>", 3, true},
	} {
		doc, err := Parse([]byte(c.text))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != c.line {
			t.Errorf("%s: %v, want line %d", name, err, c.line)
		}
		if c.keep && (doc == nil || doc.Root.First("b").Attr("x") != "1") {
			t.Errorf("%s: what stands before the break was lost", name)
		}
	}
}

func TestEncodingsOfRealFiles(t *testing.T) {
	utf16 := []byte{0xFF, 0xFE}
	for _, r := range `<a x="ü"/>` {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	for name, data := range map[string][]byte{
		"UTF-8":                    []byte(`<a x="ü"/>`),
		"UTF-8 with mark":          []byte("\xEF\xBB\xBF<a x=\"ü\"/>"),
		"UTF-16":                   utf16,
		"ISO-8859-1":               []byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a x=\"\xFC\"/>"),
		"UTF-8 that is not":        []byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a x=\"\xFC\"/>"),
		"none declared, not UTF-8": []byte("<a x=\"\xFC\"/>"),
	} {
		doc, err := Parse(data)
		if err != nil || doc.Root.Attr("x") != "ü" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{sample, "<a", "<a></b>", "<a b=c d/>", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "<?xml encoding='utf-16'?><a/>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Parse(data)
		if err == nil && (doc == nil || doc.Root == nil) {
			t.Fatal("neither a document nor an error")
		}
		if doc == nil || doc.Root == nil {
			return
		}
		doc.Root.Each(func(e *Element) bool {
			if e.Line < 1 || e.EndLine < e.Line {
				t.Fatalf("%s on lines %d-%d", e.Name, e.Line, e.EndLine)
			}
			for _, a := range e.Attrs {
				doc.LineText(doc.AttrLine(e, a.Name))
			}
			return true
		})
	})
}
