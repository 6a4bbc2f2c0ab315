package install

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/install/installtest"
	"github.com/springboard-leap/springboard/upgrade"
)

func TestANamedCopyIsDescribedAndNotTheOneItWasCopiedFrom(t *testing.T) {
	live := wasTree()
	files := merge(live)
	for name, text := range live {
		if strings.HasPrefix(name, wasRoot) {
			files["backup/"+strings.TrimPrefix(name, wasRoot)] = strings.ReplaceAll(text, "*=info", "*=info:dleap.*=all")
		}
	}
	root := installtest.Tree(t, files)
	in := one(t, detect(t, root, "/backup"))
	if in.Home != filepath.Join(root, "backup/profiles/AppSrv01") || !in.Trace.On || !strings.HasPrefix(in.Logs[0].Path, filepath.Join(root, "backup")) {
		t.Errorf("%s %+v %+v", in.Home, in.Trace, in.Logs[0])
	}
}

func TestAPartOfAConfigurationIsDescribedByItsFile(t *testing.T) {
	root := installtest.Tree(t, map[string]string{
		"x/config/cells/C/resources.xml": resources(db2("ALONE")),
		"y/servers.xml": xmi + `<xmi:XMI xmlns:xmi="x"><process:Server name="s9"><services xmi:type="traceservice:TraceService" startupTraceSpecification="*=info:hcl.nitro.*=all"/>
</process:Server></xmi:XMI>`,
	})
	in := one(t, detect(t, root, "/x/config/cells/C/resources.xml"))
	if in.DataSource == nil || in.DataSource.Database != "ALONE" || in.DataSource.Host != "${DB_HOST}" {
		t.Errorf("%+v", in.DataSource)
	}
	in = one(t, detect(t, root, "/y/servers.xml"))
	if !in.Trace.On || in.Nodes[0].Servers[0].Name != "s9" || in.Evidence["trace"].Line != 2 {
		t.Errorf("%+v %+v", in.Trace, in.Evidence["trace"])
	}
}

func TestAServerThatIsReachedByTwoPathsIsOne(t *testing.T) {
	files := libertyTree()
	files["opt/ol"] = "->/opt/openliberty"
	files["opt/ibm/wlp"] = "->../openliberty/wlp"
	one(t, detect(t, installtest.Tree(t, files)))
}

func TestPartitionsOfOneDominoProgramAreTwo(t *testing.T) {
	files := dominoTree()
	files["local/notesdata2/notes.ini"] = "[Notes]\nDirectory=/local/notesdata2\nNotesProgram=/opt/hcl/domino/notes/latest/linux\n"
	files["local/notesdata2/volt/VoltConfig.nsf"] = "nsf"
	files["local/other/notesdata/notes.ini"] = files["local/notesdata2/notes.ini"]
	files["local/other/notesdata/volt/VoltConfig.nsf"] = "nsf"
	files["local/other/notesdata/notes.ini"] = strings.ReplaceAll(files["local/notesdata2/notes.ini"], "/local/notesdata2", "/local/other/notesdata")
	r := detect(t, installtest.Tree(t, files))
	ids := map[string]bool{}
	for _, in := range r.Installations {
		ids[in.ID] = true
	}
	if len(r.Installations) != 3 || len(ids) != 3 {
		t.Errorf("%d installations: %v", len(r.Installations), ids)
	}
}

func TestDominoStatesThatNeedAPerson(t *testing.T) {
	jar := "opt/hcl/domino/osgi/volt/eclipse/plugins/"
	for name, c := range map[string]struct {
		change  map[string]string
		note    string
		version string
	}{
		"a Domino installer removed the plug-in": {map[string]string{jar + "dleap_1.1.9.jar": "-", jar + "dleap_1.1.10.2026021.jar": "-"}, "plug-in", ""},
		"the link is missing":                    {map[string]string{"opt/hcl/domino/osgi/rcp/eclipse/links/volt.link": "-"}, "Domino does not load it", "1.1.10"},
		"the link points elsewhere":              {map[string]string{"opt/hcl/domino/osgi/rcp/eclipse/links/volt.link": "path=/opt/other/osgi/volt\r\n"}, "not to", "1.1.10"},
		"not set up":                             {map[string]string{"local/notesdata/volt/VoltConfig.nsf": "-", "local/notesdata/volt/VoltBuilder.nsf": "-"}, "not set up yet", "1.1.10"},
	} {
		in := one(t, detect(t, installtest.Tree(t, merge(dominoTree(), c.change))))
		if in.Product != upgrade.DominoLeap || in.Version != c.version || !strings.Contains(strings.Join(in.Notes, "\n"), c.note) {
			t.Errorf("%s: version %q, notes %q", name, in.Version, in.Notes)
		}
	}
}

func TestDominoOnWindowsIsFoundByItsProgramFolder(t *testing.T) {
	base := "C/Program Files/HCL/Domino/"
	in := one(t, detect(t, installtest.Tree(t, map[string]string{
		base + "notes.ini":                                             "[Notes]\r\nDirectory=D:\\Domino\\Data\r\nNotesProgram=C:\\Program Files\\HCL\\Domino\\\r\nKitType=2\r\nDebug=\xfc\r\n",
		base + "nserver.exe":                                           "MZ",
		"D/Domino/Data/names.nsf":                                      "nsf",
		"D/Domino/Data/volt/VoltC.nsf":                                 "",
		"D/Domino/Data/volt/VoltConfig.nsf":                            "nsf",
		base + "osgi/volt/eclipse/plugins/dleap_1.1.7.jar":             "jar",
		base + "osgi/rcp/eclipse/links/volt.link":                      "path=C:/Program Files/HCL/Domino/osgi/volt",
		"D/Domino/Data/domino/workspace/.config/rcpinstall.properties": "x.level=FINE\r\n",
	})))
	if in.Version != "1.1.7" || !strings.HasSuffix(in.Data, "D/Domino/Data") || !strings.HasSuffix(in.Home, "Program Files/HCL/Domino") || in.Trace.On || len(in.Trace.Other) != 1 {
		t.Errorf("%+v", in)
	}
	for _, n := range in.Notes {
		if strings.Contains(n, "volt.link points") {
			t.Error(n)
		}
	}
}

