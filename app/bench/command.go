//go:build unix

package main

import (
	"fmt"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// command runs a command and tells what it took.
func command(name string, args ...string) (sample, error) {
	cmd := exec.Command(name, args...)
	began := time.Now()
	said, err := cmd.CombinedOutput()
	s := sample{took: time.Since(began)}
	if err != nil {
		return s, fmt.Errorf("%s: %w\n%.500s", name, err, said)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.peak = usage.Maxrss << 10 // kilobytes on Linux
	}
	return s, nil
}

// alternate measures two commands in turn and gives the median of each: what disturbs one disturbs the other.
func alternate(times int, ours, peer func() (sample, error)) (a, b sample, err error) {
	var as, bs []sample
	for range times {
		for _, x := range []struct {
			run  func() (sample, error)
			into *[]sample
		}{{ours, &as}, {peer, &bs}} {
			s, err := x.run()
			if err != nil {
				return a, b, err
			}
			*x.into = append(*x.into, s)
		}
	}
	return median(as), median(bs), nil
}

func median(all []sample) sample {
	slices.SortFunc(all, func(a, b sample) int { return int(a.took - b.took) })
	m := all[len(all)/2]
	for _, s := range all {
		m.peak = max(m.peak, s.peak)
	}
	return m
}

func secondsOf(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
