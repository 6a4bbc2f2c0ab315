package proc

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// From ioprio_set(2): who, and the class and level of best effort that is served last.
const (
	ioprioWhoProcess = 1
	ioprioLast       = 2<<13 | 7
	gentleNice       = 10
)

// Gentle makes this process give way to the others of the machine, for processor and disk. Threads that are started later inherit it.
func Gentle() error {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	var failed error
	for _, t := range tasks {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			continue
		}
		if err := unix.Setpriority(unix.PRIO_PROCESS, id, gentleNice); err != nil && !errors.Is(err, unix.ESRCH) {
			failed = err
		}
		if _, _, errno := unix.Syscall(unix.SYS_IOPRIO_SET, ioprioWhoProcess, uintptr(id), ioprioLast); errno != 0 && errno != unix.ESRCH {
			failed = errno
		}
	}
	return failed
}
