package cli

import (
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/op"
)

func TestThePaceIsToldInOneLine(t *testing.T) {
	now := time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC)
	for want, p := range map[string]op.Progress{
		"": {State: op.Running, Phase: "copying", Total: 100},
		"copying, 25 %: 512.0 MiB of 2.0 GiB, 100.0 MiB/s, 15s left": {State: op.Running, Phase: "copying", Unit: op.Bytes, Done: 512 << 20, Total: 2 << 30,
			Rate: 100 << 20, PhaseStarted: now.Add(-time.Minute)},
		"sweeping, 50 %: 5 of 10, 1 a second, 5s left": {State: op.Running, Phase: "sweeping", Unit: op.Items, Done: 5, Total: 10, Rate: 1, PhaseStarted: now.Add(-5 * time.Second)},
	} {
		if got := paceText(p, now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
