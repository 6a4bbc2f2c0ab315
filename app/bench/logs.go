//go:build unix

package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
)

func logFigures() []figure {
	return []figure{{area: "logs", name: "springboardctl logs stats", peer: "wc -l", limit: 8, memory: 100 << 20, measure: (*bench).logs}}
}

func (b *bench) logs() (ours, peer sample, err error) {
	path := filepath.Join(b.work, "SystemOut.log")
	if err := b.bigLog(path); err != nil {
		return ours, peer, err
	}
	return alternate(5, func() (sample, error) { return command(b.ctl, "logs", "stats", path) }, func() (sample, error) { return command("wc", "-l", path) })
}

// bigLog makes a log of the wanted size of the rotated files of a lab, which are written as WebSphere writes.
func (b *bench) bigLog(path string) (err error) {
	dir := filepath.Join(b.work, "lab")
	if _, err := command(b.ctl, "lab", "create", dir); err != nil {
		return err
	}
	parts, err := filepath.Glob(filepath.Join(dir, "opt/IBM/WebSphere/AppServer/profiles/*/logs/*/SystemOut*.log"))
	if err != nil || len(parts) == 0 {
		return fmt.Errorf("the lab has no logs: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for written := int64(0); written < int64(b.mb)<<20; {
		for _, p := range parts {
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			n, err := w.Write(data)
			if err != nil {
				return err
			}
			written += int64(n)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
