package recording

import (
	"errors"
	"io/fs"
	"os"
)

// segmentFS is how segments are written; tests let each call fail.
type segmentFS interface {
	create(path string) (segmentFile, error)
	open(path string) (segmentFile, error) // for appending
	truncate(path string, size int64) error
	remove(path string) error
}

// segmentFile is a segment that is written.
type segmentFile interface {
	Write(p []byte) (int, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

// osFS is the machine's file system.
type osFS struct{}

// create makes a segment. What a failed beginning of the same segment left behind is made anew; anything that holds a frame is not touched.
func (osFS) create(path string) (segmentFile, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if !errors.Is(err, fs.ErrExist) {
		return orNil(f, err)
	}
	if s, serr := openSegment(path); serr == nil {
		_, serr = s.next()
		if cerr := s.close(); serr == nil || cerr != nil {
			return nil, errors.Join(err, cerr)
		}
	}
	return orNil(os.OpenFile(path, os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600))
}

func (osFS) open(path string) (segmentFile, error) {
	return orNil(os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o600))
}

func (osFS) truncate(path string, size int64) error { return os.Truncate(path, size) }

func (osFS) remove(path string) error { return os.Remove(path) }

func orNil(f *os.File, err error) (segmentFile, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}
