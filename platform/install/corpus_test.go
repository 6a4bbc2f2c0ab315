package install

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/install/installtest"
	"github.com/springboard-leap/springboard/upgrade"
)

// plausible is where a real file of that name would lie in a tree.
func plausible(name string) []string {
	part := name[strings.LastIndex(name, "__")+2:]
	switch {
	case strings.HasPrefix(part, "resources"):
		return []string{serverDir + "resources.xml", nodeDir + "resources.xml"}
	case strings.HasPrefix(part, "variables"):
		return []string{nodeDir + "variables.xml"}
	case strings.HasPrefix(part, "server_"):
		return []string{serverDir + "server.xml"}
	case strings.HasPrefix(part, "serverindex"):
		return []string{nodeDir + "serverindex.xml"}
	case strings.HasPrefix(part, "profileRegistry"):
		return []string{wasRoot + "properties/profileRegistry.xml"}
	case strings.HasPrefix(part, "liberty_server"):
		return []string{"opt/openliberty/wlp/usr/servers/defaultServer/server.xml"}
	case strings.HasPrefix(part, "notes.ini"):
		return []string{"local/notesdata/notes.ini"}
	}
	return []string{serverDir + part}
}

func TestEachRealConfigurationFileIsDescribedAloneAndInATree(t *testing.T) {
	for _, kind := range []string{"config", "domino"} {
		dir := installtest.Corpus(t, kind)
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.Contains(e.Name(), ".xml") && !strings.Contains(e.Name(), "notes.ini") || strings.Contains(e.Name(), "error-log") {
				continue
			}
			t.Run(e.Name(), func(t *testing.T) { realFile(t, filepath.Join(dir, e.Name())) })
		}
	}
}

func realFile(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	root := installtest.Tree(t, map[string]string{"x/" + filepath.Base(file): string(data)})
	r := detect(t, root, filepath.Join(root, "x", filepath.Base(file)))
	if len(r.Problems) > 0 {
		t.Errorf("alone: %v", r.Problems)
	}
	if strings.Contains(file, "notes.ini") || strings.HasSuffix(file, ".xml") {
		one(t, r)
	}
	for _, place := range plausible(filepath.Base(file)) {
		root := installtest.Tree(t, merge(wasTree(), map[string]string{place: string(data)}))
		r, err := Detect(context.Background(), Options{Root: root})
		if err != nil || len(r.Problems) > 0 {
			t.Errorf("%s: %v %v", place, err, r.Problems)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "{xor}RED") {
			t.Errorf("%s: a password is shown", place)
		}
	}
}

// read describes one real file by itself.
func read(t *testing.T, kind, name string) upgrade.Installation {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(installtest.Corpus(t, kind), name))
	if err != nil {
		t.Skip(err)
	}
	root := installtest.Tree(t, map[string]string{name: string(data)})
	return one(t, detect(t, root, filepath.Join(root, name)))
}

func TestRealFilesTellTheirFacts(t *testing.T) {
	in := read(t, "config", "bayernmunich__IBM1__server_EXCERPT.xml")
	if in.Trace.Configured != "*=info" || len(in.Logs) != 3 || in.Logs[0].RolloverBytes != 1<<20 || in.Logs[0].RolloverFiles != 5 || in.Runtime != upgrade.WAS {
		t.Errorf("server.xml: %+v %+v", in.Trace, in.Logs)
	}
	in = read(t, "config", "porteg__testWebApp2__serverindex.xml")
	if in.BaseURL != "https://localhost:9443" || in.Nodes[0].Servers[0].Name != "server1" {
		t.Errorf("serverindex.xml: %s %+v", in.BaseURL, in.Nodes)
	}
	in = read(t, "config", "wtistang__CustomerOrderServices__liberty_server.xml")
	if in.DataSource == nil || in.DataSource.Kind != "db2" || in.DataSource.Host != "${env.DB2_HOST}" || in.BaseURL != "https://localhost:9443" {
		t.Errorf("liberty: %+v %s", in.DataSource, in.BaseURL)
	}
	in = read(t, "config", "victor-microgestion__back-oauth__liberty_server.xml")
	if in.Trace.Configured != "com.ibm.ws.security.*=all" || in.Trace.On || len(in.Trace.Other) != 1 {
		t.Errorf("liberty trace: %+v", in.Trace)
	}
	in = read(t, "config", "baudelaine__dmagui__liberty_server.xml")
	if in.DataSource != nil || !strings.Contains(strings.Join(in.Notes, " "), "jdbc/XE.HR") {
		t.Errorf("nine data sources: %+v %q", in.DataSource, in.Notes)
	}
	in = read(t, "config", "scottkurz__mst-jdbc-app__liberty_server.xml")
	if in.DataSource == nil || in.DataSource.Kind != "postgresql" || in.DataSource.Database != "testdb" {
		t.Errorf("liberty postgresql: %+v", in.DataSource)
	}
	in = read(t, "config", "bayernmunich__IBM1__resources_server-scope_EXCERPT.xml")
	if in.DataSource != nil || !strings.Contains(strings.Join(in.Notes, " "), "DefaultEJBTimerDataSource") {
		t.Errorf("resources.xml: %+v %q", in.DataSource, in.Notes)
	}
	in = read(t, "domino", "Moonshine-IDE__Super.Human.Installer__notes.ini.j2")
	if in.Runtime != upgrade.Domino || !strings.Contains(strings.Join(in.Notes, " "), "KitType=1") {
		t.Errorf("notes.ini: %+v", in)
	}
}
