//go:build !linux

package wire

import (
	"errors"
	"os"
)

// reopen opens a file for reading that is open for writing only: by its name, when it is known.
func reopen(f *os.File) (*os.File, error) {
	mine, err := f.Stat()
	if err != nil {
		return nil, err
	}
	again, err := os.Open(f.Name())
	if err != nil {
		return nil, err
	}
	info, err := again.Stat()
	if err == nil && !os.SameFile(mine, info) {
		err = errors.New("the name belongs to another file")
	}
	if err != nil {
		return nil, errors.Join(err, again.Close())
	}
	return again, nil
}
