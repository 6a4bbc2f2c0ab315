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
	rnd       *rand.Rand
	f         *os.File
	rolls     int
	keep      int
	every     int
	size      int64
	written   int // lines
	first     int // the first line of the file
	destroyed *os.File
}

// writeLog is the command "logserver": -how KIND -lines N -rate N -seed N FILE. Beside FILE it writes FILE-destroyed: a line "FROM TO" for each range of lines that
// it destroyed by a truncation, so that nobody can be blamed for not having read them.
func writeLog(args []string) error {
	fs := flag.NewFlagSet("logserver", flag.ContinueOnError)
	s := &logServer{}
	fs.StringVar(&s.how, "how", "rename", "rename, renumber, copy or truncate")
	fs.IntVar(&s.keep, "keep", 1000, "rotated files that are kept")
	fs.IntVar(&s.every, "every", 100, "on average so many blocks stand in a file")
	lines := fs.Int("lines", 1000, "how many")
	rate := fs.Int("rate", 50000, "lines a second; 0: as fast as it goes")
	seed := fs.Uint64("seed", 1, "of the random numbers")
	if err := fs.Parse(args); err != nil {
		return err
	}
	s.path, s.rnd = fs.Arg(0), rand.New(rand.NewPCG(*seed, 7))
	var err error
	if s.destroyed, err = os.Create(s.path + "-destroyed"); err != nil {
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
	return s.f.Close()
}

func (s *logServer) open() (err error) {
	s.f, err = os.OpenFile(s.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	s.size, s.first = 0, s.written
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
	if s.how == "truncate" {
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

func (s *logServer) rotate() error {
	s.rolls++
	switch s.how {
	case "truncate":
		if _, err := fmt.Fprintf(s.destroyed, "%d %d\n", s.first, s.written); err != nil {
			return err
		}
		s.size, s.first = 0, s.written
		return s.f.Truncate(0)
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
		name := func(n int) string {
			return filepath.Join(filepath.Dir(s.path), time.Date(2026, 11, 23, 0, 0, n, 0, time.UTC).Format("SystemOut_06.01.02_15.04.05.log"))
		}
		if err := errors.Join(s.f.Close(), os.Rename(s.path, name(s.rolls))); err != nil {
			return err
		}
		_ = os.Remove(name(s.rolls - s.keep))
	}
	return s.open()
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
