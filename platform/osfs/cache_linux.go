package osfs

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Advice is advice: a file system that ignores or refuses it changes the speed, not the result.

func adviseSequential(f *os.File) { _ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_SEQUENTIAL) }

func dropCache(f *os.File) { _ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) }

// startWriteback lets the disk begin with a part of a file while the next bytes are read. The proof is Sync, so a system without the call loses only time.
func startWriteback(f *os.File, from, n int64) error {
	return withoutCall(unix.SyncFileRange(int(f.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE))
}

// finishWriteback waits until the disk has taken a part of a file, and gives the memory back. The next part then finds warm memory: to fill the memory of a
// whole file costs more than the copy, and drives out what the server has in it.
func finishWriteback(f *os.File, from, n int64) error {
	const wait = unix.SYNC_FILE_RANGE_WAIT_BEFORE | unix.SYNC_FILE_RANGE_WRITE | unix.SYNC_FILE_RANGE_WAIT_AFTER
	if err := withoutCall(unix.SyncFileRange(int(f.Fd()), from, n, wait)); err != nil {
		return err
	}
	_ = unix.Fadvise(int(f.Fd()), from, n, unix.FADV_DONTNEED)
	return nil
}

// withoutCall passes over the answers of a system that does not know the call.
func withoutCall(err error) error {
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ESPIPE) || errors.Is(err, unix.EOPNOTSUPP) {
		return nil
	}
	return err
}

// adviseHuge asks for huge pages, also where the memory was used before.
func adviseHuge(b []byte) {
	_ = unix.Madvise(b, unix.MADV_HUGEPAGE)
	_ = unix.Madvise(b, unix.MADV_COLLAPSE)
}
