package domino

import "testing"

func TestAnINIIsReadAsDominoReadsIt(t *testing.T) {
	f := readINI("notes.ini", []byte("\xEF\xBB\xBF[Notes]\r\n: KitType=9\r\n; x=1\nDirectory = /local/notesdata\r\nkittype=1\rKitType=2\nName=M\xFCller\nTemplate={{ home }}\nEmpty=\nno equals\nA=b=c\n"))
	for key, want := range map[string]string{"directory": "/local/notesdata", "KITTYPE": "2", "name": "Müller", "a": "b=c", "template": "", "empty": "", "x": "", "no equals": ""} {
		e, ok := f.get(key)
		if ok != (want != "") || ok && e.value != want {
			t.Errorf("%s: %q %v, want %q", key, e.value, ok, want)
		}
	}
	if e, _ := f.get("Directory"); e.line != 4 || e.text != "Directory = /local/notesdata" {
		t.Errorf("%+v", e)
	}
	var none *ini
	if _, ok := none.get("x"); ok {
		t.Error("no file has no keys")
	}
}

func TestVersionsOfPlugIns(t *testing.T) {
	for jar, want := range map[string]string{
		"dleap_1.1.6.jar": "1.1.6", "dleap_1.1.10.202601151200.jar": "1.1.10", "dleap_1.1.8.12.jar": "1.1.8.12", "dleap_1.1.7.v20250101-1200": "1.1.7",
		"dleap.core_1.1.9.jar": "1.1.9", "dleap.jar": "", "other_1.0.jar": "",
	} {
		if got := versionOf(jar); got != want {
			t.Errorf("%s: %q, want %q", jar, got, want)
		}
	}
	if !older("1.1.9", "1.1.10") || older("1.2", "1.1.10") || !older("1.1", "1.1.1") {
		t.Error("versions are compared as text")
	}
}

func FuzzINI(f *testing.F) {
	for _, s := range []string{"[Notes]\nA=b", ":=\n=\n\x00=\x00", "\xFF\xFEA=b", "A=\rB=\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for key := range readINI("x", data).entries {
			if e := readINI("x", data).entries[key]; e.line < 1 {
				t.Fatalf("%q on line %d", key, e.line)
			}
		}
	})
}
