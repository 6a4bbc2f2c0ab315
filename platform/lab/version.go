package lab

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
	"github.com/springboard-leap/springboard/upgrade"
)

// Versions that a new lab has. The next ones follow by rule, so that every upgrade of a lab is a real step.
const (
	firstLeap   = "9.3.8.12"
	firstDomino = "1.1.8.12"
)

func firstVersion(p upgrade.Product) string {
	if p == upgrade.DominoLeap {
		return firstDomino
	}
	return firstLeap
}

// nextVersion gives the version after v: 9.3.8.12 -> 9.3.9.17 -> 9.3.10.22.
func nextVersion(v string) (string, error) {
	n, err := numbers(v)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d.%d.%d.%d", n[0], n[1], n[2]+1, n[3]+5), nil
}

func numbers(v string) (n [4]int, err error) {
	parts := strings.Split(v, ".")
	if len(parts) != len(n) {
		return n, fmt.Errorf("version %q has not four parts", v)
	}
	for i, p := range parts {
		if n[i], err = strconv.Atoi(p); err != nil || n[i] < 0 {
			return n, fmt.Errorf("version %q: part %q is no number", v, p)
		}
	}
	return n, nil
}

// compareVersions tells the order of two versions; an unreadable one comes first.
func compareVersions(a, b string) int {
	x, errX := numbers(a)
	y, errY := numbers(b)
	if errX != nil || errY != nil {
		return strings.Compare(a, b)
	}
	for i := range x {
		if x[i] != y[i] {
			return x[i] - y[i]
		}
	}
	return 0
}

// released is the fixed date of the program files of a version.
func released(v string) time.Time {
	n, err := numbers(v)
	if err != nil {
		return sample.Epoch
	}
	return time.Date(2025, 6, 3, 12, 0, 0, 0, time.UTC).AddDate(0, 0, 120*(n[2]-8))
}
