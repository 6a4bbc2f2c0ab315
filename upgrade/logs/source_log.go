package logs

import (
	"context"
	"errors"
	"io/fs"
	"slices"
)

// openTries is how often a log that is rotated while its files are opened is looked at again.
const openTries = 20

// OpenLog opens a log with all its rotated siblings; path names the current file or any of them. A rotation between the listing and the opening would leave a file
// out, and join the two halves of different lines: then it is opened again. Faults: as Open.
func OpenLog(ctx context.Context, opts Options, path string) (*Source, error) {
	return openLog(ctx, opts, path, func() {})
}

// openLog calls listed between the listing and the opening.
func openLog(ctx context.Context, opts Options, path string, listed func()) (*Source, error) {
	for try := 1; ; try++ {
		files, err := Siblings(path)
		if err != nil {
			return nil, cannotRead(path, err)
		}
		if len(files) == 0 {
			files = []string{path}
		}
		listed()
		s, err := Open(ctx, opts, files...)
		switch {
		case err != nil && (!errors.Is(err, fs.ErrNotExist) || try >= openTries || ctx.Err() != nil):
			return nil, err
		case err != nil:
			continue // it was renamed or deleted
		case try >= openTries || s.holds(path):
			return s, nil
		}
		if err := s.Close(); err != nil {
			return nil, cannotRead(path, err)
		}
	}
}

// holds tells whether the opened files are all that the log has now, in its order.
func (s *Source) holds(path string) bool {
	files, err := Siblings(path)
	if err != nil {
		return false
	}
	var parts []*Part
	for _, st := range s.streams {
		parts = append(parts, st.parts...)
	}
	return slices.EqualFunc(parts, files, func(p *Part, file string) bool { return p.Path() == file && p.Is(file) }) || len(files) == 0
}
