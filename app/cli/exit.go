package cli

import (
	"context"
	"errors"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Exit codes. They are an interface: scripts rely on them. Never 2, which a crashed Go program gives.
const (
	ExitOK            = 0
	ExitFailed        = 1
	ExitPartial       = 3
	ExitBlockers      = 10
	ExitLocked        = 11
	ExitAuth          = 12
	ExitUnsupported   = 13
	ExitVerify        = 20
	ExitSourceChanged = 21
	ExitAppsFailed    = 30
	ExitIncomplete    = 31
	ExitWaiting       = 40
	ExitUsage         = 64
	ExitInterrupted   = 130
)

var exitOf = map[upgrade.Kind]int{
	upgrade.KindFailed:        ExitFailed,
	upgrade.KindPartial:       ExitPartial,
	upgrade.KindBlocked:       ExitBlockers,
	upgrade.KindLocked:        ExitLocked,
	upgrade.KindAuth:          ExitAuth,
	upgrade.KindUnsupported:   ExitUnsupported,
	upgrade.KindVerify:        ExitVerify,
	upgrade.KindSourceChanged: ExitSourceChanged,
	upgrade.KindAppsFailed:    ExitAppsFailed,
	upgrade.KindIncomplete:    ExitIncomplete,
	upgrade.KindWaiting:       ExitWaiting,
	upgrade.KindUsage:         ExitUsage,
	upgrade.KindCancelled:     ExitInterrupted,
}

// verdict is an exit code that is no error: the command did its work and found something. It has been printed already.
type verdict int

func (v verdict) Error() string { return "exit " + exitName(int(v)) }

func exitName(code int) string {
	for kind, c := range exitOf {
		if c == code {
			return map[upgrade.Kind]string{upgrade.KindBlocked: "blockers found", upgrade.KindVerify: "verification failed", upgrade.KindAppsFailed: "applications failed",
				upgrade.KindIncomplete: "state incomplete", upgrade.KindPartial: "with warnings"}[kind]
		}
	}
	return "unknown"
}

// exitCode maps an error to the code of conventions; an error that says nothing is a failure.
func exitCode(err error) int {
	var v verdict
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &v):
		return int(v)
	case errors.Is(err, op.ErrStopped) || errors.Is(err, context.Canceled):
		return ExitInterrupted
	}
	return exitOf[upgrade.KindOf(err)]
}
