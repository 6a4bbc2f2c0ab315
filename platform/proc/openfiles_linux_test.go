package proc

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestAFileThatAnotherProcessWritesIsNamed(t *testing.T) {
	dir := t.TempDir()
	written, read := filepath.Join(dir, "written.log"), filepath.Join(dir, "read.log")
	for _, path := range []string{written, read} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The shell holds both files until its input ends, and says when it does.
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", `exec 8>>"$0" 9<"$1"; echo ready; read -r _`, written, read)
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
	defer func() { _ = in.Close(); _, _ = io.Copy(io.Discard, out); _ = cmd.Wait() }()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	open, _, err := OpenFiles(t.Context(), []string{dir}, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, o := range open {
		if o.PID == cmd.Process.Pid {
			got[filepath.Base(o.Path)] = o.Writing
		}
	}
	if writing, ok := got["written.log"]; !ok || !writing {
		t.Errorf("the written file is not named as written: %v", open)
	}
	if writing, ok := got["read.log"]; !ok || writing {
		t.Errorf("the read file is not named as read: %v", open)
	}
}
