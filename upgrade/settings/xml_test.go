package settings

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// corpusFiles gives real configuration files that nobody on this project wrote.
func corpusFiles(t *testing.T, pattern string) map[string][]byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above")
		}
		dir = up
	}
	names, _ := filepath.Glob(filepath.Join(dir, "..", "shared", "corpus", pattern))
	if len(names) == 0 {
		t.Skip("no corpus here: real files are not read")
	}
	out := map[string][]byte{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = data
	}
	return out
}

// tree is a document as a list of tokens, for comparison.
func tree(t *testing.T, data []byte) []string {
	t.Helper()
	var out []string
	d := xml.NewDecoder(strings.NewReader(string(data)))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch v := tok.(type) {
		case xml.StartElement:
			out = append(out, "<"+v.Name.Space+":"+v.Name.Local)
			for _, a := range v.Attr {
				out = append(out, fmt.Sprintf("@%s:%s=%s", a.Name.Space, a.Name.Local, a.Value))
			}
		case xml.EndElement:
			out = append(out, "</"+v.Name.Local)
		default:
			out = append(out, fmt.Sprintf("%T %s", tok, tok))
		}
	}
}

func TestRealConfigurationReadsAsTheStandardParserReadsIt(t *testing.T) {
	for name, data := range corpusFiles(t, "config/*.xml") {
		x, err := ParseXML(name, data)
		if err != nil {
			if wellFormed(name, data) != nil {
				continue // an excerpt that is no document
			}
			t.Fatal(err)
		}
		var attrs, want []string
		for _, s := range x.Settings() {
			attrs = append(attrs, s.Value)
		}
		for _, tok := range tree(t, data) {
			if strings.HasPrefix(tok, "@") {
				_, value, _ := strings.Cut(tok, "=")
				want = append(want, value)
			}
		}
		if diff := cmp.Diff(want, attrs); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if string(x.Bytes()) != string(data) {
			t.Errorf("%s: bytes changed by reading", name)
		}
	}
}

func TestEveryAttributeOfRealConfigurationCanBeEditedAloneAndPutBack(t *testing.T) {
	edited := 0
	for name, data := range corpusFiles(t, "config/*.xml") {
		x, err := ParseXML(name, data)
		if err != nil {
			continue
		}
		all := x.Settings()
		step := max(1, len(all)/40)
		for i := 0; i < len(all); i += step {
			s := all[i]
			if found, err := x.Find(s.Key); err != nil || len(found) != 1 || found[0].Value != s.Value {
				t.Fatalf("%s: %s finds %v, %v", name, s.Key, found, err)
			}
			const value = `a<b>&"c" 'ü'`
			if _, err := x.Set(s.Key, value); err != nil {
				if strings.Contains(s.Key, "@xmlns") {
					continue
				}
				t.Fatalf("%s: %v", name, err)
			}
			after := tree(t, x.Bytes())
			before := tree(t, data)
			if len(after) != len(before) {
				t.Fatalf("%s: %s changed the tree", name, s.Key)
			}
			different := 0
			for k := range after {
				if after[k] != before[k] {
					different++
				}
			}
			if different != 1 {
				t.Fatalf("%s: %s changed %d tokens", name, s.Key, different)
			}
			x, _ = ParseXML(name, data)
			edited++
		}
	}
	t.Logf("%d edits", edited)
}

func TestTheTraceOfRealServersIsFoundAndQuieted(t *testing.T) {
	for _, c := range []struct{ pattern, key string }{
		{"config/*__server_EXCERPT.xml", traceKey},
		{"config/victor*server.xml", "logging/@traceSpecification"},
	} {
		for name, data := range corpusFiles(t, c.pattern) {
			x, err := ParseXML(name, data)
			if err != nil {
				t.Fatal(err)
			}
			s, ok := x.Get(c.key)
			if !ok {
				t.Fatalf("%s: no %s", name, c.key)
			}
			changes, err := x.Set(c.key, "com.example.*=all")
			if err != nil || len(changes) != 1 {
				t.Fatal(err)
			}
			want := strings.Replace(string(data), `"`+s.Value+`"`, `"com.example.*=all"`, 1)
			if string(x.Bytes()) != want {
				t.Errorf("%s: more than the attribute changed", name)
			}
		}
	}
}

const liberty = `<server>
  <!-- <logging traceSpecification="commented=all"/> -->
  <logging traceSpecification='*=info' /><dataSource id="a"
     jndiName="x"/>
  <dataSource id="b"/>
  <text><![CDATA[<logging traceSpecification="no"/>]]></text>
</server>
`

func TestOnlyRealElementsCount(t *testing.T) {
	x, err := ParseXML("server.xml", []byte(liberty))
	if err != nil {
		t.Fatal(err)
	}
	found, err := x.Find("logging/@traceSpecification")
	if err != nil || len(found) != 1 || found[0].Value != "*=info" || found[0].Line != 3 {
		t.Errorf("%+v, %v", found, err)
	}
	if s, ok := x.Get("dataSource[@id='a']/@jndiName"); !ok || s.Line != 4 {
		t.Errorf("%+v", s)
	}
}

