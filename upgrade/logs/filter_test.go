package logs

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

const small = `[11/23/26 21:00:00:001 UTC] 000000a3 ApplicationUp I com.ibm.form.nitro.A upgrade Application upgrade started: 4EF795F1-8929-44ab-a7b9-366453cc2401 "A"
[11/23/26 21:00:01:001 UTC] 000000a3 ApplicationUp E com.ibm.form.nitro.A upgrade Application upgrade failed: 4ef795f1-8929-44ab-a7b9-366453cc2401 "A"
                                 a.b.UpgradeException: no way
	at a.b.C(C.java:1)
[11/23/26 21:00:02:001 UTC] 000000a4 ThreadMonitor W   WSVR0605W: Thread may be hung.
[11/23/26 21:00:03:001 UTC] 000000a4 SystemOut     O hello
`

func writeTemp(t testing.TB, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAFilterKeepsWholeRecords(t *testing.T) {
	file := writeTemp(t, "SystemOut.log", small)
	for _, c := range []struct {
		name string
		spec FilterSpec
		want string // lines of the records
	}{
		{"all", FilterSpec{}, "1 2 5 6"},
		{"levels", FilterSpec{Level: "E,W"}, "2 5"},
		{"level words", FilterSpec{Level: "error"}, "2"},
		{"in a trace", FilterSpec{Grep: `C\.java`}, "2"},
		{"any case", FilterSpec{Grep: `(?i)HELLO|no WAY`}, "2 6"},
		{"class", FilterSpec{Grep: `nitro\.A upgrade`}, "1 2"},
		{"application", FilterSpec{App: "4ef795f1-8929-44AB-a7b9-366453cc2401"}, "1 2"},
		{"since", FilterSpec{Since: "2026-11-23T21:00:01.001Z"}, "2 5 6"},
		{"until, in another zone", FilterSpec{Until: "2026-11-23T22:00:01.500+01:00"}, "1 2"},
		{"wall clock", FilterSpec{Since: "2026-11-23 21:00:02", Until: "2026-11-23 21:00:02.5"}, "5"},
		{"limit", FilterSpec{Limit: 2}, "1 2"},
		{"message id", FilterSpec{ID: "WSVR*"}, "5"},
		{"thread", FilterSpec{Thread: "000000a4"}, "5 6"},
	} {
		f, err := NewFilter(c.spec)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		src, err := Open(t.Context(), Options{}, file)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for r, err := range src.Select(t.Context(), f) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(rune('0'+r.Line)))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: lines %s, want %s", c.name, s, c.want)
		}
		src.Close()
	}
}

func TestAFilterThatIsNotUnderstoodIsRefused(t *testing.T) {
	for _, spec := range []FilterSpec{{Level: "loud"}, {Grep: "("}, {Since: "soon"}} {
		if _, err := NewFilter(spec); err == nil {
			t.Errorf("%+v is accepted", spec)
		} else if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-3004" {
			t.Errorf("%+v: %v", spec, err)
		}
	}
}

func TestLiteralsAreFoundInAnExpression(t *testing.T) {
	for pattern, want := range map[string]string{
		`upgrade.*fail`: "upgrade", `(?:ab)+`: "ab", `a|b`: "a b !", `x*`: "", `^\[.*CWWKZ0002E`: "CWWKZ0002E", `foo|far|bus`: "foo far bus !", `(?i)fail`: "FAIL~ !",
		`CWWKZ000[24]E`: "CWWKZ0002E CWWKZ0004E !", `\bfail\b`: "fail", `a.*(one|two)`: "one two", `[a-z]+\d`: "", `(?:x|)y`: "xy y !", `(abc)?`: "", `q(?:abc){2,}`: "abc",
		`(?i:abc)DEF`: "ABC~", `(?i:abc)123`: "ABC123~ !", ``: "",
	} {
		c, err := newCondition(pattern, false)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range c.literals {
			text := l.text
			if l.fold {
				text += "~"
			}
			got = append(got, text)
		}
		if c.enough {
			got = append(got, "!")
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %q, want %q", pattern, s, want)
		}
	}
}

func TestABinaryFileIsRefusedAndAnEmptyOneIsNot(t *testing.T) {
	_, err := Stats(t.Context(), Options{}, writeTemp(t, "a.log", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x03\x00\x3e"))
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-3002" || f.Kind != upgrade.KindUnsupported {
		t.Errorf("%v", err)
	}
	s, err := Stats(t.Context(), Options{}, writeTemp(t, "b.log", ""))
	if err != nil || s.Records != 0 || s.Lines != 0 || s.Format != Unrecognised {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := Stats(t.Context(), Options{}, filepath.Join(t.TempDir(), "none.log")); err == nil {
		t.Error("a missing file is no error")
	} else if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-3001" {
		t.Errorf("%v", err)
	}
	if _, err := Stats(t.Context(), Options{}, t.TempDir()); err == nil {
		t.Error("a folder is no error")
	}
}

// Chance makes some lines of any binary file begin with the one character that begins a record of JSON.
func TestBinaryFilesOfEveryKindAreRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300<<10)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	objects := slices.Concat([]byte{0, 1, 2, 0}, bytes.Repeat([]byte("\x00\x01\n{\"a\":1}\n\x02\x00\n\n"), 500))
	for name, data := range map[string][]byte{"noise": noise, "a program": code, "objects in it": objects} {
		path := filepath.Join(t.TempDir(), "x.log")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Stats(t.Context(), Options{}, path)
		if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-3002" {
			t.Errorf("%s: %v, want SB-3002", name, err)
		}
	}
}

// A server that lost its power leaves a block of zeros; the log around it stays readable.
func TestALogWithABlockOfZerosIsStillALog(t *testing.T) {
	for name, line := range map[string]string{
		"json": `{"type":"liberty_message","message":"m","loglevel":"INFO","ibm_datetime":"2021-10-18T14:50:58.159-0400"}`,
		"was":  `[5/21/14 22:51:37:095 PDT] 0000001b IntegratorSta I   text`,
	} {
		path := filepath.Join(t.TempDir(), "x.log")
		data := strings.Repeat(line+"\n", 50) + strings.Repeat("\x00", 4096) + "\n" + strings.Repeat(line+"\n", 50)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		if st, err := Stats(t.Context(), Options{}, path); err != nil || st.Records != 100 {
			t.Errorf("%s: %+v, %v", name, st, err)
		}
	}
}
