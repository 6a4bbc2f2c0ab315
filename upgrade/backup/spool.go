package backup

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// spool is the list of finished entries on the disk, in the order of the walk, so that a million files need no memory.
type spool struct {
	w   Writer
	buf *bufio.Writer
}

func newSpool(fsys FS, place string) (*spool, error) {
	w, err := fsys.Create(place, 0o600)
	if err != nil {
		return nil, writeFault(place, err)
	}
	return &spool{w: w, buf: bufio.NewWriterSize(w, 1<<16)}, nil
}

func (s *spool) add(e entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = s.buf.Write(append(text, '\n'))
	return err
}

func (s *spool) close() error { return errors.Join(s.buf.Flush(), s.w.Close()) }

// readSpool yields the entries of a spool.
func readSpool(fsys FS, place string) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		r, err := fsys.Open(place)
		if err != nil {
			yield(entry{}, err)
			return
		}
		defer r.Close()
		in := bufio.NewReaderSize(r, 1<<16)
		for {
			text, err := in.ReadSlice('\n')
			if errors.Is(err, bufio.ErrBufferFull) {
				rest, restErr := in.ReadBytes('\n')
				text, err = append(append([]byte(nil), text...), rest...), restErr
			}
			if errors.Is(err, io.EOF) && len(text) == 0 {
				return
			}
			var e entry
			if err == nil {
				err = json.Unmarshal(text, &e)
			} else {
				err = fmt.Errorf("%s ends within a line: %w", place, err)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}