func TestSetKeepsTheQuoteAndAddsWhatIsMissing(t *testing.T) {
	for _, c := range []struct{ key, value, old, new string }{
		{"logging/@traceSpecification", `it's "x"`, `'*=info'`, `'it&apos;s "x"'`},
		{"logging/@maxFiles", "20", `'*=info' />`, `'*=info' maxFiles="20" />`},
		{"dataSource[@id='b']/@jndiName", "jdbc/b", `<dataSource id="b"/>`, `<dataSource id="b" jndiName="jdbc/b"/>`},
		{"server/dataSource[2]/@id", "c", `id="b"`, `id="c"`},
		{"server/@description", "d", `<server>`, `<server description="d">`},
	} {
		x, _ := ParseXML("server.xml", []byte(liberty))
		if _, err := x.Set(c.key, c.value); err != nil {
			t.Errorf("%s: %v", c.key, err)
			continue
		}
		if want := strings.Replace(liberty, c.old, c.new, 1); string(x.Bytes()) != want {
			t.Errorf("%s: %s", c.key, x.Bytes())
		}
		if s, _ := x.Get(c.key); s.Value != c.value {
			t.Errorf("%s reads back %q", c.key, s.Value)
		}
	}
}

func TestUnsetOfWhatWasAddedGivesTheFileBack(t *testing.T) {
	x, _ := ParseXML("server.xml", []byte(liberty))
	if _, err := x.Set("logging/@maxFiles", "20"); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Unset("logging/@maxFiles"); err != nil {
		t.Fatal(err)
	}
	if string(x.Bytes()) != liberty {
		t.Error(string(x.Bytes()))
	}
	if changes, err := x.Unset("logging/@absent"); err != nil || changes != nil {
		t.Errorf("%v %v", changes, err)
	}
}

func TestWhatCannotBeEditedIsRefusedWithAReason(t *testing.T) {
	for key, want := range map[string]string{
		"nothing/@here":      "SB-5004",
		"dataSource/@id":     "SB-5005",
		"logging":            "SB-5006",
		"logging/text()":     "SB-5006",
		"logging[@id=/@x":    "SB-5006",
		"logging[0]/@x":      "SB-5006",
		"@x":                 "SB-5006",
		"dataSource[9]/@id":  "SB-5004",
		"logging[@a='b'/@xx": "SB-5006",
	} {
		x, _ := ParseXML("server.xml", []byte(liberty))
		if _, err := x.Set(key, "v"); faultCode(err) != want {
			t.Errorf("%s: %v", key, err)
		}
		if string(x.Bytes()) != liberty {
			t.Errorf("%s changed the file", key)
		}
	}
	x, _ := ParseXML("server.xml", []byte(liberty))
	if _, err := x.Set("logging/@maxFiles", "a\x00b"); faultCode(err) != "SB-5007" {
		t.Errorf("%v", err)
	}
}

func TestBrokenXMLIsToldWithItsLine(t *testing.T) {
	for _, c := range []struct{ data, line string }{
		{"<server>\n<a>\n</server>", "3"},
		{"<server", "1"},
		{"", "1"},
		{"no xml", "1"},
		{"<server a=1/>", "1"},
		{"\x00\x01\x02", "1"},
	} {
		_, err := ParseXML("server.xml", []byte(c.data))
		f, ok := faultOf(err)
		if !ok || f["line"] != c.line {
			t.Errorf("%q: %v", c.data, err)
		}
	}
}

func faultOf(err error) (map[string]string, bool) {
	if faultCode(err) != "SB-5003" {
		return nil, false
	}
	return argsOf(err), true
}

func TestDeclarationsAndDoctypesAreSkipped(t *testing.T) {
	data := "\xef\xbb\xbf<?xml version='1.0' encoding='ISO-8859-1'?>\r\n<!DOCTYPE a [ <!ENTITY x \"<b c='d'>\"> <!-- > --> ]>\r\n<a b='\xfc' c=\"&#x41;&amp;&lt;\"/>"
	x, err := ParseXML("a.xml", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := x.Get("a/@c"); !ok || s.Value != "A&<" || s.Line != 3 {
		t.Errorf("%+v %v", s, ok)
	}
	if _, err := x.Set("a/@c", "ü"); err != nil || !strings.HasSuffix(string(x.Bytes()), "c=\"&#252;\"/>") {
		t.Errorf("%v %q", err, x.Bytes())
	}
}

func FuzzXML(f *testing.F) {
	for _, seed := range []string{liberty, wasText, "<a b='c'/>", "<a><!-- --><b/></a>", "<!DOCTYPE a><a x='1' y=\"2\"></a>"} {
		f.Add([]byte(seed), "logging/@traceSpecification", "v")
	}
	f.Fuzz(func(t *testing.T, data []byte, key, value string) {
		x, err := ParseXML("f.xml", data)
		if err != nil {
			return
		}
		if string(x.Bytes()) != string(data) {
			t.Fatal("bytes changed by reading")
		}
		for _, s := range x.Settings() {
			if found, err := x.Find(s.Key); err == nil && len(found) == 1 && found[0].Value == s.Value {
				continue
			}
		}
		if _, err := x.Set(key, value); err != nil && string(x.Bytes()) != string(data) {
			t.Fatal("a refused edit changed the bytes")
		}
	})
}
