package install

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/install/installtest"
	"github.com/springboard-leap/springboard/upgrade"
)

func one(t *testing.T, r Result) upgrade.Installation {
	t.Helper()
	if len(r.Installations) != 1 {
		t.Fatalf("%d installations, want one; notes %q", len(r.Installations), r.Notes)
	}
	return r.Installations[0]
}

func wasTree() map[string]string {
	return merge(registry(wasRoot, "AppSrv01"), standalone(wasRoot, "AppSrv01", "Cell01", "Node01"), extensions)
}

const (
	profileDir = wasRoot + "profiles/AppSrv01/"
	nodeDir    = profileDir + "config/cells/Cell01/nodes/Node01/"
	serverDir  = nodeDir + "servers/server1/"
	earDir     = profileDir + "installedApps/Cell01/HCL Leap.ear/"
)

func TestAnEmptyRootIsAnExplainedResult(t *testing.T) {
	r := detect(t, t.TempDir())
	if len(r.Installations) != 0 || r.Installations == nil || len(r.Problems) != 0 {
		t.Errorf("%+v", r)
	}
	explained := 0
	for _, p := range r.Looked {
		if p.Path != "" && p.For != "" && p.Found == "not there" {
			explained++
		}
	}
	if explained < 10 {
		t.Errorf("only %d places are explained: %+v", explained, r.Looked)
	}
}

func TestARootOrPathThatIsNotThereIsAFault(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "file")
	installtest.Add(t, root, map[string]string{"file": "x"})
	for _, c := range []struct {
		opts Options
		code string
	}{
		{Options{Root: filepath.Join(root, "missing")}, "SB-1000"},
		{Options{Root: file}, "SB-1000"},
		{Options{Root: root, Paths: []string{"/opt/missing"}}, "SB-1001"},
		{Options{Paths: []string{filepath.Join(root, "missing")}}, "SB-1001"},
	} {
		_, err := Detect(context.Background(), c.opts)
		if f, ok := upgrade.AsFault(err); !ok || f.Code != c.code {
			t.Errorf("%+v: %v, want %s", c.opts, err, c.code)
		}
	}
}

func TestDetectionStopsWhenItIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Detect(ctx, Options{Root: installtest.Tree(t, wasTree())}); err == nil {
		t.Error("no error")
	}
}

func TestEveryNamedPlaceLeadsToTheSameInstallation(t *testing.T) {
	for product, c := range map[string]struct {
		files map[string]string
		names []string
	}{
		"was": {wasTree(), []string{"/opt/IBM/WebSphere/AppServer", "/" + profileDir, "/opt/IBM", wasRoot + "profiles", "/" + serverDir, "/" + serverDir + "server.xml",
			"/" + nodeDir + "serverindex.xml", "/" + wasRoot + "properties/profileRegistry.xml", "/" + earDir, "/" + profileDir + "logs/server1", "/" + earDir + "META-INF/MANIFEST.MF"}},
		"liberty": {libertyTree(), []string{"/opt/openliberty/wlp", "/opt/openliberty", "/opt/openliberty/wlp/usr", "/opt/openliberty/wlp/usr/servers",
			"/opt/openliberty/wlp/usr/servers/defaultServer", "/opt/openliberty/wlp/usr/servers/defaultServer/server.xml",
			"/opt/openliberty/wlp/usr/servers/defaultServer/bootstrap.properties", "/opt/openliberty/wlp/usr/servers/defaultServer/apps"}},
		"domino": {dominoTree(), []string{"/local/notesdata", "/local", "/local/notesdata/notes.ini", "/local/notesdata/volt",
			"/local/notesdata/domino/workspace/.config/rcpinstall.properties"}},
	} {
		root := installtest.Tree(t, c.files)
		want := one(t, detect(t, root)).ID
		for _, name := range c.names {
			for _, path := range []string{name, filepath.Join(root, name)} {
				if got := one(t, detect(t, root, path)); got.ID != want {
					t.Errorf("%s %s: %s, want %s", product, path, got.ID, want)
				}
			}
		}
	}
}

