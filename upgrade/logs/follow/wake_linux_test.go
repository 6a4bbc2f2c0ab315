package follow

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// long is a wait that only an event ends: a test that gets none fails by its context.
const long = time.Hour

func waiting(t *testing.T) (w *watcher, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "logs")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	w = newWatcher(filepath.Join(dir, "SystemOut.log"))
	t.Cleanup(func() { _ = w.Close() })
	if w.add(); !w.added {
		t.Fatal("the folder is not watched")
	}
	return w, dir
}

func mustWake(t *testing.T, w *watcher, why string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := w.Wait(ctx, long); err != nil {
		t.Fatalf("%s woke nobody: %v", why, err)
	}
}

func TestAWriteARenameAndADeletionOfTheLogsFilesWake(t *testing.T) {
	w, dir := waiting(t)
	log := filepath.Join(dir, "SystemOut.log")
	must(t, os.WriteFile(log, []byte("a line\n"), 0o600))
	mustWake(t, w, "a new file")
	must(t, os.WriteFile(log, []byte("another line\n"), 0o600))
	mustWake(t, w, "a write")
	must(t, os.Rename(log, filepath.Join(dir, "SystemOut_1.log")))
	mustWake(t, w, "a rename")
	must(t, os.Remove(filepath.Join(dir, "SystemOut_1.log")))
	mustWake(t, w, "a deletion")
}

func TestOtherFilesOfTheFolderWakeNobody(t *testing.T) {
	w, dir := waiting(t)
	must(t, os.WriteFile(filepath.Join(dir, "SystemErr.log"), []byte("a line\n"), 0o600))
	buf := make([]byte, 4096)
	n, err := w.events.Read(buf)
	must(t, err)
	if w.concern(buf[:n]) {
		t.Errorf("a file beside the log is a reason to look")
	}
}

func TestAWaitEndsWithItsTimeAndWithItsContext(t *testing.T) {
	w, _ := waiting(t)
	must(t, w.Wait(t.Context(), time.Millisecond))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Wait(ctx, long) }()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	if err := w.Wait(ctx, long); !errors.Is(err, context.Canceled) {
		t.Errorf("the next one ended with %v", err)
	}
}

func TestAFolderThatVanishedIsWatchedAgain(t *testing.T) {
	for name, vanish := range map[string]func(dir string) error{
		"deleted": os.RemoveAll,
		"moved":   func(dir string) error { return os.Rename(dir, dir+"-before") },
	} {
		t.Run(name, func(t *testing.T) {
			w, dir := waiting(t)
			must(t, vanish(dir))
			for w.added { // the deletion of a folder is told by more than one event
				must(t, w.Wait(t.Context(), 10*time.Millisecond))
			}
			must(t, w.Wait(t.Context(), time.Millisecond)) // there is none to be watched
			if w.added {
				t.Fatal("a folder that is not there is watched")
			}
			must(t, os.Mkdir(dir, 0o700))
			must(t, w.Wait(t.Context(), time.Millisecond)) // it may see what is left of the old one
			must(t, os.WriteFile(filepath.Join(dir, "SystemOut.log"), []byte("a line\n"), 0o600))
			mustWake(t, w, "a file of the new folder")
		})
	}
}

func TestEventsThatWereLostAreAReasonToLook(t *testing.T) {
	w, _ := waiting(t)
	lost := make([]byte, syscall.SizeofInotifyEvent)
	none := int32(-1)
	binary.NativeEndian.PutUint32(lost, uint32(none))
	binary.NativeEndian.PutUint32(lost[4:], syscall.IN_Q_OVERFLOW)
	if !w.concern(lost) {
		t.Error("nobody looks")
	}
	if w.concern(lost[:8]) {
		t.Error("half an event is a reason to look")
	}
}

func TestAWatcherThatLostItsEventsWaitsForTheTime(t *testing.T) {
	w, _ := waiting(t)
	must(t, w.events.Close())
	must(t, w.Wait(t.Context(), time.Millisecond))
	must(t, w.Wait(t.Context(), time.Millisecond))
}
