package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeRoom is what a pipe takes at once when it takes anything (PIPE_BUF).
const pipeRoom = 4096

// roomInPipe is how many bytes a pipe takes now without waiting for its reader.
func roomInPipe(f *os.File) (room int) {
	raw, err := f.SyscallConn()
	if err != nil {
		return 0
	}
	err = raw.Control(func(fd uintptr) { // Fd would make it one that blocks
		ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		if n, err := unix.Poll(ready, 0); err == nil && n == 1 && ready[0].Revents&unix.POLLOUT != 0 {
			room = pipeRoom
		}
	})
	if err != nil {
		return 0
	}
	return room
}