func TestBrokenXMLIsAProblemWithFileAndLineAndTheRestIsFound(t *testing.T) {
	files := merge(wasTree(), standalone(wasRoot, "AppSrv02", "Cell02", "Node02"), map[string]string{
		serverDir + "server.xml": "<?xml version=\"1.0\"?>\n<process:Server>\n  <services xmi:type=\"traceservice:TraceService\" startupTraceSpecification=\"*=all\"/>\n  <broken\n",
	})
	root := installtest.Tree(t, files)
	r := detect(t, root)
	if len(r.Installations) != 2 {
		t.Fatalf("%d installations, want 2", len(r.Installations))
	}
	if len(r.Problems) != 1 || r.Problems[0].Code != "SB-1003" || r.Problems[0].Args["file"] != filepath.Join(root, serverDir, "server.xml") || r.Problems[0].Args["line"] != "5" {
		t.Errorf("problems: %v", r.Problems)
	}
	in := r.Installations[0]
	if !in.Trace.On || in.Trace.Configured != "*=all" {
		t.Errorf("what stands before the break was lost: %+v", in.Trace)
	}
}

func TestBinaryGarbageInAnyFileHidesNothingElse(t *testing.T) {
	garbage := "\x00\x01\xff\xfe\x00<\x00binary\xff\n\x00"
	base := wasTree()
	for name := range base {
		files := merge(base, map[string]string{name: garbage})
		root := installtest.Tree(t, files)
		r, err := Detect(context.Background(), Options{Root: root})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if in := one(t, r); in.ID != "leap-was-cell01" {
			t.Errorf("%s: %s", name, in.ID)
		}
		if strings.HasSuffix(name, ".xml") && len(r.Problems) == 0 {
			t.Errorf("%s: no problem is told", name)
		}
	}
}

func TestAnUnreadableFolderIsAProblem(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("the superuser may read everything; the other tests of problems cover the path")
	}
	root := installtest.Tree(t, wasTree())
	dir := filepath.Join(root, profileDir, "config/cells")
	if err := os.Chmod(dir, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	r := detect(t, root)
	if len(r.Problems) == 0 || r.Problems[0].Code != "SB-1004" {
		t.Errorf("problems: %v", r.Problems)
	}
}

func TestANamedFileThatCannotBeReadIsAnError(t *testing.T) {
	root := installtest.Tree(t, map[string]string{"server.xml": "<process:Server\n\x00"})
	_, err := Detect(context.Background(), Options{Root: root, Paths: []string{"/server.xml"}})
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-1003" {
		t.Errorf("%v", err)
	}
}

func TestWebSphereWithoutLeapIsANoteNotAnInstallation(t *testing.T) {
	files := merge(wasTree(), map[string]string{
		nodeDir + "serverindex.xml": serverIndex("h", entry("server1", "APPLICATION_SERVER", "leapfrog.ear/deployments/leapfrog")),
	})
	for name := range files {
		if strings.HasPrefix(name, earDir) {
			delete(files, name)
		}
	}
	root := installtest.Tree(t, files)
	r := detect(t, root)
	if len(r.Installations) != 0 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "Cell01") {
		t.Errorf("%+v %q", r.Installations, r.Notes)
	}
	in := one(t, detect(t, root, "/"+profileDir)) // named: described all the same
	if len(in.Notes) == 0 || !strings.Contains(in.Notes[0], "cannot be proven") || in.Trace.Configured != "*=info" {
		t.Errorf("%+v", in)
	}
}

func TestLeapIsFoundUnderAnAdministratorsName(t *testing.T) {
	files := merge(wasTree(), map[string]string{
		nodeDir + "serverindex.xml": serverIndex("h", entry("server1", "APPLICATION_SERVER", "forms.ear/deployments/forms")),
		profileDir + "installedApps/Cell01/forms.ear/builder.war/WEB-INF/web.xml": "<web-app/>",
		profileDir + "installedApps/Cell01/forms.ear/META-INF/build.properties":   "version=9.3.7\n",
	})
	for name := range files {
		if strings.HasPrefix(name, earDir) {
			delete(files, name)
		}
	}
	in := one(t, detect(t, installtest.Tree(t, files)))
	if !strings.HasSuffix(in.Program, "forms.ear") || in.Version != "9.3.7" {
		t.Errorf("program %s version %s", in.Program, in.Version)
	}
}

