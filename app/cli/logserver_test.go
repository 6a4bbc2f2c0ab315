package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// logServer is a server process of the ledger tests: it writes numbered lines at a rate and rotates at random, as its kind does.
type logServer struct {
	path, how string
	limit     int64 // of a file that is written over in place
	pen       int64 // in it
	rnd       *rand.Rand
	f         *os.File
	rolls     int
	keep      int
	every     int
	size      int64
	written   int   // lines
	first     int   // the first line of the file
	before    []int // the first lines of the rotated files beside it, when they will vanish with it
	destroyed *os.File
}

// destroyedBeside is the file beside a log's folder in which the server writes a line "FROM TO" for each file of which it destroyed these lines, so that nobody can be
// blamed for not having read them.
func destroyedBeside(log string) string { return filepath.Dir(log) + "-destroyed" }

// writeLog is the command "logserver": -how KIND -lines N -rate N -seed N FILE.
func writeLog(args []string) error {
	fs := flag.NewFlagSet("logserver", flag.ContinueOnError)
	s := &logServer{}
	fs.StringVar(&s.how, "how", "rename", "rename, renumber, copy, truncate, delete, vanish (the whole folder) or wrap (written over in place)")
	fs.IntVar(&s.keep, "keep", 1000, "rotated files that are kept")
	fs.IntVar(&s.every, "every", 100, "on average so many blocks stand in a file")
	fs.Int64Var(&s.limit, "limit", 24<<20, "bytes after which a file is written over in place")
	lines := fs.Int("lines", 1000, "how many")
	rate := fs.Int("rate", 50000, "lines a second; 0: as fast as it goes")
	seed := fs.Uint64("seed", 1, "of the random numbers")
	if err := fs.Parse(args); err != nil {
		return err
	}
	s.path, s.rnd = fs.Arg(0), rand.New(rand.NewPCG(*seed, 7))
	var err error
	if s.destroyed, err = os.Create(destroyedBeside(s.path)); err != nil {
		return err
	}
	defer s.destroyed.Close()
	if err := s.open(); err != nil {
		return err
	}
	const beat = 5 * time.Millisecond
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for s.written < *lines {
		n := 500
		if *rate > 0 {
			<-tick.C
			n = *rate / int(time.Second/beat)
		}
		if err := s.write(min(n, *lines-s.written)); err != nil {
			return err
		}
	}
	if s.how == "wrap" { // the end of the last line may look as what stood there before: what follows shows that it is whole
		if err := s.over(fmt.Appendf(nil, "[11/23/26 22:00:00:000 CET] 000000a3 Demo          I   the end %x %x\n", s.rnd.Uint64(), s.rnd.Uint64()), 0); err != nil {
			return err
		}
	}
	return s.f.Close()
}

func (s *logServer) open() (err error) {
	how := os.O_APPEND | os.O_CREATE | os.O_WRONLY
	if s.how == "wrap" {
		how &^= os.O_APPEND
	}
	s.f, err = os.OpenFile(s.path, how, 0o600)
	s.size, s.pen, s.first = 0, 0, s.written
	return err
}

// write writes lines in pieces that end anywhere, and rotates between two pieces.
func (s *logServer) write(n int) error {
	var text []byte
	for range n {
		text = fmt.Appendf(text, "[11/23/26 21:%02d:%02d:%03d CET] 000000a3 Demo          I   line %d\n", s.written/60000%60, s.written/1000%60, s.written%1000, s.written)
		s.written++
	}
	cut := s.rnd.IntN(len(text))
	switch s.how {
	case "wrap":
		return s.over(text, n)
	case "truncate", "delete", "vanish":
		cut = len(text) // a cut line would be destroyed in part
	}
	if _, err := s.f.Write(text[:cut]); err != nil {
		return err
	}
	if s.size += int64(len(text)); s.rnd.IntN(s.every) == 0 || s.size > 8<<20 {
		if err := s.rotate(); err != nil {
			return err
		}
	}
	_, err := s.f.Write(text[cut:])
	return err
}

// over writes whole lines at the pen, which goes to the beginning of the file when they do not fit any more: that destroys the round before.
func (s *logServer) over(text []byte, lines int) error {
	if s.pen+int64(len(text)) > s.limit {
		if err := s.destroy(s.written - lines); err != nil {
			return err
		}
		s.pen = 0
	}
	n, err := s.f.WriteAt(text, s.pen)
	s.pen += int64(n)
	return err
}

// destroy tells that the lines from the first one of each file to a line are destroyed.
func (s *logServer) destroy(to int) error {
	for _, from := range append(s.before, s.first) {
		if _, err := fmt.Fprintf(s.destroyed, "%d %d\n", from, to); err != nil {
			return err
		}
	}
	s.before, s.first = nil, to
	return nil
}

// vanish removes the folder with everything in it; after a while it is there again.
func (s *logServer) vanish() error {
	dir := filepath.Dir(s.path)
	if err := errors.Join(s.destroy(s.written), s.f.Close(), os.RemoveAll(dir)); err != nil {
		return err
	}
	<-time.After(time.Duration(s.rnd.IntN(60)) * time.Millisecond)
	return os.Mkdir(dir, 0o700)
}

func (s *logServer) rotate() error {
	s.rolls++
	switch s.how {
	case "truncate":
		if err := s.destroy(s.written); err != nil {
			return err
		}
		s.size = 0
		return s.f.Truncate(0)
	case "delete":
		if err := errors.Join(s.destroy(s.written), s.f.Close(), os.Remove(s.path)); err != nil {
			return err
		}
	case "vanish":
		if s.rnd.IntN(3) > 0 { // what stands beside the log vanishes with it
			s.before = append(s.before, s.first)
			if err := s.renamed(); err != nil {
				return err
			}
		} else if err := s.vanish(); err != nil {
			return err
		}
	case "copy":
		if err := errors.Join(s.shift(), copyFile(s.path, s.path+".1")); err != nil {
			return err
		}
		s.size = 0
		return s.f.Truncate(0)
	case "renumber":
		if err := errors.Join(s.f.Close(), s.shift(), os.Rename(s.path, s.path+".1")); err != nil {
			return err
		}
	default:
		if err := s.renamed(); err != nil {
			return err
		}
	}
	return s.open()
}

// renamed gives the log a name with the time.
func (s *logServer) renamed() error {
	name := func(n int) string {
		return filepath.Join(filepath.Dir(s.path), time.Date(2026, 11, 23, 0, 0, n, 0, time.UTC).Format("SystemOut_06.01.02_15.04.05.log"))
	}
	if err := errors.Join(s.f.Close(), os.Rename(s.path, name(s.rolls))); err != nil {
		return err
	}
	_ = os.Remove(name(s.rolls - s.keep))
	return nil
}

func (s *logServer) shift() error {
	_ = os.Remove(fmt.Sprintf("%s.%d", s.path, s.keep))
	for i := min(s.rolls, s.keep); i > 0; i-- {
		err := os.Rename(fmt.Sprintf("%s.%d", s.path, i), fmt.Sprintf("%s.%d", s.path, i+1))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
