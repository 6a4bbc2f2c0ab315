//go:build unix

package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"time"
)

func backupFigures() []figure {
	return []figure{{area: "backup", name: "create, read back", peer: "cp -a and sync -f", limit: 2.1, measure: (*bench).backup}}
}

var backupTimes = regexp.MustCompile(`create ([0-9.]+) s, cp -a and sync -f ([0-9.]+) s`)

// backup runs the benchmark of the backup package, which measures against cp -a and sync.
func (b *bench) backup() (ours, peer sample, err error) {
	said, err := exec.Command("go", "test", "-run", "^$", "-bench", "CreateAgainstCp", "-benchtime", "1x", "-timeout", "30m", "./upgrade/backup").CombinedOutput()
	if err != nil {
		return ours, peer, fmt.Errorf("the benchmark of the backup: %w\n%s", err, said)
	}
	found := backupTimes.FindSubmatch(said)
	if found == nil {
		return ours, peer, fmt.Errorf("the benchmark of the backup told no times:\n%s", said)
	}
	if ours.took, err = time.ParseDuration(string(found[1]) + "s"); err != nil {
		return ours, peer, err
	}
	peer.took, err = time.ParseDuration(string(found[2]) + "s")
	return ours, peer, err
}
