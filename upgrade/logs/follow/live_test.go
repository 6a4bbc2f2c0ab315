package follow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// writer is a server that writes and rotates at random while it is followed by events of the real file system.
type writer struct {
	dir, path string
	rnd       *rand.Rand
	f         *os.File
	rolls     int
	how       string
}

func (w *writer) open() (err error) {
	w.f, err = os.OpenFile(w.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return err
}

// rotate does what the kind of server does.
func (w *writer) rotate() error {
	w.rolls++
	switch w.how {
	case "copy and truncate":
		if err := w.shift(); err != nil {
			return err
		}
		from, err := os.Open(w.path)
		if err != nil {
			return err
		}
		defer from.Close()
		to, err := os.Create(w.path + ".1")
		if err != nil {
			return err
		}
		_, err = io.Copy(to, from)
		return errors.Join(err, to.Close(), w.f.Truncate(0))
	case "renumber":
		if err := errors.Join(w.f.Close(), w.shift(), os.Rename(w.path, w.path+".1")); err != nil {
			return err
		}
	default:
		name := time.Date(2026, 11, 23, 0, 0, w.rolls, 0, time.UTC).Format("SystemOut_06.01.02_15.04.05.log")
		if err := errors.Join(w.f.Close(), os.Rename(w.path, filepath.Join(w.dir, name))); err != nil {
			return err
		}
	}
	if err := w.open(); err != nil {
		return err
	}
	_, err := w.f.WriteString(header)
	return err
}

func (w *writer) shift() error {
	for i := w.rolls; i > 0; i-- {
		from := fmt.Sprintf("%s.%d", w.path, i)
		if _, err := os.Stat(from); err == nil {
			if err := os.Rename(from, fmt.Sprintf("%s.%d", w.path, i+1)); err != nil {
				return err
			}
		}
	}
	return nil
}

// write writes n records in pieces that end anywhere, and rotates anywhere.
func (w *writer) write(n int) error {
	if err := w.open(); err != nil {
		return err
	}
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "[11/23/26 21:00:00:%03d CET] 000000a3 Demo          I   message number %d %s\n", i%1000, i, strings.Repeat("x", w.rnd.IntN(100)))
		if w.rnd.IntN(20) == 0 {
			text.WriteString("\tat a.b.C(C.java:1)\n")
		}
		if text.Len() < 8000 {
			continue
		}
		all := text.String()
		cut := w.rnd.IntN(len(all))
		if _, err := w.f.WriteString(all[:cut]); err != nil {
			return err
		}
		text.Reset()
		text.WriteString(all[cut:])
		if w.rnd.IntN(15) == 0 {
			if err := w.rotate(); err != nil {
				return err
			}
		}
	}
	_, err := w.f.WriteString(text.String() + "[11/23/26 21:00:00:000 CET] 000000a3 Demo          I   the end\n")
	return errors.Join(err, w.f.Close())
}

func TestEveryLineOfAServerThatRotatesAtRandomIsReadOnceInOrder(t *testing.T) {
	const records = 30000
	for _, how := range []string{"rename", "renumber", "copy and truncate"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			w := &writer{dir: dir, path: filepath.Join(dir, "SystemOut.log"), rnd: rand.New(rand.NewPCG(3, 4)), how: how}
			done := make(chan error, 1)
			go func() { done <- w.write(records) }()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			next, gaps := 0, 0
			errEnd := errors.New("the end")
			killed := errors.New("killed")
			var pos Position
			handle := func(e Event) error {
				pos = e.Position()
				if e.Mark != nil && e.Mark.Kind == logs.MarkGap {
					gaps++
					t.Errorf("gap: %s", e.Mark.Reason)
				}
				if e.Record == nil || e.Record.Amended {
					return nil
				}
				if e.Record.Text == "the end" {
					return errEnd
				}
				var n int
				if _, err := fmt.Sscanf(e.Record.Text, "message number %d", &n); err != nil || n != next {
					return fmt.Errorf("record %q after number %d: %w", e.Record.Text, next-1, err)
				}
				if next++; next%4999 == 0 {
					return killed
				}
				return nil
			}
			err := killed
			opts := Options{Path: w.path, From: Oldest, Poll: 20 * time.Millisecond}
			for kills := 0; errors.Is(err, killed); kills++ {
				if kills > 0 {
					p := pos
					opts.Resume = &Resume{Position: p}
				}
				err = Run(ctx, opts, handle)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
			if !errors.Is(err, errEnd) || next != records {
				t.Errorf("%d of %d records: %v (%d rotations)", next, records, err, w.rolls)
			}
		})
	}
}
