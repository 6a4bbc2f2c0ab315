//go:build unix

package main

import (
	"bufio"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"
)

func windowFigures() []figure {
	return []figure{{area: "window", name: "first frame", peer: "first frame of an empty Fyne window", limit: 2, measure: (*bench).window}}
}

func (b *bench) window() (ours, peer sample, err error) {
	empty := filepath.Join(b.work, "emptywindow")
	if _, err := command("go", "build", "-o", empty, "./app/springboard/internal/emptywindow"); err != nil {
		return ours, peer, err
	}
	dir := filepath.Join(b.work, "windowlab")
	if _, err := command(b.ctl, "lab", "create", dir); err != nil {
		return ours, peer, err
	}
	display := func(args ...string) func() (sample, error) {
		return func() (sample, error) { return firstFrame(args[0], args[1:]...) }
	}
	return alternate(9, display("bin/springboard", "--root", dir, "--first-frame"), display(empty))
}

// firstFrame tells how long it takes until a program says that its first frame is drawn; what its end takes does not count.
func firstFrame(name string, args ...string) (s sample, err error) {
	cmd := exec.Command(name, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return s, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return s, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if s.took == 0 && lines.Text() == "first frame" {
			s.took = time.Since(began)
		}
	}
	if err := cmd.Wait(); err != nil {
		return s, err
	}
	if s.took == 0 {
		return s, fmt.Errorf("%s never said that its first frame was drawn", name)
	}
	return s, nil
}
