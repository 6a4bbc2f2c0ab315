//go:build !windows

package secrets

import (
	"context"
	"io/fs"
	"os/exec"
	"time"
)

// openToOthers tells that the group or the world may read the file. A pipe (process substitution) is nobody else's.
func openToOthers(info fs.FileInfo) bool {
	return info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0
}

func shell(ctx context.Context, command string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	cmd.WaitDelay = 2 * time.Second
	return cmd
}
