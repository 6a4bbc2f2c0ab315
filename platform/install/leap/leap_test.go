package leap

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/install/installtest"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

func TestJDBCURLsOfAllForms(t *testing.T) {
	for jdbc, want := range map[string]string{
		"jdbc:db2://db:50000/LEAPDB:user=a;password=never;currentSchema=FREEDOM;": "db2 db 50000 LEAPDB",
		"jdbc:db2:LEAPDB": "db2  0 LEAPDB",
		"jdbc:postgresql://pg.example.test:5433/leap?user=a&password=never&ssl=true": "postgresql pg.example.test 5433 leap",
		"jdbc:postgresql://h1:1,h2:2/leap":                                           "postgresql h1 1 leap",
		"jdbc:postgresql://[::1]:5432/leap":                                          "postgresql ::1 5432 leap",
		"jdbc:postgresql:leap":                                                       "postgresql  0 leap",
		"jdbc:oracle:thin:@ora:1521:LEAP":                                            "oracle ora 1521 LEAP",
		"jdbc:oracle:thin:scott/never@ora:1521:LEAP":                                 "oracle ora 1521 LEAP",
		"jdbc:oracle:thin:@//ora:1522/leap.example.test":                             "oracle ora 1522 leap.example.test",
		"jdbc:oracle:thin:@ora:1522/leap:dedicated":                                  "oracle ora 1522 leap",
		"jdbc:oracle:thin:@tcps://ora:2484/leap?wallet_location=/w":                  "oracle ora 2484 leap",
		"jdbc:oracle:thin:@LEAPALIAS":                                                "oracle  0 LEAPALIAS",
		"jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST = ora )(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=leap)))": "oracle ora 1521 leap",
		"jdbc:sqlite:/opt/HCL/Leap/lab/leap.sqlite":    "sqlite  0 /opt/HCL/Leap/lab/leap.sqlite",
		"jdbc:derby:/data/db;create=true":              "derby  0 /data/db",
		"jdbc:derby://h:1527/db;user=a;password=never": "derby h 1527 db",
		"jdbc:sqlserver://h:1433;databaseName=x":       "other h 1433 ",
		"jdbc:db2://u:never@db:50000/X":                "db2 db 50000 X",
		"nonsense":                                     "other  0 ",
		"jdbc:":                                        "other  0 ",
	} {
		ds := upgrade.DataSource{Kind: Other}
		FillFromURL(&ds, jdbc)
		if got := fmt.Sprintf("%s %s %d %s", ds.Kind, ds.Host, ds.Port, ds.Database); got != want {
			t.Errorf("%s: %q, want %q", jdbc, got, want)
		}
		if strings.Contains(ds.URL, "never") {
			t.Errorf("%s: %s shows a password", jdbc, ds.URL)
		}
	}
}

func FuzzFillFromURL(f *testing.F) {
	for _, s := range []string{"jdbc:oracle:thin:@(HOST=a)", "jdbc:db2://[::1:5/x", "jdbc:a:b", "::://@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, jdbc string) {
		var ds upgrade.DataSource
		FillFromURL(&ds, jdbc)
	})
}

func TestNamesOfLeap(t *testing.T) {
	for name, want := range map[string]bool{"HCL Leap": true, "hcl_leap": true, "HCLLeap": true, "leap-9.3.8.ear": true, "Forms Experience Builder": true, "leapfrog": false,
		"query": false, "isclite": false, "builder.war": true, "": false, "Leap2": true} {
		if IsLeapName(name) != want {
			t.Errorf("%q: want %v", name, want)
		}
	}
}

func TestVersionsOfEars(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
		line  int
	}{
		"manifest build id first": {map[string]string{"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\nImplementation-Version: 9.3\nModule-Build-Id: Leap 9.3.\n 8.12 GA\n"}, "9.3.8.12", 3},
		"implementation version":  {map[string]string{"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\nimplementation-version: 9.3.8.12\r\n"}, "9.3.8.12", 2},
		"only the manifest's own": {map[string]string{"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\nCreated-By: 1.8.0.5\n"}, "", 0},
		"application.xml":         {map[string]string{"META-INF/application.xml": "<application version=\"1.4.0\">\n<display-name>HCL Leap 9.3.10</display-name>"}, "9.3.10", 2},
		"properties":              {map[string]string{"builder.war/WEB-INF/classes/about.properties": "x=1\ny=HCL Leap 9.3.9.1 GA\n"}, "9.3.9.1", 2},
		"war's manifest":          {map[string]string{"builder.war/META-INF/MANIFEST.MF": "Build-Level: 9.3.6.0-123\n"}, "9.3.6.0", 1},
		"nothing":                 {map[string]string{"META-INF/MANIFEST.MF": "\x00\x01"}, "", 0},
	} {
		dir := installtest.Tree(t, c.files)
		root, _ := rootfs.New(dir)
		s := &survey.Survey{Root: root}
		got, ev := EarVersion(s, dir)
		if got != c.want || ev.Line != c.line {
			t.Errorf("%s: %q %+v, want %q line %d", name, got, ev, c.want, c.line)
		}
		zipped := filepath.Join(t.TempDir(), "x.ear")
		archive(t, zipped, c.files)
		if got, _ := EarVersion(&survey.Survey{Root: hostRoot(t)}, zipped); got != c.want {
			t.Errorf("%s in an archive: %q, want %q", name, got, c.want)
		}
	}
}

func hostRoot(t *testing.T) *rootfs.Root {
	t.Helper()
	r, err := rootfs.New("/")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func archive(t *testing.T, file string, files map[string]string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestJVMArgumentsInQuotes(t *testing.T) {
	for args, want := range map[string]string{
		"-Xmx1g -Dfsp.extensions.dirs=/a,/b -Dx=y":          "/a,/b",
		`"-Dfsp.extensions.dirs=C:\HCL Leap\ext" -Dx`:       `C:\HCL Leap\ext`,
		`-Dfsp.extensions.dirs="/a b"`:                      "/a b",
		"-Dfsp.extensions.dirs=/a -Dfsp.extensions.dirs=/b": "/b",
		"-Dfsp.extensions.dirs.other=/a":                    "",
		"":                                                  "",
	} {
		if got, ok := JVMSetting(args, JVMOption); got != want || ok != (want != "") {
			t.Errorf("%s: %q %v, want %q", args, got, ok, want)
		}
	}
}

func TestBaseOfServerURI(t *testing.T) {
	for uri, want := range map[string]string{"https://h.example.test:9443/apps": "https://h.example.test:9443", "http://h": "http://h", " https://u:p@h/apps ": "https://h",
		"h:9080/apps": "", "ftp://h/": "", "https:///apps": "", "": "", "http://[::1]:80/x": "http://[::1]:80"} {
		if got, ok := BaseOf(uri); got != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", uri, got, want)
		}
	}
	for _, e := range []struct {
		ep   Endpoint
		want string
	}{{Endpoint{Host: "h", Port: 443, Secure: true}, "https://h"}, {Endpoint{Host: "h", Port: 9080}, "http://h:9080"}, {Endpoint{Host: "::1", Port: 80}, "http://[::1]"},
		{Endpoint{Host: "::1", Port: 9443, Secure: true}, "https://[::1]:9443"}} {
		if got := e.ep.URL(); got != e.want {
			t.Errorf("%+v: %s, want %s", e.ep, got, e.want)
		}
	}
}
