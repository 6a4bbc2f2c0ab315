package proc

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

// TestHelperHoldsAFile is not a test: it is the other process of the one below.
func TestHelperHoldsAFile(t *testing.T) {
	path := os.Getenv("PROC_TEST_HOLD")
	if path == "" {
		t.Skip("the other process of TestAFileThatAnotherProcessWritesIsFound")
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fmt.Println("holding")
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the test ends
}

func TestAFileThatAnotherProcessWritesIsFound(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells which files are open")
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHelperHoldsAFile$")
	cmd.Env = append(os.Environ(), "PROC_TEST_HOLD="+filepath.Join(dir, "a.nsf"))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { in.Close(); _ = cmd.Wait() }()
	if _, err := out.Read(make([]byte, 7)); err != nil {
		t.Fatal(err)
	}
	list, _, err := NewQuiescence().OpenFiles(context.Background(), []string{dir})
	if err != nil || len(list) != 1 || list[0].PID != cmd.Process.Pid || list[0].Practice {
		t.Fatalf("%+v %v, want process %d", list, err, cmd.Process.Pid)
	}
	if err := os.WriteFile(filepath.Join(dir, labMarker), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if list, _, _ := NewQuiescence().OpenFiles(context.Background(), []string{dir}); len(list) != 1 || !list[0].Practice {
		t.Errorf("in a lab: %+v", list)
	}
	if list, _, _ := NewQuiescence().OpenFiles(context.Background(), []string{filepath.Join(dir, "elsewhere")}); len(list) != 0 {
		t.Errorf("elsewhere: %+v", list)
	}
}

func TestALabsServerIsNamedAsPractice(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "server1.pid")
	for name, text := range map[string]string{file: fmt.Sprint(os.Getpid()), filepath.Join(root, labMarker): "{}"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, complete, err := NewQuiescence().Running(context.Background(), was(root, root, file))
	if err != nil || !complete || len(list) != 1 || !list[0].Practice || list[0].How != "pid file" {
		t.Errorf("%+v %v %v", list, complete, err)
	}
	checks, err := NewProcesses().Running(context.Background(), was(root, root, file))
	if err != nil || len(checks) != 1 || checks[0].Evidence == (upgrade.Evidence{}) {
		t.Errorf("%+v %v", checks, err)
	}
}
