package settings

import (
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func argsOf(err error) map[string]string {
	f, _ := upgrade.AsFault(err)
	return f.Args
}

const notes = "[Notes]\r\n: the path\r\nDirectory=/local/notesdata\r\nHTTPJVMMaxHeapSize = 1024M\r\n;off=1\r\nTCPIP=TCP, 0, 15\r\n"

func TestNotesINIKeysAreFoundWithoutRegardToCase(t *testing.T) {
	n := ParseINI([]byte(notes))
	if s, ok := n.Get("httpjvmmaxheapsize"); !ok || s.Value != "1024M" || s.Line != 4 || s.Key != "HTTPJVMMaxHeapSize" {
		t.Errorf("%+v", s)
	}
	if _, ok := n.Get("off"); ok {
		t.Error("a comment was taken for a key")
	}
	if _, ok := n.Get(": the path"); ok {
		t.Error("a comment with a colon was taken for a key")
	}
	if len(n.Settings()) != 3 {
		t.Errorf("%+v", n.Settings())
	}
}

func TestNotesINIEditsTouchOnlyTheirKey(t *testing.T) {
	for _, c := range []struct{ name, data, key, value, want string }{
		{"in place", notes, "HTTPJVMMaxHeapSize", "2048M", strings.Replace(notes, "1024M", "2048M", 1)},
		{"a new key goes behind the last", notes, "HTTPJVMMaxHeapSizeSet", "1", notes + "HTTPJVMMaxHeapSizeSet=1\r\n"},
		{"no final line end", "A=1", "B", "2", "A=1\nB=2"},
		{"before the blank lines at the end", "A=1\n\n\n", "B", "2", "A=1\nB=2\n\n\n"},
		{"empty file", "", "A", "1", "A=1\n"},
		{"empty value", "A=\nB=1\n", "A", "x", "A=x\nB=1\n"},
		{"blank value", "A=  \nB=1\n", "A", "x", "A=  x\nB=1\n"},
		{"Latin-1", "A=\xfc\n", "B", "ü", "A=\xfc\nB=\xfc\n"},
		{"both of two", "A=1\na=2\n", "A", "3", "A=3\na=3\n"},
	} {
		n := ParseINI([]byte(c.data))
		if _, err := n.Set(c.key, c.value); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if string(n.Bytes()) != c.want {
			t.Errorf("%s: %q", c.name, n.Bytes())
		}
	}
}

func TestNotesINISetThenUnsetGivesTheFileBack(t *testing.T) {
	for _, data := range []string{notes, "", "A=1", "A=1\n\n", "[Notes]\n", "\r\n"} {
		n := ParseINI([]byte(data))
		if _, err := n.Set("New", "x"); err != nil {
			t.Fatal(err)
		}
		if changes, err := n.Unset("new"); err != nil || len(changes) != 1 {
			t.Fatal(err)
		}
		if string(n.Bytes()) != data {
			t.Errorf("%q became %q", data, n.Bytes())
		}
	}
}

func TestNotesINIRefusesWhatALineCannotHold(t *testing.T) {
	for _, c := range []struct{ key, value string }{{"A", "1\n2"}, {"A=B", "1"}, {"A", " 1"}, {"", "1"}} {
		n := ParseINI([]byte("L=\xfc\n"))
		if _, err := n.Set(c.key, c.value); faultCode(err) != "SB-5007" {
			t.Errorf("%q=%q: %v", c.key, c.value, err)
		}
	}
	n := ParseINI([]byte("L=\xfc\n"))
	if _, err := n.Set("A", "€"); faultCode(err) != "SB-5007" {
		t.Errorf("%v", err)
	}
}

func TestARealNotesINIReadsAndKeepsItsBytes(t *testing.T) {
	for name, data := range corpusFiles(t, "domino/*notes.ini*") {
		n := ParseINI(data)
		if string(n.Bytes()) != string(data) {
			t.Errorf("%s: bytes changed", name)
		}
		if s, ok := n.Get("kittype"); !ok || s.Value != "1" {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func FuzzINI(f *testing.F) {
	f.Add([]byte(notes), "A", "1")
	f.Add([]byte("A\r=\x00"), "A", "")
	f.Fuzz(func(t *testing.T, data []byte, key, value string) {
		n := ParseINI(data)
		if string(n.Bytes()) != string(data) {
			t.Fatal("bytes changed by reading")
		}
		if _, err := n.Set(key, value); err != nil {
			return
		}
		if s, ok := n.Get(key); !ok || s.Value != value {
			t.Fatalf("%q reads back %q (%v)", value, s.Value, ok)
		}
	})
}
