package install

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/springboard-leap/springboard/platform/install/installtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a result with testdata/<name>.golden.json, the root taken out of it.
func golden(t *testing.T, name, root string, result Result) {
	t.Helper()
	result.Looked = nil // tested by itself: it lists every usual place
	var problems []string
	for _, p := range result.Problems {
		problems = append(problems, p.Error())
	}
	data, err := json.MarshalIndent(struct {
		Result
		Problems []string `json:"problems,omitempty"`
	}{result, problems}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "never-shown") {
		t.Error("a password is in the result")
	}
	got := strings.ReplaceAll(string(data), root, "ROOT") + "\n"
	file := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func detect(t *testing.T, root string, paths ...string) Result {
	t.Helper()
	r, err := Detect(context.Background(), Options{Root: root, Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestScenarios(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"was-standalone": merge(registry(wasRoot, "AppSrv01"), standalone(wasRoot, "AppSrv01", "Cell01", "Node01"), extensions),
		"liberty":        libertyTree(),
		"domino":         dominoTree(),
		"two-profiles": merge(registry(wasRoot, "AppSrv01", "AppSrv02"), standalone(wasRoot, "AppSrv01", "Cell01", "Node01"),
			standalone(wasRoot, "AppSrv02", "Cell02", "Node02"), extensions),
		"cluster": cluster(),
		"windows": windowsCopy(),
	} {
		t.Run(name, func(t *testing.T) {
			root := installtest.Tree(t, files)
			golden(t, name, root, detect(t, root))
		})
	}
}

// cluster is a deployment manager and two federated nodes of one cell, one of them on another machine.
func cluster() map[string]string {
	p := wasRoot + "profiles/"
	files := registry(wasRoot, "Dmgr01", "AppSrv01")
	for _, profile := range []string{"Dmgr01", "AppSrv01"} {
		c := p + profile + "/config/cells/LeapCell/"
		n := c + "nodes/"
		files = merge(files, map[string]string{
			c + "cell.xml": xmi + `<topology.cell:Cell xmlns:xmi="x" name="LeapCell" cellType="DISTRIBUTED"/>`,
			c + "clusters/LeapCluster/cluster.xml": xmi + `<topology.cluster:ServerCluster xmlns:xmi="x" name="LeapCluster">
  <members memberName="leap1" nodeName="AppNode01"/>
  <members memberName="leap2" nodeName="AppNode02"/>
</topology.cluster:ServerCluster>`,
			c + "clusters/LeapCluster/resources.xml": resources(db2("CLUSTERDB")),
			c + "resources.xml":                      resources(db2("CELLDB")),
			n + "CellManager01/serverindex.xml":      serverIndex("mgr.example.test", entry("dmgr", "DEPLOYMENT_MANAGER")),
			n + "AppNode01/serverindex.xml":          serverIndex("app1.example.test", entry("nodeagent", "NODE_AGENT"), entry("leap1", "APPLICATION_SERVER", leapApp)),
			n + "AppNode02/serverindex.xml":          serverIndex("app2.example.test", entry("leap2", "APPLICATION_SERVER", leapApp)),
			n + "AppNode01/servers/leap1/server.xml": serverXML("leap1", "*=info", "-Dfsp.extensions.dirs=/opt/HCL/Leap/site -Djavax.net.ssl.keyStorePassword=never-shown-3"),
			n + "AppNode02/servers/leap2/server.xml": serverXML("leap2", "*=info", ""),
		})
	}
	return merge(files, map[string]string{
		p + "Dmgr01/bin/setupCmdLine.sh":                                                                "#!/bin/sh\nWAS_CELL=LeapCell\nWAS_NODE=CellManager01\n",
		p + "AppSrv01/bin/setupCmdLine.sh":                                                              "WAS_NODE=AppNode01\n",
		p + "Dmgr01/config/cells/LeapCell/nodes/CellManager01/servers/dmgr/server.xml":                  serverXML("dmgr", "*=all", ""),
		p + "AppSrv01/installedApps/LeapCell/HCL Leap.ear/builder.war/WEB-INF/classes/build.properties": "a=1\nbuild.id=Leap 9.3.8.12 GA\n",
		p + "AppSrv01/logs/leap1/SystemOut.log": "[3/5/26 10:07:45:752 UTC] 00000001 ManagerAdmin  I   TRAS0017I: The startup trace state is *=info.\n" +
			"[3/5/26 11:07:45:752 UTC] 00000031 ManagerAdmin  I   TRAS0018I: The trace state has changed. The new trace state is *=info:com.hcl.nitro.*=all.\n",
		"opt/HCL/Leap/site/Leap_config.properties": "#ibm.nitro.NitroConfig.serverURI = https://off.example.test/apps\n",
	})
}

// windowsCopy is the copy of a Windows machine's drive C, with the case of names as somebody wrote it.
func windowsCopy() map[string]string {
	was := "C/Program Files (x86)/IBM/WebSphere/AppServer/"
	files := map[string]string{"C/Windows/": ""}
	for name, text := range standalone(was, "AppSrv01", "winCell", "winNode") {
		files[name] = text
	}
	files[was+"properties/profileRegistry.xml"] = xmi + `<profiles>
    <profile isAReservationTicket="false" isDefault="true" name="AppSrv01" path="C:\PROGRAM FILES (x86)\IBM\WebSphere\AppServer\profiles\AppSrv01"/>
</profiles>`
	n := was + "profiles/AppSrv01/config/cells/winCell/nodes/winNode/"
	files[n+"variables.xml"] = variables("USER_INSTALL_ROOT", `C:\Program Files (x86)\IBM\WebSphere\AppServer\profiles\AppSrv01`, "LOG_ROOT", `D:\logs\was`)
	files["D/logs/was/server1/SystemOut.log"] = "[3/5/18 10:07:45:752 UTC] 00000001 ManagerAdmin  I   TRAS0017I: The startup trace state is *=info.\r\n" +
		`[3/5/18 10:08:45:752 UTC] 0000001b IntegratorSta I com.ibm.form.platform.service.startup.IntegratorStartup phase1Start Extensions folder: c:/hcl/leap/extensions` + "\r\n"
	files["C/HCL/Leap/extensions/leap_config.properties"] = "ibm.nitro.NitroConfig.serverURI=http\\://win.example.test:9080/apps\r\n"
	return files
}
