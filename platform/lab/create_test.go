package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade"
)

func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	f, ok := upgrade.AsFault(err)
	if !ok || f.Code != code {
		t.Errorf("error %v, want %s", err, code)
		return
	}
	text, ok := assets.Error(f.Code, f.Args)
	if !ok || text.What == "" || text.Next == "" || strings.Contains(text.What, "{") {
		t.Errorf("%s reads %+v", code, text)
	}
}

func TestAFolderThatHoldsSomethingElseIsRefusedUntouched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("years"), 0o644); err != nil {
		t.Fatal(err)
	}
	before := walk(t, dir)
	_, err := Create(t.Context(), Options{Dir: dir})
	wantFault(t, err, "SB-7001")
	if after := walk(t, dir); len(after) != len(before) || after["thesis.txt"] != before["thesis.txt"] {
		t.Errorf("the folder is now %v", after)
	}
}

func TestALabIsMadeAnewAndKeepsTheRunsInIt(t *testing.T) {
	t.Parallel()
	o := Options{Dir: t.TempDir(), Apps: 3}
	create(t, o)
	run := filepath.Join(o.Dir, "springboard", "runs", "r1", "run.json")
	if err := os.MkdirAll(filepath.Dir(run), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(run, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	o.Apps = 5
	if made, _ := create(t, o); made.Apps != 5 || made.Fail != 5 {
		t.Errorf("made %+v", made)
	}
	if _, err := os.Stat(run); err != nil {
		t.Error(err)
	}
}

func TestACreateThatIsStoppedLeavesAFolderThatCanBeMade(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := Options{Dir: t.TempDir(), Apps: 3}
	if _, err := Create(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if IsLab(o.Dir) {
		t.Error("a lab that was not finished counts as one")
	}
	create(t, o)
	if err := os.Remove(filepath.Join(o.Dir, MarkerFile)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, makingFile), nil, 0o644); err != nil { // as a kill leaves it
		t.Fatal(err)
	}
	create(t, o)
}

func TestWrongOptionsAreNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, o := range []Options{
		{}, {Dir: dir, Product: "notes"}, {Dir: dir, Product: upgrade.DominoLeap, Runtime: upgrade.WAS}, {Dir: dir, Runtime: upgrade.Domino}, {Dir: dir, Apps: -1},
		{Dir: dir, Apps: 3, Fail: 4}, {Dir: dir, Apps: maxApps + 1}, {Dir: dir, Fail: -2}, {Dir: dir, Database: "mysql://x"}, {Dir: dir, Database: "postgres://host/db"},
		{Dir: dir, Database: "postgres://u:p@host:port/db"}, {Dir: dir, Database: "postgres://u@host/db?password=secret"},
	} {
		_, err := Create(t.Context(), o)
		wantFault(t, err, "SB-7002")
		if upgrade.KindOf(err) != upgrade.KindUsage {
			t.Errorf("%+v: kind %v", o, upgrade.KindOf(err))
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

func TestOnlyALabOpens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := Open(dir)
	wantFault(t, err, "SB-7003")
	for text, code := range map[string]string{"{": "SB-7003", `{"format": 99}`: "SB-7004", `{"format": "x"}`: "SB-7003", "\x00\x01": "SB-7003"} {
		if err := os.WriteFile(filepath.Join(dir, MarkerFile), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err = Open(dir)
		wantFault(t, err, code)
	}
}

func TestADamagedLabIsNamedAndNotServed(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 2, Fail: -1})
	if err := os.RemoveAll(below(l.dir, layoutOf(upgrade.WAS).program)); err != nil {
		t.Fatal(err)
	}
	wantFault(t, l.Serve(t.Context(), ServeOptions{}), "SB-7008")
	_, l = create(t, Options{Apps: 2, Fail: -1})
	if err := os.WriteFile(below(l.dir, sqliteFile), []byte("this is no database at all, but long enough to look at"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantFault(t, l.Serve(t.Context(), ServeOptions{}), "SB-7007")
	wantFault(t, l.Serve(t.Context(), ServeOptions{Listen: "256.0.0.1:0"}), "SB-7009")
	if _, err := os.Stat(filepath.Join(l.dir, ServingFile)); err == nil {
		t.Error("the file of a process that never served is left")
	}
}

func TestNamesAreDifferentAndFromAllOverTheWorld(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 300})
	st, err := openStore(t.Context(), l.dir, l.mark)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	apps, err := st.Apps(t.Context())
	if err != nil || len(apps) != 300 {
		t.Fatalf("%d applications, %v", len(apps), err)
	}
	seen, all := map[string]bool{}, ""
	for _, a := range apps {
		seen[a.Name] = true
		all += a.Name + "\n"
	}
	for _, part := range []string{"O'Brien", "ü", "🎉", "בקשת", "طلب", "&", "<"} {
		if !strings.Contains(all, part) {
			t.Errorf("no name with %q", part)
		}
	}
	if len(seen) != 300 {
		t.Errorf("%d different names", len(seen))
	}
}

func TestSetPropertyChangesTheValueThatWinsAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, out string }{
		{"a=1\nk = old\nb=2\n", "a=1\nk = NEW\nb=2\n"}, {"#k=x\\\nk:old", "#k=x\\\nk:NEW"}, {"k=1\r\nk=2\r\n", "k=1\r\nk=NEW\r\n"}, {"k one\\\n  two\nz=1", "k NEW\nz=1"},
		{"#k=1\n!k=2\n", "#k=1\n!k=2\n"}, {"kk=1\n", "kk=1\n"}, {"a=x\\\nk=1\n", "a=x\\\nk=1\n"}, {"k", "k=NEW"}, {"", ""}, {"k=a\\\\\nb=1", "k=NEW\nb=1"},
	} {
		if got := string(setProperty([]byte(c.in), "k", "NEW")); got != c.out {
			t.Errorf("%q became %q, want %q", c.in, got, c.out)
		}
	}
}

func TestVersionsGoOn(t *testing.T) {
	t.Parallel()
	for from, to := range map[string]string{"9.3.8.12": "9.3.9.17", "1.1.9.17": "1.1.10.22"} {
		next, err := nextVersion(from)
		if err != nil || next != to || compareVersions(from, next) >= 0 || !released(next).After(released(from)) {
			t.Errorf("%s -> %s, %v", from, next, err)
		}
	}
	if _, err := nextVersion("9.3"); err == nil {
		t.Error("9.3 has a next version")
	}
}

func FuzzDecodeNitro(f *testing.F) {
	n := nitro{head: nitroHead{UID: "u", Title: "t", Version: "9.3.8.12"}}
	n.content.Design = []byte("{}")
	good, err := n.encode(true)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := decodeNitro(data)
		if err == nil && (n.head.UID == "" || n.content.Design == nil) {
			t.Error("an archive without an application was taken")
		}
	})
}

func FuzzSetProperty(f *testing.F) {
	f.Add([]byte("k=1\\\n2\nz"))
	f.Fuzz(func(t *testing.T, data []byte) {
		once := setProperty(data, "k", "v")
		if again := setProperty(once, "k", "v"); string(again) != string(once) && string(once) != string(data) {
			t.Errorf("%q became %q, then %q", data, once, again)
		}
	})
}
