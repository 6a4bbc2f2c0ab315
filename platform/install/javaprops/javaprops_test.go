package javaprops

import (
	"strings"
	"testing"
)

func TestValuesAreThoseOfJava(t *testing.T) {
	p := Parse([]byte("# comment \\\nplain=1\r\n! other\r\n  spaced :  two words \t\rtwo\\=keys\\ here=x\nempty\nlong=a,\\\n   b,\\\r\n\tc\nnl=one\\n\\\n  two\n" +
		"path=c:\\\\HCL\\\\Leap\nuni=\\u00fc\nraw=ü\nexp=${plain}\nplain=last\nbad=\\u12\nend=x\\"))
	for key, want := range map[string]struct {
		value string
		line  int
	}{
		"plain": {"last", 15}, "spaced": {"two words \t", 4}, "two=keys here": {"x", 5}, "empty": {"", 6}, "long": {"a,b,c", 7}, "nl": {"one\ntwo", 10},
		"path": {`c:\HCL\Leap`, 12}, "uni": {"ü", 13}, "raw": {"ü", 14}, "exp": {"${plain}", 15}, "end": {"x", 18},
	} {
		if key == "plain" {
			want.line = 16
		}
		e, ok := p.Get(key)
		if !ok || e.Value != want.value || e.Line != want.line {
			t.Errorf("%s: %q line %d %v, want %q line %d", key, e.Value, e.Line, ok, want.value, want.line)
		}
	}
	if len(p.Bad) != 1 || p.Bad[0] != 17 {
		t.Errorf("bad lines %v", p.Bad)
	}
	if p.LineText(4) != "  spaced :  two words \t" || p.LineText(99) != "" {
		t.Errorf("line text %q", p.LineText(4))
	}
}

func TestLatin1AndMarksAreTold(t *testing.T) {
	if e, _ := Parse([]byte("a=\xFC\n")).Get("a"); e.Value != "ü" {
		t.Errorf("ISO-8859-1: %q", e.Value)
	}
	if e, _ := Parse([]byte("\xEF\xBB\xBFa=ü\n")).Get("a"); e.Value != "ü" {
		t.Errorf("with a mark: %q", e.Value)
	}
	var none *File
	if _, ok := none.Get("a"); ok || none.Keys() != nil || none.LineText(1) != "" {
		t.Error("no file has no keys")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "a=b", "a\\\n", "\\u12=1", "=", ":", "a=\\", "\xFF\xFE", "#\\\na=b", strings.Repeat("\\", 9)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := Parse(data)
		for _, k := range p.Keys() {
			e, ok := p.Get(k)
			if !ok || e.Line < 1 {
				t.Fatalf("key %q: %+v %v", k, e, ok)
			}
		}
	})
}
