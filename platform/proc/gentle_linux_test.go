package proc

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// TestAGentleProcessGivesWay asks a child, for a process cannot take its priority back.
func TestAGentleProcessGivesWay(t *testing.T) {
	if os.Getenv("SPRINGBOARD_TEST_GENTLE") != "" {
		if err := Gentle(); err != nil {
			t.Fatal(err)
		}
		nice, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
		if err != nil || 20-nice < gentleNice { // the system call gives 20 less the value
			t.Errorf("nice is %d: %v", 20-nice, err)
		}
		level, _, errno := unix.Syscall(unix.SYS_IOPRIO_GET, ioprioWhoProcess, 0, 0)
		if errno != 0 || level != ioprioLast {
			t.Errorf("the disk's priority is %x: %v", level, errno)
		}
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "TestAGentleProcessGivesWay", "-test.v")
	cmd.Env = append(os.Environ(), "SPRINGBOARD_TEST_GENTLE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