func TestTheClosestDataSourceWinsAndAmbiguityIsTold(t *testing.T) {
	pg := func(name, jndi string) string {
		return provider("org.postgresql.xa.PGXADataSource", name, jndi, "serverName", "h", "portNumber", "5433", "databaseName", "d")
	}
	for name, c := range map[string]struct {
		server, node string
		want         string // kind host port database
		note         string
	}{
		"server scope wins":   {resources(db2("NEAR")), resources(db2("FAR")), "db2 db.example.test 50000 NEAR", ""},
		"by its name":         {resources(pg("other", "jdbc/x"), pg("LeapData", "jdbc/y")), resources(), "postgresql h 5433 d", ""},
		"the only one":        {resources(pg("other", "jdbc/x")), resources(), "postgresql h 5433 d", ""},
		"two, none is chosen": {resources(pg("a", "jdbc/x"), pg("b", "jdbc/y")), resources(), "", "several data sources may be Leap's"},
		"noise only":          {resources(), resources(), "", ""},
		"by its JNDI name":    {resources(pg("a", "jdbc/leapx"), pg("b", "jdbc/BuilderDataSource")), resources(), "postgresql h 5433 d", ""},
		"Oracle by URL": {resources(provider("oracle.jdbc.pool.OracleConnectionPoolDataSource", "leap", "jdbc/o", "URL", "jdbc:oracle:thin:scott/never-shown-4@//ora:1522/LEAP.x")),
			resources(), "oracle ora 1522 LEAP.x", ""},
		"bound by the deployment": {resources(pg("a", "jdbc/bound"), pg("leap", "jdbc/leap")), resources(), "postgresql h 5433 d", ""},
	} {
		files := merge(wasTree(), map[string]string{serverDir + "resources.xml": c.server, nodeDir + "resources.xml": c.node})
		if strings.HasPrefix(name, "bound") {
			files[profileDir+"config/cells/Cell01/applications/HCL Leap.ear/deployments/HCL Leap/builder.war/WEB-INF/ibm-web-bnd.xml"] =
				`<web-bnd><resource-ref name="jdbc/BuilderDataSource" binding-name="jdbc/bound"/></web-bnd>`
		}
		in := one(t, detect(t, installtest.Tree(t, files)))
		got := ""
		if ds := in.DataSource; ds != nil {
			got = strings.Join([]string{ds.Kind, ds.Host, count(ds.Port), ds.Database}, " ")
			if strings.Contains(ds.URL, "never-shown") {
				t.Errorf("%s: a password in %s", name, ds.URL)
			}
			if strings.HasPrefix(name, "bound") && ds.JNDIName != "jdbc/bound" {
				t.Errorf("%s: %s", name, ds.JNDIName)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if c.note != "" && !strings.Contains(strings.Join(in.Notes, "\n"), c.note) {
			t.Errorf("%s: notes %q", name, in.Notes)
		}
	}
}

func TestTheLastOfTheThreeWaysSetsTheExtensionsDirectory(t *testing.T) {
	fsp := earDir + "builder.war/WEB-INF/classes/fsp.properties"
	log := profileDir + "logs/server1/SystemOut.log"
	line := "[3/5/26 10:09:45:752 UTC] 0000001b IntegratorSta I com.ibm.form.platform.service.startup.IntegratorStartup phase1Start Extensions folder: "
	for name, c := range map[string]struct {
		files     map[string]string
		dirs      string
		source    string
		confirmed bool
	}{
		"default":     {nil, "/opt/HCL/Leap/extensions", "default", true},
		"fsp":         {map[string]string{fsp: "extensions = /data/ext\n", log: systemOut + line + "/data/ext\n"}, "/data/ext", "fsp.properties", true},
		"fsp ignored": {map[string]string{fsp: "extensions = /data/ext\n"}, "/data/ext", "fsp.properties", false},
		"jvm": {map[string]string{fsp: "extensions=/data/ext\n", serverDir + "server.xml": serverXML("server1", "*=info", `-Xmx1g &quot;-Dfsp.extensions.dirs=/a b,/c&quot;`),
			log: systemOut + line + "/a b/\n"}, "/a b,/c", "jvm", true},
		"backslashes lost": {map[string]string{fsp: "extensions=C:\\HCL\\ext\n"}, "/" + profileDir + "C:HCLext", "fsp.properties", false},
		"as a URL":         {map[string]string{fsp: "extensions=file:///data/ext\n"}, "/data/ext", "fsp.properties", false},
		"jvm system property": {map[string]string{serverDir + "server.xml": strings.Replace(serverXML("server1", "*=info", "-Dfsp.extensions.dirs=/old"),
			"</jvmEntries>", `<systemProperties name="fsp.extensions.dirs" value="${EXT}"/></jvmEntries>`, 1),
			nodeDir + "variables.xml": variables("EXT", "/vars/ext")}, "/vars/ext", "jvm", false},
		"elsewhere by default": {map[string]string{"opt/HCL/Leap/extensions/Leap_config.properties": "-", "usr/HCL/Leap/extensions/x": "y",
			log: systemOut + line + "/usr/HCL/Leap/extensions\n"}, "/usr/HCL/Leap/extensions", "default", true},
	} {
		root := installtest.Tree(t, merge(wasTree(), c.files))
		in := one(t, detect(t, root))
		got := strings.ReplaceAll(strings.Join(in.Extensions.Dirs, ","), root, "")
		if got != c.dirs || in.Extensions.Source != c.source || in.Extensions.Confirmed != c.confirmed {
			t.Errorf("%s: %s %s %v, want %s %s %v", name, got, in.Extensions.Source, in.Extensions.Confirmed, c.dirs, c.source, c.confirmed)
		}
		if in.Evidence["extensions"].File == "" {
			t.Errorf("%s: no evidence", name)
		}
	}
}

func TestTheTraceStateIsLookedForInRotatedSiblings(t *testing.T) {
	logs := profileDir + "logs/server1/"
	noise := "[3/5/26 12:00:00:000 UTC] 00000041 SystemOut     O someone wrote TRAS0018I: The new trace state is *=all.\n"
	root := installtest.Tree(t, merge(wasTree(), map[string]string{
		logs + "SystemOut.log":                       "************ Start Display Current Environment ************\n" + strings.Repeat(noise, 9000),
		logs + "SystemOut_26.03.05_11.00.00.log":     "[3/5/26 11:00:00:000 UTC] 00000041 ManagerAdmin  I   TRAS0018I: The trace state has changed. The new trace state is *=info:com.ibm.form.*=fine.\n" + noise,
		logs + "SystemOut_26.03.05_10.00.00.log":     systemOut,
		logs + "SystemOut_26.03.05_10.00.00.log.bak": noise,
	}))
	in := one(t, detect(t, root))
	if in.Trace.Running != "*=info:com.ibm.form.*=fine" || !in.Trace.On || in.Trace.Configured != "*=info" {
		t.Errorf("%+v", in.Trace)
	}
	if ev := in.Evidence["trace"]; !strings.HasSuffix(ev.File, "11.00.00.log") || ev.Line != 1 {
		t.Errorf("%+v", ev)
	}
	if !in.Extensions.Confirmed {
		t.Errorf("the extensions folder stands in the oldest sibling: %+v", in.Extensions)
	}
}

func TestHPELIsToldByItsModel(t *testing.T) {
	for enable, mode := range map[string]upgrade.LogMode{"true": upgrade.LogHPEL, "false": upgrade.LogText} {
		in := one(t, detect(t, installtest.Tree(t, merge(wasTree(), map[string]string{serverDir + "hpelModel.xml": xmi +
			`<hpel:HighPerformanceExtensibleLogging xmi:version="2.0" xmlns:xmi="x" xmi:id="H_1" enable="` + enable + `" startupTraceSpec="*=info:com.ibm.form.*=all">
  <hpelLog xmi:id="H_2" dataDirectory="${SERVER_LOG_ROOT}"/></hpel:HighPerformanceExtensibleLogging>`}))))
		if in.Logs[0].Mode != mode || (mode == upgrade.LogHPEL) != strings.HasSuffix(in.Logs[0].Path, "logs/server1/logdata") {
			t.Errorf("enable=%s: %+v", enable, in.Logs)
		}
		if in.Trace.On != (mode == upgrade.LogHPEL) {
			t.Errorf("enable=%s: trace %+v", enable, in.Trace)
		}
	}
}

func TestTwoInstallationsOfTheSameCellNameHaveStableIDs(t *testing.T) {
	other := "home/leap/IBM/WebSphere/AppServer/"
	files := merge(wasTree(), registry(other, "AppSrv01"), standalone(other, "AppSrv01", "Cell01", "OtherNode"), dominoTree())
	first := detect(t, installtest.Tree(t, files))
	second := detect(t, installtest.Tree(t, files))
	if len(first.Installations) != 3 {
		t.Fatalf("%d installations", len(first.Installations))
	}
	seen := map[string]bool{}
	for i, in := range first.Installations {
		if seen[in.ID] || in.ID != second.Installations[i].ID {
			t.Errorf("id %s twice or not stable (%s)", in.ID, second.Installations[i].ID)
		}
		seen[in.ID] = true
	}
}

func TestAProfileInAnUnusualPlaceIsFoundByTheWalk(t *testing.T) {
	files := map[string]string{}
	for name, text := range wasTree() {
		files[strings.Replace(name, wasRoot, "apps/mw/was9/", 1)] = text
	}
	for name, text := range files {
		files[name] = strings.ReplaceAll(text, wasRoot, "apps/mw/was9/")
	}
	delete(files, "apps/mw/was9/properties/profileRegistry.xml")
	in := one(t, detect(t, installtest.Tree(t, files)))
	if !strings.HasSuffix(in.Home, "apps/mw/was9/profiles/AppSrv01") || !in.Logs[0].Exists {
		t.Errorf("%s %+v", in.Home, in.Logs)
	}
}

func TestTheWalkIsBoundedAndSaysSo(t *testing.T) {
	files := map[string]string{}
	for i := range 50 {
		files["data/d"+count(i)+"/sub/"] = ""
	}
	r, err := Detect(context.Background(), Options{Root: installtest.Tree(t, files), MaxFolders: 20})
	if err != nil {
		t.Fatal(err)
	}
	if last := r.Looked[len(r.Looked)-1]; !strings.Contains(last.Found, "stopped after 20 folders") {
		t.Errorf("%+v", last)
	}
}

func TestLinksLeadWhereTheServerWouldFollowThem(t *testing.T) {
	outside := installtest.Tree(t, map[string]string{"extensions/Leap_config.properties": "ibm.nitro.NitroConfig.serverURI=https://outside.example.test\n"})
	files := wasTree()
	delete(files, "opt/HCL/Leap/extensions/Leap_config.properties")
	files["data/ext/Leap_config.properties"] = "ibm.nitro.NitroConfig.serverURI=https://inside.example.test:1234/apps\n"
	files["opt/HCL/Leap/extensions"] = "->/data/ext"
	files["data/loop"] = "->/data/loop"
	files["data/out"] = "->../../../../../../../.." + outside
	root := installtest.Tree(t, files)
	in := one(t, detect(t, root))
	if in.BaseURL != "https://inside.example.test:1234" || in.Extensions.Dirs[0] != filepath.Join(root, "data/ext") {
		t.Errorf("%s %v", in.BaseURL, in.Extensions.Dirs)
	}
	for _, name := range []string{"/data/loop", "/data/out/extensions/Leap_config.properties"} {
		if _, err := Detect(context.Background(), Options{Root: root, Paths: []string{name}}); err == nil {
			t.Errorf("%s: it was followed out of the root", name)
		}
	}
}
