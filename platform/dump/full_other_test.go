//go:build !linux

package dump

import (
	"testing"

	"github.com/springboard-leap/springboard/platform/db/dbtest"
)

func fullDisk(t *testing.T, _ dbtest.Server) { t.Skip("a small volume is mounted on Linux only") }
