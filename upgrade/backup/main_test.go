package backup_test

import (
	"context"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(victimEnv) != "" {
		os.Exit(beVictim())
	}
	goleak.VerifyTestMain(m)
}

// contextOf is the context of a child process, which has no test.
func contextOf() context.Context { return context.Background() }
