package probe

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// readOnly asks for the mount's flag, which holds for every user.
func readOnly(dir string) bool {
	var st unix.Statfs_t
	return unix.Statfs(dir, &st) == nil && st.Flags&unix.ST_RDONLY != 0
}

// power reads what the kernel and Debian's and Red Hat's tools leave in files; it starts no program.
func power(_ context.Context, f *preflight.HostFacts) {
	batteries, _ := filepath.Glob("/sys/class/power_supply/*/type")
	for _, file := range batteries {
		if read(file) == "Mains" && read(filepath.Join(filepath.Dir(file), "online")) == "0" {
			f.OnBattery = true
		}
	}
	if exists("/run/reboot-required") || exists("/var/run/reboot-required") {
		f.RebootPending, f.PendingDetails = true, strings.Join(strings.Fields(read("/run/reboot-required.pkgs")), ", ")
	}
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil {
		f.OpenFileLimit = limit.Cur
	}
	f.Missing = append(f.Missing, "when the desktop sleeps")
	f.ClockSynced = exists("/run/systemd/timesync/synchronized")
}

func read(file string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}
