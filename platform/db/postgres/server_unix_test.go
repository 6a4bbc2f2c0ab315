//go:build !windows

package postgres_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// nobody is who the server runs as when the test runs as root, which PostgreSQL refuses.
const nobody = 65534

func handOver(t *testing.T, path string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	if err := os.Chown(path, nobody, nobody); err != nil {
		t.Fatal(err)
	}
}

func asOther(cmd *exec.Cmd) {
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
}
