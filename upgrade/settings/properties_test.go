package settings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/magiconair/properties"
	"pgregory.net/rapid"
)

// leapConfig is shaped like a real Leap_config.properties: comments of both kinds, HTML over several lines, a Windows path, a commented-out key.
const leapConfig = "# Leap configuration\n" +
	"! second kind of comment\n" +
	"\n" +
	"ibm.nitro.NitroConfig.runtimeResourcePrefix=apps\n" +
	"ibm.nitro.NitroConfig.serverURI = https://leap.example.com\n" +
	"#ibm.nitro.NitroConfig.adminInfo1=old\n" +
	"ibm.nitro.InfoEntryPoint.dailyInfo: <b>Hello</b>\\n\\\n" +
	"    <i>second</i> line\n" +
	"path=c:\\\\HCL\\\\Leap\n" +
	"\n" +
	"last=1\n"

func get(t *testing.T, p *Properties, key string) string {
	t.Helper()
	s, ok := p.Get(key)
	if !ok {
		t.Fatalf("%s is not there", key)
	}
	return s.Value
}

func mustDo(t *testing.T, do func() ([]Change, error)) []Change {
	t.Helper()
	changes, err := do()
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func TestValuesAreReadAsJavaReadsThem(t *testing.T) {
	for _, c := range []struct{ name, data, key, want string }{
		{"equals sign", "a=b", "a", "b"},
		{"colon", "a:b", "a", "b"},
		{"white space", "a b", "a", "b"},
		{"spaces around the separator", "a  =  b", "a", "b"},
		{"trailing blanks belong to the value", "a=b  ", "a", "b  "},
		{"second separator belongs to the value", "a==b", "a", "=b"},
		{"key only", "a", "a", ""},
		{"escaped separator in the key", `a\=b\:c=d`, "a=b:c", "d"},
		{"path with colon", `path=c:\HCL`, "path", "c:HCL"},
		{"escapes", `a=\t\n\r\f\\\q`, "a", "\t\n\r\f\\q"},
		{"unicode escape", `a=\u00FC\u00e4`, "a", "üä"},
		{"surrogate pair", `a=\uD83D\uDE00`, "a", "😀"},
		{"continuation", "a=1,\\\n   2", "a", "1,2"},
		{"continuation over a lone carriage return", "a=1\\\r2\rb=3", "b", "3"},
		{"continuation into a blank line ends the value", "a=1\\\n\nb=2", "a", "1"},
		{"comment sign inside a continuation is value", "a=1\\\n#2", "a", "1#2"},
		{"even number of backslashes does not continue", "a=1\\\\\nb=2", "b", "2"},
		{"backslash at the end of the file", "a=1\\", "a", "1"},
		{"last of two wins", "a=1\na=2", "a", "2"},
		{"form feed is white space", "\fa\f=\fb", "a", "b"},
		{"byte-order mark before the first key", bom + "a=1", "a", "1"},
		{"raw UTF-8", "a=ü", "a", "ü"},
		{"raw Latin-1", "a=\xfc", "a", "ü"},
		{"dollar expressions are text", "a=${HOME}${a}", "a", "${HOME}${a}"},
		{"continuation in the key", "ab\\\n  c=1", "abc", "1"},
		{"separator after a continuation", "a\\\n = 1", "a", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := get(t, ParseProperties([]byte(c.data)), c.key); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSetTouchesOnlyTheValue(t *testing.T) {
	for _, c := range []struct{ name, data, key, value, want string }{
		{"plain", "a = 1\nb=2\n", "a", "3", "a = 3\nb=2\n"},
		{"leading blank is escaped", "a=1", "a", " x", `a=\ x`},
		{"key only gets a separator", "a\nb=1", "a", "x", "a=x\nb=1"},
		{"white space separator keeps", "a 1\n", "a", "=x", "a \\=x\n"},
		{"beyond ASCII is written as escapes", "a=1\n", "a", "ü😀", "a=\\u00FC\\uD83D\\uDE00\n"},
		{"the last of two is changed", "a=1\na=2\n", "a", "3", "a=1\na=3\n"},
		{"dangling backslash goes", "a=1\\", "a", "2", "a=2"},
		{"value on a continued line", "a=\\\n  1\nb=2\n", "a", "9", "a=\\\n  9\nb=2\n"},
		{"line breaks fold where they did", "a=x\\n\\\n y\r\n", "a", "p\n q", "a=p\\n\\\r\n\\ q\r\n"},
		{"Windows path", "a=1", "a", `C:\HCL`, `a=C:\\HCL`},
		{"new key goes behind its neighbours", leapConfig, "ibm.nitro.NitroConfig.x", "1",
			strings.Replace(leapConfig, "leap.example.com\n", "leap.example.com\nibm.nitro.NitroConfig.x=1\n", 1)},
		{"new key goes behind its commented-out line", leapConfig, "ibm.nitro.NitroConfig.adminInfo1", "new",
			strings.Replace(leapConfig, "adminInfo1=old\n", "adminInfo1=old\nibm.nitro.NitroConfig.adminInfo1=new\n", 1)},
		{"no final line end stays so", "a=1", "b", "2", "a=1\nb=2"},
		{"carriage returns stay", "a=1\rb=2\r", "c", "3", "a=1\rb=2\rc=3\r"},
		{"not behind a dangling backslash", "a=1\nb=2\\", "c", "3", "a=1\nc=3\nb=2\\"},
		{"an empty file", "", "a", "1", "a=1\n"},
		{"byte-order mark only", bom, "a", "1", bom + "a=1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := ParseProperties([]byte(c.data))
			mustDo(t, func() ([]Change, error) { return p.Set(c.key, c.value) })
			if diff := cmp.Diff(c.want, string(p.Bytes())); diff != "" {
				t.Error(diff)
			}
			if got := get(t, p, c.key); got != c.value {
				t.Errorf("reads back %q, want %q", got, c.value)
			}
		})
	}
}

func TestSettingTheSameValueChangesNothing(t *testing.T) {
	p := ParseProperties([]byte("a=\\u00fc\n"))
	if changes := mustDo(t, func() ([]Change, error) { return p.Set("a", "ü") }); changes != nil {
		t.Errorf("changes %v", changes)
	}
	if string(p.Bytes()) != "a=\\u00fc\n" {
		t.Errorf("bytes changed to %q", p.Bytes())
	}
}

func TestSettingAGarbledValueToWhatItLooksLikeEscapesItInPlace(t *testing.T) {
	const data = "# größer\na = <b>\\n\\\n    Größe \\q 😀</b>\nb=ü\n"
	p := ParseProperties([]byte(data))
	value := get(t, p, "a")
	changes := mustDo(t, func() ([]Change, error) { return p.Set("a", value) })
	if len(changes) != 1 || *changes[0].After != value || *changes[0].Before == value {
		t.Errorf("%+v", changes)
	}
	want := strings.Replace(data, "Größe \\q 😀", "Gr\\u00F6\\u00DFe \\q \\uD83D\\uDE00", 1)
	if string(p.Bytes()) != want {
		t.Errorf("%q", p.Bytes())
	}
	if view, _ := p.JavaView(); view["a"] != value {
		t.Errorf("Java reads %q", view["a"])
	}
}

func TestCommentAndUncommentGiveTheFileBack(t *testing.T) {
	for _, key := range []string{"ibm.nitro.NitroConfig.serverURI", "ibm.nitro.InfoEntryPoint.dailyInfo", "last"} {
		p := ParseProperties([]byte(leapConfig))
		if changes := mustDo(t, func() ([]Change, error) { return p.Comment(key) }); len(changes) != 1 {
			t.Fatalf("%s: changes %v", key, changes)
		}
		if _, ok := p.Get(key); ok {
			t.Fatalf("%s is still set", key)
		}
		mustDo(t, func() ([]Change, error) { return p.Uncomment(key) })
		if diff := cmp.Diff(leapConfig, string(p.Bytes())); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
}

func TestProseIsNotTakenForACommentedOutKey(t *testing.T) {
	p := ParseProperties([]byte("# serverURI is the address\n"))
	if changes := mustDo(t, func() ([]Change, error) { return p.Uncomment("serverURI") }); changes != nil {
		t.Errorf("changes %v", changes)
	}
}

func TestProblemsAreToldWithTheirLine(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       []Problem
	}{
		{"duplicate", "a=1\nb=2\na=3\n", []Problem{{Code: ProblemDuplicate, Line: 1, Key: "a", Args: map[string]string{"line": "3"}}}},
		{"malformed escape", "a=1\nb=\\u12\n", []Problem{{Code: ProblemEscape, Line: 2, Key: "b"}}},
		{"half a surrogate pair", `a=\uD83D`, []Problem{{Code: ProblemSurrogate, Line: 1, Key: "a"}}},
		{"raw UTF-8", "a=1\nb=ü", []Problem{{Code: ProblemMojibake, Line: 2, Key: "b"}}},
		{"byte-order mark", bom + "a=1", []Problem{{Code: ProblemBOM, Line: 1}}},
		{"dangling", "a=1\\", []Problem{{Code: ProblemDangling, Line: 1, Key: "a"}}},
		{"UTF-16", "\xff\xfea\x00=\x00", []Problem{{Code: ProblemUTF16, Line: 1}}},
		{"nothing", leapConfig, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ParseProperties([]byte(c.data)).Problems()
			var seen []Problem
			for _, p := range got {
				if p.Code != ProblemMojibake || c.data != bom+"a=1" {
					seen = append(seen, p)
				}
			}
			if diff := cmp.Diff(c.want, seen); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUTF16IsRefused(t *testing.T) {
	data := "\xff\xfea\x00=\x001\x00"
	p := ParseProperties([]byte(data))
	if _, err := p.Set("a", "2"); err == nil {
		t.Error("no error")
	}
	if string(p.Bytes()) != data {
		t.Error("bytes changed")
	}
}

// pieces make documents that hit every corner of the grammar.
var pieces = []string{"a", "b", "key", "ibm.nitro.x", "=", ":", " ", "\t", "\f", "\\", "\\\\", "\n", "\r", "\r\n", "\\\n", "\\\r\n", "#", "!", "\\u00fc", "\\uD83D\\uDE00",
	"\\n", "\\ ", "\\=", "ü", "1", "c:\\HCL", "=v\n", "\nk=", "#a=1\n"}

func documents() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces"), "")
	})
}

func TestParsingAndWritingIsTheIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := documents().Draw(t, "data")
		p := ParseProperties([]byte(data))
		if string(p.Bytes()) != data {
			t.Fatalf("%q became %q", data, p.Bytes())
		}
		covered := 0
		for _, l := range p.lines {
			if l.start != covered {
				t.Fatalf("line begins at %d, the one before ends at %d", l.start, covered)
			}
			covered = l.next
		}
		if covered != len(data) {
			t.Fatalf("lines cover %d of %d bytes", covered, len(data))
		}
	})
}

func TestSetThenUnsetGivesTheFileBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := documents().Draw(t, "data")
		key := rapid.SampledFrom([]string{"new.key", "ibm.nitro.NitroConfig.new", "ibm.nitro.new", "with space", "ü"}).Draw(t, "key")
		value := rapid.String().Draw(t, "value")
		p := ParseProperties([]byte(data))
		if _, there := p.Get(key); there {
			t.Skip("the key happens to be there")
		}
		if _, err := p.Set(key, value); err != nil {
			t.Skip("not editable")
		}
		if s, _ := p.Get(key); s.Value != value {
			t.Fatalf("%q reads back %q, want %q", p.Bytes(), s.Value, value)
		}
		if _, err := p.Unset(key); err != nil {
			t.Fatal(err)
		}
		if string(p.Bytes()) != data {
			t.Fatalf("%q became %q", data, p.Bytes())
		}
	})
}

func TestAnEditChangesOnlyItsKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ParseProperties([]byte(documents().Draw(t, "data")))
		before, _ := p.JavaView()
		all := p.Settings()
		if len(all) == 0 || p.enc == UTF8 {
			t.Skip("no key, or keys that Java reads otherwise")
		}
		key := rapid.SampledFrom(all).Draw(t, "setting").Key
		op := rapid.SampledFrom([]string{"set", "unset", "comment"}).Draw(t, "op")
		value := rapid.SampledFrom([]string{"", "x", " y", "=", "a\nb", "\\", "#", "ü"}).Draw(t, "value")
		var err error
		switch op {
		case "set":
			_, err = p.Set(key, value)
			before[key] = value
		case "unset":
			_, err = p.Unset(key)
			delete(before, key)
		case "comment":
			_, err = p.Comment(key)
			delete(before, key)
		}
		if err != nil {
			t.Skip("not editable")
		}
		after, _ := p.JavaView()
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("%s %q: %q\n%s", op, key, p.Bytes(), diff)
		}
	})
}

func TestAnIndependentReaderSeesTheSameValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ParseProperties([]byte(leapConfig))
		key := rapid.StringMatching(`[a-z]{1,3}(\.[a-z]{1,3}){0,2}`).Draw(t, "key")
		value := rapid.StringMatching(`[ -~üé\t\n]{0,20}`).Draw(t, "value")
		if _, err := p.Set(key, value); err != nil {
			t.Fatal(err)
		}
		loader := properties.Loader{Encoding: properties.ISO_8859_1, DisableExpansion: true}
		oracle, err := loader.LoadBytes(p.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Settings() {
			if got := oracle.GetString(s.Key, "(absent)"); got != s.Value {
				t.Fatalf("%s: the oracle reads %q, we read %q", s.Key, got, s.Value)
			}
		}
	})
}

func FuzzPropertiesIdentity(f *testing.F) {
	for _, seed := range []string{"", leapConfig, "a=1\\", "\\\n", bom + "a", "\xff\xfe", "a\r\rb", "\\u12"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := ParseProperties(data)
		if string(p.Bytes()) != string(data) {
			t.Fatal("bytes changed")
		}
		p.Problems()
		p.JavaView()
		for _, s := range p.Settings() {
			if _, ok := p.Get(s.Key); !ok {
				t.Fatalf("%q is listed and not found", s.Key)
			}
		}
	})
}
