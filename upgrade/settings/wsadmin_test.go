package settings

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

const managedFile = `D:\IBM\profiles\Dmgr01\config\cells\Cell 1\nodes\node1\servers\server1\server.xml`

func managedPlan(t *testing.T, edits ...upgrade.Edit) Plan {
	t.Helper()
	m := &memFiles{files: map[string][]byte{managedFile: []byte(withArguments("-Da='1' -Db=&quot;ü\\&quot;")), "/x/server.xml": []byte(wasText)}}
	return plan(t, m, edits...)
}

func scripted(t *testing.T) Script {
	t.Helper()
	s, err := WSAdmin(managedPlan(t, upgrade.Edit{File: managedFile, Op: upgrade.EditSet, Key: "trace-specification", Value: "*=info"},
		upgrade.Edit{File: managedFile, Op: upgrade.EditSet, Key: optionKey, Value: `C:\it's`}, upgrade.Edit{File: managedFile, Op: upgrade.EditUnset, Key: "heap-maximum-mb"}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestChangesOfAManagedCellBecomeAScript(t *testing.T) {
	script := scripted(t).Do
	for _, line := range []string{
		"server = AdminConfig.getid('/Cell:Cell 1/Node:node1/Server:server1/')\n",
		"target = AdminConfig.list('TraceService', server).splitlines()[0]\n", "AdminConfig.modify(target, [['startupTraceSpecification', '*=info']])\n",
		"AdminConfig.unsetAttributes(target, ['maximumHeapSize'])\n", "AdminConfig.save()\n", "type=NodeSync,node=node1,*",
	} {
		if !strings.Contains(script, line) {
			t.Errorf("no %q in\n%s", line, script)
		}
	}
	if strings.Count(script, "NodeSync") != 1 {
		t.Errorf("the node is synchronized more than once:\n%s", script)
	}
	if got := WSAdminTrace("node1", "server1", "*=info"); !strings.Contains(got, "AdminControl.setAttribute(trace, 'traceSpecification', '*=info')") {
		t.Error(got)
	}
}

func TestWhatNoScriptCanChangeIsRefused(t *testing.T) {
	for _, e := range []upgrade.Edit{
		{File: "/x/server.xml", Op: upgrade.EditSet, Key: traceKey, Value: "*=info"},
		{File: managedFile, Op: upgrade.EditSet, Key: "services/@enable", Value: "false"},
	} {
		if _, err := WSAdmin(managedPlan(t, e)); faultCode(err) != "SB-5020" {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

// stubAdmin stands for wsadmin's objects: attributes by object, in memory.
const stubAdmin = `
import sys, json
class Config:
    held = json.load(open(sys.argv[1]))
    def getid(self, path): return path
    def list(self, kind, scope): return kind
    def showAttribute(self, target, name):
        v = self.held.get(target + '.' + name)
        return v if v is not None else (name if name.endswith('Redirect') else None)
    def modify(self, target, pairs):
        for name, value in pairs: self.held[target + '.' + name] = value
    def unsetAttributes(self, target, names):
        for name in names: del self.held[target + '.' + name]
    def save(self): json.dump(self.held, open(sys.argv[1], 'w'), sort_keys=True)
class Control:
    def completeObjectName(self, name): return name
    def invoke(self, name, what): print(what + ' ' + name)
AdminConfig, AdminControl = Config(), Control()
`

// TestTheScriptChangesWhatItSaysAndItsTwinTakesItBack runs the scripts, whose statements mean the same in Jython and in Python.
func TestTheScriptChangesWhatItSaysAndItsTwinTakesItBack(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here: the scripts are not run")
	}
	held := filepath.Join(t.TempDir(), "held.json")
	const before = `{"JavaVirtualMachine.genericJvmArguments": "-Da='1' -Db=\"\u00fc\\\"", "JavaVirtualMachine.maximumHeapSize": "2048", "TraceService.startupTraceSpecification": "*=all"}`
	if err := os.WriteFile(held, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(script string) (string, error) {
		cmd := exec.Command(python, "-c", stubAdmin+script, held)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		return out.String(), err
	}
	s := scripted(t)
	out, err := run(s.Do)
	if err != nil || !strings.Contains(out, SavedMark) || !strings.Contains(out, "sync type=NodeSync,node=node1") {
		t.Fatalf("%v\n%s", err, out)
	}
	changed, _ := os.ReadFile(held)
	for _, want := range []string{`"*=info"`, `-Dfsp.extensions.dirs=\"C:\\it's\"`} {
		if !strings.Contains(string(changed), want) {
			t.Errorf("no %s in %s", want, changed)
		}
	}
	if out, err := run(s.Do); err == nil || strings.Contains(out, SavedMark) || !strings.Contains(out, "not what was expected") {
		t.Errorf("a script saved over another value: %v\n%s", err, out)
	}
	if out, err := run(s.Undo); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if after, _ := os.ReadFile(held); string(after) != before {
		t.Errorf("after\n%s\nbefore\n%s", after, before)
	}
}
