package secrets

import (
	"context"
	"io/fs"
	"os/exec"
	"syscall"
	"time"
)

// openToOthers: mode bits say nothing on Windows; its access lists are inherited from the folder, which is the user's to guard.
func openToOthers(fs.FileInfo) bool { return false }

// shell hands the command to cmd.exe as it was typed: Go's quoting is not that of cmd.exe.
func shell(ctx context.Context, command string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd.exe /d /s /c "` + command + `"`}
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

// hasKeyring: the Credential Manager is part of Windows.
func hasKeyring(func(string) string) bool { return true }
