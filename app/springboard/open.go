package main

import (
	"context"
	"os/exec"
	"runtime"
)

// openPath opens a file or folder with the system's program for it. It does not wait for that program.
func openPath(path string) error {
	name, args := "xdg-open", []string{path}
	switch runtime.GOOS {
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", path}
	case "darwin":
		name = "open"
	}
	cmd := exec.CommandContext(context.Background(), name, args...) // it outlives the window
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // its end matters to nobody; it only must not stay a zombie
	return nil
}
