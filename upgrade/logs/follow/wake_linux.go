package follow

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// watcher waits for events of the log's folder. Where there are none (network shares, a folder that does not exist) it only waits.
//
// It reads inotify on the goroutine that waits: a library that reads on another one and hands events over costs one more thread to be woken, which takes as long as
// reading and recording a line.
type watcher struct {
	dir    string
	prefix string
	events *os.File // nil: the system gives none
	fd     int      // of events
	folder int      // the watch of the folder, when it is added
	added  bool
	buf    [16 << 10]byte
}

// what is told of a folder: everything that makes a look worthwhile.
const watched = syscall.IN_CREATE | syscall.IN_MODIFY | syscall.IN_ATTRIB | syscall.IN_DELETE | syscall.IN_DELETE_SELF | syscall.IN_MOVED_TO | syscall.IN_MOVED_FROM |
	syscall.IN_MOVE_SELF

func newWatcher(path string) *watcher {
	base := filepath.Base(path)
	w := &watcher{dir: filepath.Dir(path), prefix: strings.TrimSuffix(base, filepath.Ext(base))}
	if fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK); err == nil {
		w.fd, w.events = fd, os.NewFile(uintptr(fd), "inotify") // not blocking: a deadline ends its reading
	}
	return w
}

// Close ends watching.
func (w *watcher) Close() error {
	if w.events == nil {
		return nil
	}
	return w.events.Close()
}

// Wait implements Waker.
func (w *watcher) Wait(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.events != nil && !w.added {
		w.add()
	}
	events := w.events
	if events == nil || events.SetReadDeadline(time.Now().Add(d)) != nil {
		return pauseFor(ctx, d)
	}
	stop := context.AfterFunc(ctx, func() { _ = events.SetReadDeadline(time.Unix(1, 0)) }) // when it is closed nobody waits
	defer stop()
	for {
		n, err := events.Read(w.buf[:])
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil
		case err != nil || n == 0: // it tells nothing any more
			_ = events.Close() // it was only read
			w.events = nil
			return pauseFor(ctx, d)
		case w.concern(w.buf[:n]):
			return nil
		}
	}
}

// add watches the folder. When it is not there, the next Wait tries again.
func (w *watcher) add() {
	folder, err := syscall.InotifyAddWatch(w.fd, w.dir, watched)
	w.folder, w.added = folder, err == nil
}

// concern tells whether one of the events is a reason to look: one of the log's files, or that events were lost.
func (w *watcher) concern(events []byte) (look bool) {
	for len(events) >= syscall.SizeofInotifyEvent {
		folder := int(int32(binary.NativeEndian.Uint32(events)))
		mask := binary.NativeEndian.Uint32(events[4:])
		size := syscall.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(events[12:]))
		name := strings.TrimRight(string(events[syscall.SizeofInotifyEvent:min(size, len(events))]), "\x00")
		events = events[min(size, len(events)):]
		switch {
		case mask&syscall.IN_Q_OVERFLOW != 0:
			look = true
		case folder != w.folder: // of a folder that had the name before
		case mask&syscall.IN_MOVE_SELF != 0:
			_, _ = syscall.InotifyRmWatch(w.fd, uint32(folder)) // else its events would go on under another name
			w.added, look = false, true
		case mask&(syscall.IN_DELETE_SELF|syscall.IN_IGNORED) != 0:
			w.added = false // the folder is gone: it is watched again when it returns
		case strings.HasPrefix(name, w.prefix):
			look = true
		}
	}
	return look
}

// pauseFor waits without events.
func pauseFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
