package proc

import "golang.org/x/sys/windows"

// Gentle makes this process give way to the others of the machine. The background mode lowers the priority of the disk too.
func Gentle() error {
	return windows.SetPriorityClass(windows.CurrentProcess(), windows.PROCESS_MODE_BACKGROUND_BEGIN)
}
