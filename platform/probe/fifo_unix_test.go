//go:build !windows

package probe

import (
	"path/filepath"
	"syscall"
	"testing"
)

func TestAPipeIsRefusedInsteadOfWaitedFor(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pipe.properties")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := (SettingsFiles{}).Read(file); err == nil {
		t.Error("a pipe was read")
	}
	if err := edit(t, file); err == nil {
		t.Error("a pipe was edited")
	}
}
