//go:build !linux && !windows

package probe

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade/preflight"
)

func readOnly(string) bool { return false } // writing will tell

func power(_ context.Context, f *preflight.HostFacts) {
	f.Missing = append(f.Missing, "power supply", "pending restarts", "when the machine sleeps")
}
