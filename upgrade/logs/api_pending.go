package logs

import (
	"context"
	"errors"
	"iter"
)

var errPending = errors.New("not finished yet")

// Source is one log or several, opened for reading.
type Source struct{}

// Options say how logs are read; the zero value finds out everything by itself.
type Options struct {
	Encoding string // overrides the detected encoding, e.g. "windows-1250"
	// Join puts traces that came as records of their own (System.err, HTTP JVM lines) with the record they belong to.
	Join bool
}

// Open opens files as one log: rotated siblings are put in order whatever the order of paths is, files of different logs are read one log
// after the other. It fails with SB-3001 (cannot be opened), SB-3002 (binary). An empty file is no error.
func Open(ctx context.Context, opts Options, paths ...string) (*Source, error) {
	return nil, errPending
}

// Records gives the records in order. Marks between them go to the optional function.
func (s *Source) Records(ctx context.Context, marks func(Mark)) iter.Seq2[*Record, error] { return nil }

// Close closes the files.
func (s *Source) Close() error { return nil }

// Siblings lists the rotated siblings of a current log, oldest first, with the current log last when it exists.
func Siblings(path string) ([]string, error) { return nil, errPending }

// Stats counts the records of files, read as one log.
func Stats(ctx context.Context, opts Options, paths ...string) (*Statistics, error) {
	return nil, errPending
}