func TestLibertyTakesTheLastOfItsSettings(t *testing.T) {
	s := "opt/openliberty/wlp/usr/servers/defaultServer/"
	for name, c := range map[string]struct {
		change     map[string]string
		configured string
		running    string
	}{
		"an override wins":            {nil, "*=info", "*=info:com.ibm.form.nitro.*=finest"},
		"server.xml without override": {map[string]string{s + "configDropins/overrides/quiet.xml": "-"}, "*=info:com.ibm.form.nitro.*=finest", "*=info:com.ibm.form.nitro.*=finest"},
		"the environment": {map[string]string{s + "configDropins/overrides/quiet.xml": "-", s + "server.xml": "<server><application location=\"leap.ear\"/></server>",
			s + "server.env": "WLP_LOGGING_TRACE_SPECIFICATION=*=info:dleap.*=all"}, "*=info:dleap.*=all", "*=info:com.ibm.form.nitro.*=finest"},
		"nothing sets it and no state": {map[string]string{s + "configDropins/overrides/quiet.xml": "-", s + "server.xml": "<server><application location=\"leap.ear\"/></server>",
			s + "logs/messages.log":                     "[2/12/25, 14:34:37:770 ART] 00000001 com.ibm.ws.kernel.launch.internal.FrameworkManager           A CWWKE0001I: The server has been launched.\n",
			s + "logs/messages_26.01.01_00.00.00.0.log": "[2/12/25, 14:30:37:770 ART] 00000031 com.ibm.ws.logging.internal.TraceSpecification               I TRAS0018I: The new trace state is *=all.\n"},
			"*=info", "*=info"},
	} {
		in := one(t, detect(t, installtest.Tree(t, merge(libertyTree(), c.change))))
		if in.Trace.Configured != c.configured || in.Trace.Running != c.running {
			t.Errorf("%s: %+v, want %s %s", name, in.Trace, c.configured, c.running)
		}
	}
}

func TestSamplesAndFilesOfOthersAreNeitherFoundNorAProblem(t *testing.T) {
	r := detect(t, installtest.Tree(t, map[string]string{
		"opt/src/liberty/server.xml":     `<server><enterpriseApplication location="leap.ear"/></server>`,
		"opt/tomcat/conf/server.xml":     "<Server port=\"8005\"><broken",
		"opt/other/servers/x/server.xml": "not XML at all",
		"opt/template/notes.ini":         "[Notes]\nDirectory={{.Data}}\n",
	}))
	if len(r.Installations) != 0 || len(r.Problems) != 0 || len(r.Notes) != 0 {
		t.Errorf("%+v %v %q", r.Installations, r.Problems, r.Notes)
	}
}

func TestAFolderOfCollectedFilesIsDescribedFileByFile(t *testing.T) {
	root := installtest.Tree(t, map[string]string{"x/a.xml": "<server><logging traceSpecification=\"*=info\"/></server>", "x/b.xml": "<server/>",
		"x/resources.xml": resources(db2("ONE")), "x/web.xml": "<web-app/>", "x/readme.txt": "x", "x/broken.xml": "<a><b>"})
	r := detect(t, root, "/x")
	ids := map[string]bool{}
	for _, in := range r.Installations {
		ids[in.ID] = true
	}
	if len(r.Installations) != 3 || !ids["leap-liberty-a"] || !ids["leap-liberty-b"] || !ids["leap-was-resources"] || len(r.Problems) != 1 {
		t.Errorf("%v %v", ids, r.Problems)
	}
}

func TestTheManagersMachineTellsOfTheNodesElsewhere(t *testing.T) {
	files := cluster()
	for name := range files {
		if strings.HasPrefix(name, wasRoot+"profiles/AppSrv01/") {
			delete(files, name)
		}
	}
	n := wasRoot + "profiles/Dmgr01/config/cells/LeapCell/nodes/"
	files[n+"AppNode02/servers/leap2/server.xml"] = serverXML("leap2", "*=info:com.ibm.form.*=all", "")
	in := one(t, detect(t, installtest.Tree(t, files)))
	if len(in.Logs) != 0 || !in.Trace.On || in.BaseURL != "https://app1.example.test:9443" || in.DataSource == nil || in.DataSource.Database != "CLUSTERDB" {
		t.Errorf("logs %+v trace %+v %s %+v", in.Logs, in.Trace, in.BaseURL, in.DataSource)
	}
	for _, n := range in.Nodes {
		if (n.Profile != "") != (n.Name == "CellManager01") {
			t.Errorf("%s lives in %s", n.Name, n.Profile)
		}
	}
	if !strings.Contains(strings.Join(in.Notes, "\n"), "AppNode02 (host app2.example.test), which is not on this machine") {
		t.Errorf("%q", in.Notes)
	}
}
