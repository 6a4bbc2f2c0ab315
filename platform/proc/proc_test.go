package proc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

type fake struct {
	all  []Info
	err  error
	live map[int]bool
}

func (f fake) List(context.Context) ([]Info, error)           { return f.all, f.err }
func (f fake) Alive(_ context.Context, pid int) (bool, error) { return f.live[pid], nil }

func was(root, profile, pidFile string) upgrade.Installation {
	return upgrade.Installation{ID: "leap-was-c", Runtime: upgrade.WAS, Root: root, Home: profile, Cell: "Cell01", Nodes: []upgrade.Node{{
		Name: "Node01", Profile: profile, Servers: []upgrade.Server{{Name: "server1", HasLeap: true, PIDFile: pidFile}}}}}
}

func wasProcess(pid int, config, cell, node, server string) Info {
	return Info{PID: pid, Args: []string{"/opt/was/java/bin/java", "-Dpassword=hidden", "com.ibm.ws.bootstrap.WSLauncher", "com.ibm.ws.runtime.WsServer", config, cell, node, server}}
}

func TestAServerIsKnownByCellNodeAndNameOfItsProcess(t *testing.T) {
	profile := native("/opt/was/profiles/AppSrv01")
	in := was("/", profile, "")
	otherCase := filepath.Join(filepath.Dir(profile), "APPSRV01", "config")
	caseCounts := map[bool]int{true: 1, false: 0}[runtime.GOOS == "windows"]
	for name, c := range map[string]struct {
		p    Info
		want int
	}{
		"same":          {wasProcess(7, native("/opt/was/profiles/AppSrv01/config"), "Cell01", "Node01", "server1"), 1},
		"other server":  {wasProcess(7, native("/opt/was/profiles/AppSrv01/config"), "Cell01", "Node01", "server2"), 0},
		"other profile": {wasProcess(7, native("/opt/was/profiles/AppSrv02/config"), "Cell01", "Node01", "server1"), 0},
		"other cell":    {wasProcess(7, native("/opt/was/profiles/AppSrv01/config"), "Cell02", "Node01", "server1"), 0},
		"other case":    {wasProcess(7, otherCase, "Cell01", "Node01", "server1"), caseCounts},
		"no server":     {Info{PID: 7, Args: []string{"vi", "server1"}}, 0},
	} {
		got, err := New(fake{all: []Info{c.p}}).Running(context.Background(), in)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %v %v, want %d", name, got, err, c.want)
		}
		for _, r := range got {
			if r.Evidence.Output == "" || contains(r.Evidence.Output, "hidden") {
				t.Errorf("%s: evidence %+v", name, r.Evidence)
			}
		}
	}
}

// native makes a path of the system that the test runs on.
func native(path string) string {
	if runtime.GOOS == "windows" {
		return filepath.FromSlash("C:" + path)
	}
	return path
}

func contains(text, part string) bool {
	for i := 0; i+len(part) <= len(text); i++ {
		if text[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

func TestLibertyAndDominoAreKnownByTheirPrograms(t *testing.T) {
	liberty := upgrade.Installation{Runtime: upgrade.Liberty, Root: "/", Home: "/opt/ol/wlp/usr/servers/defaultServer",
		Nodes: []upgrade.Node{{Servers: []upgrade.Server{{Name: "defaultServer"}}}}}
	domino := upgrade.Installation{Runtime: upgrade.Domino, Root: "/", Home: "/opt/hcl/domino", Data: "/local/notesdata",
		Nodes: []upgrade.Node{{Servers: []upgrade.Server{{Name: "pluto/Lab"}}}}}
	source := fake{all: []Info{
		{PID: 11, Args: []string{"java", "-jar", "/opt/ol/wlp/bin/tools/ws-server.jar", "defaultServer"}},
		{PID: 12, Args: []string{"java", "-jar", "/opt/other/wlp/bin/tools/ws-server.jar", "defaultServer"}},
		{PID: 13, Exe: "/opt/hcl/domino/notes/latest/linux/http", Dir: "/local/notesdata"},
		{PID: 14, Exe: "/opt/hcl/domino/notes/latest/linux/http", Dir: "/local/notesdata2"},
		{PID: 15, Exe: "/opt/hcl/domino/java/bin/java", Dir: "/local/notesdata"},
	}}
	for in, pid := range map[*upgrade.Installation]int{&liberty: 11, &domino: 13} {
		got, err := New(source).Running(context.Background(), *in)
		if err != nil || len(got) != 1 || got[0].PID != pid {
			t.Errorf("%s: %+v %v, want process %d", in.Runtime, got, err, pid)
		}
	}
}

func TestBelowAnotherRootOnlyItsProcessIDFilesCount(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "server1.pid")
	in := was(root, filepath.Join(root, "p"), file)
	source := fake{all: []Info{wasProcess(7, filepath.Join(root, "p/config"), "Cell01", "Node01", "server1")}, live: map[int]bool{os.Getpid(): true}}
	expect := func(what string, want int) {
		t.Helper()
		got, err := New(source).Running(context.Background(), in)
		if err != nil || len(got) != want {
			t.Errorf("%s: %v %v, want %d", what, got, err, want)
		}
	}
	expect("no file", 0)
	for text, want := range map[string]int{fmt.Sprint(os.Getpid(), "\n"): 1, "999999": 0, "": 0, "garbage": 0, "1": 0, fmt.Sprintf("http 4000000\nserver %d", os.Getpid()): 1} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		expect(text, want)
	}
}

func TestAProcessIDThatWasUsedAgainIsNotTheServer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "server1.pid")
	if err := os.WriteFile(file, []byte("42"), 0o600); err != nil {
		t.Fatal(err)
	}
	in := was("/", "/opt/was/profiles/AppSrv01", file)
	for name, c := range map[string]struct {
		all  []Info
		want int
	}{
		"a shell has the id":        {[]Info{{PID: 42, Args: []string{"/bin/bash", "-l"}}}, 0},
		"nothing has it":            {nil, 0},
		"its arguments are unseen":  {[]Info{{PID: 42}}, 1},
		"it is a java of WebSphere": {[]Info{{PID: 42, Args: []string{"java", "com.ibm.ws.runtime.WsServer"}}}, 1},
	} {
		got, err := New(fake{all: c.all, live: map[int]bool{42: true}}).Running(context.Background(), in)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %v %v, want %d", name, got, err, c.want)
		}
	}
}

func TestProcessesThatCannotBeListedAreAFaultNotAnAllClear(t *testing.T) {
	_, err := New(fake{err: errors.New("no /proc")}).Running(context.Background(), was("/", "/p", ""))
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-1010" {
		t.Fatalf("got %v", err)
	}
}

func TestTheMachinesOwnProcesses(t *testing.T) {
	all, err := system{}.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, p := range all {
		found = found || (p.PID == os.Getpid() && len(p.Args) > 0)
	}
	if !found {
		t.Errorf("this process is not among the %d that are listed", len(all))
	}
	if alive, err := (system{}).Alive(context.Background(), os.Getpid()); err != nil || !alive {
		t.Errorf("this process: %v %v", alive, err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if alive, err := (system{}).Alive(context.Background(), cmd.Process.Pid); err != nil || alive {
		t.Errorf("a process that has ended: %v %v", alive, err)
	}
}
