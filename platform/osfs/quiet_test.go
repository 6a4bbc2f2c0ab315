package osfs

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func withPIDFile(t *testing.T, root, content string) upgrade.Installation {
	t.Helper()
	path := filepath.Join(root, "server1.pid")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return upgrade.Installation{Runtime: upgrade.WAS, Root: root, Cell: "cell1", Nodes: []upgrade.Node{{Servers: []upgrade.Server{
		{Name: "server1", HasLeap: true, PIDFile: path}}}}}
}

func TestTheServingProcessOfALabIsNamedAsPractice(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, labMark), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	list, complete, err := Quiescence{}.Running(t.Context(), withPIDFile(t, root, strconv.Itoa(os.Getpid())+"\n"))
	if err != nil || !complete || len(list) != 1 || !list[0].Practice || list[0].PID != os.Getpid() {
		t.Errorf("%v %v %v", list, complete, err)
	}
}

func TestAPIDFileOfACopiedServerSaysNothingAboutThisMachine(t *testing.T) {
	list, complete, err := Quiescence{}.Running(t.Context(), withPIDFile(t, t.TempDir(), strconv.Itoa(os.Getpid())))
	if err != nil || !complete || len(list) != 0 {
		t.Errorf("%v %v %v", list, complete, err)
	}
}

func TestAPIDFileThatIsOlderThanItsProcessWasLeftBehind(t *testing.T) {
	inst := withPIDFile(t, t.TempDir(), strconv.Itoa(os.Getpid()))
	path := inst.Nodes[0].Servers[0].PIDFile
	old := time.Now().Add(-24 * time.Hour)
	if _, ok := readPIDFile(t.Context(), path); !ok {
		t.Fatal("a living process was not found")
	}
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if p, ok := readPIDFile(t.Context(), path); ok {
		t.Errorf("found %+v", p)
	}
	for _, bad := range []string{"", "x", "-1", "0", "99999999999999999999"} {
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if p, ok := readPIDFile(t.Context(), path); ok {
			t.Errorf("%q gave %+v", bad, p)
		}
	}
}

func TestCommandLinesOfServersAreRecognised(t *testing.T) {
	was := upgrade.Installation{Runtime: upgrade.WAS, Cell: "cell1", Nodes: []upgrade.Node{{Servers: []upgrade.Server{
		{Name: "leap1", HasLeap: true}, {Name: "nodeagent"}}}}}
	liberty := upgrade.Installation{Runtime: upgrade.Liberty, Home: "/opt/wlp/usr/servers/defaultServer"}
	domino := upgrade.Installation{Runtime: upgrade.Domino, Home: "/opt/hcl/domino"}
	java := "/opt/IBM/WebSphere/AppServer/java/8.0/bin/java"
	for _, c := range []struct {
		name string
		inst upgrade.Installation
		args []string
		want bool
	}{
		{"WebSphere server with Leap", was, []string{java, "-Xmx4g", "com.ibm.ws.runtime.WsServer", "/p/config", "cell1", "node1", "leap1"}, true},
		{"its node agent", was, []string{java, "com.ibm.ws.runtime.WsServer", "/p/config", "cell1", "node1", "nodeagent"}, false},
		{"another cell", was, []string{java, "com.ibm.ws.runtime.WsServer", "/p/config", "cell2", "node1", "leap1"}, false},
		{"an editor", was, []string{"vi", "leap1", "cell1"}, false},
		{"Liberty", liberty, []string{"java", "-jar", "/opt/wlp/bin/tools/ws-server.jar", "defaultServer"}, true},
		{"another Liberty", liberty, []string{"java", "-jar", "/opt/wlp/bin/tools/ws-server.jar", "other"}, false},
		{"Domino", domino, []string{"/opt/hcl/domino/notes/latest/linux/server"}, true},
		{"not Domino", domino, []string{"/usr/bin/http"}, false},
	} {
		if got := belongs(c.inst, c.args[0], c.args); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestAFileThatAnotherProcessMayWriteIsSeen(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux shows the open files of other processes")
	}
	dir := t.TempDir()
	held, read := filepath.Join(dir, "held.nsf"), filepath.Join(dir, "read.nsf")
	if err := os.WriteFile(read, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", "exec 3>>"+held+" 4<"+read+"; echo ready; read end")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skip("no shell:", err)
	}
	t.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	if _, err := out.Read(make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	list, _, err := Quiescence{}.OpenFiles(t.Context(), []string{dir})
	if err != nil || len(list) != 1 || list[0].File != held || list[0].PID != cmd.Process.Pid {
		t.Errorf("%+v %v", list, err)
	}
	if list, _, _ := (Quiescence{}).OpenFiles(t.Context(), []string{read}); len(list) != 0 {
		t.Errorf("a reader was taken for a writer: %+v", list)
	}
}
