package logs

import (
	"context"
	"errors"
	"io"
	"iter"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// Options say how logs are read; the zero value finds out everything by itself.
type Options struct {
	Encoding string // overrides the detected encoding, e.g. "windows-1250"
	// Join puts traces that came as records of their own (System.err, HTTP JVM lines) with the record they belong to.
	Join bool
}

// Source is one log or several, opened for reading. It may be read several times, from one goroutine at a time.
type Source struct {
	opts    Options
	streams []stream
}

// stream is one log: its files in order.
type stream struct {
	parts   []*Part
	profile Profile
}

// Open opens files as one log: rotated siblings are put in order whatever the order of paths is; files of different logs are read one log after
// the other. Faults: SB-3001 a file cannot be opened, SB-3002 a file is not text, SB-3003 an encoding is not known. An empty file is no fault.
func Open(ctx context.Context, opts Options, paths ...string) (*Source, error) {
	if err := checkEncoding(opts.Encoding); err != nil {
		return nil, err
	}
	s := &Source{opts: opts}
	for _, group := range groups(paths) {
		var st stream
		for _, path := range group {
			in, err := openPart(path)
			if err == nil {
				st.parts = append(st.parts, in)
				err = ctx.Err()
			}
			if err != nil {
				s.streams = append(s.streams, st)
				return nil, errors.Join(err, s.Close())
			}
		}
		if err := st.probe(opts); err != nil {
			s.streams = append(s.streams, st)
			return nil, errors.Join(err, s.Close())
		}
		s.streams = append(s.streams, st)
	}
	return s, nil
}

func openPart(path string) (*Part, error) {
	f, err := logfile.Open(path)
	if err != nil {
		return nil, cannotRead(path, err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = errors.New("it is a folder")
	case !info.Mode().IsRegular():
		err = errors.New("it is no file but a pipe or a device")
	}
	in := &Part{path: path, name: parseName(path), file: f}
	if err == nil {
		in.size, in.mod = info.Size(), info.ModTime()
		err = in.sample()
	}
	if err != nil {
		return nil, errors.Join(cannotRead(path, err), f.Close())
	}
	return in, nil
}

func cannotRead(path string, err error) error {
	return upgrade.NewFault("SB-3001", upgrade.KindFailed, err, "file", path, "detail", err.Error())
}

const (
	headSample = 256 << 10
	spotSample = 16 << 10
	spots      = 12
)

// sample reads the beginning, the end, and some places between, for detection.
func (in *Part) sample() error {
	head := make([]byte, min(headSample, in.size))
	n, err := in.file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	head = head[:n]
	if isPacked(head) {
		in.packed = true
		return in.samplePacked()
	}
	in.samples = [][]byte{head}
	rest := in.size - int64(n)
	for i := int64(1); i <= spots && rest > spotSample*spots*2; i++ {
		spot := make([]byte, spotSample)
		at := (int64(n) + (rest-spotSample)*i/spots) &^ 1
		if n, err := in.file.ReadAt(spot, at); err == nil || err == io.EOF {
			in.samples = append(in.samples, spot[:n])
		}
	}
	return nil
}

func (in *Part) samplePacked() error {
	r, err := in.reader(0)
	if err != nil {
		return err
	}
	head := make([]byte, headSample)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	in.samples = [][]byte{head[:n]}
	return err
}

func (in *Part) hints() stamp.Hints { return stamp.Hints{Rolled: in.name.roll(), ModTime: in.mod} }

// probe finds out what the log is, and gives each file the order of dates that is surest.
func (st *stream) probe(opts Options) error {
	for _, in := range st.parts {
		in.profile = Probe(in.path, in.hints(), opts, in.samples...)
		if in.profile.Binary {
			return upgrade.NewFault("SB-3002", upgrade.KindUnsupported, nil, "file", in.path)
		}
		in.samples = nil
		better := st.profile.Format == "" || st.profile.Format == Unrecognised && in.profile.Format != Unrecognised
		if better || !st.profile.Sure && in.profile.Sure && in.profile.Format == st.profile.Format {
			st.profile = in.profile
		}
		if st.profile.Encoding == "UTF-8" && in.profile.Format == st.profile.Format {
			st.profile.Encoding = in.profile.Encoding
		}
	}
	for _, in := range st.parts {
		if in.profile.Format == Unrecognised {
			in.profile.Format = st.profile.Format
		}
		if !in.profile.Sure && in.profile.Format == st.profile.Format {
			in.profile.Order, in.profile.Sure = st.profile.Order, st.profile.Sure
		}
	}
	return nil
}

// Profile tells what the first log is.
func (s *Source) Profile() Profile {
	if len(s.streams) == 0 {
		return Profile{Format: Unrecognised, Encoding: "UTF-8"}
	}
	return s.streams[0].profile
}

// Parts gives the files of each log, in order. They are closed with the source, or by whoever takes them over.
func (s *Source) Parts() [][]*Part {
	all := make([][]*Part, 0, len(s.streams))
	for _, st := range s.streams {
		all = append(all, st.parts)
	}
	return all
}

// Close closes the files.
func (s *Source) Close() error {
	var errs []error
	for _, st := range s.streams {
		for _, in := range st.parts {
			errs = append(errs, in.Close())
		}
	}
	return errors.Join(errs...)
}

// Records gives the records in order. marks gets the starts and gaps between them and may be nil. An error ends the sequence.
func (s *Source) Records(ctx context.Context, marks func(Mark)) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		sink := &yieldSink{yield: yield, marks: marks}
		if err := s.Each(ctx, sink); err != nil && !sink.stopped {
			yield(nil, err)
		}
	}
}

type yieldSink struct {
	yield   func(*Record, error) bool
	marks   func(Mark)
	stopped bool
}

func (y *yieldSink) Record(r *Record) bool {
	if !y.yield(r, nil) {
		y.stopped = true
	}
	return !y.stopped
}

func (y *yieldSink) Mark(m Mark) bool {
	if y.marks != nil {
		y.marks(m)
	}
	return true
}
