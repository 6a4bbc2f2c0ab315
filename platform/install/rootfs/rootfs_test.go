package rootfs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/install/installtest"
)

func open(t *testing.T, dir string) *Root {
	t.Helper()
	r, err := New(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNativePathsAreFoundBelowTheRoot(t *testing.T) {
	for name, c := range map[string]struct {
		files  []string
		native string
		want   string
	}{
		"posix":                   {[]string{"opt/IBM/x"}, "/opt/IBM/x", "opt/IBM/x"},
		"posix is case-sensitive": {[]string{"opt/ibm/x"}, "/opt/IBM/x", "opt/IBM/x"},
		"missing":                 {nil, "/opt/HCL/Leap/../Leap2//extensions/", "opt/HCL/Leap2/extensions"},
		"never above the root":    {nil, "/../../etc/passwd", "etc/passwd"},
		"drive C":                 {[]string{"C/HCL/Leap/x"}, `C:\HCL\Leap\x`, "C/HCL/Leap/x"},
		"drive c":                 {[]string{"c/HCL/Leap/x"}, `C:\hcl\leap\X`, "c/HCL/Leap/x"},
		"drive with colon":        {[]string{"D:/HCL/x"}, `d:/HCL/x`, "D:/HCL/x"},
		"drive is the root":       {[]string{"Program Files/HCL/Domino/notes.ini"}, `C:\Program Files\HCL\Domino\Notes.ini`, "Program Files/HCL/Domino/notes.ini"},
		"the fuller place wins":   {[]string{"C/HCL/y", "HCL/Leap/x"}, `C:\HCL\Leap\x`, "HCL/Leap/x"},
		"quoted":                  {[]string{"C/HCL/x"}, `"C:\HCL\x"`, "C/HCL/x"},
		"mounted under mnt":       {[]string{"mnt/c/HCL/x"}, `C:\HCL\x`, "mnt/c/HCL/x"},
		"network path":            {[]string{"srv/share/x"}, `\\srv\share\x`, "srv/share/x"},
	} {
		files := map[string]string{}
		for _, f := range c.files {
			files[f] = "x"
		}
		dir := installtest.Tree(t, files)
		if got := open(t, dir).Resolve(c.native); got != filepath.Join(dir, filepath.FromSlash(c.want)) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestAnOpenablePathStaysAsItIs(t *testing.T) {
	dir := installtest.Tree(t, map[string]string{"opt/x": "x"})
	r := open(t, dir)
	if got := r.Resolve(filepath.Join(dir, "opt/x")); got != filepath.Join(dir, "opt/x") {
		t.Error(got)
	}
	if r.Below(dir+"2/x") || !r.Below(dir) || r.Below("/") {
		t.Error("Below is wrong")
	}
	if got := open(t, "/").Resolve("/opt/x"); got != "/opt/x" {
		t.Error(got)
	}
}

func TestAVariableWithAnOpenableValueAndTheRestAsWindowsWritesIt(t *testing.T) {
	dir := installtest.Tree(t, map[string]string{"C/IBM/profile/logs/x": "x", "C/Windows/": ""})
	want := filepath.Join(dir, "C/IBM/profile/logs/x")
	for _, root := range []string{dir, "/"} {
		if got := open(t, root).Resolve(filepath.Join(dir, "C/IBM/profile") + `\logs\x`); got != want {
			t.Errorf("root %s: %s, want %s", root, got, want)
		}
	}
	if got := open(t, dir).Resolve(filepath.Join(dir, "C/ibm/PROFILE") + `/Logs/x`); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestLinksNeverLeaveTheRoot(t *testing.T) {
	outside := installtest.Tree(t, map[string]string{"secret": "outside"})
	up := strings.Repeat("../", 20)
	dir := installtest.Tree(t, map[string]string{
		"data/file": "inside", "abs": "->/data/file", "rel": "->data/file", "chain": "->/abs", "loop": "->/loop2", "loop2": "->/loop", "dirlink": "->/data",
		"out": "->" + up + strings.TrimPrefix(outside, "/") + "/secret", "absout": "->" + outside + "/secret", "winlink": `->C:\data\file`,
	})
	r := open(t, dir)
	for _, name := range []string{"abs", "rel", "chain", "dirlink/file", "winlink"} {
		if data, err := r.ReadFile(r.Resolve("/" + name)); err != nil || string(data) != "inside" {
			t.Errorf("%s: %q %v", name, data, err)
		}
		if data, err := r.ReadFile(filepath.Join(dir, name)); err != nil || string(data) != "inside" {
			t.Errorf("%s as it is: %q %v", name, data, err)
		}
	}
	for _, name := range []string{"out", "absout", "loop"} {
		for _, path := range []string{r.Resolve("/" + name), filepath.Join(dir, name)} {
			if data, err := r.ReadFile(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: %q %v, want nothing there", name, data, err)
			}
		}
	}
}

func TestOnlyRegularFilesOfSensibleSizeAreRead(t *testing.T) {
	dir := installtest.Tree(t, map[string]string{"d/": ""})
	r := open(t, dir)
	if _, err := r.ReadFile(filepath.Join(dir, "d")); !errors.Is(err, ErrNotRegular) {
		t.Errorf("a folder: %v", err)
	}
	big := filepath.Join(dir, "big")
	f, err := os.Create(big)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(maxFile+1), f.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadFile(big); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large file: %v", err)
	}
}

func TestAMovedFolderIsFoundWhereItIsNow(t *testing.T) {
	dir := installtest.Tree(t, map[string]string{"copy/logs/x": "x"})
	r := open(t, dir).WithMoved(`C:\IBM\profiles\P1`, filepath.Join(dir, "copy"))
	if got := r.Resolve(`c:\ibm\profiles\p1\logs\x`); got != filepath.Join(dir, "copy/logs/x") {
		t.Error(got)
	}
	if got := r.Resolve(`C:\IBM\profiles\P12\x`); got != filepath.Join(dir, "IBM/profiles/P12/x") {
		t.Error(got)
	}
}

func TestSamePlacesAreToldApart(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"/opt/HCL/", "/opt/HCL", true}, {"/opt/HCL", "/opt/hcl", false}, {`C:\HCL\Leap`, "c:/hcl/leap/", true}, {`C:\HCL`, `D:\HCL`, false}, {"/opt//a/./b", "/opt/a/b", true},
	} {
		if Same(c.a, c.b) != c.same {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.same)
		}
	}
	if Base(`C:\IBM\profiles\AppSrv01\`) != "AppSrv01" || Base("/opt/x") != "x" {
		t.Error("Base is wrong")
	}
}

func FuzzResolve(f *testing.F) {
	dir := installtest.Tree(f, map[string]string{"C/HCL/x": "x", "opt/a": "->/opt", "opt/b": "->../../../.."})
	r, err := New(dir)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"/opt/a/../b/../../etc", `C:\..\..\x`, `\\?\C:\HCL`, "C:", "..", "", "//", `"C:\a"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, native string) {
		if p := r.Resolve(native); !r.Below(p) && !strings.ContainsRune(native, 0) {
			t.Fatalf("%q leads to %q, outside of the root", native, p)
		}
	})
}
